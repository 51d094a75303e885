package moderation

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

const reasonColumns = `select id, field, coalesce(group_id, 0), uz, ru, en, active, version from return_reasons`

// reasons reads the whole library; there are some hundred at most.
func reasons(ctx context.Context, db pg.Querier) ([]Reason, error) {
	rows, err := db.Query(ctx, reasonColumns+` order by id limit 1000`)
	if err != nil {
		return nil, fmt.Errorf("reasons for returns: %w", err)
	}
	rs, err := pgx.CollectRows(rows, scanReason)
	if err != nil {
		return nil, fmt.Errorf("reasons for returns: %w", err)
	}
	return rs, nil
}

func reason(ctx context.Context, db pg.Querier, id int64) (Reason, error) {
	return oneReason(ctx, db, reasonColumns+` where id = $1`, id)
}

func lockReason(ctx context.Context, tx pg.Tx, id int64) (Reason, error) {
	return oneReason(ctx, tx, reasonColumns+` where id = $1 for update`, id)
}

func oneReason(ctx context.Context, db pg.Querier, q string, id int64) (Reason, error) {
	rows, err := db.Query(ctx, q, id)
	if err != nil {
		return Reason{}, fmt.Errorf("reason %d: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanReason)
	switch {
	case pg.NoRows(err):
		return Reason{}, ErrNoReason
	case err != nil:
		return Reason{}, fmt.Errorf("reason %d: %w", id, err)
	}
	return r, nil
}

func scanReason(row pgx.CollectableRow) (r Reason, err error) {
	err = row.Scan(&r.ID, &r.Field, &r.Group, &r.Uz, &r.Ru, &r.En, &r.Active, &r.Version)
	return r, err
}

func insertReason(ctx context.Context, tx pg.Tx, r Reason) (id int64, err error) {
	const q = `
		insert into return_reasons (field, group_id, uz, ru, en, active)
		values ($1, nullif($2, 0), $3, $4, $5, $6)
		returning id`
	if err := tx.QueryRow(ctx, q, r.Field, r.Group, r.Uz, r.Ru, r.En, r.Active).Scan(&id); err != nil {
		return 0, fmt.Errorf("add reason: %w", err)
	}
	return id, nil
}

func updateReason(ctx context.Context, tx pg.Tx, r Reason) error {
	const q = `
		update return_reasons
		set field = $2, group_id = nullif($3, 0), uz = $4, ru = $5, en = $6, active = $7, version = version + 1, changed_at = now()
		where id = $1`
	if _, err := tx.Exec(ctx, q, r.ID, r.Field, r.Group, r.Uz, r.Ru, r.En, r.Active); err != nil {
		return fmt.Errorf("change reason %d: %w", r.ID, err)
	}
	return nil
}

// groupIDs are the product groups there are.
func groupIDs(ctx context.Context, db pg.Querier) ([]int16, error) {
	rows, err := db.Query(ctx, `select id from product_groups order by id`)
	if err != nil {
		return nil, fmt.Errorf("product groups: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int16])
	if err != nil {
		return nil, fmt.Errorf("product groups: %w", err)
	}
	return ids, nil
}
