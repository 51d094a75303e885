package onboarding

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
)

// homeOf reads all that the rules look at and the latest events in one
// statement: the start page is opened more often than any other.
func homeOf(ctx context.Context, q pg.Querier, orgID, memberID int64) (s State, events []Event, at time.Time, err error) {
	const stmt = `
		select o.email, o.director_name, o.region, o.district, o.street, coalesce(o.activated_at, '0001-01-01 00:00:00+00'),
		       coalesce((select max(e.key_until) from eds_signatures e where e.org_id = o.org_id and e.purpose = 'activation'), '0001-01-01 00:00:00+00'),
		       (select coalesce(jsonb_agg(jsonb_build_object('uz', g.name_uz, 'ru', g.name_ru, 'en', g.name_en,
		                                                     'issuer', og.issuer, 'status', og.status) order by g.id), '[]')
		        from org_product_groups og join product_groups g on g.id = og.group_id
		        where og.org_id = o.org_id and og.status <> 'blocked'),
		       (select count(*) from places p where p.org_id = o.org_id and p.status = 'active'),
		       exists (select from places p where p.org_id = o.org_id and p.status = 'active' and p.is_main),
		       (select count(*) from gs1_prefixes x where x.org_id = o.org_id and x.status = 'active'),
		       (select count(*) from members m where m.org_id = o.org_id and m.status = 'active' and m.kind = 'business'),
		       (select count(*) from members m where m.org_id = o.org_id and m.status = 'not_activated' and m.kind = 'business'),
		       (select count(*) from member_roles r where r.org_id = o.org_id and r.member_id = $2),
		       (select count(*) from member_groups r where r.org_id = o.org_id and r.member_id = $2),
		       (select count(*) from member_places r where r.org_id = o.org_id and r.member_id = $2),
		       (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'actor_kind', l.actor_kind, 'actor_name', l.actor_name,
		                                                     'action', l.action) order by l.id desc), '[]')
		        from (select id, at, actor_kind, actor_name, action from audit_log a
		              where a.org_id = o.org_id order by id desc limit 5) l),
		       now()
		from organizations o
		where o.org_id = $1`
	err = q.QueryRow(ctx, stmt, orgID, memberID).Scan(&s.Email, &s.Director, &s.Region, &s.District, &s.Street, &s.ActivatedAt, &s.KeyUntil,
		&s.Groups, &s.Places, &s.MainPlace, &s.Prefixes, &s.Users, &s.UsersInvited, &s.MyRoles, &s.MyGroups, &s.MyPlaces, &events, &at)
	switch {
	case pg.NoRows(err):
		return State{}, nil, at, ErrNoOrg.Because(err)
	case err != nil:
		return State{}, nil, at, fmt.Errorf("start page: %w", err)
	}
	return s, events, at, nil
}

// summaryOf asks five questions in one round trip.
func summaryOf(ctx context.Context, db *pgxpool.Pool, orgID int64) (s Summary, err error) {
	b := &pgx.Batch{}
	profile(b, orgID, &s)
	list(b, &s.Groups, orgID, `
		select g.name_uz, g.name_ru, g.name_en, og.issuer, og.status, og.connected_at
		from org_product_groups og
		join product_groups g on g.id = og.group_id
		where og.org_id = $1
		order by g.id`)
	list(b, &s.Places, orgID, `
		select id, name, activities, region, district, street, is_main, status
		from places
		where org_id = $1
		order by is_main desc, status, name, id
		limit 200`)
	list(b, &s.Prefixes, orgID, `
		select prefix, status, registered_at
		from gs1_prefixes
		where org_id = $1
		order by status, prefix
		limit 200`)
	list(b, &s.Users, orgID, `
		select m.id, m.name, m.position, m.email, m.status,
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id order by r.role)
		from members m
		where m.org_id = $1 and m.kind = 'business'
		order by m.status, m.name, m.id
		limit 200`)
	err = db.SendBatch(ctx, b).Close()
	switch {
	case pg.NoRows(err):
		return Summary{}, ErrNoOrg.Because(err)
	case err != nil:
		return Summary{}, fmt.Errorf("organization summary: %w", err)
	}
	return s, nil
}

func profile(b *pgx.Batch, orgID int64, s *Summary) {
	const q = `
		select tin, legal_form, name_uz, name_ru, name_en, director_name, email, phone, region, district, street, language,
		       activated_at, updated_at
		from organizations
		where org_id = $1`
	b.Queue(q, orgID).QueryRow(func(row pgx.Row) error {
		return row.Scan(&s.TIN, &s.LegalForm, &s.NameUz, &s.NameRu, &s.NameEn, &s.Director, &s.Email, &s.Phone,
			&s.Region, &s.District, &s.Street, &s.Language, &s.ActivatedAt, &s.UpdatedAt)
	})
}

// list queues a statement whose rows fill into.
func list[T any](b *pgx.Batch, into *[]T, orgID int64, q string) {
	b.Queue(q, orgID).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		return err
	})
}
