package aic

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// holdNumber locks the AIC of a number, which is made if need be; one that was just
// made has version 0 and no state.
func holdNumber(ctx context.Context, tx pg.Tx, orgID int64, in message) (a AIC, err error) {
	const add = `
		insert into aics (org_id, id, number, feed, version, group_id, status, formed_on)
		values ($1, nextval('aic_ids'), $2, $3, 0, 0, 'formed', $4)
		on conflict (org_id, number) do nothing`
	if _, err := tx.Exec(ctx, add, orgID, in.number, in.Feed, in.number.Day().Format("2006-01-02")); err != nil {
		return a, fmt.Errorf("keep AIC: %w", err)
	}
	const stmt = `select` + columns + ` from aics a where a.org_id = $1 and a.number = $2 for update`
	if err := tx.QueryRow(ctx, stmt, orgID, in.number).Scan(a.targets()...); err != nil {
		return a, fmt.Errorf("lock AIC: %w", err)
	}
	return a, nil
}

// insertVersion stores a version; kept is the digest of the one that was there.
func insertVersion(ctx context.Context, tx pg.Tx, orgID, id int64, in message) (kept []byte, err error) {
	content, err := json.Marshal(in.Content)
	if err != nil {
		return nil, fmt.Errorf("write a version: %w", err)
	}
	const stmt = `
		insert into aic_versions (org_id, aic_id, version, occurred_at, digest, content) values ($1, $2, $3, $4, $5, $6)
		on conflict (org_id, aic_id, version) do nothing`
	tag, err := tx.Exec(ctx, stmt, orgID, id, in.Version, in.OccurredAt, in.digest, content)
	if err != nil || tag.RowsAffected() == 1 {
		return nil, wrap(err, "keep version of AIC")
	}
	const was = `select digest from aic_versions where org_id = $1 and aic_id = $2 and version = $3`
	return kept, wrap(tx.QueryRow(ctx, was, orgID, id, in.Version).Scan(&kept), "find version of AIC")
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// contentsOf reads what all versions of AICs say, the newest of each first.
func contentsOf(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) (map[int64][]Content, error) {
	const stmt = `select aic_id, content from aic_versions where org_id = $1 and aic_id = any ($2) order by aic_id, version desc`
	rows, err := tx.Query(ctx, stmt, orgID, ids)
	if err != nil {
		return nil, fmt.Errorf("versions of AIC: %w", err)
	}
	all := map[int64][]Content{}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Content, err error) {
		var id int64
		err = row.Scan(&id, &c)
		all[id] = append(all[id], c)
		return c, err
	})
	return all, wrap(err, "versions of AIC")
}

// update writes what became of an AIC, and its products anew.
func update(ctx context.Context, tx pg.Tx, a AIC, lines []Line) error {
	b := &pgx.Batch{}
	b.Queue(`
		update aics set version = (select max(v.version) from aic_versions v where v.org_id = $1 and v.aic_id = $2), group_id = $3, status = $4, stage = $5, reason = $6, late = $7,
			codes = $8, products = $9, product = $10, declaration = $11, declared_on = $12, authority = $13, revision = revision + 1, changed_at = now()
		where org_id = $1 and id = $2`,
		a.OrgID, a.ID, a.GroupID, a.State, a.Stage, a.Reason, a.Late, a.Codes, a.Products, a.Product, a.Declaration, a.DeclaredOn, a.Authority)
	b.Queue(`delete from aic_lines where org_id = $1 and aic_id = $2`, a.OrgID, a.ID)
	for _, l := range lines {
		b.Queue(`insert into aic_lines (org_id, aic_id, gtin, name, codes, list) values ($1, $2, $3, $4, $5, coalesce($6::text[], '{}'))`,
			a.OrgID, a.ID, l.GTIN, l.Name, l.Codes, l.List)
	}
	return wrap(tx.SendBatch(ctx, b).Close(), "update AIC")
}
