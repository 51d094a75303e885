package member

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

func byID(ctx context.Context, q pg.Querier, orgID, id int64) (User, error) {
	const stmt = `
		select m.org_id, m.id, coalesce(m.account_id, 0), m.kind, m.name, m.name_ru, m.name_en, m.position, m.position_ru, m.position_en,
		       m.email, coalesce(a.language, m.language), m.pinfl_sealed, m.status,
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id),
		       m.all_groups, m.all_places,
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id order by g.group_id),
		       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id order by p.place_id),
		       m.created_at, coalesce(m.activated_at, '0001-01-01 00:00:00+00'),
		       coalesce(greatest(m.seen_at, (select max(s.last_seen) from sessions s where s.account_id = m.account_id and s.org_id = m.org_id)), '0001-01-01 00:00:00+00'),
		       coalesce(m.blocked_at, '0001-01-01 00:00:00+00'), m.blocked_reason, m.version
		from members m
		left join accounts a on a.id = m.account_id
		where m.org_id = $1 and m.id = $2`
	return oneUser(q.QueryRow(ctx, stmt, orgID, id))
}

// lock is byID for a member who is about to change. The row is locked in a
// statement of its own: read together with the lock, roles could be those from
// before the wait.
func lock(ctx context.Context, tx pg.Tx, orgID, id int64) (User, error) {
	const q = `select 1 from members where org_id = $1 and id = $2 for update`
	var one int
	switch err := tx.QueryRow(ctx, q, orgID, id).Scan(&one); {
	case pg.NoRows(err):
		return User{}, ErrUnknown.Because(err)
	case err != nil:
		return User{}, fmt.Errorf("lock member: %w", err)
	}
	return byID(ctx, tx, orgID, id)
}

func oneUser(row pgx.Row) (u User, err error) {
	var roles []string
	err = row.Scan(&u.OrgID, &u.ID, &u.AccountID, &u.Kind, &u.Names.Uz, &u.Names.Ru, &u.Names.En, &u.Positions.Uz, &u.Positions.Ru, &u.Positions.En,
		&u.Email, &u.Language, &u.sealed, &u.Status, &roles, &u.Scope.AllGroups, &u.Scope.AllPlaces, &u.Scope.Groups, &u.Scope.Places,
		&u.CreatedAt, &u.ActivatedAt, &u.SeenAt, &u.BlockedAt, &u.BlockedReason, &u.Version)
	switch {
	case pg.NoRows(err):
		return User{}, ErrUnknown.Because(err)
	case err != nil:
		return User{}, fmt.Errorf("read member: %w", err)
	}
	u.Roles = ordered(roles)
	return u, nil
}

// ordered puts stored roles into the order of forms.
func ordered(stored []string) []perm.Role {
	roles := make([]perm.Role, 0, len(stored))
	for _, r := range known(stored) {
		roles = append(roles, perm.Role(r))
	}
	return roles
}

// lockAdmins holds every active administrator, in the order of ids: of two
// changes at once the second waits here and then sees what the first did.
func lockAdmins(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `
		select m.id
		from members m
		where m.org_id = $1 and m.status = 'active' and m.kind = 'business'
		  and exists (select from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin')
		order by m.id
		for update of m`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("lock administrators: %w", err)
	}
	return nil
}

// adminLeft refuses a change that leaves nobody to undo it.
func adminLeft(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `
		select exists (
			select from members m
			join member_roles r on r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'
			where m.org_id = $1 and m.status = 'active' and m.kind = 'business')`
	var left bool
	if err := tx.QueryRow(ctx, q, orgID).Scan(&left); err != nil {
		return fmt.Errorf("administrator left: %w", err)
	}
	if !left {
		return ErrLastAdmin
	}
	return nil
}

// replaceRoles makes roles the ones the member has.
func replaceRoles(ctx context.Context, tx pg.Tx, orgID, id int64, roles []string) error {
	b := &pgx.Batch{}
	b.Queue(`delete from member_roles where org_id = $1 and member_id = $2 and role <> all($3::text[])`, orgID, id, roles)
	b.Queue(`insert into member_roles (org_id, member_id, role) select $1, $2, unnest($3::text[])
		on conflict on constraint member_roles_pkey do nothing`, orgID, id, roles)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("replace roles: %w", err)
	}
	return nil
}

func bump(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `update members set version = version + 1 where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("count change of member: %w", err)
	}
	return nil
}

// activate ties the account to the member; programs have none.
func activate(ctx context.Context, tx pg.Tx, u User, accountID int64) error {
	const q = `
		update members
		set status = 'active', activated_at = now(), seen_at = now(), account_id = nullif($3::bigint, 0)
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, u.OrgID, u.ID, accountID); err != nil {
		if pg.Violates(err, "members_org_id_account_id_key") {
			return ErrTaken.Because(err)
		}
		return fmt.Errorf("activate member: %w", err)
	}
	return tie(ctx, tx, u.OrgID, u.ID, accountID)
}

// tie is the way from a person to the organization.
func tie(ctx context.Context, tx pg.Tx, orgID, id, accountID int64) error {
	const q = `
		insert into account_members (account_id, org_id, member_id)
		select $1::bigint, $2::bigint, $3::bigint where $1::bigint <> 0
		on conflict on constraint account_members_pkey do update set member_id = excluded.member_id`
	if _, err := tx.Exec(ctx, q, accountID, orgID, id); err != nil {
		return fmt.Errorf("tie account to member: %w", err)
	}
	return nil
}

// idByFingerprint finds the member with a personal number; 0 if there is none.
func idByFingerprint(ctx context.Context, q pg.Querier, orgID int64, macs [][]byte) (id int64, err error) {
	const stmt = `select id from members where org_id = $1 and pinfl_mac = any($2) order by id limit 1`
	err = q.QueryRow(ctx, stmt, orgID, macs).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("member by fingerprint: %w", err)
	}
	return id, nil
}

// nextID takes the number of a new user.
//
//tenant:any numbers belong to nobody yet
func nextID(ctx context.Context, tx pg.Tx) (id int64, err error) {
	const q = `select nextval('member_ids')`
	if err := tx.QueryRow(ctx, q).Scan(&id); err != nil {
		return 0, fmt.Errorf("next member id: %w", err)
	}
	return id, nil
}

// insertUser stores a new user; false when the same form stored it before.
func insertUser(ctx context.Context, tx pg.Tx, orgID, id int64, r record, mac, sealed []byte) (bool, error) {
	const q = `
		insert into members (org_id, id, kind, name, name_ru, name_en, position, position_ru, position_en, email, language, status,
			pinfl_mac, pinfl_sealed, search, form_key)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'not_activated', $12, $13, $14, nullif($15, ''))
		on conflict (org_id, form_key) where form_key is not null do nothing`
	tag, err := tx.Exec(ctx, q, orgID, id, string(r.Kind), r.Names.Uz, r.Names.Ru, r.Names.En,
		r.Positions.Uz, r.Positions.Ru, r.Positions.En, r.Email, r.Language, mac, sealed, r.search(), r.FormKey)
	switch {
	case pg.Violates(err, "members_org_id_pinfl_mac_key"):
		return false, ErrTaken.Because(err)
	case err != nil:
		return false, fmt.Errorf("insert member: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// byFormKey finds the user that a form made; 0 if there is none.
func byFormKey(ctx context.Context, q pg.Querier, orgID int64, key string) (id int64, err error) {
	const stmt = `select id from members where org_id = $1 and form_key = $2`
	if key == "" {
		return 0, nil
	}
	if err := q.QueryRow(ctx, stmt, orgID, key).Scan(&id); err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("member by form: %w", err)
	}
	return id, nil
}

func updatePerson(ctx context.Context, tx pg.Tx, u User, r record) error {
	const q = `
		update members
		set name = $3, name_ru = $4, name_en = $5, position = $6, position_ru = $7, position_en = $8, email = $9, language = $10, search = $11
		where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, q, u.OrgID, u.ID, r.Names.Uz, r.Names.Ru, r.Names.En, r.Positions.Uz, r.Positions.Ru, r.Positions.En,
		r.Email, r.Language, r.search())
	if err != nil {
		return fmt.Errorf("update member: %w", err)
	}
	return nil
}

func updateNumber(ctx context.Context, tx pg.Tx, u User, mac, sealed []byte) error {
	const q = `update members set pinfl_mac = $3, pinfl_sealed = $4 where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, q, u.OrgID, u.ID, mac, sealed)
	switch {
	case pg.Violates(err, "members_org_id_pinfl_mac_key"):
		return ErrTaken.Because(err)
	case err != nil:
		return fmt.Errorf("update personal number: %w", err)
	}
	return nil
}

func updateBlocked(ctx context.Context, tx pg.Tx, u User, reason string) error {
	const q = `update members set status = 'blocked', blocked_at = now(), blocked_reason = $3 where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, u.OrgID, u.ID, reason); err != nil {
		return fmt.Errorf("block member: %w", err)
	}
	return nil
}

func updateUnblocked(ctx context.Context, tx pg.Tx, u User) error {
	const q = `update members set status = 'not_activated', blocked_at = null, blocked_reason = '' where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, u.OrgID, u.ID); err != nil {
		return fmt.Errorf("unblock member: %w", err)
	}
	return nil
}

func updateSeen(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `update members set seen_at = now() where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("note that a member came: %w", err)
	}
	return nil
}
