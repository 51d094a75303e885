package gate

import (
	"context"
	"fmt"
	"strconv"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// OfJob is a member for whom a job works who may have signed out since: an
// import that goes on, an export. Rights and scope are those of this moment, and
// like anybody's they are asked for anew by every change. ErrChanged when the
// member or the organization is no longer active.
func OfJob(ctx context.Context, q pg.Querier, orgID, memberID int64) (actor.Actor, error) {
	const stmt = `
		select coalesce(m.account_id, 0), m.name, m.all_groups, m.all_places,
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id),
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id),
		       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id)
		from members m
		join organizations o on o.org_id = m.org_id
		where m.org_id = $1 and m.id = $2 and m.status = 'active' and o.status = 'active'`
	a := actor.Actor{OrgID: orgID, MemberID: memberID, SessionKey: actor.ByJob + strconv.FormatInt(memberID, 10)}
	var roles []string
	err := q.QueryRow(ctx, stmt, orgID, memberID).Scan(&a.AccountID, &a.Name,
		&a.Scope.AllGroups, &a.Scope.AllPlaces, &roles, &a.Scope.Groups, &a.Scope.Places)
	switch {
	case pg.NoRows(err):
		return actor.Actor{}, ErrChanged.Because(err)
	case err != nil:
		return actor.Actor{}, fmt.Errorf("member of a job: %w", err)
	}
	a.Rights = perm.Rights(roles)
	return a, nil
}

// lockAbsent is lockMember for whom a job works: there is no session to hold.
func lockAbsent(ctx context.Context, tx pg.Tx, a actor.Actor) error {
	const q = `
		select 1
		from members m
		join organizations o on o.org_id = m.org_id
		where m.org_id = $1 and m.id = $2 and m.status = 'active' and o.status = 'active'
		for share of m
		for key share of o`
	var one int
	err := tx.QueryRow(ctx, q, a.OrgID, a.MemberID).Scan(&one)
	return gone(err, "hold member of a job")
}
