package gs1prefix

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// ErrTaken says that another organization got a prefix at the same moment.
var ErrTaken = fault.New(fault.Conflict, "gs1prefix.taken")

// OfOrg lists the prefixes of an organization.
func OfOrg(ctx context.Context, db pg.Querier, orgID int64) ([]Prefix, error) {
	const q = `select prefix, status, registered_at, reason from gs1_prefixes where org_id = $1 order by prefix`
	rows, err := db.Query(ctx, q, orgID)
	if err != nil {
		return nil, fmt.Errorf("prefixes of organization: %w", err)
	}
	ps, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Prefix])
	if err != nil {
		return nil, fmt.Errorf("prefixes of organization: %w", err)
	}
	return ps, nil
}

// Owners tells which of the prefixes are registered, and for which tax number.
func Owners(ctx context.Context, db pg.Querier, prefixes []string) (map[string]taxid.TIN, error) {
	owners := map[string]taxid.TIN{}
	if len(prefixes) == 0 {
		return owners, nil
	}
	const q = `
		select r.prefix, o.tin
		from gs1_prefix_registry r
		join organizations o on o.org_id = r.org_id
		where r.prefix = any ($1::text[])`
	rows, err := db.Query(ctx, q, prefixes)
	if err != nil {
		return nil, fmt.Errorf("owners of prefixes: %w", err)
	}
	var prefix, tin string
	_, err = pgx.ForEachRow(rows, []any{&prefix, &tin}, func() error {
		owners[prefix] = taxid.TIN(tin)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("owners of prefixes: %w", err)
	}
	return owners, nil
}

// OrgPrefixes are the prefixes of one organization in a file.
type OrgPrefixes struct {
	OrgID    int64
	Prefixes []string
	// Replace gives up prefixes that are not listed: only right before the
	// organization is activated, while no card hangs on them.
	Replace bool
}

// PutManyTx registers prefixes. A prefix that belongs to another organization
// is ErrTaken and nothing may be committed: callers ask Owners first, so this
// is the rare case of two at the same moment, and a repetition finds it there.
func PutManyTx(ctx context.Context, tx pg.Tx, all []OrgPrefixes) error {
	var orgs, replaced []int64
	var prefixes []string
	for _, o := range all {
		if o.Replace {
			replaced = append(replaced, o.OrgID)
		}
		for _, p := range o.Prefixes {
			orgs, prefixes = append(orgs, o.OrgID), append(prefixes, p)
		}
	}
	if len(replaced) > 0 {
		if err := deleteOthers(ctx, tx, replaced, orgs, prefixes); err != nil {
			return err
		}
	}
	if len(orgs) == 0 {
		return nil
	}
	if err := register(ctx, tx, orgs, prefixes); err != nil {
		return err
	}
	return insertPrefixes(ctx, tx, orgs, prefixes)
}

func deleteOthers(ctx context.Context, tx pg.Tx, replaced, orgs []int64, prefixes []string) error {
	const q = `
		with gone as (
			delete from gs1_prefixes p
			where p.org_id = any ($1::bigint[])
				and (p.org_id, p.prefix) not in (
					select c.org_id, c.prefix
					from unnest($2::bigint[], $3::text[]) as c (org_id, prefix))
			returning p.org_id, p.prefix
		)
		delete from gs1_prefix_registry r
		using gone g
		where r.prefix = g.prefix and r.org_id = g.org_id`
	if _, err := tx.Exec(ctx, q, replaced, orgs, prefixes); err != nil {
		return fmt.Errorf("give up prefixes: %w", err)
	}
	return nil
}

// register claims the prefixes, in an order that keeps two writers from
// waiting for each other in a circle.
func register(ctx context.Context, tx pg.Tx, orgs []int64, prefixes []string) error {
	const claim = `
		insert into gs1_prefix_registry (prefix, org_id)
		select c.prefix, c.org_id
		from unnest($1::bigint[], $2::text[]) as c (org_id, prefix)
		order by c.prefix
		on conflict (prefix) do nothing`
	if _, err := tx.Exec(ctx, claim, orgs, prefixes); err != nil {
		return fmt.Errorf("register prefixes: %w", err)
	}
	const taken = `
		select count(*)
		from unnest($1::bigint[], $2::text[]) as c (org_id, prefix)
		join gs1_prefix_registry r on r.prefix = c.prefix
		where r.org_id <> c.org_id`
	var others int
	if err := tx.QueryRow(ctx, taken, orgs, prefixes).Scan(&others); err != nil {
		return fmt.Errorf("register prefixes: %w", err)
	}
	if others > 0 {
		return ErrTaken
	}
	return nil
}

func insertPrefixes(ctx context.Context, tx pg.Tx, orgs []int64, prefixes []string) error {
	const q = `
		insert into gs1_prefixes (org_id, prefix, status)
		select c.org_id, c.prefix, 'active'
		from unnest($1::bigint[], $2::text[]) as c (org_id, prefix)
		order by c.org_id, c.prefix
		on conflict (org_id, prefix) do nothing`
	if _, err := tx.Exec(ctx, q, orgs, prefixes); err != nil {
		return fmt.Errorf("insert prefixes: %w", err)
	}
	return nil
}
