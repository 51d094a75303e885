package onboarding

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// Standing is the state of an organization as its administrator would see it.
type Standing struct {
	OrgID int64
	State
}

// StandingsOf reads what the rules look at for several organizations at once, as
// administrators with every group and place see them; one that is not there is
// left out.
//
//tenant:any the operator's overview of readiness looks at organizations by the hundred
func StandingsOf(ctx context.Context, q pg.Querier, orgIDs []int64) ([]Standing, error) {
	const stmt = `
		select o.org_id, o.email, o.director_name, o.region, o.district, o.street,
		       coalesce(o.activated_at, '0001-01-01 00:00:00+00'), coalesce(o.checked_at, '0001-01-01 00:00:00+00'),
		       g.ids, g.issuers, g.statuses, p.active, p.main, m.active, m.invited, m.programs,
		       (select count(*) from gs1_prefixes x where x.org_id = o.org_id and x.status = 'active'),
		       exists (select 1 from gs1_gtins x where x.org_id = o.org_id and x.status = 'active'),
		       exists (select 1 from requests x where x.org_id = o.org_id and x.status = 'open' and x.kind in ('gs1_prefix', 'gs1_gtin')),
		       coalesce((select max(ceil(extract(epoch from k.expires_at - now()) / 86400))::integer from api_keys k
		                 where k.org_id = o.org_id and k.ended_at is null and k.expires_at > now()), 0),
		       exists (select 1 from cards c where c.org_id = o.org_id and c.archived_at is null),
		       exists (select 1 from card_versions v where v.org_id = o.org_id and v.status = 'moderation'),
		       exists (select 1 from catalogue k where k.org_id = o.org_id),
		       exists (select 1 from cards where org_id = o.org_id and archived_at is null and editing = 'returned')::integer,
		       exists (select 1 from cards where org_id = o.org_id and archived_at is null and country = '')::integer,
		       exists (select 1 from cards where org_id = o.org_id and archived_at is null and planned_on is not null and standing <> 'published')::integer,
		       coalesce(a.status, ''), coalesce(a.until, '0001-01-01 00:00:00+00'),
		       coalesce((select min(deadline_at) from documents where org_id = o.org_id and answer = 'waiting' and deadline_at > now()), '0001-01-01 00:00:00+00'),
		       exists (select 1 from aics where org_id = o.org_id and status = 'formed' and formed_on < current_date - 30)::integer,
		       t.tasks, t.times, now()
		from organizations o
		     left join agreements a on a.org_id = o.org_id and a.status <> 'ended' and (a.until is null or a.until > now())
		     cross join lateral (select array_agg(group_id) as ids, array_agg(issuer) as issuers, array_agg(status) as statuses
		      from org_product_groups where org_id = o.org_id and status <> 'blocked') g
		     cross join lateral (select count(*) as active, coalesce(bool_or(is_main), false) as main
		      from places where org_id = o.org_id and status = 'active') p
		     cross join lateral (select count(*) filter (where status = 'active' and kind = 'business') as active,
		             count(*) filter (where status = 'not_activated' and kind = 'business') as invited,
		             count(*) filter (where status = 'active' and kind = 'technical') as programs
		      from members where org_id = o.org_id) m
		     cross join lateral (select array_agg(task) as tasks, array_agg(at) as times from onboarding_ticks where org_id = o.org_id) t
		where o.org_id = any($1)
		order by o.org_id`
	rows, err := q.Query(ctx, stmt, orgIDs)
	if err != nil {
		return nil, fmt.Errorf("standings: %w", err)
	}
	all, err := pgx.CollectRows(rows, standing)
	if err != nil {
		return nil, fmt.Errorf("standings: %w", err)
	}
	return all, nil
}

func standing(row pgx.CollectableRow) (s Standing, err error) {
	var ids []int16
	var issuers []bool
	var statuses, tasks []string
	var times []time.Time
	n := &s.Cards
	err = row.Scan(&s.OrgID, &s.Email, &s.Director, &s.Region, &s.District, &s.Street, &s.ActivatedAt, &s.CheckedAt,
		&ids, &issuers, &statuses, &s.Places, &s.MainPlace, &s.Users, &s.UsersInvited, &s.Programs, &s.Prefixes, &s.GTINs, &s.NumbersAsked, &s.KeyDays,
		&n.Any, &n.Waiting, &n.Published, &n.Returned, &n.NoCountry, &n.Planned,
		&s.Agreement, &s.AgreementUntil, &s.InvoiceDue, &s.AICs, &tasks, &times, &s.Now)
	s.Groups, s.Ticked = groupsOf(ids, issuers, statuses), ticksOf(tasks, times)
	if !s.InvoiceDue.IsZero() {
		s.Invoices = 1
	}
	s.MyRoles, s.MyGroups, s.MyPlaces = 1, len(s.Groups), s.Places // administrators reach everything
	return s, err
}
