package feed

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// dueSources gives the sources with messages that may be handed over.
func dueSources(ctx context.Context, q pg.Querier) ([]int16, error) {
	const stmt = `
		select f.id from feeds f
		where exists (select from feed_messages m where m.feed_id = f.id and m.state = 'waiting' and m.due_at <= now())
		order by f.id`
	rows, err := q.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("feeds with messages: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int16])
	if err != nil {
		return nil, fmt.Errorf("feeds with messages: %w", err)
	}
	return ids, nil
}

// arrivedTINs takes tax numbers whose organization is there now and forgets those
// about which nothing lies aside any more. Messages that name nobody outside of
// their body are tried every hour.
func arrivedTINs(ctx context.Context, tx pg.Tx) ([]string, error) {
	const forget = `
		delete from feed_strangers s
		where s.tried_at < now() - interval '1 hour'
			and not exists (select from feed_messages m where m.tin = s.tin and m.state = 'aside' and m.outcome = 'nobodys')`
	const stmt = `
		select s.tin from feed_strangers s
		where (s.tried_at is null or s.tried_at < now() - interval '1 hour') and (s.tin = '' or exists (select from tin_registry t where t.tin = s.tin))
		order by s.tin limit 100 for update of s skip locked`
	if _, err := tx.Exec(ctx, forget); err != nil {
		return nil, fmt.Errorf("forget strangers: %w", err)
	}
	rows, err := tx.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("organizations that came: %w", err)
	}
	tins, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("organizations that came: %w", err)
	}
	return tins, nil
}

// againByTIN lets messages about organizations be handed over again.
func againByTIN(ctx context.Context, tx pg.Tx, tins []string, limit int) (int, error) {
	const stmt = `
		update feed_messages set state = 'waiting', due_at = now(), attempts = 0
		where id in (
			select id from feed_messages where tin = any($1) and state = 'aside' and outcome = 'nobodys' order by id limit $2 for update skip locked
		)`
	tag, err := tx.Exec(ctx, stmt, tins, limit)
	if err != nil {
		return 0, fmt.Errorf("hand over by tax number: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

func noteTried(ctx context.Context, tx pg.Tx, tins []string) error {
	const stmt = `update feed_strangers set tried_at = now() where tin = any($1)`
	if _, err := tx.Exec(ctx, stmt, tins); err != nil {
		return fmt.Errorf("note strangers: %w", err)
	}
	return nil
}

// dropOld deletes some of what was settled or discarded too long ago, and says how
// much. What lies aside stays until somebody decides, and the latest call of each
// source: by it one knows when the source was heard.
func dropOld(ctx context.Context, tx pg.Tx) (int, error) {
	const messages = `
		delete from feed_messages where id in (
			select id from feed_messages
			where delivery_id < (select coalesce(min(id), 0) from feed_deliveries where received_at > now() - $1::interval)
				and state in ('settled', 'discarded') and coalesce(settled_at, received_at) < now() - $1::interval
			order by delivery_id, position limit 5000 for update skip locked
		)`
	const deliveries = `
		delete from feed_deliveries where id in (
			select d.id from feed_deliveries d
			where d.received_at < now() - $1::interval and d.state <> 'storing' and (d.way <> 'file' or d.reported_at is not null)
				and not exists (select from feed_messages m where m.delivery_id = d.id)
				and exists (select from feed_deliveries later where later.feed_id = d.feed_id and later.id > d.id)
			order by d.id limit 5000 for update skip locked
		)`
	const rounds = `delete from feed_rounds where at < now() - $1::interval`
	n := 0
	for _, stmt := range []string{messages, deliveries, rounds} {
		tag, err := tx.Exec(ctx, stmt, retention)
		if err != nil {
			return 0, fmt.Errorf("drop what is old: %w", err)
		}
		n += int(tag.RowsAffected())
	}
	return n, nil
}
