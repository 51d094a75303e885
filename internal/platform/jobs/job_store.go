package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/pg"
)

// What an operator may be told about a job.
var (
	ErrNotFound     = fault.New(fault.NotFound, "jobs.not_found")
	ErrCannotRetry  = fault.New(fault.Conflict, "jobs.cannot_retry")  // it runs, or was done
	ErrCannotCancel = fault.New(fault.Conflict, "jobs.cannot_cancel") // it has ended
)

// State is where a job stands.
type State string

// The states, in the words of the queue.
const (
	Available State = "available" // waits for a worker
	Scheduled State = "scheduled" // waits for its time
	Running   State = "running"
	Retryable State = "retryable" // failed, waits to be tried again
	Completed State = "completed"
	Cancelled State = "cancelled" // given up, by its worker or an operator
	Discarded State = "discarded" // failed for the last time
)

// States lists all in the order of a job's life.
func States() []State {
	return []State{Available, Scheduled, Running, Retryable, Completed, Cancelled, Discarded}
}

// Job is one job as operators see it.
type Job struct {
	ID          int64
	Kind        string
	Queue       Queue
	State       State
	Attempt     int
	MaxAttempts int
	Priority    int
	CreatedAt   time.Time
	ScheduledAt time.Time  // when it may run, or run again
	AttemptedAt *time.Time // when the latest attempt began
	FinalizedAt *time.Time
	LastError   string // of the latest failed attempt
}

// Detail is a job with everything known about it.
type Detail struct {
	Job
	Args     string // JSON
	Failures []Failure
}

// Failure is one failed attempt.
type Failure struct {
	At      time.Time `json:"at"`
	Attempt int       `json:"attempt"`
	Error   string    `json:"error"`
	Trace   string    `json:"trace"` // of a panic
}

// Filter narrows a list; blanks mean all.
type Filter struct {
	State  State
	Kind   string
	Queue  Queue
	Cursor string // next of the page before
	Limit  int    // 1 to 200; 50 when 0
}

// List gives one page of jobs, the newest first, and the cursor of the next
// page, empty on the last.
//
//tenant:any jobs belong to the machinery, operators see all
func List(ctx context.Context, db pg.Querier, f Filter) (js []Job, next string, err error) {
	limit := min(max(f.Limit, 0), 200)
	if limit == 0 {
		limit = 50
	}
	if f.State != "" && !slices.Contains(States(), f.State) {
		return nil, "", nil // an address somebody edited
	}
	var before int64
	if err := page.Decode(f.Cursor, &before); err != nil {
		return nil, "", err
	}
	where, args := f.where(before)
	args["limit"] = limit + 1
	const columns = `
		select id, kind, queue, state::text, attempt, max_attempts, priority, created_at, scheduled_at,
			attempted_at, finalized_at, coalesce(errors[cardinality(errors)]->>'error', '')
		from river_job`
	rows, err := db.Query(ctx, columns+where+` order by id desc limit @limit`, args)
	if err != nil {
		return nil, "", fmt.Errorf("list jobs: %w", err)
	}
	js, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Job])
	if err != nil {
		return nil, "", fmt.Errorf("list jobs: %w", err)
	}
	js, next = page.Cut(js, limit, func(j Job) string { return page.Encode(j.ID) })
	return js, next, nil
}

// where joins constant conditions, so that each combination is planned for what
// it asks.
func (f Filter) where(before int64) (string, pgx.NamedArgs) {
	var conditions []string
	args := pgx.NamedArgs{}
	add := func(set bool, name string, value any, condition string) {
		if set {
			conditions = append(conditions, condition)
			args[name] = value
		}
	}
	add(before != 0, "before", before, `id < @before`)
	add(f.State != "", "state", string(f.State), `state = @state::river_job_state`)
	add(f.Kind != "", "kind", f.Kind, `kind = @kind`)
	add(f.Queue != "", "queue", string(f.Queue), `queue = @queue`)
	if len(conditions) == 0 {
		return "", args
	}
	return ` where ` + strings.Join(conditions, ` and `), args
}

// Get gives one job, or ErrNotFound.
//
//tenant:any jobs belong to the machinery, operators see all
func Get(ctx context.Context, db pg.Querier, id int64) (Detail, error) {
	const q = `
		select id, kind, queue, state::text, attempt, max_attempts, priority, created_at, scheduled_at,
			attempted_at, finalized_at, coalesce(errors[cardinality(errors)]->>'error', ''),
			coalesce(jsonb_pretty(args), ''), coalesce(to_jsonb(errors), '[]')
		from river_job
		where id = $1`
	var d Detail
	var failures []byte
	err := db.QueryRow(ctx, q, id).Scan(&d.ID, &d.Kind, &d.Queue, &d.State, &d.Attempt, &d.MaxAttempts, &d.Priority,
		&d.CreatedAt, &d.ScheduledAt, &d.AttemptedAt, &d.FinalizedAt, &d.LastError, &d.Args, &failures)
	switch {
	case pg.NoRows(err):
		return Detail{}, ErrNotFound
	case err != nil:
		return Detail{}, fmt.Errorf("job %d: %w", id, err)
	}
	if err := json.Unmarshal(failures, &d.Failures); err != nil {
		return Detail{}, fmt.Errorf("job %d: failures: %w", id, err)
	}
	return d, nil
}

// Count is how many jobs of a kind are in a state.
type Count struct {
	State State
	Kind  string
	N     int64
}

// Counts counts all jobs by state and kind. It reads the whole table: some
// 60 ms for 300,000 finished letters, so keep the answer for a few seconds.
//
//tenant:any jobs belong to the machinery, operators see all
func Counts(ctx context.Context, db pg.Querier) ([]Count, error) {
	const q = `
		select state::text, kind, count(*)
		from river_job
		group by state, kind
		order by state, kind`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	counts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Count])
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}

// RetryTx lets a job run again at once, also one that was given up. One that
// runs or was done gives ErrCannotRetry: doing it again is a new job.
func RetryTx(ctx context.Context, tx pg.Tx, id int64) error {
	client, state, err := locked(ctx, tx, id)
	if err != nil {
		return err
	}
	if state == Running || state == Completed {
		return ErrCannotRetry
	}
	if _, err := client.JobRetryTx(ctx, tx.Unwrap(), id); err != nil {
		return fmt.Errorf("retry job %d: %w", id, err)
	}
	return nil
}

// CancelTx ends a job that has not ended yet. The context of a running one is
// cancelled after the commit; its worker decides what becomes of what it began.
func CancelTx(ctx context.Context, tx pg.Tx, id int64) error {
	client, state, err := locked(ctx, tx, id)
	if err != nil {
		return err
	}
	if state == Completed || state == Cancelled || state == Discarded {
		return ErrCannotCancel
	}
	if _, err := client.JobCancelTx(ctx, tx.Unwrap(), id); err != nil {
		return fmt.Errorf("cancel job %d: %w", id, err)
	}
	return nil
}

// locked reads the state of a job and keeps it from changing until the commit.
//
//tenant:any jobs belong to the machinery, operators see all
func locked(ctx context.Context, tx pg.Tx, id int64) (*river.Client[pgx.Tx], State, error) {
	const q = `
		select state::text
		from river_job
		where id = $1
		for update`
	var state State
	err := tx.QueryRow(ctx, q, id).Scan(&state)
	switch {
	case pg.NoRows(err):
		return nil, "", ErrNotFound
	case err != nil:
		return nil, "", fmt.Errorf("lock job %d: %w", id, err)
	}
	client, err := inserter()
	return client, state, err
}
