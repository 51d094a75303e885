package productgroup

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// LoadDictionary reads the groups there are.
//
//tenant:any the dictionary belongs to nobody
func LoadDictionary(ctx context.Context, db pg.Querier) (Dictionary, error) {
	const q = `select id, slug, name_uz, name_ru, name_en from product_groups order by id`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return Dictionary{}, fmt.Errorf("product groups: %w", err)
	}
	groups, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Group])
	if err != nil {
		return Dictionary{}, fmt.Errorf("product groups: %w", err)
	}
	return NewDictionary(groups), nil
}

// OfOrg lists the groups of an organization by number.
func OfOrg(ctx context.Context, db pg.Querier, orgID int64) ([]OrgGroup, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en, og.issuer, og.status, og.connected_at
		from org_product_groups og
		join product_groups g on g.id = og.group_id
		where og.org_id = $1
		order by g.id`
	rows, err := db.Query(ctx, q, orgID)
	if err != nil {
		return nil, fmt.Errorf("groups of organization: %w", err)
	}
	groups, err := pgx.CollectRows(rows, scanOrgGroup)
	if err != nil {
		return nil, fmt.Errorf("groups of organization: %w", err)
	}
	return groups, nil
}

// One gives a group of an organization, or ErrNotFound.
func One(ctx context.Context, db pg.Querier, orgID int64, id int16) (OrgGroup, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en, og.issuer, og.status, og.connected_at
		from org_product_groups og
		join product_groups g on g.id = og.group_id
		where og.org_id = $1 and og.group_id = $2`
	return oneGroup(ctx, db, q, orgID, id)
}

// lockGroup is One for who will change it.
func lockGroup(ctx context.Context, tx pg.Tx, orgID int64, id int16) (OrgGroup, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en, og.issuer, og.status, og.connected_at
		from org_product_groups og
		join product_groups g on g.id = og.group_id
		where og.org_id = $1 and og.group_id = $2
		for update of og`
	return oneGroup(ctx, tx, q, orgID, id)
}

func oneGroup(ctx context.Context, db pg.Querier, q string, orgID int64, id int16) (OrgGroup, error) {
	rows, err := db.Query(ctx, q, orgID, id)
	if err != nil {
		return OrgGroup{}, fmt.Errorf("group of organization: %w", err)
	}
	g, err := pgx.CollectExactlyOneRow(rows, scanOrgGroup)
	switch {
	case pg.NoRows(err):
		return OrgGroup{}, ErrNotFound
	case err != nil:
		return OrgGroup{}, fmt.Errorf("group of organization: %w", err)
	}
	return g, nil
}

func scanOrgGroup(row pgx.CollectableRow) (g OrgGroup, err error) {
	err = row.Scan(&g.Group.ID, &g.Group.Slug, &g.Group.Uz, &g.Group.Ru, &g.Group.En, &g.Issuer, &g.Status, &g.ConnectedAt)
	return g, err
}

// insertGroup connects an organization with a group it does not have, else
// ErrTaken.
func insertGroup(ctx context.Context, tx pg.Tx, orgID int64, c Choice) error {
	const q = `insert into org_product_groups (org_id, group_id, issuer, status) values ($1, $2, $3, 'active')`
	_, err := tx.Exec(ctx, q, orgID, c.ID, c.Issuer)
	switch {
	case pg.Violates(err, "org_product_groups_pkey"):
		return ErrTaken.Because(err)
	case err != nil:
		return fmt.Errorf("connect group: %w", err)
	}
	return nil
}

func updateIssuer(ctx context.Context, tx pg.Tx, orgID int64, id int16, issuer bool) error {
	const q = `update org_product_groups set issuer = $3 where org_id = $1 and group_id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id, issuer); err != nil {
		return fmt.Errorf("change issuer: %w", err)
	}
	return nil
}

// OrgChoices are the groups of one organization in a file.
type OrgChoices struct {
	OrgID   int64
	Choices []Choice
	// Replace takes away groups that are not in Choices: only right before the
	// organization is activated, while nothing hangs on them.
	Replace bool
}

// PutManyTx connects organizations with groups. What is connected already
// keeps its state; only the issuer flag follows.
func PutManyTx(ctx context.Context, tx pg.Tx, all []OrgChoices) error {
	var orgs, replaced []int64
	var groups []int16
	var issuer []bool
	for _, o := range all {
		if o.Replace {
			replaced = append(replaced, o.OrgID)
		}
		for _, c := range o.Choices {
			orgs, groups, issuer = append(orgs, o.OrgID), append(groups, c.ID), append(issuer, c.Issuer)
		}
	}
	if err := upsertGroups(ctx, tx, orgs, groups, issuer); err != nil {
		return err
	}
	return deleteOtherGroups(ctx, tx, replaced, orgs, groups)
}

func upsertGroups(ctx context.Context, tx pg.Tx, orgs []int64, groups []int16, issuer []bool) error {
	if len(orgs) == 0 {
		return nil
	}
	const q = `
		insert into org_product_groups (org_id, group_id, issuer, status)
		select c.org_id, c.group_id, c.issuer, 'active'
		from unnest($1::bigint[], $2::smallint[], $3::boolean[]) as c (org_id, group_id, issuer)
		order by c.org_id, c.group_id
		on conflict (org_id, group_id) do update set issuer = excluded.issuer
		where org_product_groups.issuer <> excluded.issuer`
	if _, err := tx.Exec(ctx, q, orgs, groups, issuer); err != nil {
		return fmt.Errorf("connect groups: %w", err)
	}
	return nil
}

func deleteOtherGroups(ctx context.Context, tx pg.Tx, replaced, orgs []int64, groups []int16) error {
	if len(replaced) == 0 {
		return nil
	}
	const q = `
		delete from org_product_groups g
		where g.org_id = any ($1::bigint[])
			and (g.org_id, g.group_id) not in (
				select c.org_id, c.group_id
				from unnest($2::bigint[], $3::smallint[]) as c (org_id, group_id))`
	if _, err := tx.Exec(ctx, q, replaced, orgs, groups); err != nil {
		return fmt.Errorf("take groups away: %w", err)
	}
	return nil
}
