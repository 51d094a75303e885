package attribute

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fold"
	"kabinet/internal/platform/pg"
)

// selectCodes reads a page, one row more than asked to know whether others
// follow.
func selectCodes(ctx context.Context, db pg.Querier, f CodeFilter) ([]Entry, error) {
	const q = `
		select c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null, c.version
		from card_codes c
		where c.group_id = $1 and c.list = $2 and (c.off_at is not null) = $3 and c.code collate "C" > $4
			and c.fold like all (select '%' || w || '%' from unnest($5::text[]) w)
		order by c.code collate "C"
		limit $6`
	words := strings.Fields(fold.Text(f.Query))
	rows, err := db.Query(ctx, q, f.Group, string(f.List), f.Off, f.After, words, f.Size+1)
	return collectEntries(rows, err)
}

func allCodes(ctx context.Context, db pg.Querier, group int16, list List) ([]Entry, error) {
	const q = `
		select c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null, c.version
		from card_codes c
		where c.group_id = $1 and c.list = $2
		order by c.code collate "C"`
	rows, err := db.Query(ctx, q, group, string(list))
	return collectEntries(rows, err)
}

func collectEntries(rows pgx.Rows, err error) ([]Entry, error) {
	if err != nil {
		return nil, fmt.Errorf("codes: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("codes: %w", err)
	}
	return all, nil
}

func scanEntry(row pgx.CollectableRow) (e Entry, err error) {
	err = row.Scan(&e.Code.Code, &e.Name.Uz, &e.Name.Ru, &e.Name.En, &e.Off, &e.Version)
	return e, err
}

func countCodes(ctx context.Context, db pg.Querier, group int16, list List) (used, off int, err error) {
	const q = `
		select count(*) filter (where c.off_at is null), count(c.off_at)
		from card_codes c
		where c.group_id = $1 and c.list = $2`
	if err := db.QueryRow(ctx, q, group, string(list)).Scan(&used, &off); err != nil {
		return 0, 0, fmt.Errorf("count codes: %w", err)
	}
	return used, off, nil
}

func oneCode(ctx context.Context, db pg.Querier, group int16, list List, code string) (Entry, error) {
	const q = `
		select c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null, c.version
		from card_codes c
		where c.group_id = $1 and c.list = $2 and c.code = $3`
	rows, err := db.Query(ctx, q, group, string(list), code)
	return exactlyOne(rows, err)
}

// lockCode is oneCode for who will change it.
func lockCode(ctx context.Context, tx pg.Tx, group int16, list List, code string) (Entry, error) {
	const q = `
		select c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null, c.version
		from card_codes c
		where c.group_id = $1 and c.list = $2 and c.code = $3
		for update`
	rows, err := tx.Query(ctx, q, group, string(list), code)
	return exactlyOne(rows, err)
}

func exactlyOne(rows pgx.Rows, err error) (Entry, error) {
	if err != nil {
		return Entry{}, fmt.Errorf("code: %w", err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, scanEntry)
	switch {
	case pg.NoRows(err):
		return Entry{}, ErrNoCode
	case err != nil:
		return Entry{}, fmt.Errorf("code: %w", err)
	}
	return e, nil
}

func insertCode(ctx context.Context, tx pg.Tx, group int16, list List, c Code) error {
	const q = `insert into card_codes (group_id, list, code, name_uz, name_ru, name_en, fold) values ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.Exec(ctx, q, group, string(list), c.Code, c.Name.Uz, c.Name.Ru, c.Name.En, c.folded())
	switch {
	case pg.Violates(err, "card_codes_pkey"):
		return ErrCodeTaken.Because(err)
	case pg.Violates(err, "card_codes_group_fkey"):
		return ErrNoGroup.Because(err)
	case err != nil:
		return fmt.Errorf("insert code: %w", err)
	}
	return nil
}

func renameCode(ctx context.Context, tx pg.Tx, group int16, list List, c Code) error {
	const q = `
		update card_codes
		set name_uz = $4, name_ru = $5, name_en = $6, fold = $7, version = version + 1
		where group_id = $1 and list = $2 and code = $3`
	if _, err := tx.Exec(ctx, q, group, string(list), c.Code, c.Name.Uz, c.Name.Ru, c.Name.En, c.folded()); err != nil {
		return fmt.Errorf("rename code: %w", err)
	}
	return nil
}

func switchCode(ctx context.Context, tx pg.Tx, group int16, list List, code string, off bool) error {
	const q = `
		update card_codes
		set off_at = case when $4 then now() end, version = version + 1
		where group_id = $1 and list = $2 and code = $3`
	if _, err := tx.Exec(ctx, q, group, string(list), code, off); err != nil {
		return fmt.Errorf("switch code: %w", err)
	}
	return nil
}
