package aic

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// hold lets one transaction at a time change which AICs of an organization are
// declared: an AIC and the declaration that names it may come at the same moment,
// and neither sees the other before both are there.
func hold(ctx context.Context, tx pg.Tx, orgID int64) error {
	const stmt = `select pg_advisory_xact_lock(hashtextextended('aic.declare', $1))`
	_, err := tx.Exec(ctx, stmt, orgID)
	return wrap(err, "hold AICs")
}

// lockNumbers locks the AICs of numbers, in the order of their ids.
func lockNumbers(ctx context.Context, tx pg.Tx, orgID int64, numbers []string) ([]AIC, error) {
	const stmt = `select` + columns + ` from aics a where a.org_id = $1 and a.number = any ($2) order by a.id for update`
	rows, err := tx.Query(ctx, stmt, orgID, numbers)
	return collect(rows, err, "lock AICs")
}

// numbersWith are the AICs at work that hold one of some codes.
func numbersWith(ctx context.Context, q pg.Querier, orgID int64, in idents) ([]string, error) {
	const stmt = `
		select distinct own.number
		from (
			select a.number, c.code from aics a
			join aic_lines l on l.org_id = a.org_id and l.aic_id = a.id and (coalesce(cardinality($3::text[]), 0) = 0 or l.gtin = any ($3))
			cross join lateral unnest(l.list) c (code)
			where a.org_id = $1 and a.status in ('formed', 'declared')
		) own
		join unnest($2::text[]) k (code) on k.code = own.code
		order by own.number`
	rows, err := q.Query(ctx, stmt, orgID, in.idents, in.gtins)
	if err != nil {
		return nil, fmt.Errorf("AICs of codes: %w", err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return numbers, wrap(err, "AICs of codes")
}
