package support

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// lapsed locks requests that wait for nobody any more.
//
//tenant:any the job closes the requests of all organizations
func lapsed(ctx context.Context, tx pg.Tx, limit int) ([]Request, error) {
	const q = `select ` + columns + `
		from support_requests r
		where r.closes_at <= now()
		order by r.closes_at, r.org_id, r.id
		limit $1
		for no key update skip locked`
	rows, err := tx.Query(ctx, q, limit)
	if err != nil {
		return nil, fmt.Errorf("support requests to close: %w", err)
	}
	rs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, scan(row, &r) })
	if err != nil {
		return nil, fmt.Errorf("support requests to close: %w", err)
	}
	return rs, nil
}
