package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// meant are the messages of a range: with an outcome those that lie aside, without
// one all that are not in hand. Their time is that of the delivery, as good as
// their own; $1 is the feed, $2 the outcome, $3 and $4 the time.
const meant = `
	from feed_messages m
	where m.feed_id = $1
		and (m.state = 'aside' and m.outcome = $2 or $2 = '' and m.state in ('aside', 'settled'))
		and ($3::timestamptz is null or m.delivery_id >= (
			select coalesce(min(id), 9223372036854775807) from feed_deliveries where feed_id = $1 and received_at >= $3))
		and ($4::timestamptz is null or m.delivery_id < (
			select coalesce(min(id), 9223372036854775807) from feed_deliveries where feed_id = $1 and received_at >= $4))`

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// countRange counts what is meant, and gives the newest of it.
func countRange(ctx context.Context, q pg.Querier, feedID int16, r Range) (n int, last int64, err error) {
	const stmt = `select count(*), coalesce(max(m.id), 0)` + meant
	err = q.QueryRow(ctx, stmt, feedID, r.Outcome, orNull(r.From), orNull(r.Until)).Scan(&n, &last)
	if err != nil {
		return 0, 0, fmt.Errorf("count messages: %w", err)
	}
	return n, last, nil
}

func insertReplay(ctx context.Context, tx pg.Tx, feedID int16, r Range, by string, total int, last int64) (id int64, err error) {
	const stmt = `
		insert into feed_replays (feed_id, outcome, from_at, until_at, by_name, total, max_id)
		values ($1, $2, $3, $4, $5, $6, $7) returning id`
	err = tx.QueryRow(ctx, stmt, feedID, r.Outcome, orNull(r.From), orNull(r.Until), by, total, last).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert replay: %w", err)
	}
	return id, nil
}

// replay is one at work.
type replay struct {
	id        int64
	feedID    int16
	outcome   Outcome
	from      *time.Time
	until     *time.Time
	last, max int64
	done      bool
}

func lockReplay(ctx context.Context, tx pg.Tx, id int64) (r replay, err error) {
	const stmt = `
		select id, feed_id, outcome, from_at, until_at, last_id, max_id, done_at is not null
		from feed_replays where id = $1 for update`
	err = tx.QueryRow(ctx, stmt, id).Scan(&r.id, &r.feedID, &r.outcome, &r.from, &r.until, &r.last, &r.max, &r.done)
	if err != nil {
		return r, fmt.Errorf("lock replay %d: %w", id, err)
	}
	return r, nil
}

// markPart puts the next messages back to wait.
func markPart(ctx context.Context, tx pg.Tx, r replay, limit int) (n int, last int64, err error) {
	const stmt = `
		with part as (select m.id ` + meant + ` and m.id > $5 and m.id <= $6 order by m.id limit $7 for update of m),
		back as (
			update feed_messages m set state = 'waiting', due_at = now(), attempts = 0, replay_id = $8
			from part where m.id = part.id returning m.id
		)
		select count(*), coalesce(max(id), 0) from back`
	err = tx.QueryRow(ctx, stmt, r.feedID, r.outcome, r.from, r.until, r.last, r.max, limit, r.id).Scan(&n, &last)
	if err != nil {
		return 0, 0, fmt.Errorf("mark messages: %w", err)
	}
	return n, last, nil
}

func advanceReplay(ctx context.Context, tx pg.Tx, id int64, n int, last int64) error {
	const stmt = `
		update feed_replays set marked = marked + $2, last_id = greatest(last_id, $3), done_at = case when $2 = 0 then now() end
		where id = $1`
	if _, err := tx.Exec(ctx, stmt, id, n, last); err != nil {
		return fmt.Errorf("advance replay: %w", err)
	}
	return nil
}

// replaysOf gives the latest replays of a feed, or the one with an id.
func replaysOf(ctx context.Context, q pg.Querier, feedID int16, id int64) ([]Again, error) {
	const stmt = `
		select r.id, r.outcome, r.from_at, r.until_at, r.by_name, r.asked_at, r.total, r.marked, w.n, r.done_at is not null and w.n = 0
		from feed_replays r
		cross join lateral (select count(*)::int as n from feed_messages where replay_id = r.id and state = 'waiting') w
		where r.feed_id = $1 and ($2::bigint = 0 or r.id = $2)
		order by r.id desc limit 10`
	rows, err := q.Query(ctx, stmt, feedID, id)
	if err != nil {
		return nil, fmt.Errorf("replays: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Again, err error) {
		var from, until *time.Time
		err = row.Scan(&a.ID, &a.Range.Outcome, &from, &until, &a.By, &a.AskedAt, &a.Total, &a.Marked, &a.Waiting, &a.Over)
		if from != nil {
			a.Range.From = *from
		}
		if until != nil {
			a.Range.Until = *until
		}
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("replays: %w", err)
	}
	return all, nil
}
