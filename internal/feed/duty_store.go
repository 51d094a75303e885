package feed

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// turnedSources locks sources that are late and nobody knows, and those that were
// told of and are late no more. One that was never heard is not late.
func turnedSources(ctx context.Context, tx pg.Tx) ([]turned, error) {
	const stmt = `
		select f.code, f.late_told_at is null, coalesce(f.late_told_at, now()), d.received_at, not f.active
		from feeds f
		join lateral (select received_at from feed_deliveries where feed_id = f.id order by id desc limit 1) d on true
		where (f.active and d.received_at < now() - make_interval(mins => f.expected_minutes)) <> (f.late_told_at is not null)
		order by f.id for no key update of f skip locked`
	rows, err := tx.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("late feeds: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t turned, err error) {
		return t, row.Scan(&t.Code, &t.Late, &t.Told, &t.Last, &t.off)
	})
	if err != nil {
		return nil, fmt.Errorf("late feeds: %w", err)
	}
	return all, nil
}

func noteLate(ctx context.Context, tx pg.Tx, code string, late bool) error {
	const stmt = `update feeds set late_told_at = case when $2 then now() end where code = $1`
	if _, err := tx.Exec(ctx, stmt, code, late); err != nil {
		return fmt.Errorf("note a late feed: %w", err)
	}
	return nil
}
