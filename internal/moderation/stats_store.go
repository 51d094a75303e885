package moderation

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// cell is what was decided about a group on a day.
type cell struct {
	Day       time.Time
	Group     int16
	Published int
	Returned  int
	InTime    int
	Seconds   int64 // from sending to decision, of all together
}

// span is what statistics are about: the days from the first to today, in Tashkent.
// Those before live are summed up already (card_decision_days).
type span struct {
	from, live time.Time
}

func spanOf(ctx context.Context, db pg.Querier, days int) (s span, err error) {
	const q = `
		select p.day, greatest(p.day, coalesce((select max(d.day) + 1 from card_decision_days d where d.group_id = 0), p.day))
		from (select (now() at time zone 'Asia/Tashkent')::date - ($1::int - 1) as day) p`
	if err := db.QueryRow(ctx, q, days).Scan(&s.from, &s.live); err != nil {
		return s, fmt.Errorf("period of decisions: %w", err)
	}
	return s, nil
}

// cells counts the decisions of a period by day and group. Of those that are not
// summed up yet it reads nothing but card_decisions_at_idx.
//
//tenant:any statistics of the desk span all organizations
func cells(ctx context.Context, db pg.Querier, s span) ([]cell, error) {
	const q = `
		select d.day, d.group_id, d.published, d.returned, d.in_time, d.seconds
		from card_decision_days d
		where d.day >= $1 and d.day < $2 and d.group_id <> 0
		union all
		select (x.decided_at at time zone 'Asia/Tashkent')::date, x.group_id,
			count(*) filter (where x.verdict = 'published'),
			count(*) filter (where x.verdict = 'returned'),
			count(*) filter (where x.decided_at <= x.deadline_at),
			extract(epoch from sum(x.decided_at - x.sent_at))::bigint
		from card_decisions x
		where x.decided_at >= $2::date::timestamp at time zone 'Asia/Tashkent'
		group by 1, 2`
	rows, err := db.Query(ctx, q, s.from, s.live)
	if err != nil {
		return nil, fmt.Errorf("decisions by day and group: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[cell])
	if err != nil {
		return nil, fmt.Errorf("decisions by day and group: %w", err)
	}
	return all, nil
}

// keptDays is how far back days are summed up: the longest period, and one.
const keptDays = 91

// sumDays sums up the days that are over and are not yet. A decision is dated by
// the beginning of its transaction; an hour later all of a day are there.
//
//tenant:any statistics of the desk span all organizations
func sumDays(ctx context.Context, tx pg.Tx) error {
	const q = `
		with missing as (
			select t.day - n as day
			from (select ((now() - interval '1 hour') at time zone 'Asia/Tashkent')::date as day) t, generate_series(1, $1::int) n
			where not exists (select from card_decision_days d where d.day = t.day - n and d.group_id = 0)
		), decided as materialized (
			select (x.decided_at at time zone 'Asia/Tashkent')::date as day, x.group_id, x.verdict, x.reasons,
				x.decided_at <= x.deadline_at as in_time, x.decided_at - x.sent_at as took
			from card_decisions x
			where x.decided_at >= (select min(m.day) from missing m)::timestamp at time zone 'Asia/Tashkent'
				and (x.decided_at at time zone 'Asia/Tashkent')::date in (select m.day from missing m)
		), given as (
			select n.day, jsonb_object_agg(n.reason, n.cards) as reasons
			from (select d.day, y.reason, count(*) as cards from decided d, unnest(d.reasons) y (reason) where d.verdict = 'returned' group by 1, 2) n
			group by n.day
		)
		insert into card_decision_days (day, group_id, published, returned, in_time, seconds, reasons)
		select d.day, d.group_id, count(*) filter (where d.verdict = 'published'), count(*) filter (where d.verdict = 'returned'),
			count(*) filter (where d.in_time), extract(epoch from sum(d.took))::bigint, '{}'::jsonb
		from decided d
		group by d.day, d.group_id
		union all
		select m.day, 0, 0, 0, 0, 0, coalesce(g.reasons, '{}')
		from missing m left join given g on g.day = m.day
		on conflict do nothing`
	if _, err := tx.Exec(ctx, q, keptDays); err != nil {
		return fmt.Errorf("sum up days of decisions: %w", err)
	}
	return nil
}

// groupLines gives every product group with what waits of it.
//
//tenant:any statistics of the desk span all organizations
func groupLines(ctx context.Context, db pg.Querier) ([]GroupLine, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en,
			coalesce(w.day, 0), coalesce(w.three, 0), coalesce(w.longer, 0), coalesce(w.overdue, 0)
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
		order by g.id`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("waiting cards by group: %w", err)
	}
	gs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g GroupLine, err error) {
		err = row.Scan(&g.Group.ID, &g.Group.Slug, &g.Group.Uz, &g.Group.Ru, &g.Group.En,
			&g.Waiting.Day, &g.Waiting.Three, &g.Waiting.Longer, &g.Waiting.Overdue)
		return g, err
	})
	if err != nil {
		return nil, fmt.Errorf("waiting cards by group: %w", err)
	}
	return gs, nil
}

// statReasons counts the cards each reason was given for, the most frequent
// first.
//
//tenant:any statistics of the desk span all organizations
func statReasons(ctx context.Context, db pg.Querier, s span) ([]ReasonLine, error) {
	const q = `
		select coalesce(r.id, 0), coalesce(r.field, ''), coalesce(r.group_id, 0), coalesce(r.uz, ''), coalesce(r.ru, ''), coalesce(r.en, ''), n.cards
		from (
			select k.reason, sum(k.cards)::bigint as cards
			from (
				select e.key::bigint as reason, e.value::bigint as cards
				from card_decision_days d, jsonb_each_text(d.reasons) e
				where d.day >= $1 and d.day < $2 and d.group_id = 0
				union all
				select y.reason, count(*)
				from card_decisions x, unnest(x.reasons) y (reason)
				where x.verdict = 'returned' and x.decided_at >= $2::date::timestamp at time zone 'Asia/Tashkent'
				group by y.reason) k
			group by k.reason) n
		left join return_reasons r on r.id = n.reason
		order by n.cards desc, 1
		limit 50`
	rows, err := db.Query(ctx, q, s.from, s.live)
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
