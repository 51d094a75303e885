package receipt

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// columns of a Receipt, from "receipts r"; targets takes them.
const columns = ` r.org_id, r.id, r.version, r.feed, r.fiscal_sign, r.terminal, r.number, r.issued_at, r.kind, r.total,
	r.sale_sign, r.sale_terminal, r.sale_number, coalesce(r.sale_id, 0), r.trouble, r.groups, r.lines, r.taken_at`

func (r *Receipt) targets() []any {
	return []any{
		&r.OrgID, &r.ID, &r.Version, &r.Feed, &r.Sign, &r.Terminal, &r.Number, &r.IssuedAt, &r.Kind, &r.Total,
		&r.Sale.Sign, &r.Sale.Terminal, &r.Sale.Number, &r.SaleID, &r.Trouble, &r.Groups, &r.Lines, &r.TakenAt,
	}
}

// oneReceipt reads a receipt; another organization's is ErrNotFound.
func oneReceipt(ctx context.Context, q pg.Querier, orgID, id int64) (r Receipt, err error) {
	const stmt = `select` + columns + ` from receipts r where r.org_id = $1 and r.id = $2`
	switch err := q.QueryRow(ctx, stmt, orgID, id).Scan(r.targets()...); {
	case pg.NoRows(err):
		return r, ErrNotFound
	case err != nil:
		return r, fmt.Errorf("read receipt: %w", err)
	}
	return r, nil
}

// linkedReceipts reads the sale of a return, or the returns of a sale, the oldest
// first.
func linkedReceipts(ctx context.Context, q pg.Querier, r Receipt) ([]Receipt, error) {
	const stmt = `
		select` + columns + ` from receipts r
		where r.org_id = $1 and (r.id = $2 or r.sale_id = $3)
		order by r.issued_at, r.id limit 100`
	rows, err := q.Query(ctx, stmt, r.OrgID, r.SaleID, r.ID)
	if err != nil {
		return nil, fmt.Errorf("linked receipts: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receipt, err error) {
		err = row.Scan(r.targets()...)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("linked receipts: %w", err)
	}
	return all, nil
}

// versionsOf reads what a receipt said in other versions, the newest first.
func versionsOf(ctx context.Context, q pg.Querier, orgID, id int64) ([]Version, error) {
	const stmt = `
		select version, taken_at, content from receipt_versions
		where org_id = $1 and receipt_id = $2
		order by version desc limit 100`
	rows, err := q.Query(ctx, stmt, orgID, id)
	if err != nil {
		return nil, fmt.Errorf("versions of receipt: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Version, err error) {
		err = row.Scan(&v.Number, &v.TakenAt, &v.Content)
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("versions of receipt: %w", err)
	}
	return all, nil
}

// Any reports whether an organization has a receipt: the step of the set-up that
// asks to look at them.
func Any(ctx context.Context, q pg.Querier, orgID int64) (some bool, err error) {
	const stmt = `select exists (select from receipts where org_id = $1)`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&some); err != nil {
		return false, fmt.Errorf("any receipt: %w", err)
	}
	return some, nil
}
