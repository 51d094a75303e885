package support

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

const readyColumns = `select id, kind, name, uz, ru, en, active, version from support_answers`

// readies reads the whole library; there are some dozens.
func readies(ctx context.Context, db pg.Querier) ([]Ready, error) {
	rows, err := db.Query(ctx, readyColumns+` order by kind, name, id limit 500`)
	if err != nil {
		return nil, fmt.Errorf("ready answers: %w", err)
	}
	rs, err := pgx.CollectRows(rows, scanReady)
	if err != nil {
		return nil, fmt.Errorf("ready answers: %w", err)
	}
	return rs, nil
}

func readyByID(ctx context.Context, db pg.Querier, id int64) (Ready, error) {
	return oneReady(ctx, db, readyColumns+` where id = $1`, id)
}

func lockReady(ctx context.Context, tx pg.Tx, id int64) (Ready, error) {
	return oneReady(ctx, tx, readyColumns+` where id = $1 for update`, id)
}

func oneReady(ctx context.Context, db pg.Querier, q string, id int64) (Ready, error) {
	rows, err := db.Query(ctx, q, id)
	if err != nil {
		return Ready{}, fmt.Errorf("ready answer %d: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanReady)
	switch {
	case pg.NoRows(err):
		return Ready{}, ErrNoReady
	case err != nil:
		return Ready{}, fmt.Errorf("ready answer %d: %w", id, err)
	}
	return r, nil
}

func scanReady(row pgx.CollectableRow) (r Ready, err error) {
	err = row.Scan(&r.ID, &r.Kind, &r.Name, &r.Uz, &r.Ru, &r.En, &r.Active, &r.Version)
	return r, err
}

func insertReady(ctx context.Context, tx pg.Tx, r Ready) (id int64, err error) {
	const q = `
		insert into support_answers (kind, name, uz, ru, en, active)
		values ($1, $2, $3, $4, $5, $6)
		returning id`
	if err := tx.QueryRow(ctx, q, string(r.Kind), r.Name, r.Uz, r.Ru, r.En, r.Active).Scan(&id); err != nil {
		return 0, fmt.Errorf("add ready answer: %w", err)
	}
	return id, nil
}

func updateReady(ctx context.Context, tx pg.Tx, r Ready) error {
	const q = `
		update support_answers
		set kind = $2, name = $3, uz = $4, ru = $5, en = $6, active = $7, version = version + 1, changed_at = now()
		where id = $1`
	if _, err := tx.Exec(ctx, q, r.ID, string(r.Kind), r.Name, r.Uz, r.Ru, r.En, r.Active); err != nil {
		return fmt.Errorf("change ready answer %d: %w", r.ID, err)
	}
	return nil
}
