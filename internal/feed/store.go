package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

const sourceColumns = `f.id, f.code, f.kind, f.name_uz, f.name_ru, f.name_en, f.expected_minutes, f.active, f.addresses, f.version`

// targets are where the columns of a source go; expected is in minutes.
func (s *Source) targets(expected *int) []any {
	return []any{&s.ID, &s.Code, &s.Kind, &s.NameUz, &s.NameRu, &s.NameEn, expected, &s.Active, &s.Addresses, &s.Version}
}

func scanSource(row pgx.CollectableRow) (s Source, err error) {
	var minutes int
	err = row.Scan(s.targets(&minutes)...)
	s.Expected = time.Duration(minutes) * time.Minute
	return s, err
}

func insertSource(ctx context.Context, tx pg.Tx, by string, s Source) (id int16, err error) {
	const stmt = `
		insert into feeds (code, kind, name_uz, name_ru, name_en, expected_minutes, active, addresses, created_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		returning id`
	err = tx.QueryRow(ctx, stmt, s.Code, s.Kind, s.NameUz, s.NameRu, s.NameEn, int(s.Expected/time.Minute), s.Active, s.Addresses, by).Scan(&id)
	switch {
	case pg.Violates(err, "feeds_code_key"):
		return 0, ErrTaken.Because(err)
	case err != nil:
		return 0, fmt.Errorf("insert feed: %w", err)
	}
	return id, nil
}

func updateSource(ctx context.Context, tx pg.Tx, s Source) error {
	const stmt = `
		update feeds set name_uz = $2, name_ru = $3, name_en = $4, expected_minutes = $5, active = $6, addresses = $7, version = version + 1
		where id = $1`
	if _, err := tx.Exec(ctx, stmt, s.ID, s.NameUz, s.NameRu, s.NameEn, int(s.Expected/time.Minute), s.Active, s.Addresses); err != nil {
		return fmt.Errorf("update feed: %w", err)
	}
	return nil
}

// lockSource keeps a source from being changed by others until the commit.
func lockSource(ctx context.Context, tx pg.Tx, code string) (Source, error) {
	const stmt = `select ` + sourceColumns + ` from feeds f where f.code = $1 for no key update`
	return oneSource(ctx, tx, stmt, code)
}

func sourceByCode(ctx context.Context, q pg.Querier, code string) (Source, error) {
	const stmt = `select ` + sourceColumns + ` from feeds f where f.code = $1`
	return oneSource(ctx, q, stmt, code)
}

func sourceByID(ctx context.Context, q pg.Querier, id int16) (Source, error) {
	const stmt = `select ` + sourceColumns + ` from feeds f where f.id = $1`
	return oneSource(ctx, q, stmt, id)
}

func oneSource(ctx context.Context, q pg.Querier, stmt string, key any) (Source, error) {
	rows, err := q.Query(ctx, stmt, key)
	if err != nil {
		return Source{}, fmt.Errorf("feed: %w", err)
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanSource)
	switch {
	case pg.NoRows(err):
		return Source{}, ErrNotFound.Because(err)
	case err != nil:
		return Source{}, fmt.Errorf("feed: %w", err)
	}
	return s, nil
}

func sources(ctx context.Context, q pg.Querier) ([]Source, error) {
	const stmt = `select ` + sourceColumns + ` from feeds f order by f.kind, f.code`
	rows, err := q.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanSource)
	if err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	return all, nil
}
