package moderation

import (
	"context"
	"fmt"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// keep writes what became of a version. The primary key lets it be written once
// for a version, whatever the program does.
func keep(ctx context.Context, tx pg.Tx, op actor.Operator, k Key, verdict string, reasons []int64) error {
	const q = `
		insert into card_decisions (org_id, card_id, n, verdict, group_id, staff_id, staff_name, sent_at, deadline_at, reasons)
		select v.org_id, v.card_id, v.n, $4, k.group_id, $5, $6, v.sent_at, v.deadline_at, coalesce($7::bigint[], '{}')
		from card_versions v
		join cards k on k.org_id = v.org_id and k.id = v.card_id
		where v.org_id = $1 and v.card_id = $2 and v.n = $3`
	if _, err := tx.Exec(ctx, q, k.OrgID, k.CardID, k.N, verdict, op.StaffID, op.Name, reasons); err != nil {
		return fmt.Errorf("keep decision on card %s: %w", k.Ref, err)
	}
	return nil
}

// endClaim drops the claim on a card that was decided.
func endClaim(ctx context.Context, tx pg.Tx, r Ref) error {
	const q = `delete from card_claims where org_id = $1 and card_id = $2`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.CardID); err != nil {
		return fmt.Errorf("end claim on card %s: %w", r, err)
	}
	return nil
}

// outcome reads the newest version of a card that was sent.
func outcome(ctx context.Context, db pg.Querier, r Ref) (o Outcome, err error) {
	const q = `
		select k.gtin, k.name_uz, k.name_ru, k.name_en, v.n, v.status, v.decided_name, coalesce(v.decided_at, k.changed_at)
		from card_versions v
		join cards k on k.org_id = v.org_id and k.id = v.card_id
		where v.org_id = $1 and v.card_id = $2 and v.status <> 'draft'
		order by v.n desc
		limit 1`
	o.Ref = r
	err = db.QueryRow(ctx, q, r.OrgID, r.CardID).
		Scan(&o.GTIN, &o.Names.Uz, &o.Names.Ru, &o.Names.En, &o.N, &o.Status, &o.DecidedBy, &o.At)
	switch {
	case pg.NoRows(err):
		return Outcome{}, card.ErrNotFound
	case err != nil:
		return Outcome{}, fmt.Errorf("outcome of card %s: %w", r, err)
	}
	return o, nil
}
