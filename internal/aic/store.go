package aic

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/platform/pg"
)

// columns of an AIC, from "aics a"; targets takes them.
const columns = ` a.org_id, a.id, a.number, a.group_id, a.status, a.stage, a.reason, a.late, a.codes, a.products, a.product, a.declaration, a.declared_on, a.authority,
	a.version, a.revision, a.changed_at, coalesce(a.disbanded_at, '0001-01-01 00:00:00+00'), a.disbanded_name, coalesce(a.document_id, 0), coalesce(a.signature_id, 0)`

func (a *AIC) targets() []any {
	return []any{
		&a.OrgID, &a.ID, &a.Number, &a.GroupID, &a.State, &a.Stage, &a.Reason, &a.Late, &a.Codes, &a.Products, &a.Product, &a.Declaration, &a.DeclaredOn, &a.Authority,
		&a.Version, &a.Revision, &a.ChangedAt, &a.At, &a.By, &a.Document, &a.Signature,
	}
}

func collect(rows pgx.Rows, err error, what string) ([]AIC, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a AIC, err error) {
		err = row.Scan(a.targets()...)
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return all, nil
}

func readAICs(ctx context.Context, q pg.Querier, orgID int64, ids []int64) ([]AIC, error) {
	const stmt = `select` + columns + ` from aics a where a.org_id = $1 and a.id = any ($2) order by a.id`
	rows, err := q.Query(ctx, stmt, orgID, ids)
	return collect(rows, err, "read AICs")
}

// lockAICs is readAICs for who disbands them, in the order of their ids.
func lockAICs(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) ([]AIC, error) {
	const stmt = `select` + columns + ` from aics a where a.org_id = $1 and a.id = any ($2) order by a.id for update`
	rows, err := tx.Query(ctx, stmt, orgID, ids)
	return collect(rows, err, "lock AICs")
}

// linesOf adds up the products of AICs.
func linesOf(ctx context.Context, q pg.Querier, orgID int64, ids []int64) ([]Line, error) {
	const stmt = `
		select gtin, max(name), sum(codes)::integer, '{}'::text[] from aic_lines
		where org_id = $1 and aic_id = any ($2)
		group by gtin order by gtin`
	rows, err := q.Query(ctx, stmt, orgID, ids)
	return collectLines(rows, err)
}

// sampleOf reads the products of an AIC with the first codes of each.
func sampleOf(ctx context.Context, q pg.Querier, orgID, id int64, most int) ([]Line, error) {
	const stmt = `
		select gtin, name, codes, list[1:$3] from aic_lines
		where org_id = $1 and aic_id = $2
		order by gtin`
	rows, err := q.Query(ctx, stmt, orgID, id, most)
	return collectLines(rows, err)
}

func collectLines(rows pgx.Rows, err error) ([]Line, error) {
	if err != nil {
		return nil, fmt.Errorf("products of AICs: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Line, err error) {
		err = row.Scan(&l.GTIN, &l.Name, &l.Codes, &l.List)
		return l, err
	})
	return all, wrap(err, "products of AICs")
}

// eachCode gives the codes of an AIC to write, by product.
func eachCode(ctx context.Context, q pg.Querier, orgID, id int64, write func(gs1.GTIN, marking.Code) error) error {
	const stmt = `
		select l.gtin, c.code from aic_lines l cross join lateral unnest(l.list) with ordinality c (code, n)
		where l.org_id = $1 and l.aic_id = $2
		order by l.gtin, c.n`
	rows, err := q.Query(ctx, stmt, orgID, id)
	if err != nil {
		return fmt.Errorf("codes of AIC: %w", err)
	}
	var gtin gs1.GTIN
	var code marking.Code
	_, err = pgx.ForEachRow(rows, []any{&gtin, &code}, func() error { return write(gtin, code) })
	return wrap(err, "codes of AIC")
}

// versionsOf reads what sources said of an AIC, the newest first, 100 at most.
func versionsOf(ctx context.Context, q pg.Querier, orgID, id int64) ([]Version, error) {
	const stmt = `
		select version, occurred_at, taken_at, content from aic_versions
		where org_id = $1 and aic_id = $2
		order by version desc limit 100`
	rows, err := q.Query(ctx, stmt, orgID, id)
	if err != nil {
		return nil, fmt.Errorf("versions of AIC: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Version, err error) {
		err = row.Scan(&v.Number, &v.At, &v.TakenAt, &v.Content)
		return v, err
	})
	return all, wrap(err, "versions of AIC")
}

// Works reports whether an organization forms AICs: it works in a group of them.
func Works(ctx context.Context, q pg.Querier, orgID int64) (does bool, err error) {
	const stmt = `select exists (select from org_product_groups where org_id = $1 and group_id = any ($2) and status = 'active')`
	if err := q.QueryRow(ctx, stmt, orgID, []int16{Pharma, Medicals}).Scan(&does); err != nil {
		return false, fmt.Errorf("groups of AICs: %w", err)
	}
	return does, nil
}
