package jobs

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/logx"
)

// Worker does the jobs of one kind. Work must end when its context does, and its
// comment says what happens when it runs twice for one job.
type Worker[T Args] interface {
	Work(ctx context.Context, args T) error
}

// Func is a worker that is only a function.
type Func[T Args] func(ctx context.Context, args T) error

// Work calls f.
func (f Func[T]) Work(ctx context.Context, args T) error { return f(ctx, args) }

// Add registers the worker of a kind; a second one for the same kind is an error
// that Start reports.
func Add[T Args](r *Runner, w Worker[T]) {
	var zero T
	adapted := adapter[T]{work: w, spec: specOf(zero), alive: r.alive, every: r.every}
	if err := river.AddWorkerSafely(r.workers, adapted); err != nil {
		r.errs = append(r.errs, err)
	}
}

// Cancel wraps an error after which trying again is pointless; the job ends as
// cancelled and keeps the error.
func Cancel(err error) error { return river.JobCancel(err) }

// Snooze is returned to run the job again after d without counting a failure:
// the work is not yet due, or goes on with the next part.
func Snooze(d time.Duration) error { return river.JobSnooze(max(d, 0)) }

// Run is the run a worker is in.
type Run struct {
	ID      int64
	Attempt int  // from 1
	Last    bool // no attempt follows if this one fails
}

type runKey struct{}

// Current tells a worker about its run; ok is false outside of one.
func Current(ctx context.Context) (run Run, ok bool) {
	run, ok = ctx.Value(runKey{}).(Run)
	return run, ok
}

// adapter makes one of River's workers out of ours.
type adapter[T Args] struct {
	river.WorkerDefaults[T]
	work  Worker[T]
	spec  Spec
	alive *presence
	every map[string]time.Duration // of the runner
}

// Work runs the job with its name on every log line.
func (a adapter[T]) Work(ctx context.Context, job *river.Job[T]) error {
	ctx = context.WithValue(ctx, runKey{}, Run{ID: job.ID, Attempt: job.Attempt, Last: job.Attempt >= job.MaxAttempts})
	ctx = logx.With(ctx, slog.Int64("job", job.ID), slog.String("kind", job.Kind), slog.Int("attempt", job.Attempt))
	ctx, release := a.alive.bind(ctx)
	defer release()
	err := a.work.Work(ctx, job.Args)
	if _, cancelled := errors.AsType[*rivertype.JobCancelError](err); cancelled {
		logx.From(ctx).Warn("job given up", "error", err.Error())
	}
	return err
}

// Timeout is that of the kind, 0 for the runner's.
func (a adapter[T]) Timeout(*river.Job[T]) time.Duration { return a.spec.Timeout }

// NextRetry follows the schedule of the kind, give or take a tenth, so that jobs
// which failed together do not come back together. What comes around by itself
// rests no longer than that: while it waits it is not asked for again, and would be
// away for an hour after the database was away for half of one.
func (a adapter[T]) NextRetry(job *river.Job[T]) time.Time {
	delay := a.spec.Retry.Delay(job.Attempt)
	if every, ok := a.every[job.Kind]; ok {
		delay = min(delay, every)
	}
	if tenth := delay / 10; tenth > 0 {
		delay += rand.N(2*tenth) - tenth //nolint:gosec // spreads load, hides nothing
	}
	return clock.System().Add(delay)
}

// reporter logs failures, each once. River reports shutdowns and cancelled jobs
// elsewhere, and panics itself, with their stack.
type reporter struct{}

// HandleError logs a failed attempt: a warning while others follow, an error
// when the job is lost without somebody's help.
func (reporter) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level, text := slog.LevelWarn, "job failed, will be tried again"
	if job.Attempt >= job.MaxAttempts {
		level, text = slog.LevelError, "job failed for the last time"
	}
	logx.From(ctx).Log(ctx, level, text, "job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "error", err.Error())
	return nil
}

// HandlePanic lets a job that panicked be tried again like any failed one.
func (reporter) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	return nil
}

// warnings keeps River's own chatter out of the log.
type warnings struct{ slog.Handler }

// Enabled passes warnings and errors.
func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the wrapping.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the wrapping.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
