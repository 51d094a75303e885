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

// cells counts the decisions of a period that ends today, in Tashkent. It reads
// nothing but card_decisions_at_idx, once; from says where the period begins.
//
//tenant:any statistics of the desk span all organizations
func cells(ctx context.Context, db pg.Querier, days int) (from time.Time, all []cell, err error) {
	const today = `select (now() at time zone 'Asia/Tashkent')::date - ($1::int - 1)`
	if err := db.QueryRow(ctx, today, days).Scan(&from); err != nil {
		return from, nil, fmt.Errorf("period of decisions: %w", err)
	}
	const q = `
		select (x.decided_at at time zone 'Asia/Tashkent')::date, x.group_id,
			count(*) filter (where x.verdict = 'published'),
			count(*) filter (where x.verdict = 'returned'),
			count(*) filter (where x.decided_at <= x.deadline_at),
			extract(epoch from sum(x.decided_at - x.sent_at))::bigint
		from card_decisions x
		where x.decided_at >= $1::date::timestamp at time zone 'Asia/Tashkent'
		group by 1, 2`
	rows, err := db.Query(ctx, q, from)
	if err != nil {
		return from, nil, fmt.Errorf("decisions by day and group: %w", err)
	}
	all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[cell])
	if err != nil {
		return from, nil, fmt.Errorf("decisions by day and group: %w", err)
	}
	return from, all, nil
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
