package gate

import (
	"context"
	"fmt"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// lockMember holds the session and the member until the transaction ends. The
// organization is held more loosely, so that two acts may both change it;
// whoever blocks one locks it "for update" first.
// Roles are read afterwards in a statement of their own: a lock that had to
// wait would otherwise come back with the roles from before the wait.
func lockMember(ctx context.Context, tx pg.Tx, a actor.Actor) error {
	const q = `
		select 1
		from sessions s
		join members m on m.org_id = s.org_id and m.id = s.member_id
		join organizations o on o.org_id = s.org_id
		where s.token_hash = $1 and s.org_id = $2 and s.member_id = $3
		  and s.expires_at > now() and m.status = 'active' and o.status = 'active'
		for share of s, m
		for key share of o`
	var one int
	err := tx.QueryRow(ctx, q, a.SessionKey, a.OrgID, a.MemberID).Scan(&one)
	return gone(err, "hold member")
}

func memberRoles(ctx context.Context, tx pg.Tx, orgID, memberID int64) ([]string, error) {
	const q = `select coalesce(array_agg(role), '{}') from member_roles where org_id = $1 and member_id = $2`
	var roles []string
	if err := tx.QueryRow(ctx, q, orgID, memberID).Scan(&roles); err != nil {
		return nil, fmt.Errorf("roles now: %w", err)
	}
	return roles, nil
}

// lockStaff gives the roles too: they stand in the locked row itself.
func lockStaff(ctx context.Context, tx pg.Tx, o actor.Operator) ([]string, error) {
	const q = `
		select st.roles
		from sessions s
		join staff st on st.id = s.staff_id
		where s.token_hash = $1 and s.staff_id = $2 and s.expires_at > now() and st.status = 'active'
		for share of s, st`
	var roles []string
	err := tx.QueryRow(ctx, q, o.SessionKey, o.StaffID).Scan(&roles)
	return roles, gone(err, "hold staff")
}

func gone(err error, what string) error {
	switch {
	case pg.NoRows(err):
		return ErrChanged.Because(err)
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
