package support

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// firstDay is where a period begins that ends today, in Tashkent.
func firstDay(ctx context.Context, db pg.Querier, days int) (from time.Time, err error) {
	const q = `select (now() at time zone 'Asia/Tashkent')::date - ($1::int - 1)`
	if err := db.QueryRow(ctx, q, days).Scan(&from); err != nil {
		return from, fmt.Errorf("period of support requests: %w", err)
	}
	return from, nil
}

// ofDay are the questions r that were asked on the day d.day, in Tashkent.
const ofDay = `
			r.created_at >= d.day::timestamp at time zone 'Asia/Tashkent'
			and r.created_at < (d.day + 1)::timestamp at time zone 'Asia/Tashkent'`

// tally are the columns of cell behind day and kind, of questions r.
const tally = `
			count(*), count(r.answered_at), count(*) filter (where r.answered_at <= r.first_due_at),
			count(r.score), coalesce(sum(r.score), 0), coalesce(extract(epoch from sum(r.answered_at - r.created_at)), 0)::bigint`

// tallies counts what was asked from a day on. Days that are summed up are read
// from support_days, the others from support_requests_tally_idx alone.
//
//tenant:any statistics span all organizations
func tallies(ctx context.Context, db pg.Querier, from time.Time) ([]cell, error) {
	const q = `
		select s.day, s.kind, s.asked, s.answered, s.in_time, s.scored, s.scores, s.seconds
		from support_days s
		where s.day >= $1 and s.kind <> ''
		union all
		select d.day, r.kind,` + tally + `
		from (
			select g.day::date as day
			from generate_series($1::timestamp, now() at time zone 'Asia/Tashkent', interval '1 day') g (day)
			where not exists (select from support_days s where s.day = g.day::date and s.kind = '')) d
		join support_requests r on ` + ofDay + `
		group by d.day, r.kind`
	rows, err := db.Query(ctx, q, from)
	if err != nil {
		return nil, fmt.Errorf("support requests by day and kind: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c cell, err error) {
		var seconds int64
		err = row.Scan(&c.Day, &c.Kind, &c.Asked, &c.Answered, &c.InTime, &c.Scored, &c.Scores, &seconds)
		c.Took = time.Duration(seconds) * time.Second
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("support requests by day and kind: %w", err)
	}
	return all, nil
}

// keptDays is how far back days are summed up: the longest period, and one.
const keptDays = 91

// holdDays lets no day be taken out of the sums until the transaction ends, and
// waits for those who are doing so.
func holdDays(ctx context.Context, tx pg.Tx) error {
	if _, err := tx.Exec(ctx, `lock table support_days in share row exclusive mode`); err != nil {
		return fmt.Errorf("hold days of support requests: %w", err)
	}
	return nil
}

// sumDay sums up the latest day that is over and is not yet, and says how many it
// found, 1 or 0. A question is dated by the beginning of its transaction; an hour
// later all of a day are there.
//
//tenant:any statistics span all organizations
func sumDay(ctx context.Context, tx pg.Tx) (n int, err error) {
	const q = `
		with d as materialized (
			select t.day - n as day
			from (select ((now() - interval '1 hour') at time zone 'Asia/Tashkent')::date as day) t, generate_series(1, $1::int) n
			where not exists (select from support_days s where s.day = t.day - n and s.kind = '')
			order by n
			limit 1
		), summed as (
			insert into support_days (day, kind, asked, answered, in_time, scored, scores, seconds)
			select d.day, r.kind,` + tally + ` from d join support_requests r on ` + ofDay + ` group by d.day, r.kind
			union all
			select d.day, '', 0, 0, 0, 0, 0, 0 from d
		)
		select count(*) from d`
	if err := tx.QueryRow(ctx, q, keptDays).Scan(&n); err != nil {
		return 0, fmt.Errorf("sum up a day of support requests: %w", err)
	}
	return n, nil
}

// takeOut takes the day on which a request was asked out of the sums: something
// that they count has changed.
func takeOut(ctx context.Context, tx pg.Tx, r Request) error {
	const q = `delete from support_days where day = ($1::timestamptz at time zone 'Asia/Tashkent')::date`
	if _, err := tx.Exec(ctx, q, r.CreatedAt); err != nil {
		return fmt.Errorf("day of support request %d: %w", r.ID, err)
	}
	return nil
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

// opinions reads the latest scores, given since a day, that say something.
//
//tenant:any statistics span all organizations
func opinions(ctx context.Context, db pg.Querier, from time.Time) ([]Opinion, error) {
	const q = `
		select r.org_id, r.id, r.created_at, r.score, r.score_text, r.scored_at
		from support_requests r
		where r.scored_at >= $1::date::timestamp at time zone 'Asia/Tashkent' and r.score is not null and (r.score_text <> '' or r.score < 3)
		order by r.scored_at desc, r.org_id, r.id
		limit 20`
	rows, err := db.Query(ctx, q, from)
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
