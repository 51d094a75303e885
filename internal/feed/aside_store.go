package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

const entryColumns = `
	m.id, m.delivery_id, m.position, m.source_id, m.version, m.tin, m.occurred_at, m.received_at, m.state, coalesce(m.outcome, 'stored'),
	m.reason, m.reason_args, m.detail, m.attempts, m.due_at, m.discarded_name, m.discarded_reason, length(m.raw)`

func (e *Entry) read(scan func(...any) error, more ...any) error {
	var occurred *time.Time
	var args []byte
	into := append([]any{
		&e.ID, &e.Delivery, &e.Position, &e.SourceID, &e.Version, &e.TIN, &occurred, &e.ReceivedAt, &e.State, &e.Outcome,
		&e.Reason, &args, &e.Detail, &e.Attempts, &e.DueAt, &e.Discarded, &e.Why, &e.Size,
	}, more...)
	if err := scan(into...); err != nil {
		return err
	}
	if occurred != nil {
		e.OccurredAt = *occurred
	}
	var err error
	e.Args, err = argsOf(args)
	return err
}

func asideOf(ctx context.Context, q pg.Querier, feedID int16, outcome Outcome, before int64, limit int) ([]Entry, error) {
	const all = `
		select ` + entryColumns + ` from feed_messages m
		where m.feed_id = $1 and m.state = 'aside' and m.outcome = any($2) and ($3::bigint = 0 or m.id < $3)
		order by m.id desc limit $4`
	outcomes := AsideOutcomes()
	if outcome != "" {
		outcomes = []Outcome{outcome}
	}
	rows, err := q.Query(ctx, all, feedID, outcomes, before, limit)
	if err != nil {
		return nil, fmt.Errorf("messages set aside: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Entry, err error) { return e, e.read(row.Scan) })
	if err != nil {
		return nil, fmt.Errorf("messages set aside: %w", err)
	}
	return found, nil
}

func messageByID(ctx context.Context, q pg.Querier, feedID int16, id int64) (e Entry, raw []byte, err error) {
	const stmt = `select ` + entryColumns + `, m.raw from feed_messages m where m.id = $2 and m.feed_id = $1`
	err = e.read(q.QueryRow(ctx, stmt, feedID, id).Scan, &raw)
	switch {
	case pg.NoRows(err):
		return e, nil, ErrNotFound.Because(err)
	case err != nil:
		return e, nil, fmt.Errorf("message: %w", err)
	}
	return e, raw, nil
}

// againOne lets a message be handed over again that was set aside.
func againOne(ctx context.Context, tx pg.Tx, feedID int16, id int64) error {
	const stmt = `
		update feed_messages set state = 'waiting', due_at = now(), attempts = 0
		where id = $2 and feed_id = $1 and state = 'aside'`
	tag, err := tx.Exec(ctx, stmt, feedID, id)
	if err != nil {
		return fmt.Errorf("hand over again: %w", err)
	}
	return decided(ctx, tx, feedID, id, tag.RowsAffected())
}

func discardOne(ctx context.Context, tx pg.Tx, feedID int16, id int64, by, reason string) error {
	const stmt = `
		update feed_messages set state = 'discarded', discarded_name = $3, discarded_reason = $4, settled_at = now()
		where id = $2 and feed_id = $1 and state = 'aside'`
	tag, err := tx.Exec(ctx, stmt, feedID, id, by, reason)
	if err != nil {
		return fmt.Errorf("discard message: %w", err)
	}
	return decided(ctx, tx, feedID, id, tag.RowsAffected())
}

// decided tells a message that is not there from one somebody else decided about.
func decided(ctx context.Context, tx pg.Tx, feedID int16, id, changed int64) error {
	if changed == 1 {
		return nil
	}
	if _, _, err := messageByID(ctx, tx, feedID, id); err != nil {
		return err
	}
	return ErrNotAside
}

func discardAll(ctx context.Context, tx pg.Tx, feedID int16, outcome Outcome, by, reason string) (int, error) {
	const stmt = `
		update feed_messages set state = 'discarded', discarded_name = $3, discarded_reason = $4, settled_at = now()
		where id in (
			select id from feed_messages where feed_id = $1 and state = 'aside' and outcome = $2 order by id limit $5 for update skip locked
		)`
	tag, err := tx.Exec(ctx, stmt, feedID, outcome, by, reason, MaxDiscard)
	if err != nil {
		return 0, fmt.Errorf("discard messages: %w", err)
	}
	return int(tag.RowsAffected()), nil
}
