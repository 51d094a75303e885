package gate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// lockMember holds the session and the member until the transaction ends. The
// organization is held more loosely, so that two acts may both change it;
// whoever blocks one locks it "for update" first.
// Roles are read afterwards in a statement of their own: a lock that had to
// wait would otherwise come back with the roles from before the wait.
func lockMember(ctx context.Context, tx pg.Tx, a actor.Actor) error {
	if hash, ok := strings.CutPrefix(a.SessionKey, actor.ByToken); ok {
		return lockProgram(ctx, tx, a, hash)
	}
	if hash, ok := strings.CutPrefix(a.SessionKey, actor.ByKey); ok {
		return lockKeyHolder(ctx, tx, a, hash)
	}
	if strings.HasPrefix(a.SessionKey, actor.ByJob) {
		return lockAbsent(ctx, tx, a)
	}
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

// lockProgram is lockMember for who came with a token. The token itself is not
// held: who ends tokens holds the user first, and what a program does while one
// of its other threads refreshes is done before that.
func lockProgram(ctx context.Context, tx pg.Tx, a actor.Actor, hash string) error {
	const q = `
		select 1
		from technical_tokens k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		join organizations o on o.org_id = k.org_id
		where k.token_hash = decode($1, 'hex') and k.kind = 'access' and k.org_id = $2 and k.member_id = $3
		  and k.expires_at > now() and m.status = 'active' and o.status = 'active'
		for share of m
		for key share of o`
	var one int
	err := tx.QueryRow(ctx, q, hash, a.OrgID, a.MemberID).Scan(&one)
	return gone(err, "hold program")
}

// lockKeyHolder is lockMember for a call with an API key. Like a token the key is
// not held: who ends one holds its user first.
func lockKeyHolder(ctx context.Context, tx pg.Tx, a actor.Actor, hash string) error {
	const q = `
		select 1
		from api_key_registry x
		join api_keys k on k.org_id = x.org_id and k.id = x.key_id
		join members m on m.org_id = k.org_id and m.id = k.member_id
		join organizations o on o.org_id = k.org_id
		where x.key_hash = decode($1, 'hex') and k.org_id = $2 and k.member_id = $3
		  and k.ended_at is null and k.expires_at > now() and m.status = 'active' and o.status = 'active'
		for share of m
		for key share of o`
	var one int
	err := tx.QueryRow(ctx, q, hash, a.OrgID, a.MemberID).Scan(&one)
	return gone(err, "hold key holder")
}

func memberRoles(ctx context.Context, tx pg.Tx, orgID, memberID int64) ([]string, error) {
	const q = `select coalesce(array_agg(role), '{}') from member_roles where org_id = $1 and member_id = $2`
	var roles []string
	if err := tx.QueryRow(ctx, q, orgID, memberID).Scan(&roles); err != nil {
		return nil, fmt.Errorf("roles now: %w", err)
	}
	return roles, nil
}

// scopeNow reads whether one group and one place are the member's, not all of
// them: an act concerns one of each.
func scopeNow(ctx context.Context, tx pg.Tx, orgID, memberID int64, r perm.Reach) (s perm.Scope, err error) {
	const q = `
		select m.all_groups, m.all_places,
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id and g.group_id = $3),
		       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id and p.place_id = $4)
		from members m where m.org_id = $1 and m.id = $2`
	err = tx.QueryRow(ctx, q, orgID, memberID, r.Group, r.Place).Scan(&s.AllGroups, &s.AllPlaces, &s.Groups, &s.Places)
	return s, gone(err, "scope now")
}

// wholeScope reads all groups and places that are the member's.
func wholeScope(ctx context.Context, tx pg.Tx, orgID, memberID int64) (s perm.Scope, err error) {
	const q = `
		select m.all_groups, m.all_places,
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id),
		       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id)
		from members m where m.org_id = $1 and m.id = $2`
	err = tx.QueryRow(ctx, q, orgID, memberID).Scan(&s.AllGroups, &s.AllPlaces, &s.Groups, &s.Places)
	return s, gone(err, "scope now")
}

// provedSince reports whether the session's person signed within the last d. A
// session begins with a signature.
func provedSince(ctx context.Context, tx pg.Tx, key string, d time.Duration) (fresh bool, err error) {
	const q = `select coalesce(proved_at, created_at) > now() - $2::interval from sessions where token_hash = $1`
	err = tx.QueryRow(ctx, q, key, d).Scan(&fresh)
	return fresh, gone(err, "last proof")
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
