package feed

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// grace keeps what a call delivers from others while the call itself hands it over.
const grace = time.Minute

// insertDelivery notes that a source was heard; what it brings may be handed over
// by anybody from due on.
func insertDelivery(ctx context.Context, tx pg.Tx, d Delivery, pause time.Duration) (id int64, due time.Time, err error) {
	const stmt = `
		insert into feed_deliveries (feed_id, way, name, by_name, ip, state, messages)
		values ($1, $2, $3, $4, $5, $6, $7)
		returning id, received_at + $8::interval`
	err = tx.QueryRow(ctx, stmt, d.FeedID, d.Way, d.Name, d.By, d.IP, d.State, d.Messages, pause).Scan(&id, &due)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("insert delivery: %w", err)
	}
	return id, due, nil
}

// storeMessages puts messages into the inbox at the speed of COPY.
func storeMessages(ctx context.Context, tx pg.Tx, src Source, delivery int64, due time.Time, all []entry) error {
	columns := []string{"feed_id", "delivery_id", "position", "source_id", "version", "tin", "occurred_at", "hash", "raw", "due_at"}
	rows := pgx.CopyFromSlice(len(all), func(i int) ([]any, error) {
		e := &all[i]
		var occurred *time.Time
		if !e.OccurredAt.IsZero() {
			occurred = &e.OccurredAt
		}
		return []any{src.ID, delivery, e.position, e.SourceID, e.Version, e.TIN, occurred, e.hash[:], e.raw, due}, nil
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"feed_messages"}, columns, rows); err != nil {
		return fmt.Errorf("store messages: %w", err)
	}
	return nil
}

func claimDelivery(ctx context.Context, tx pg.Tx, delivery int64, n int) ([]claimed, error) {
	const stmt = `
		select id, raw, attempts from feed_messages
		where delivery_id = $1 and state = 'waiting' and attempts = 0
		order by position limit $2 for update skip locked`
	return claim(ctx, tx, stmt, delivery, n)
}

func claimDue(ctx context.Context, tx pg.Tx, feedID int16, n int) ([]claimed, error) {
	const stmt = `
		select id, raw, attempts from feed_messages
		where feed_id = $1 and state = 'waiting' and due_at <= now()
		order by due_at, id limit $2 for update skip locked`
	return claim(ctx, tx, stmt, feedID, n)
}

func claimOne(ctx context.Context, tx pg.Tx, id int64) ([]claimed, error) {
	const stmt = `select id, raw, attempts from feed_messages where id = $1 and state = 'waiting' for update skip locked`
	return claim(ctx, tx, stmt, id)
}

func claim(ctx context.Context, tx pg.Tx, stmt string, args ...any) ([]claimed, error) {
	rows, err := tx.Query(ctx, stmt, args...)
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c claimed, err error) {
		return c, row.Scan(&c.id, &c.raw, &c.attempts)
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return all, nil
}

// beginOne opens the savepoint of a message.
func beginOne(ctx context.Context, tx pg.Tx) error {
	if _, err := tx.Exec(ctx, `savepoint message`); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	return nil
}

// endOne keeps what the sink wrote since, or undoes it.
func endOne(ctx context.Context, tx pg.Tx, keep bool) error {
	b := &pgx.Batch{}
	if !keep {
		b.Queue(`rollback to savepoint message`)
	}
	b.Queue(`release savepoint message`)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("end savepoint: %w", err)
	}
	return nil
}

// settle keeps verdicts. A message that is set aside though an equal one lies
// there is not shown twice; one that was taken settles its equals.
func settle(ctx context.Context, tx pg.Tx, src Source, all []verdict) error {
	const judge = `
		update feed_messages m
		set state = case
				when v.outcome is null then 'waiting'
				when v.outcome not in ('conflict', 'nobodys', 'poison') then 'settled'
				when exists (select from feed_messages e where e.feed_id = m.feed_id and e.hash = m.hash and e.state = 'aside' and e.id <> m.id) then 'settled'
				else 'aside' end,
			outcome = case when v.outcome = 'duplicate' and m.outcome in ('taken', 'older') then m.outcome else coalesce(v.outcome, m.outcome) end, reason = v.reason, reason_args = v.args, detail = v.detail,
			attempts = case when v.outcome is null then m.attempts + 1 else m.attempts end,
			due_at = now() + v.pause, settled_at = case when v.outcome is not null then now() end
		from unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::interval[]) v (id, outcome, reason, args, detail, pause)
		where m.id = v.id`
	const equals = `
		update feed_messages e set state = 'settled', outcome = 'duplicate', settled_at = now()
		from feed_messages m
		where m.id = any($1) and e.feed_id = m.feed_id and e.hash = m.hash and e.state = 'aside' and e.id <> m.id`
	const strangers = `insert into feed_strangers (tin) select distinct t from unnest($1::text[]) t order by t on conflict (tin) do nothing`
	const count = `insert into feed_rounds (feed_id, outcomes, times) values ($1, $2, $3)`
	c := columnsOf(all)
	b := &pgx.Batch{}
	b.Queue(judge, c.ids, c.outcomes, c.reasons, c.args, c.details, c.pauses)
	if len(c.kept) > 0 {
		b.Queue(equals, c.kept)
	}
	if len(c.strangers) > 0 {
		b.Queue(strangers, c.strangers)
	}
	b.Queue(count, src.ID, c.counts, c.times)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("settle messages: %w", err)
	}
	return nil
}

// columns are verdicts as the statements take them.
type columns struct {
	ids           []int64
	outcomes      []*string
	reasons       []string
	args          [][]byte
	details       []string
	pauses        []time.Duration
	kept          []int64
	strangers     []string
	counts, times []int32
}

func columnsOf(all []verdict) columns {
	c := columns{counts: make([]int32, len(Outcomes())), times: make([]int32, len(bounds())+1)}
	for _, v := range all {
		var outcome *string
		if v.outcome != Waiting {
			text := string(v.outcome)
			outcome = &text
			c.counts[slices.Index(Outcomes(), v.outcome)]++
			c.times[slot(v.took)]++
		}
		switch {
		case v.outcome == Nobodys:
			c.strangers = append(c.strangers, v.m.TIN)
		case v.outcome != Waiting && !v.outcome.SetAside():
			c.kept = append(c.kept, v.id)
		}
		c.ids, c.outcomes, c.reasons = append(c.ids, v.id), append(c.outcomes, outcome), append(c.reasons, v.reason)
		c.args, c.details, c.pauses = append(c.args, v.args), append(c.details, v.detail), append(c.pauses, v.pause)
	}
	return c
}
