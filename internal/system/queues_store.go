package system

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// queues counts each queue from its own index, the nearest deadline or the oldest
// first, and no further than anybody reads.
//
//tenant:any staff serve all organizations
func queues(ctx context.Context, db pg.Querier) ([]Queue, error) {
	const q = `
		select 'support', count(*), count(*) filter (where x.due_at < now()), min(x.created_at)
		from (select due_at, created_at from support_requests where due_at is not null order by due_at limit $1) x
		union all
		select 'requests', count(*), 0, min(x.created_at)
		from (select created_at from requests where status = 'open' order by id limit $1) x
		union all
		select 'agreements', count(*), 0, min(x.requested_at)
		from (select requested_at from agreements where status in ('requested', 'signed') limit $1) x
		union all
		select 'cards', count(*), count(*) filter (where x.deadline_at < now()), min(x.sent_at)
		from (select deadline_at, sent_at from card_versions where status = 'moderation' order by deadline_at limit $1) x
		union all
		select 'feeds', count(*), 0, min(x.received_at)
		from (select received_at from feed_messages where state = 'aside' limit $1) x
		union all
		select 'jobs', count(*), 0, min(x.created_at)
		from (select created_at from river_job where state = 'discarded' limit $1) x`
	rows, err := db.Query(ctx, q, MaxWaiting+1)
	if err != nil {
		return nil, fmt.Errorf("queues of the staff: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (q Queue, err error) {
		var since *time.Time
		if err = row.Scan(&q.Task, &q.Waiting, &q.Late, &since); since != nil {
			q.Since = *since
		}
		return q, err
	})
	if err != nil {
		return nil, fmt.Errorf("queues of the staff: %w", err)
	}
	return all, nil
}
