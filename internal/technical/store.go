package technical

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// zero gives the time behind a pointer, the zero time for none.
func zero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// userOf reads a technical user; one that was never invited has no login yet.
func userOf(ctx context.Context, q pg.Querier, orgID, memberID int64) (u User, err error) {
	const stmt = `
		select m.org_id, m.id, m.name, m.status, coalesce(t.login, ''), t.password_set_at,
		       coalesce(t.addresses, '{}'), t.last_used_at, coalesce(t.last_used_ip, ''), coalesce(t.version, 0)
		from members m
		left join technical_users t on t.org_id = m.org_id and t.member_id = m.id
		where m.org_id = $1 and m.id = $2 and m.kind = 'technical'`
	var set, used *time.Time
	err = q.QueryRow(ctx, stmt, orgID, memberID).Scan(&u.OrgID, &u.MemberID, &u.Name, &u.Status, &u.Login, &set,
		&u.Networks, &used, &u.LastUsedIP, &u.Version)
	switch {
	case pg.NoRows(err):
		return User{}, ErrNotFound
	case err != nil:
		return User{}, fmt.Errorf("technical user: %w", err)
	}
	u.PasswordSetAt, u.LastUsedAt = zero(set), zero(used)
	return u, nil
}

func loginOf(ctx context.Context, q pg.Querier, orgID, memberID int64) (login string, err error) {
	const stmt = `select login from technical_users where org_id = $1 and member_id = $2`
	err = q.QueryRow(ctx, stmt, orgID, memberID).Scan(&login)
	if err != nil && !pg.NoRows(err) {
		return "", fmt.Errorf("login: %w", err)
	}
	return login, nil
}

// registerLogin claims a login in the whole system; free is false when somebody
// has it.
func registerLogin(ctx context.Context, tx pg.Tx, login string, orgID, memberID int64) (free bool, err error) {
	const q = `
		insert into login_registry (login, org_id, member_id) values ($1, $2, $3)
		on conflict (login) do nothing`
	tag, err := tx.Exec(ctx, q, login, orgID, memberID)
	if err != nil {
		return false, fmt.Errorf("register login: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

func insertUser(ctx context.Context, tx pg.Tx, login string, orgID, memberID int64) error {
	const q = `insert into technical_users (org_id, member_id, login) values ($1, $2, $3)`
	if _, err := tx.Exec(ctx, q, orgID, memberID, login); err != nil {
		return fmt.Errorf("insert technical user: %w", err)
	}
	return nil
}

func setPassword(ctx context.Context, tx pg.Tx, orgID, memberID int64, hash string) error {
	const q = `
		update technical_users set password_hash = $3, password_set_at = now()
		where org_id = $1 and member_id = $2`
	if _, err := tx.Exec(ctx, q, orgID, memberID, hash); err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// dropPassword leaves the login, which stays the user's for ever.
func dropPassword(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	const q = `
		update technical_users set password_hash = null, password_set_at = null
		where org_id = $1 and member_id = $2`
	if _, err := tx.Exec(ctx, q, orgID, memberID); err != nil {
		return fmt.Errorf("drop password: %w", err)
	}
	return nil
}

// setNetworks changes the list if nobody else has since version; changed is
// false otherwise.
func setNetworks(ctx context.Context, tx pg.Tx, orgID, memberID int64, networks []string, version int) (changed bool, err error) {
	const q = `
		update technical_users set addresses = $3, version = version + 1
		where org_id = $1 and member_id = $2 and version = $4`
	tag, err := tx.Exec(ctx, q, orgID, memberID, networks, version)
	if err != nil {
		return false, fmt.Errorf("set networks: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// touch notes that a user was here, once a minute at most.
func touch(ctx context.Context, tx pg.Tx, orgID, memberID int64, ip string) error {
	const q = `
		update technical_users set last_used_at = now(), last_used_ip = $3
		where org_id = $1 and member_id = $2
		  and (last_used_at is null or last_used_at < now() - interval '1 minute')`
	if _, err := tx.Exec(ctx, q, orgID, memberID, ip); err != nil {
		return fmt.Errorf("touch technical user: %w", err)
	}
	return nil
}

// credential is what a login stands for.
type credential struct {
	OrgID, MemberID int64
	Name            string
	Hash            string // empty when nothing fits: no password, not active
	Networks        []string
	OrgActive       bool
}

// credentialOf finds what belongs to a login; an unknown login and one that may
// not be used have no hash.
//
//tenant:any the login itself says which organization it belongs to
func credentialOf(ctx context.Context, q pg.Querier, login string) (c credential, err error) {
	const stmt = `
		select r.org_id, r.member_id, m.name, case when m.status = 'active' then coalesce(t.password_hash, '') else '' end,
		       t.addresses, o.status = 'active'
		from login_registry r
		join technical_users t on t.org_id = r.org_id and t.member_id = r.member_id
		join members m on m.org_id = r.org_id and m.id = r.member_id
		join organizations o on o.org_id = r.org_id
		where r.login = $1`
	rows, err := q.Query(ctx, stmt, login)
	if err != nil {
		return c, fmt.Errorf("credential: %w", err)
	}
	c, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[credential])
	if err != nil && !pg.NoRows(err) {
		return c, fmt.Errorf("credential: %w", err)
	}
	return c, nil
}
