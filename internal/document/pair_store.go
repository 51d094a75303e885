package document

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// pairsOf finds what the sellers of an organization's invoices have of them.
func pairsOf(ctx context.Context, q pg.Querier, orgID int64, ids []int64) ([]pair, error) {
	const stmt = `
		select d.id, o.org_id, o.id
		from documents d
		join tin_registry r on r.tin = d.party_tin
		join documents o on o.org_id = r.org_id and o.feed = d.feed and o.source_id = d.source_id
		where d.org_id = $1 and d.id = any ($2) and d.side = 'in' and o.side = 'out'
		order by d.id`
	rows, err := q.Query(ctx, stmt, orgID, ids)
	if err != nil {
		return nil, fmt.Errorf("sellers of invoices: %w", err)
	}
	pairs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p pair, err error) {
		err = row.Scan(&p.own, &p.other.org, &p.other.id)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("sellers of invoices: %w", err)
	}
	return pairs, nil
}

// lockKeys locks documents in the order of organizations and ids; with skip without
// those that somebody else holds.
func lockKeys(ctx context.Context, tx pg.Tx, keys []key, skip bool) ([]Document, error) {
	const stmt = `
		select` + columns + `
		from documents d
		where (d.org_id, d.id) in (select * from unnest($1::bigint[], $2::bigint[]))
		order by d.org_id, d.id for update`
	orgs, ids := make([]int64, len(keys)), make([]int64, len(keys))
	for i, k := range keys {
		orgs[i], ids[i] = k.org, k.id
	}
	lock := stmt
	if skip {
		lock += ` skip locked`
	}
	rows, err := tx.Query(ctx, lock, orgs, ids)
	return collect(rows, err, "lock documents")
}

// markSellers copies answers that were given here to the sellers' side. Who of the
// buyer's people gave it is the buyer's business.
func markSellers(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) ([]Document, error) {
	const stmt = `
		update documents d set answer = b.answer, answered_via = b.answered_via, answered_at = b.answered_at, answered_by = null, answered_name = '',
			answer_reason = b.answer_reason, answered_version = b.answered_version, changed_at = now()
		from documents b
		join tin_registry r on r.tin = b.party_tin
		where b.org_id = $1 and b.id = any ($2) and b.side = 'in' and b.answer in ('accepted', 'rejected') and b.answered_via in ('portal', 'deadline')
		  and d.org_id = r.org_id and d.feed = b.feed and d.source_id = b.source_id and d.side = 'out' and d.answer = 'none'
		returning` + columns
	rows, err := tx.Query(ctx, stmt, orgID, ids)
	return collect(rows, err, "answer for sellers")
}
