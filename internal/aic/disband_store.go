package aic

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// markDisbanded writes who disbanded AICs and where the evidence is.
func markDisbanded(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64, evidence, paper int64) error {
	const stmt = `
		update aics set status = 'disbanded', stage = '', reason = '', disbanded_at = now(), disbanded_by = $3, disbanded_name = $4,
			signature_id = $5, document_id = $6, revision = revision + 1, changed_at = now()
		where org_id = $1 and id = any ($2)`
	_, err := tx.Exec(ctx, stmt, a.OrgID, ids, a.MemberID, a.Name, evidence, paper)
	return wrap(err, "disband AICs")
}

// databaseTime is the moment of the transaction by the database's clock.
func databaseTime(ctx context.Context, tx pg.Tx) (now time.Time, err error) {
	const stmt = `select now()`
	return now, wrap(tx.QueryRow(ctx, stmt).Scan(&now), "time of the database")
}
