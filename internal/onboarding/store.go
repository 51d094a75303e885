package onboarding

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// homeStatement reads all that the rules look at and the latest events at once:
// the start page is opened more often than any other. What the server takes for
// it grows with the tables and indexes it has to open, so each table is walked
// once, and names of groups are left to the page about them. $1 is the
// organization, $2 the member, $3 and $4 are the groups that are open to it, $5 is
// how far cards are counted, $6 the roles of doers.
const homeStatement = `
	select o.email, o.director_name, o.region, o.district, o.street, coalesce(o.activated_at, '0001-01-01 00:00:00+00'), coalesce(o.checked_at, '0001-01-01 00:00:00+00'),
	       coalesce((select max(e.key_until) from eds_signatures e where e.org_id = $1 and e.purpose in ('activation', 'offer', 'director')), '0001-01-01 00:00:00+00'),
	       g.ids, g.issuers, g.statuses, p.active, p.main, m.active, m.invited, m.programs,
	       (select count(*) from gs1_prefixes x where x.org_id = $1 and x.status = 'active'),
	       exists (select 1 from gs1_gtins x where x.org_id = $1 and x.status = 'active'),
	       exists (select 1 from requests x where x.org_id = $1 and x.status = 'open' and x.kind in ('gs1_prefix', 'gs1_gtin')),
	       (select count(*) from member_roles r where r.org_id = $1 and r.member_id = $2),
	       coalesce((select ceil(extract(epoch from k.expires_at - now()) / 86400)::integer from api_keys k
	                 where k.org_id = $1 and k.member_id = $2 and k.ended_at is null and k.expires_at > now()), 0),
	       exists (select 1 from cards c where c.org_id = $1 and c.archived_at is null and ($3 or c.group_id = any($4))),
	       exists (select 1 from card_versions v join cards c on c.org_id = v.org_id and c.id = v.card_id
	               where v.org_id = $1 and v.status = 'moderation' and ($3 or c.group_id = any($4))),
	       exists (select 1 from catalogue k where k.org_id = $1 and ($3 or k.group_id = any($4))),
	       c.returned, c.no_country, c.planned,
	       coalesce(a.status, ''), coalesce(a.until, '0001-01-01 00:00:00+00'), coalesce(a.activated_at, '0001-01-01 00:00:00+00'), d.waiting, coalesce(d.due, '0001-01-01 00:00:00+00'),
	       (select count(*) from (select 1 from aics where org_id = $1 and status = 'formed' and formed_on < current_date - 30 and ($3 or group_id = any($4)) limit $5) old),
	       coalesce((select min(w.starts_at) from maintenance_windows w
	                 where w.called_off_at is null and w.ends_at > now() and w.announce_at <= now()), '0001-01-01 00:00:00+00'),
	       t.tasks, t.times, u.names, u.roles,
	       l.times, l.kinds, l.names, l.actions, now()
	from organizations o
	     left join agreements a on a.org_id = $1 and a.status <> 'ended' and (a.until is null or a.until > now()),
	     (select array_agg(group_id) as ids, array_agg(issuer) as issuers, array_agg(status) as statuses
	      from org_product_groups where org_id = $1 and status <> 'blocked') g,
	     (select count(*) as active, coalesce(bool_or(is_main), false) as main
	      from places where org_id = $1 and status = 'active') p,
	     (select count(*) filter (where status = 'active' and kind = 'business') as active,
	             count(*) filter (where status = 'not_activated' and kind = 'business') as invited,
	             count(*) filter (where status = 'active' and kind = 'technical') as programs
	      from members where org_id = $1) m,
	     (select count(*) filter (where editing = 'returned') as returned, count(*) filter (where country = '') as no_country,
	             count(*) filter (where planned_on is not null and standing <> 'published') as planned
	      from (select editing, country, planned_on, standing from cards
	            where org_id = $1 and archived_at is null and (editing = 'returned' or country = '' or planned_on is not null)
	              and ($3 or group_id = any($4)) limit $5) noted) c,
	     (select count(*) as waiting, min(deadline_at) as due
	      from (select deadline_at from documents
	            where org_id = $1 and answer = 'waiting' and deadline_at > now() and ($3 or group_id = any($4))
	            order by deadline_at limit $5) unanswered) d,
	     (select array_agg(task) as tasks, array_agg(at) as times from onboarding_ticks where org_id = $1) t,
	     (select array_agg(name) as names, array_agg(role) as roles
	      from (select m.name, r.role from member_roles r join members m on m.org_id = r.org_id and m.id = r.member_id
	            where r.org_id = $1 and r.role = any($6) and m.status = 'active' and m.id <> $2
	            order by m.id, r.role limit 50) able) u,
	     (select array_agg(at) as times, array_agg(actor_kind) as kinds, array_agg(actor_name) as names, array_agg(action) as actions
	      from (select at, actor_kind, actor_name, action from audit_log where org_id = $1 order by id desc limit 5) newest) l
	where o.org_id = $1`

// arrays are the columns of homeStatement that hold several rows of a table each.
type arrays struct {
	groups struct {
		ids      []int16
		issuers  []bool
		statuses []string
	}
	ticks struct {
		tasks []string
		times []time.Time
	}
	able struct{ names, roles []string }
	log  struct {
		times                 []time.Time
		kinds, names, actions []string
	}
}

// homeOf reads where a member's organization stands, and its latest events.
func homeOf(ctx context.Context, q pg.Querier, orgID, memberID int64, scope perm.Scope) (s State, events []Event, err error) {
	var a arrays
	err = q.QueryRow(ctx, homeStatement, orgID, memberID, scope.AllGroups, scope.Groups, cardsCounted+1, doers()).Scan(columns(&s, &a)...)
	switch {
	case pg.NoRows(err):
		return State{}, nil, ErrNoOrg.Because(err)
	case err != nil:
		return State{}, nil, fmt.Errorf("start page: %w", err)
	}
	s.Groups = groupsOf(a.groups.ids, a.groups.issuers, a.groups.statuses)
	s.Ticked, s.People = ticksOf(a.ticks.tasks, a.ticks.times), peopleOf(a.able.names, a.able.roles)
	for i, at := range a.log.times {
		events = append(events, Event{At: at, ActorKind: a.log.kinds[i], ActorName: a.log.names[i], Action: a.log.actions[i]})
	}
	return s, events, nil
}

// columns are where those of homeStatement go, in their order.
func columns(s *State, a *arrays) []any {
	n := &s.Cards
	return []any{
		&s.Email, &s.Director, &s.Region, &s.District, &s.Street, &s.ActivatedAt, &s.CheckedAt, &s.KeyUntil,
		&a.groups.ids, &a.groups.issuers, &a.groups.statuses, &s.Places, &s.MainPlace, &s.Users, &s.UsersInvited, &s.Programs,
		&s.Prefixes, &s.GTINs, &s.NumbersAsked, &s.MyRoles, &s.KeyDays,
		&n.Any, &n.Waiting, &n.Published, &n.Returned, &n.NoCountry, &n.Planned,
		&s.Agreement, &s.AgreementUntil, &s.AgreementSince, &s.Invoices, &s.InvoiceDue, &s.AICs, &s.Maintenance,
		&a.ticks.tasks, &a.ticks.times, &a.able.names, &a.able.roles,
		&a.log.times, &a.log.kinds, &a.log.names, &a.log.actions, &s.Now,
	}
}

// doers are the roles that let somebody do a task of the list.
func doers() []string {
	var codes []string
	for _, right := range []perm.Code{perm.OrgEdit, perm.CardPublish, perm.DocAIC} {
		for _, r := range perm.RolesWith(right) {
			codes = append(codes, string(r))
		}
	}
	return codes
}

// groupsOf puts the columns of groups together again.
func groupsOf(ids []int16, issuers []bool, statuses []string) []Group {
	groups := make([]Group, len(issuers))
	for i, issuer := range issuers {
		groups[i] = Group{ID: ids[i], Issuer: issuer, Status: statuses[i]}
	}
	return groups
}

func ticksOf(tasks []string, times []time.Time) map[string]time.Time {
	ticked := make(map[string]time.Time, len(tasks))
	for i, task := range tasks {
		ticked[task] = times[i]
	}
	return ticked
}

// peopleOf joins the roles of each person, who stand together.
func peopleOf(names, roles []string) []Person {
	var people []Person
	for i, name := range names {
		if n := len(people); n == 0 || people[n-1].Name != name {
			people = append(people, Person{Name: name})
		}
		last := &people[len(people)-1]
		last.Rights = last.Rights.Or(perm.Role(roles[i]).Rights())
	}
	return people
}

func insertTick(ctx context.Context, tx pg.Tx, a actor.Actor, task string) error {
	const q = `
		insert into onboarding_ticks (org_id, task, member_id, member_name)
		values ($1, $2, $3, $4)
		on conflict (org_id, task) do nothing`
	if _, err := tx.Exec(ctx, q, a.OrgID, task, a.MemberID, a.Name); err != nil {
		return fmt.Errorf("tick %s: %w", task, err)
	}
	return nil
}

func deleteTick(ctx context.Context, tx pg.Tx, a actor.Actor, task string) error {
	const q = `delete from onboarding_ticks where org_id = $1 and task = $2`
	if _, err := tx.Exec(ctx, q, a.OrgID, task); err != nil {
		return fmt.Errorf("untick %s: %w", task, err)
	}
	return nil
}

// tickOf says who ticked a task; the zero Tick is nobody.
func tickOf(ctx context.Context, q pg.Querier, orgID int64, task string) (t Tick, err error) {
	const stmt = `select member_name, at from onboarding_ticks where org_id = $1 and task = $2`
	err = q.QueryRow(ctx, stmt, orgID, task).Scan(&t.By, &t.At)
	if err != nil && !pg.NoRows(err) {
		return Tick{}, fmt.Errorf("tick of %s: %w", task, err)
	}
	return t, nil
}
