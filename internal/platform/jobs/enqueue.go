package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"kabinet/internal/platform/pg"
)

// Option changes one job against the Spec of its kind.
type Option func(*river.InsertOpts)

// At delays the job until t. The moment is not exact, and a right that ends at t
// is ended by the statement that asks for it, not by this job.
func At(t time.Time) Option { return func(o *river.InsertOpts) { o.ScheduledAt = t } }

// InQueue puts the job into another queue.
func InQueue(q Queue) Option { return func(o *river.InsertOpts) { o.Queue = string(q) } }

// Priority changes the order in the queue: 1 first, 4 last.
func Priority(n int) Option { return func(o *river.InsertOpts) { o.Priority = n } }

// MaxAttempts changes how often the job is tried in all.
func MaxAttempts(n int) Option { return func(o *river.InsertOpts) { o.MaxAttempts = n } }

// Unique adds the job only if none with the same kind and arguments waits or
// runs. Mark the arguments that count with `river:"unique"` if not all do.
func Unique() Option { return func(o *river.InsertOpts) { o.UniqueOpts = unique() } }

// Enqueue asks for a job in the caller's transaction: it is stored with the
// change that needs it, or not at all, and starts after the commit.
func Enqueue(ctx context.Context, tx pg.Tx, args Args, opts ...Option) error {
	client, err := inserter()
	if err != nil {
		return err
	}
	if _, err := client.InsertTx(ctx, tx.Unwrap(), args, insertOpts(args, opts)); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// EnqueueMany asks for many jobs at the speed of COPY, some 50,000 a second.
// Cut more than 5,000 into parts. One job that repeats a unique one fails them
// all.
func EnqueueMany[T Args](ctx context.Context, tx pg.Tx, all []T, opts ...Option) error {
	if len(all) == 0 {
		return nil
	}
	client, err := inserter()
	if err != nil {
		return err
	}
	params := make([]river.InsertManyParams, len(all))
	for i, args := range all {
		params[i] = river.InsertManyParams{Args: args, InsertOpts: insertOpts(args, opts)}
	}
	if _, err := client.InsertManyFastTx(ctx, tx.Unwrap(), params); err != nil {
		return fmt.Errorf("enqueue %d %s: %w", len(all), all[0].Kind(), err)
	}
	return nil
}

// inserter makes a client that only inserts; it has no pool and no goroutines,
// and making it takes 5 µs, a hundredth of an insert.
func inserter() (*river.Client[pgx.Tx], error) {
	client, err := river.NewClient(riverpgxv5.New(nil), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("job client: %w", err)
	}
	return client, nil
}

func insertOpts(args Args, opts []Option) *river.InsertOpts {
	s := specOf(args)
	o := &river.InsertOpts{Queue: string(s.Queue), Priority: s.Priority, MaxAttempts: s.Retry.Attempts()}
	if s.Unique {
		o.UniqueOpts = unique()
	}
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// unique counts only jobs still to be done: the same work may be asked for
// again once it is over.
func unique() river.UniqueOpts {
	return river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}
}
