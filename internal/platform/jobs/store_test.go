package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/page"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestSchedules(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		schedule jobs.Schedule
		attempts int
		span     time.Duration // from the first attempt to the last
	}{
		"standard":   {jobs.Standard(), 5 + 1 + 23, 23*time.Hour + 21*time.Minute + 40*time.Second},
		"persistent": {jobs.Persistent(), 5 + 1 + 167, 167*time.Hour + 48*time.Minute},
		"once":       {jobs.Once(), 1, 0},
	} {
		var span time.Duration
		for n := 1; n < tt.schedule.Attempts(); n++ {
			span += tt.schedule.Delay(n)
		}
		if got := tt.schedule.Attempts(); got != tt.attempts || span != tt.span {
			t.Errorf("%s: %d attempts over %v, want %d over %v", name, got, span, tt.attempts, tt.span)
		}
	}
	if got := jobs.Persistent().Delay(1); got != time.Minute {
		t.Errorf("first delay of letters = %v, want 1m", got)
	}
}

func TestListPagesAndFilters(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var notes []note
	for n := range 5 {
		notes = append(notes, note{n})
	}
	inTx(t, db, func(tx pg.Tx) error {
		return errors.Join(jobs.EnqueueMany(t.Context(), tx, notes), jobs.Enqueue(t.Context(), tx, brief{1}))
	})
	var ids []int64
	for f := (jobs.Filter{Kind: "test.note", State: jobs.Available, Queue: jobs.Default, Limit: 2}); ; {
		js, next, err := jobs.List(t.Context(), db, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range js {
			ids = append(ids, j.ID)
		}
		if f.Cursor = next; next == "" {
			break
		}
	}
	if diff := cmp.Diff([]int64{5, 4, 3, 2, 1}, ids); diff != "" {
		t.Error(diff)
	}
	for _, f := range []jobs.Filter{{Kind: "test.other"}, {State: jobs.Discarded}, {State: "x' or true"}, {Queue: jobs.Bulk}} {
		if js := list(t, db, f); len(js) != 0 {
			t.Errorf("%+v found %+v", f, js)
		}
	}
	if _, _, err := jobs.List(t.Context(), db, jobs.Filter{Cursor: "@"}); !errors.Is(err, page.ErrCursor) {
		t.Errorf("broken cursor: %v", err)
	}
}

func TestAnOperatorRetriesAndCancels(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	enqueue(t, db, note{1}, jobs.At(time.Now().Add(time.Hour)))
	id := list(t, db, jobs.Filter{})[0].ID
	act := func(do func(context.Context, pg.Tx, int64) error, id int64) error {
		return pg.InTx(t.Context(), db, func(tx pg.Tx) error { return do(t.Context(), tx, id) })
	}
	if err := act(jobs.CancelTx, id); err != nil {
		t.Fatal(err)
	}
	if err := act(jobs.CancelTx, id); !errors.Is(err, jobs.ErrCannotCancel) {
		t.Errorf("cancelled twice: %v", err)
	}
	if err := act(jobs.RetryTx, id); err != nil {
		t.Fatal(err)
	}
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(_ context.Context, a note) error { d.add(a.N); return nil }))
	stop := start(t, r)
	d.wait(t, 1)
	stop()
	if err := act(jobs.RetryTx, id); !errors.Is(err, jobs.ErrCannotRetry) {
		t.Errorf("retried what was done: %v", err)
	}
	for _, do := range []func(context.Context, pg.Tx, int64) error{jobs.RetryTx, jobs.CancelTx} {
		if err := act(do, 999); !errors.Is(err, jobs.ErrNotFound) {
			t.Errorf("unknown job: %v", err)
		}
	}
	if _, err := jobs.Get(t.Context(), db, 999); !errors.Is(err, jobs.ErrNotFound) {
		t.Errorf("Get of an unknown job: %v", err)
	}
}

func TestCancellingARunningJobEndsItsContext(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	ended := make(chan error, 1)
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		d.add(a.N)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}))
	stop := start(t, r)
	enqueue(t, db, note{1})
	d.wait(t, 1)
	id := list(t, db, jobs.Filter{State: jobs.Running})[0].ID
	inTx(t, db, func(tx pg.Tx) error { return jobs.CancelTx(t.Context(), tx, id) })
	select {
	case <-ended:
	case <-time.After(2 * time.Minute):
		t.Error("the job ran on")
	}
	stop()
	if js := list(t, db, jobs.Filter{State: jobs.Cancelled}); len(js) != 1 {
		t.Errorf("jobs = %+v, want it cancelled", list(t, db, jobs.Filter{}))
	}
}

// BenchmarkWork is the rate of jobs that do nothing, enqueued by COPY.
func BenchmarkWork(b *testing.B) {
	db, d := pgtest.New(b), newDone()
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 100}})
	jobs.Add(r, jobs.Func[note](func(_ context.Context, a note) error { d.one <- a.N; return nil }))
	start(b, r)
	const batch = 2000
	notes := make([]note, batch)
	n := 0
	for b.Loop() {
		inTx(b, db, func(tx pg.Tx) error { return jobs.EnqueueMany(b.Context(), tx, notes) })
		for range batch {
			<-d.one
		}
		n += batch
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "jobs/s")
}
