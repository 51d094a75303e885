package moderation

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// statDays counts the decisions of each day of a period that ends today, in
// Tashkent. It reads nothing but card_decisions_at_idx.
//
//tenant:any statistics of the desk span all organizations
func statDays(ctx context.Context, db pg.Querier, days int) ([]Day, error) {
	const q = `
		with bounds as (select (now() at time zone 'Asia/Tashkent')::date as today)
		select d.day::date, coalesce(c.published, 0), coalesce(c.returned, 0), coalesce(c.in_time, 0)
		from bounds b
		cross join lateral generate_series(b.today - ($1::int - 1), b.today, interval '1 day') d (day)
		left join (
			select (x.decided_at at time zone 'Asia/Tashkent')::date as day,
				count(*) filter (where x.verdict = 'published') as published,
				count(*) filter (where x.verdict = 'returned') as returned,
				count(*) filter (where x.decided_at <= x.deadline_at) as in_time
			from bounds b
			join card_decisions x on x.decided_at >= (b.today - ($1::int - 1))::timestamp at time zone 'Asia/Tashkent'
			group by 1) c on c.day = d.day::date
		order by 1`
	rows, err := db.Query(ctx, q, days)
	if err != nil {
		return nil, fmt.Errorf("decisions by day: %w", err)
	}
	ds, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Day])
	if err != nil {
		return nil, fmt.Errorf("decisions by day: %w", err)
	}
	return ds, nil
}

// statGroups says of each product group that has something to say what waits and
// what was decided in the period.
//
//tenant:any statistics of the desk span all organizations
func statGroups(ctx context.Context, db pg.Querier, days int) ([]GroupLine, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en,
			coalesce(w.day, 0), coalesce(w.three, 0), coalesce(w.longer, 0), coalesce(w.overdue, 0),
			coalesce(d.published, 0), coalesce(d.returned, 0), coalesce(d.in_time, 0), coalesce(d.median, 0)
		from product_groups g
		left join (
			select k.group_id,
				count(*) filter (where v.deadline_at < now()) as overdue,
				count(*) filter (where v.deadline_at >= now() and v.sent_at > now() - interval '1 day') as day,
				count(*) filter (where v.deadline_at >= now() and v.sent_at <= now() - interval '1 day' and v.sent_at > now() - interval '3 days') as three,
				count(*) filter (where v.deadline_at >= now() and v.sent_at <= now() - interval '3 days') as longer
			from card_versions v
			join cards k on k.org_id = v.org_id and k.id = v.card_id and k.editing = 'moderation'
			where v.status = 'moderation'
			group by k.group_id) w on w.group_id = g.id
		left join (
			select x.group_id,
				count(*) filter (where x.verdict = 'published') as published,
				count(*) filter (where x.verdict = 'returned') as returned,
				count(*) filter (where x.decided_at <= x.deadline_at) as in_time,
				(percentile_disc(0.5) within group (order by extract(epoch from x.decided_at - x.sent_at)))::bigint as median
			from card_decisions x
			where x.decided_at >= ((now() at time zone 'Asia/Tashkent')::date - ($1::int - 1))::timestamp at time zone 'Asia/Tashkent'
			group by x.group_id) d on d.group_id = g.id
		where w.group_id is not null or d.group_id is not null
		order by g.id`
	rows, err := db.Query(ctx, q, days)
	if err != nil {
		return nil, fmt.Errorf("moderation by group: %w", err)
	}
	gs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g GroupLine, err error) {
		var seconds int64
		err = row.Scan(&g.Group.ID, &g.Group.Slug, &g.Group.Uz, &g.Group.Ru, &g.Group.En,
			&g.Waiting.Day, &g.Waiting.Three, &g.Waiting.Longer, &g.Waiting.Overdue,
			&g.Published, &g.Returned, &g.InTime, &seconds)
		g.Median = time.Duration(seconds) * time.Second
		return g, err
	})
	if err != nil {
		return nil, fmt.Errorf("moderation by group: %w", err)
	}
	return gs, nil
}

// statReasons counts the cards each reason was given for, the most frequent
// first.
//
//tenant:any statistics of the desk span all organizations
func statReasons(ctx context.Context, db pg.Querier, days int) ([]ReasonLine, error) {
	const q = `
		select coalesce(r.id, 0), coalesce(r.field, ''), coalesce(r.group_id, 0), coalesce(r.uz, ''), coalesce(r.ru, ''), coalesce(r.en, ''), n.cards
		from (
			select y.reason, count(*) as cards
			from card_decisions x, unnest(x.reasons) y (reason)
			where x.verdict = 'returned'
				and x.decided_at >= ((now() at time zone 'Asia/Tashkent')::date - ($1::int - 1))::timestamp at time zone 'Asia/Tashkent'
			group by y.reason) n
		left join return_reasons r on r.id = n.reason
		order by n.cards desc, 1
		limit 50`
	rows, err := db.Query(ctx, q, days)
	if err != nil {
		return nil, fmt.Errorf("returns by reason: %w", err)
	}
	ls, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l ReasonLine, err error) {
		r := &l.Reason
		err = row.Scan(&r.ID, &r.Field, &r.Group, &r.Uz, &r.Ru, &r.En, &l.Cards)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("returns by reason: %w", err)
	}
	return ls, nil
}
