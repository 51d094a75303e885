package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func resultsOf(ctx context.Context, q pg.Querier, delivery int64) ([]Result, error) {
	const stmt = `
		select position, source_id, coalesce(outcome, 'stored'), reason, reason_args, detail
		from feed_messages where delivery_id = $1 order by position limit $2`
	return results(ctx, q, stmt, delivery, MaxMessages)
}

func results(ctx context.Context, q pg.Querier, stmt string, delivery int64, limit int) ([]Result, error) {
	rows, err := q.Query(ctx, stmt, delivery, limit)
	if err != nil {
		return nil, fmt.Errorf("results of delivery: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Result, err error) {
		var args []byte
		if err := row.Scan(&r.Position, &r.SourceID, &r.Outcome, &r.Reason, &args, &r.Detail); err != nil {
			return r, err
		}
		r.Args, err = argsOf(args)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("results of delivery: %w", err)
	}
	return all, nil
}

// argsOf reads what fills the words of a reason; numbers stay as they were written.
func argsOf(b []byte) (args []any, err error) {
	if b == nil {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&args); err != nil {
		return nil, fmt.Errorf("arguments of a reason: %w", err)
	}
	return args, nil
}

// advanceDelivery notes how far the storing of a delivery is.
func advanceDelivery(ctx context.Context, tx pg.Tx, id int64, messages int, state DeliveryState, reason string) error {
	const stmt = `update feed_deliveries set messages = $2, state = $3, reason = $4 where id = $1`
	if _, err := tx.Exec(ctx, stmt, id, messages, state, reason); err != nil {
		return fmt.Errorf("advance delivery: %w", err)
	}
	return nil
}

// deliveriesOf gives the latest deliveries of a feed, or the one with an id.
func deliveriesOf(ctx context.Context, q pg.Querier, feedID int16, id int64) ([]Delivery, error) {
	const stmt = `
		select id, feed_id, way, name, by_name, ip, state, received_at, messages, reason
		from feed_deliveries where feed_id = $1 and ($2::bigint = 0 or id = $2)
		order by id desc limit 10`
	rows, err := q.Query(ctx, stmt, feedID, id)
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Delivery, err error) {
		return d, row.Scan(&d.ID, &d.FeedID, &d.Way, &d.Name, &d.By, &d.IP, &d.State, &d.ReceivedAt, &d.Messages, &d.Reason)
	})
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	return all, nil
}

// countDelivery counts what became of the messages of a delivery.
func countDelivery(ctx context.Context, q pg.Querier, id int64) (counts map[Outcome]int, aside int, err error) {
	const stmt = `
		select case when state = 'waiting' then 'stored' else outcome end, count(*), count(*) filter (where state = 'aside')
		from feed_messages where delivery_id = $1 group by 1 order by 1`
	rows, err := q.Query(ctx, stmt, id)
	if err != nil {
		return nil, 0, fmt.Errorf("count delivery: %w", err)
	}
	counts = map[Outcome]int{}
	var o Outcome
	var n, a int
	_, err = pgx.ForEachRow(rows, []any{&o, &n, &a}, func() error {
		counts[o] = n
		aside += a
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("count delivery: %w", err)
	}
	return counts, aside, nil
}

// beginFile finds or makes the delivery of a file in a folder, locked. Another file
// of the same name, left behind by a process that died, is closed.
func beginFile(ctx context.Context, tx pg.Tx, feedID int16, f file) (d Delivery, err error) {
	const other = `
		update feed_deliveries set reported_at = now(), state = case when state = 'storing' then 'failed' else state end
		where feed_id = $1 and name = $2 and way = 'file' and reported_at is null and (file_bytes <> $3 or file_time <> $4)`
	const insert = `
		insert into feed_deliveries (feed_id, way, name, file_bytes, file_time, state) values ($1, 'file', $2, $3, $4, 'storing')
		on conflict (feed_id, name) where way = 'file' and reported_at is null do nothing`
	args := []any{feedID, f.name, f.size, f.time}
	for _, stmt := range []string{other, insert} {
		if _, err := tx.Exec(ctx, stmt, args...); err != nil {
			return d, fmt.Errorf("begin file: %w", err)
		}
	}
	return lockFile(ctx, tx, feedID, f.name)
}

// lockFile gives the delivery of a file at work, locked.
func lockFile(ctx context.Context, tx pg.Tx, feedID int16, name string) (Delivery, error) {
	const stmt = `
		select id, state, messages, received_at, reason from feed_deliveries
		where feed_id = $1 and name = $2 and way = 'file' and reported_at is null for update`
	d := Delivery{FeedID: feedID, Way: File, Name: name}
	err := tx.QueryRow(ctx, stmt, feedID, name).Scan(&d.ID, &d.State, &d.Messages, &d.ReceivedAt, &d.Reason)
	switch {
	case pg.NoRows(err):
		return d, errElsewhere
	case err != nil:
		return d, fmt.Errorf("lock file: %w", err)
	}
	return d, nil
}

// untouched reports whether messages of a delivery were never handed over.
func untouched(ctx context.Context, q pg.Querier, id int64) (yes bool, err error) {
	const stmt = `select exists (select from feed_messages where delivery_id = $1 and state = 'waiting' and attempts = 0)`
	if err := q.QueryRow(ctx, stmt, id).Scan(&yes); err != nil {
		return false, fmt.Errorf("messages of delivery: %w", err)
	}
	return yes, nil
}

// asideOfDelivery gives what of a delivery was set aside, for its report.
func asideOfDelivery(ctx context.Context, q pg.Querier, id int64, limit int) ([]Result, error) {
	const stmt = `
		select position, source_id, outcome, reason, reason_args, detail
		from feed_messages where delivery_id = $1 and outcome in ('conflict', 'nobodys', 'poison') order by position limit $2`
	return results(ctx, q, stmt, id, limit)
}

func noteReported(ctx context.Context, tx pg.Tx, id int64) error {
	const stmt = `update feed_deliveries set reported_at = now() where id = $1`
	if _, err := tx.Exec(ctx, stmt, id); err != nil {
		return fmt.Errorf("note report: %w", err)
	}
	return nil
}
