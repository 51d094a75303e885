// Package jobs does work later: letters, imports, expiry, reminders.
//
// A job is a row, stored by Enqueue in the transaction that needs it and worked
// by a Runner, here or in another process. It is done at least once: a process
// that is killed in the middle leaves a job that another one does again, so
// every worker says what happens when it runs twice. The queue itself is River
// (riverqueue.com) on Postgres; nothing outside this package knows it.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// How jobs run unless Options say otherwise.
const (
	// DefaultTimeout ends a job that hangs.
	DefaultTimeout = time.Minute

	// DefaultRescueAfter is when a job that is still marked running counts as
	// left behind whatever its process says. It must be longer than any job can
	// run: the timeout of a minute, 10 seconds in which a job may still clean up,
	// and the rest for clocks that differ between machines. The jobs of a killed
	// process need not wait for it (DefaultDeadAfter), those nobody had begun go
	// on as soon as any process runs.
	DefaultRescueAfter = 2 * time.Minute

	// fetchCooldown caps the rate at workers ÷ cooldown. River's own 100 ms would
	// hold 100 workers to 1,000 jobs a second (performance.md 2.8).
	fetchCooldown = 2 * time.Millisecond

	keepCompleted = 24 * time.Hour
	keepCancelled = 7 * 24 * time.Hour
	keepDiscarded = 30 * 24 * time.Hour // long enough for operators to see them
)

// Options shape a runner; blanks are filled with the defaults above.
type Options struct {
	Workers     map[Queue]int // jobs worked at once in each queue; none: this process leaves them to others
	Timeout     time.Duration
	RescueAfter time.Duration
	DeadAfter   time.Duration // silence after which another process does this one's jobs
	StopTimeout time.Duration // how long jobs may still run after Stop; 20 s
	Log         *slog.Logger
}

// Runner works jobs. App makes one, registers all workers, then starts it.
type Runner struct {
	db       *pgxpool.Pool
	opts     Options
	alive    *presence
	workers  *river.Workers
	periodic []*river.PeriodicJob
	every    map[string]time.Duration // between two of a kind in periodic
	client   *river.Client[pgx.Tx]
	errs     []error // of registrations, told by Start
}

// New makes a runner without workers.
func New(db *pgxpool.Pool, o Options) *Runner {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.RescueAfter == 0 {
		o.RescueAfter = DefaultRescueAfter
	}
	if o.DeadAfter == 0 {
		o.DeadAfter = DefaultDeadAfter
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = 20 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Runner{db: db, opts: o, alive: newPresence(db, o.DeadAfter, o.Log), workers: river.NewWorkers(), every: map[string]time.Duration{}}
}

// Every asks for a job at regular intervals, the first time soon after the
// start. One process of all asks, and only while none of the same kind waits, so
// a job slower than its interval does not pile up.
func (r *Runner) Every(interval time.Duration, args Args) {
	asked := insertOpts(args, []Option{Unique()})
	r.every[args.Kind()] = interval
	r.periodic = append(r.periodic, river.NewPeriodicJob(
		river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, asked },
		&river.PeriodicJobOpts{ID: args.Kind(), RunOnStart: true},
	))
}

// Start begins to work jobs and returns. What ctx carries (the logger) reaches
// the workers; its end does not stop them, Stop does.
func (r *Runner) Start(ctx context.Context) error {
	if err := errors.Join(r.errs...); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	queues := map[string]river.QueueConfig{}
	for name, n := range r.opts.Workers {
		if n > 0 {
			queues[string(name)] = river.QueueConfig{MaxWorkers: n}
		}
	}
	if len(queues) == 0 {
		return nil
	}
	client, err := river.NewClient(riverpgxv5.New(r.db), r.config(queues))
	if err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	ctx = context.WithoutCancel(ctx)
	if err := r.alive.start(ctx); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		return errors.Join(fmt.Errorf("start jobs: %w", err), r.alive.end(ctx, true))
	}
	r.client = client
	return nil
}

func (r *Runner) config(queues map[string]river.QueueConfig) *river.Config {
	return &river.Config{
		ID:                          r.alive.process,
		Queues:                      queues,
		Workers:                     r.workers,
		PeriodicJobs:                r.periodic,
		FetchCooldown:               fetchCooldown,
		FetchOnlyKnownKinds:         true, // while two versions run, the older leaves the newer's jobs alone
		JobTimeout:                  r.opts.Timeout,
		RescueStuckJobsAfter:        r.opts.RescueAfter,
		SoftStopTimeout:             r.opts.StopTimeout,
		CompletedJobRetentionPeriod: keepCompleted,
		CancelledJobRetentionPeriod: keepCancelled,
		DiscardedJobRetentionPeriod: keepDiscarded,
		ErrorHandler:                reporter{},
		Logger:                      slog.New(warnings{r.opts.Log.Handler()}),
	}
}

// Stop takes no more jobs and waits for those running; after StopTimeout, or
// when ctx ends, their contexts are cancelled. A job cancelled like this goes
// back to the queue as if it had not been tried.
func (r *Runner) Stop(ctx context.Context) error {
	if r.client == nil {
		return nil
	}
	err := r.client.Stop(ctx)
	if err != nil && ctx.Err() != nil {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = r.client.StopAndCancel(grace)
	}
	if err = errors.Join(err, r.alive.end(ctx, err == nil)); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}
