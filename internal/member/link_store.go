package member

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// linkPlaces gives the accounts of the members whose reach grew.
func linkPlaces(ctx context.Context, tx pg.Tx, orgID int64, places []int32, creatorID int64) ([]int64, error) {
	const q = `
		with linked as (
		    insert into member_places (org_id, member_id, place_id)
		    select m.org_id, m.id, p.id
		    from members m
		    cross join unnest($2::integer[]) p (id)
		    where m.org_id = $1 and not m.all_places and m.status <> 'blocked'
		      and (m.id = $3 or exists (
		          select 1 from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'))
		    on conflict do nothing
		    returning member_id
		)
		select distinct m.account_id
		from members m
		join linked l on l.member_id = m.id
		where m.org_id = $1 and m.account_id is not null
		order by m.account_id`
	rows, err := tx.Query(ctx, q, orgID, places, creatorID)
	return linkedAccounts(rows, err, "link places")
}

// linkGroup gives the accounts of the members whose reach grew.
func linkGroup(ctx context.Context, tx pg.Tx, orgID int64, groupID int16, creatorID int64) ([]int64, error) {
	const q = `
		with linked as (
		    insert into member_groups (org_id, member_id, group_id)
		    select m.org_id, m.id, $2
		    from members m
		    where m.org_id = $1 and not m.all_groups and m.status <> 'blocked'
		      and (m.id = $3 or exists (
		          select 1 from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'))
		    on conflict do nothing
		    returning member_id
		)
		select m.account_id
		from members m
		join linked l on l.member_id = m.id
		where m.org_id = $1 and m.account_id is not null
		order by m.account_id`
	rows, err := tx.Query(ctx, q, orgID, groupID, creatorID)
	return linkedAccounts(rows, err, "link group")
}

func linkedAccounts(rows pgx.Rows, err error, what string) ([]int64, error) {
	if err == nil {
		var ids []int64
		if ids, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err == nil {
			return ids, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", what, err)
}
