package member

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

func choices(ctx context.Context, q pg.Querier, orgID int64) (c Choices, err error) {
	if c.Issuer, err = issues(ctx, q, orgID); err != nil {
		return c, err
	}
	const groups = `
		select g.id, g.name_uz, g.name_ru, g.name_en
		from org_product_groups og
		join product_groups g on g.id = og.group_id
		where og.org_id = $1 and og.status <> 'blocked'
		order by g.id`
	rows, err := q.Query(ctx, groups, orgID)
	if err != nil {
		return c, fmt.Errorf("groups to choose: %w", err)
	}
	c.Groups, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (g GroupChoice, err error) {
		return g, r.Scan(&g.ID, &g.Names.Uz, &g.Names.Ru, &g.Names.En)
	})
	if err != nil {
		return c, fmt.Errorf("groups to choose: %w", err)
	}
	const places = `
		select id, name
		from places
		where org_id = $1 and status = 'active'
		order by is_main desc, name, id
		limit $2`
	if rows, err = q.Query(ctx, places, orgID, maxPlaces); err == nil {
		c.Places, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PlaceChoice])
	}
	if err != nil {
		return c, fmt.Errorf("places to choose: %w", err)
	}
	return c, nil
}

// issues reports whether the organization issues codes anywhere.
func issues(ctx context.Context, q pg.Querier, orgID int64) (yes bool, err error) {
	const stmt = `select exists (select from org_product_groups where org_id = $1 and issuer and status <> 'blocked')`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&yes); err != nil {
		return false, fmt.Errorf("issuer: %w", err)
	}
	return yes, nil
}

var errScope = fault.New(fault.Invalid, "member.scope.unknown")

// replaceScope makes the scope the member's. Groups and places that are not the
// organization's, or not open any more, are a complaint.
func replaceScope(ctx context.Context, tx pg.Tx, orgID, id int64, s perm.Scope) error {
	const set = `update members set all_groups = $3, all_places = $4 where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, set, orgID, id, s.AllGroups, s.AllPlaces); err != nil {
		return fmt.Errorf("replace scope: %w", err)
	}
	const groups = `
		with gone as (delete from member_groups where org_id = $1 and member_id = $2 and group_id <> all($3::smallint[])),
		added as (
			insert into member_groups (org_id, member_id, group_id)
			select $1, $2, group_id from org_product_groups where org_id = $1 and group_id = any($3::smallint[]) and status <> 'blocked'
			on conflict on constraint member_groups_pkey do nothing)
		select count(*) = cardinality($3::smallint[]) from org_product_groups where org_id = $1 and group_id = any($3::smallint[])`
	if err := allThere(ctx, tx, groups, "groups", orgID, id, nonNil(s.Groups)); err != nil {
		return err
	}
	const places = `
		with gone as (delete from member_places where org_id = $1 and member_id = $2 and place_id <> all($3::integer[])),
		added as (
			insert into member_places (org_id, member_id, place_id)
			select $1, $2, id from places where org_id = $1 and id = any($3::integer[]) and status = 'active'
			on conflict on constraint member_places_pkey do nothing)
		select count(*) = cardinality($3::integer[]) from places where org_id = $1 and id = any($3::integer[])`
	return allThere(ctx, tx, places, "places", orgID, id, nonNil(s.Places))
}

func allThere(ctx context.Context, tx pg.Tx, stmt, field string, args ...any) error {
	var all bool
	if err := tx.QueryRow(ctx, stmt, args...).Scan(&all); err != nil {
		return fmt.Errorf("replace %s: %w", field, err)
	}
	if !all {
		return errScope.On(field)
	}
	return nil
}

// nonNil makes an empty array of nothing: null in SQL compares with nothing.
func nonNil[T any](ids []T) []T {
	if ids == nil {
		return []T{}
	}
	return ids
}
