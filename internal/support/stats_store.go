package support

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// tallies counts what was asked in a period that ends today, in Tashkent; from
// says where the period begins.
//
//tenant:any statistics span all organizations
func tallies(ctx context.Context, db pg.Querier, days int) (from time.Time, all []cell, err error) {
	const today = `select (now() at time zone 'Asia/Tashkent')::date - ($1::int - 1)`
	if err := db.QueryRow(ctx, today, days).Scan(&from); err != nil {
		return from, nil, fmt.Errorf("period of support requests: %w", err)
	}
	const q = `
		select (r.created_at at time zone 'Asia/Tashkent')::date, r.kind,
			count(*), count(r.answered_at), count(*) filter (where r.answered_at <= r.first_due_at),
			count(r.score), coalesce(sum(r.score), 0), coalesce(extract(epoch from sum(r.answered_at - r.created_at)), 0)::bigint
		from support_requests r
		where r.created_at >= $1::date::timestamp at time zone 'Asia/Tashkent'
		group by 1, 2`
	rows, err := db.Query(ctx, q, from)
	if err != nil {
		return from, nil, fmt.Errorf("support requests by day and kind: %w", err)
	}
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c cell, err error) {
		var seconds int64
		err = row.Scan(&c.Day, &c.Kind, &c.Asked, &c.Answered, &c.InTime, &c.Scored, &c.Scores, &seconds)
		c.Took = time.Duration(seconds) * time.Second
		return c, err
	})
	if err != nil {
		return from, nil, fmt.Errorf("support requests by day and kind: %w", err)
	}
	return from, all, nil
}

// waitsNow counts what waits at this moment.
//
//tenant:any statistics span all organizations
func waitsNow(ctx context.Context, db pg.Querier) (n Now, err error) {
	const q = `
		select (select count(*) from support_requests r where r.due_at is not null),
			(select count(*) from support_requests r where r.due_at < now()),
			(select count(*) from support_requests r where r.status = 'waiting')`
	if err := db.QueryRow(ctx, q).Scan(&n.ToAnswer, &n.Late, &n.Waiting); err != nil {
		return Now{}, fmt.Errorf("waiting support requests: %w", err)
	}
	return n, nil
}

// opinions reads the latest scores of a period that say something.
//
//tenant:any statistics span all organizations
func opinions(ctx context.Context, db pg.Querier, days int) ([]Opinion, error) {
	const q = `
		select r.org_id, r.id, r.created_at, r.score, r.score_text, r.scored_at
		from support_requests r
		where r.created_at >= ((now() at time zone 'Asia/Tashkent')::date - ($1::int - 1))::timestamp at time zone 'Asia/Tashkent'
			and r.score is not null and (r.score_text <> '' or r.score < 3)
		order by r.scored_at desc, r.org_id, r.id
		limit 20`
	rows, err := db.Query(ctx, q, days)
	if err != nil {
		return nil, fmt.Errorf("scores of support requests: %w", err)
	}
	os, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Opinion, err error) {
		r := Request{}
		err = row.Scan(&o.OrgID, &o.ID, &r.CreatedAt, &o.Score, &o.Text, &o.At)
		r.ID = o.ID
		o.Number = r.Number()
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("scores of support requests: %w", err)
	}
	return os, nil
}
