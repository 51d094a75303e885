package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// healthOf gives all sources, or the one with a code. Counting what waits and what
// was set aside reads partial indexes; the rest is one row for 50 messages.
func healthOf(ctx context.Context, q pg.Querier, code string) ([]Health, error) {
	const stmt = `
		select ` + sourceColumns + `, now(), d.received_at, w.n, w.oldest, a.counts, r.outcomes, t.times, k.n
		from feeds f
		left join lateral (select received_at from feed_deliveries where feed_id = f.id order by id desc limit 1) d on true
		left join lateral (
			select count(*)::int as n, min(received_at) as oldest from feed_messages where feed_id = f.id and state = 'waiting'
		) w on true
		left join lateral (
			select jsonb_object_agg(outcome, n) as counts from (
				select outcome, count(*) as n from feed_messages where feed_id = f.id and state = 'aside' group by outcome
			) x
		) a on true
		left join lateral (
			select array_agg(n order by i) as outcomes from (
				select i, sum(n) as n from feed_rounds, unnest(outcomes) with ordinality u (n, i)
				where feed_id = f.id and at > now() - interval '24 hours' group by i
			) x
		) r on true
		left join lateral (
			select array_agg(n order by i) as times from (
				select i, sum(n) as n from feed_rounds, unnest(times) with ordinality u (n, i)
				where feed_id = f.id and at > now() - interval '24 hours' group by i
			) x
		) t on true
		left join lateral (select count(*)::int as n from feed_tokens where feed_id = f.id and revoked_at is null) k on true
		where f.code = $1 or $1 = ''
		order by array_position('{invoice,declaration,aic,receipt,operation}'::text[], f.kind), f.code`
	rows, err := q.Query(ctx, stmt, code)
	if err != nil {
		return nil, fmt.Errorf("health of feeds: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanHealth)
	if err != nil {
		return nil, fmt.Errorf("health of feeds: %w", err)
	}
	return all, nil
}

func scanHealth(row pgx.CollectableRow) (h Health, err error) {
	var minutes int
	var last, oldest *time.Time
	var aside []byte
	var outcomes, times []int64
	into := append(h.targets(&minutes), &h.Now, &last, &h.Waiting, &oldest, &aside, &outcomes, &times, &h.Open)
	if err := row.Scan(into...); err != nil {
		return h, err
	}
	h.Expected = time.Duration(minutes) * time.Minute
	if last != nil {
		h.LastAt = *last
	}
	if oldest != nil {
		h.Oldest = *oldest
	}
	h.State = stateOf(h.Active, h.LastAt, h.Now, h.Expected)
	h.P95 = p95(times)
	h.Counts = map[Outcome]int{}
	for i, o := range Outcomes() {
		if i < len(outcomes) {
			h.Counts[o] = int(outcomes[i])
		}
	}
	if aside != nil {
		err = json.Unmarshal(aside, &h.Aside)
	}
	return h, err
}

func asOf(ctx context.Context, q pg.Querier, kinds []string) ([]Freshness, error) {
	const stmt = `
		select ` + sourceColumns + `, now(), d.received_at
		from feeds f
		left join lateral (select received_at from feed_deliveries where feed_id = f.id order by id desc limit 1) d on true
		where f.kind = any($1) and (f.active or d.received_at is not null)
		order by f.kind, f.code`
	rows, err := q.Query(ctx, stmt, kinds)
	if err != nil {
		return nil, fmt.Errorf("as of: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Freshness, err error) {
		var minutes int
		var now time.Time
		var last *time.Time
		if err := row.Scan(slices.Concat(f.targets(&minutes), []any{&now, &last})...); err != nil {
			return f, err
		}
		f.Expected = time.Duration(minutes) * time.Minute
		if last != nil {
			f.At = *last
		}
		f.State = stateOf(f.Active, f.At, now, f.Expected)
		return f, nil
	})
	if err != nil {
		return nil, fmt.Errorf("as of: %w", err)
	}
	return all, nil
}
