package onboarding

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// homeOf reads all that the rules look at and the latest events in one
// statement: the start page is opened more often than any other. What the
// server takes for it grows with the tables and indexes it has to open, so each
// table is walked once, and names of groups are left to the page about them.
func homeOf(ctx context.Context, q pg.Querier, orgID, memberID int64, scope perm.Scope) (s State, events []Event, at time.Time, err error) {
	const stmt = `
		select o.email, o.director_name, o.region, o.district, o.street, coalesce(o.activated_at, '0001-01-01 00:00:00+00'), coalesce(o.checked_at, '0001-01-01 00:00:00+00'),
		       coalesce((select max(e.key_until) from eds_signatures e where e.org_id = $1 and e.purpose in ('activation', 'offer', 'director')), '0001-01-01 00:00:00+00'),
		       g.issuers, g.statuses, p.active, p.main, m.active, m.invited,
		       (select count(*) from gs1_prefixes x where x.org_id = $1 and x.status = 'active'),
		       (select count(*) from member_roles r where r.org_id = $1 and r.member_id = $2),
		       coalesce((select ceil(extract(epoch from k.expires_at - now()) / 86400)::integer from api_keys k
		                 where k.org_id = $1 and k.member_id = $2 and k.ended_at is null and k.expires_at > now()), 0),
		       exists (select 1 from cards c where c.org_id = $1 and c.archived_at is null and ($3 or c.group_id = any($4))),
		       exists (select 1 from card_versions v join cards c on c.org_id = v.org_id and c.id = v.card_id
		               where v.org_id = $1 and v.status = 'moderation' and ($3 or c.group_id = any($4))),
		       exists (select 1 from catalogue k where k.org_id = $1 and ($3 or k.group_id = any($4))),
		       c.returned, c.no_country, c.planned,
		       l.times, l.kinds, l.names, l.actions, now()
		from organizations o,
		     (select array_agg(issuer) as issuers, array_agg(status) as statuses
		      from org_product_groups where org_id = $1 and status <> 'blocked') g,
		     (select count(*) as active, coalesce(bool_or(is_main), false) as main
		      from places where org_id = $1 and status = 'active') p,
		     (select count(*) filter (where status = 'active') as active, count(*) filter (where status = 'not_activated') as invited
		      from members where org_id = $1 and kind = 'business') m,
		     (select count(*) filter (where editing = 'returned') as returned, count(*) filter (where country = '') as no_country,
		             count(*) filter (where planned_on is not null and standing <> 'published') as planned
		      from (select editing, country, planned_on, standing from cards
		            where org_id = $1 and archived_at is null and (editing = 'returned' or country = '' or planned_on is not null)
		              and ($3 or group_id = any($4)) limit $5) noted) c,
		     (select array_agg(at) as times, array_agg(actor_kind) as kinds, array_agg(actor_name) as names, array_agg(action) as actions
		      from (select at, actor_kind, actor_name, action from audit_log where org_id = $1 order by id desc limit 5) newest) l
		where o.org_id = $1`
	var groups struct {
		issuers  []bool
		statuses []string
	}
	var log struct {
		times                 []time.Time
		kinds, names, actions []string
	}
	n := &s.Cards
	err = q.QueryRow(ctx, stmt, orgID, memberID, scope.AllGroups, scope.Groups, cardsCounted+1).Scan(&s.Email, &s.Director, &s.Region, &s.District, &s.Street, &s.ActivatedAt, &s.CheckedAt, &s.KeyUntil,
		&groups.issuers, &groups.statuses, &s.Places, &s.MainPlace, &s.Users, &s.UsersInvited, &s.Prefixes, &s.MyRoles, &s.KeyDays,
		&n.Any, &n.Waiting, &n.Published, &n.Returned, &n.NoCountry, &n.Planned,
		&log.times, &log.kinds, &log.names, &log.actions, &at)
	switch {
	case pg.NoRows(err):
		return State{}, nil, at, ErrNoOrg.Because(err)
	case err != nil:
		return State{}, nil, at, fmt.Errorf("start page: %w", err)
	}
	s.Groups = groupsOf(groups.issuers, groups.statuses)
	for i, at := range log.times {
		events = append(events, Event{At: at, ActorKind: log.kinds[i], ActorName: log.names[i], Action: log.actions[i]})
	}
	return s, events, at, nil
}

// groupsOf puts the columns of groups together again.
func groupsOf(issuers []bool, statuses []string) []Group {
	groups := make([]Group, len(issuers))
	for i, issuer := range issuers {
		groups[i] = Group{Issuer: issuer, Status: statuses[i]}
	}
	return groups
}
