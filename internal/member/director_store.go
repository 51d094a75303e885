package member

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func holdPeople(ctx context.Context, tx pg.Tx, orgID int64, macs [][]byte) ([]Known, error) {
	const q = `
		select m.id, coalesce(m.account_id, 0), m.name, m.status
		from members m
		left join accounts a on a.id = m.account_id
		where m.org_id = $1 and m.kind = 'business' and (m.pinfl_mac = any($2) or a.pinfl_mac = any($2))
		order by m.id
		for update of m`
	rows, err := tx.Query(ctx, q, orgID, macs)
	if err != nil {
		return nil, fmt.Errorf("hold people: %w", err)
	}
	known, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Known])
	if err != nil {
		return nil, fmt.Errorf("hold people: %w", err)
	}
	return known, nil
}

func promote(ctx context.Context, tx pg.Tx, id int64, d Director) error {
	const q = `
		update members
		set account_id = $3, name = $4, status = 'active', activated_at = coalesce(activated_at, now()),
			blocked_at = null, blocked_reason = '', all_groups = true, all_places = true, version = version + 1
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, d.OrgID, id, d.AccountID, d.Name); err != nil {
		return fmt.Errorf("promote member: %w", err)
	}
	return nil
}

func insertDirector(ctx context.Context, tx pg.Tx, d Director) (id int64, err error) {
	const q = `
		insert into members (org_id, id, account_id, kind, name, position, email, language, status, activated_at, all_groups, all_places)
		values ($1, nextval('member_ids'), $2, 'business', $3, $4, $5, $6, 'active', now(), true, true)
		returning id`
	err = tx.QueryRow(ctx, q, d.OrgID, d.AccountID, d.Name, d.Position, d.Email, d.Language).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert director: %w", err)
	}
	return id, nil
}

// linkDirector ties the member to account and roles, each statement with one table.
func linkDirector(ctx context.Context, tx pg.Tx, id int64, d Director, roles []string) error {
	b := &pgx.Batch{}
	b.Queue(`insert into account_members (account_id, org_id, member_id) values ($1, $2, $3) on conflict do nothing`, d.AccountID, d.OrgID, id)
	b.Queue(`insert into member_roles (org_id, member_id, role) select $1, $2, unnest($3::text[]) on conflict do nothing`, d.OrgID, id, roles)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("link director: %w", err)
	}
	return nil
}

func dropRole(ctx context.Context, tx pg.Tx, orgID, memberID int64, role string) (bool, error) {
	const drop = `delete from member_roles where org_id = $1 and member_id = $2 and role = $3`
	tag, err := tx.Exec(ctx, drop, orgID, memberID, role)
	if err != nil {
		return false, fmt.Errorf("drop role: %w", err)
	}
	const count = `update members set version = version + 1 where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, count, orgID, memberID); err != nil {
		return false, fmt.Errorf("drop role: %w", err)
	}
	return tag.RowsAffected() > 0, nil
}
