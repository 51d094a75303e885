package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// beat notes that a process lives.
func beat(ctx context.Context, tx pg.Tx, process string) error {
	const q = `
		insert into job_processes (id, seen_at)
		values ($1, now())
		on conflict (id) do update set seen_at = excluded.seen_at`
	if _, err := tx.Exec(ctx, q, process); err != nil {
		return fmt.Errorf("note that process lives: %w", err)
	}
	return nil
}

// leave notes that a process ended with no job in hand.
func leave(ctx context.Context, tx pg.Tx, process string) error {
	const q = `delete from job_processes where id = $1`
	if _, err := tx.Exec(ctx, q, process); err != nil {
		return fmt.Errorf("note that process ended: %w", err)
	}
	return nil
}

// rescued is a job that a dead process left behind.
type rescued struct {
	ID    int64
	Kind  string
	State State
}

// rescue forgets the processes that were silent for so long and gives their jobs
// to the others. The attempt counts: a job that kills whoever runs it must come
// to an end. Several processes may ask at once; each dead one is found by one.
//
//tenant:any jobs belong to the machinery
func rescue(ctx context.Context, tx pg.Tx, silence time.Duration) ([]rescued, error) {
	const q = `
		with dead as (
		    delete from job_processes
		    where seen_at < now() - make_interval(secs => $1)
		    returning id
		), left_behind as (
		    select j.id, case
		        when j.metadata ? 'cancel_attempted_at' then 'cancelled'
		        when j.attempt >= j.max_attempts then 'discarded'
		        else 'available' end as state
		    from dead d
		    join river_job j on j.state = 'running' and j.attempted_by[cardinality(j.attempted_by)] = d.id
		)
		update river_job j
		set state = l.state::river_job_state,
		    finalized_at = case when l.state <> 'available' then now() end,
		    scheduled_at = case when l.state = 'available' then now() else j.scheduled_at end,
		    errors = array_append(j.errors, jsonb_build_object(
		        'at', now(), 'attempt', j.attempt, 'error', 'the process that ran it died', 'trace', ''))
		from left_behind l
		where j.id = l.id and j.state = 'running'
		returning j.id, j.kind, j.state::text`
	rows, err := tx.Query(ctx, q, silence.Seconds())
	if err != nil {
		return nil, fmt.Errorf("rescue jobs: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[rescued])
	if err != nil {
		return nil, fmt.Errorf("rescue jobs: %w", err)
	}
	return found, nil
}
