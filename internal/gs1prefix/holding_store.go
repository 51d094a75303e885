package gs1prefix

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// all lists prefixes, then single numbers of an organization.
func all(ctx context.Context, db pg.Querier, orgID int64) ([]Prefix, error) {
	const q = `
		select digits, status, registered_at, reason
		from (
			select prefix as digits, status, registered_at, reason from gs1_prefixes where org_id = $1
			union all
			select gtin, status, registered_at, reason from gs1_gtins where org_id = $1) held
		order by length(digits) = 14, digits`
	rows, err := db.Query(ctx, q, orgID)
	if err != nil {
		return nil, fmt.Errorf("holdings of organization: %w", err)
	}
	ps, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Prefix])
	if err != nil {
		return nil, fmt.Errorf("holdings of organization: %w", err)
	}
	return ps, nil
}

// fittingGTIN reads from the registers what a number falls under, whoever has
// it.
func fittingGTIN(ctx context.Context, db pg.Querier, orgID int64, g gs1.GTIN, prefixes []string) ([]holding, error) {
	const q = `
		select r.prefix, r.org_id = $1, coalesce(p.status, '')
		from gs1_prefix_registry r
		left join gs1_prefixes p on p.org_id = $1 and p.prefix = r.prefix
		where r.prefix = any ($3::text[])
		union all
		select r.gtin, r.org_id = $1, coalesce(s.status, '')
		from gs1_gtin_registry r
		left join gs1_gtins s on s.org_id = $1 and s.gtin = r.gtin
		where r.gtin = $2`
	rows, err := db.Query(ctx, q, orgID, string(g), prefixes)
	if err != nil {
		return nil, fmt.Errorf("whose is a number: %w", err)
	}
	hs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[holding])
	if err != nil {
		return nil, fmt.Errorf("whose is a number: %w", err)
	}
	return hs, nil
}

// prefixOwner gives the organization that has a prefix.
//
//tenant:any the register is one for all; what is told of others is only that they have it
func prefixOwner(ctx context.Context, db pg.Querier, prefix string) (orgID int64, found bool, err error) {
	const q = `select org_id from gs1_prefix_registry where prefix = $1`
	err = db.QueryRow(ctx, q, prefix).Scan(&orgID)
	switch {
	case pg.NoRows(err):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("owner of a prefix: %w", err)
	}
	return orgID, true, nil
}

func putPrefix(ctx context.Context, tx pg.Tx, orgID int64, digits string) error {
	const claim = `
		insert into gs1_prefix_registry (prefix, org_id)
		values ($1, $2)
		on conflict (prefix) do nothing`
	tag, err := tx.Exec(ctx, claim, digits, orgID)
	if err != nil {
		return fmt.Errorf("register prefix: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Free(ctx, tx, orgID, digits)
	}
	return insertPrefixes(ctx, tx, []int64{orgID}, []string{digits})
}

func putGTIN(ctx context.Context, tx pg.Tx, orgID int64, digits string) error {
	if err := FreeGTIN(ctx, tx, orgID, gs1.GTIN(digits)); err != nil {
		return err
	}
	const claim = `
		insert into gs1_gtin_registry (gtin, org_id)
		values ($1, $2)
		on conflict (gtin) do nothing`
	tag, err := tx.Exec(ctx, claim, digits, orgID)
	if err != nil {
		return fmt.Errorf("register GTIN: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return FreeGTIN(ctx, tx, orgID, gs1.GTIN(digits))
	}
	const insert = `insert into gs1_gtins (org_id, gtin, status) values ($1, $2, 'active')`
	if _, err := tx.Exec(ctx, insert, orgID, digits); err != nil {
		return fmt.Errorf("insert GTIN: %w", err)
	}
	return nil
}

// setStatus moves a prefix or single number from one state to another: ErrState
// when somebody did so already, ErrNotFound when the organization has no such.
func setStatus(ctx context.Context, tx pg.Tx, orgID int64, digits string, from, to Status, reason string) error {
	const prefix = `update gs1_prefixes set status = $4, reason = $5 where org_id = $1 and prefix = $2 and status = $3`
	const single = `update gs1_gtins set status = $4, reason = $5 where org_id = $1 and gtin = $2 and status = $3`
	q := prefix
	if len(digits) == gtinLength {
		q = single
	}
	tag, err := tx.Exec(ctx, q, orgID, digits, string(from), string(to), reason)
	switch {
	case err != nil:
		return fmt.Errorf("set status of %s: %w", digits, err)
	case tag.RowsAffected() == 1:
		return nil
	}
	const there = `
		select exists (select 1 from gs1_prefixes where org_id = $1 and prefix = $2)
			or exists (select 1 from gs1_gtins where org_id = $1 and gtin = $2)`
	var found bool
	if err := tx.QueryRow(ctx, there, orgID, digits).Scan(&found); err != nil {
		return fmt.Errorf("find %s: %w", digits, err)
	}
	if found {
		return ErrState
	}
	return ErrNotFound
}

// holder gives an organization by its tax number, or ErrNotFound.
func holder(ctx context.Context, db pg.Querier, tin string) (h Holder, err error) {
	const q = `
		select o.org_id, o.tin, o.name_uz, o.name_ru, o.name_en
		from tin_registry r
		join organizations o on o.org_id = r.org_id
		where r.tin = $1`
	err = db.QueryRow(ctx, q, tin).Scan(&h.OrgID, &h.TIN, &h.Uz, &h.Ru, &h.En)
	switch {
	case pg.NoRows(err):
		return Holder{}, ErrNotFound
	case err != nil:
		return Holder{}, fmt.Errorf("organization of prefixes: %w", err)
	}
	return h, nil
}

// near reads the register above and below some digits.
//
//tenant:any only staff read it
func near(ctx context.Context, db pg.Querier, orgID int64, digits string) ([]Claimed, error) {
	const q = `
		select r.prefix, o.tin, r.org_id = $1
		from gs1_prefix_registry r
		join organizations o on o.org_id = r.org_id
		where r.prefix = any (select left($2, n) from generate_series(4, 12) n) or starts_with(r.prefix, $2)
		order by r.prefix
		limit 20`
	rows, err := db.Query(ctx, q, orgID, digits)
	if err != nil {
		return nil, fmt.Errorf("prefixes close by: %w", err)
	}
	cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Claimed])
	if err != nil {
		return nil, fmt.Errorf("prefixes close by: %w", err)
	}
	return cs, nil
}
