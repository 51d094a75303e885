package receipt

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// productsOf looks the products of receipts up among the cards of whose they are,
// then in the shared catalogue.
//
//tenant:any the catalogue is everybody's
func productsOf(ctx context.Context, q pg.Querier, rs []Receipt) (products, error) {
	found := products{}
	var orgs []int64
	var gtins []string
	for _, r := range rs {
		for _, g := range r.gtins() {
			orgs, gtins = append(orgs, r.OrgID), append(gtins, g)
		}
	}
	if len(gtins) == 0 {
		return found, nil
	}
	const stmt = `
		select distinct g.org_id, g.gtin, coalesce(own.group_id, other.group_id), coalesce(own.id, 0)
		from unnest($1::bigint[], $2::text[]) g (org_id, gtin)
		left join lateral (select c.id, c.group_id from cards c where c.org_id = g.org_id and c.gtin = g.gtin and c.archived_at is null) own on true
		left join lateral (select k.group_id from catalogue k where own.id is null and k.gtin = g.gtin order by k.org_id, k.card_id limit 1) other on true
		where own.id is not null or other.group_id is not null`
	rows, err := q.Query(ctx, stmt, orgs, gtins)
	if err != nil {
		return nil, fmt.Errorf("products of receipts: %w", err)
	}
	var of goods
	var p product
	_, err = pgx.ForEachRow(rows, []any{&of.orgID, &of.gtin, &p.group, &p.card}, func() error {
		found[of] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("products of receipts: %w", err)
	}
	return found, nil
}

// place is how far the job has come.
type place struct {
	orgID int64
	at    time.Time
	id    int64
}

// lockTroubled reads the next receipts that do not fit, up to those of the last
// organization, but for returns that only wait for their sale: it brings them itself.
//
//tenant:any a job of the portal itself
func lockTroubled(ctx context.Context, tx pg.Tx, from place, last int64, most int) ([]Receipt, error) {
	const stmt = `
		select` + columns + ` from receipts r
		where r.trouble <> 0 and r.trouble <> $6::smallint and (r.org_id, r.issued_at, r.id) > ($1, $2, $3) and r.org_id <= $7 and r.issued_at > now() - make_interval(secs => $4)
		order by r.org_id, r.issued_at, r.id limit $5
		for update skip locked`
	rows, err := tx.Query(ctx, stmt, from.orgID, from.at, from.id, rematched.Seconds(), most, NoSale, last)
	if err != nil {
		return nil, fmt.Errorf("receipts that do not fit: %w", err)
	}
	some, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receipt, err error) {
		err = row.Scan(r.targets()...)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("receipts that do not fit: %w", err)
	}
	return some, nil
}

// anyUnknown reports whether an organization has a receipt with a code that came by
// no document, young enough to be looked at anew.
func anyUnknown(ctx context.Context, q pg.Querier, orgID int64) (some bool, err error) {
	const stmt = `
		select exists (select from receipts where org_id = $1 and trouble <> 0 and trouble & $2::smallint <> 0 and issued_at > now() - make_interval(secs => $3))`
	if err := q.QueryRow(ctx, stmt, orgID, Unknown, rematched.Seconds()).Scan(&some); err != nil {
		return false, fmt.Errorf("receipts with unknown codes: %w", err)
	}
	return some, nil
}

// markMatched keeps what is known now of the lines of receipts.
func markMatched(ctx context.Context, tx pg.Tx, changed []Receipt) error {
	if len(changed) == 0 {
		return nil
	}
	const stmt = `update receipts set trouble = $3, groups = $4 where org_id = $1 and id = $2`
	b := &pgx.Batch{}
	for _, r := range changed {
		b.Queue(stmt, r.OrgID, r.ID, r.Trouble, r.Groups)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("keep what fits: %w", err)
	}
	return nil
}
