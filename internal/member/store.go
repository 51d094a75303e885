package member

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fold"
	"kabinet/internal/platform/pg"
)

func insertFirst(ctx context.Context, tx pg.Tx, f First) (id int64, err error) {
	const q = `
		insert into members (org_id, id, account_id, kind, name, position, email, status, activated_at, seen_at, all_groups, all_places, pinfl_mac, search)
		values ($1, nextval('member_ids'), $2, 'business', $3, $4, $5, 'active', now(), now(), true, true,
		        (select a.pinfl_mac from accounts a where a.id = $2), $6)
		returning id`
	err = tx.QueryRow(ctx, q, f.OrgID, f.AccountID, f.Name, f.Position, f.Email, fold.Words(f.Name, f.Email)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert first member: %w", err)
	}
	return id, nil
}

// linkFirst ties the member to account, roles, groups and place: statements of
// one table each, so that every one stays with its own shard, in one round trip.
func linkFirst(ctx context.Context, tx pg.Tx, id int64, f First, roles []string) error {
	b := &pgx.Batch{}
	b.Queue(`insert into account_members (account_id, org_id, member_id) values ($1, $2, $3)`, f.AccountID, f.OrgID, id)
	b.Queue(`insert into member_roles (org_id, member_id, role) select $1, $2, unnest($3::text[])`, f.OrgID, id, roles)
	b.Queue(`insert into member_groups (org_id, member_id, group_id) select $1, $2, unnest($3::smallint[])`, f.OrgID, id, f.Groups)
	b.Queue(`insert into member_places (org_id, member_id, place_id) values ($1, $2, $3)`, f.OrgID, id, f.PlaceID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("link first member: %w", err)
	}
	return nil
}

func admins(ctx context.Context, q pg.Querier, orgID int64) ([]Admin, error) {
	const stmt = `
		select m.id, m.name, m.name_ru, m.email
		from members m
		join member_roles r on r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'
		where m.org_id = $1 and m.status = 'active'
		order by m.id
		limit 20`
	rows, err := q.Query(ctx, stmt, orgID)
	if err != nil {
		return nil, fmt.Errorf("administrators: %w", err)
	}
	as, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Admin])
	if err != nil {
		return nil, fmt.Errorf("administrators: %w", err)
	}
	return as, nil
}

// ofAccount reads memberships through account_members, the only way from a
// person to organizations.
//
//tenant:any see Of
func ofAccount(ctx context.Context, q pg.Querier, accountID int64) ([]Membership, error) {
	const stmt = `
		select m.org_id, m.id, o.name_uz, o.name_ru, o.name_en, o.tin, o.status, m.status
		from account_members am
		join members m on m.org_id = am.org_id and m.id = am.member_id and m.account_id = am.account_id
		join organizations o on o.org_id = am.org_id
		where am.account_id = $1
		order by m.status = 'active' and o.status = 'active' desc, o.tin, m.org_id`
	rows, err := q.Query(ctx, stmt, accountID)
	if err != nil {
		return nil, fmt.Errorf("memberships: %w", err)
	}
	ms, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Membership])
	if err != nil {
		return nil, fmt.Errorf("memberships: %w", err)
	}
	return ms, nil
}
