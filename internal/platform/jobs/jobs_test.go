package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// note is a job that does what the test says.
type note struct {
	N int `json:"n"`
}

func (note) Kind() string { return "test.note" }

// brief is a job that is tried twice, at once, and keeps to its own queue.
type brief struct {
	N int `json:"n"`
}

func (brief) Kind() string { return "test.brief" }

func (brief) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 2, Timeout: 5 * time.Second,
		Retry: jobs.Schedule{Delays: []time.Duration{time.Millisecond}, Every: time.Hour, For: time.Second},
	}
}

// done collects what workers did.
type done struct {
	mu  sync.Mutex
	ns  []int
	one chan int
}

func newDone() *done { return &done{one: make(chan int, 10_000)} }

func (d *done) add(n int) {
	d.mu.Lock()
	d.ns = append(d.ns, n)
	d.mu.Unlock()
	d.one <- n
}

// wait returns the next n numbers, or fails the test.
func (d *done) wait(t *testing.T, n int) []int {
	t.Helper()
	var got []int
	timeout := time.After(2 * time.Minute)
	for len(got) < n {
		select {
		case x := <-d.one:
			got = append(got, x)
		case <-timeout:
			t.Fatalf("%d of %d jobs after two minutes", len(got), n)
		}
	}
	return got
}

func inTx(t testing.TB, db *pgxpool.Pool, fn func(tx pg.Tx) error) {
	t.Helper()
	if err := pg.InTx(t.Context(), db, fn); err != nil {
		t.Fatal(err)
	}
}

func enqueue(t testing.TB, db *pgxpool.Pool, args jobs.Args, opts ...jobs.Option) {
	t.Helper()
	inTx(t, db, func(tx pg.Tx) error { return jobs.Enqueue(t.Context(), tx, args, opts...) })
}

func list(t testing.TB, db *pgxpool.Pool, f jobs.Filter) []jobs.Job {
	t.Helper()
	js, _, err := jobs.List(t.Context(), db, f)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// start runs the workers until the test ends or the returned function is called,
// after which what the jobs left in the table is final.
func start(t testing.TB, r *jobs.Runner) (stop func()) {
	t.Helper()
	return startWith(t, t.Context(), r)
}

func startWith(t testing.TB, ctx context.Context, r *jobs.Runner) (stop func()) {
	t.Helper()
	if err := r.Start(ctx); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func runner(db *pgxpool.Pool) *jobs.Runner {
	return jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 10, jobs.Mail: 2}})
}

func TestAJobIsStoredWithTheChangeOrNotAtAll(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	failed := errors.New("failed")
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		if err := jobs.Enqueue(t.Context(), tx, note{1}); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) || len(list(t, db, jobs.Filter{})) != 0 {
		t.Errorf("after a rollback: %v, %v", err, list(t, db, jobs.Filter{}))
	}
	enqueue(t, db, note{2})
	enqueue(t, db, brief{3}, jobs.InQueue(jobs.Bulk), jobs.Priority(4), jobs.MaxAttempts(7), jobs.At(time.Now().Add(time.Hour)))
	type row struct {
		Kind              string
		Queue             jobs.Queue
		State             jobs.State
		Priority, Attempt int
		Max               int
	}
	var got []row
	for _, j := range list(t, db, jobs.Filter{}) {
		got = append(got, row{j.Kind, j.Queue, j.State, j.Priority, j.Attempt, j.MaxAttempts})
	}
	want := []row{
		{"test.brief", jobs.Bulk, jobs.Scheduled, 4, 0, 7},
		{"test.note", jobs.Default, jobs.Available, 1, 0, jobs.Standard().Attempts()},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJobsAreWorked(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		if run, ok := jobs.Current(ctx); !ok || run.Attempt != 1 || run.Last || run.ID == 0 {
			t.Errorf("Current = %+v, %v", run, ok)
		}
		d.add(a.N)
		return nil
	}))
	jobs.Add(r, jobs.Func[brief](func(_ context.Context, a brief) error { d.add(1000 + a.N); return nil }))
	stop := start(t, r)
	var notes []note
	for n := range 300 {
		notes = append(notes, note{n})
	}
	inTx(t, db, func(tx pg.Tx) error {
		return errors.Join(jobs.EnqueueMany(t.Context(), tx, notes), jobs.EnqueueMany(t.Context(), tx, []brief{}))
	})
	enqueue(t, db, brief{1})
	seen := map[int]int{}
	for _, n := range d.wait(t, 301) {
		seen[n]++
	}
	stop()
	if len(seen) != 301 || seen[1001] != 1 {
		t.Errorf("%d different jobs done, want 301", len(seen))
	}
	counts, err := jobs.Counts(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	want := []jobs.Count{{State: jobs.Completed, Kind: "test.brief", N: 1}, {State: jobs.Completed, Kind: "test.note", N: 300}}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
}

func TestAUniqueJobIsAddedOnceWhileItWaits(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	for range 3 {
		enqueue(t, db, note{1}, jobs.Unique())
	}
	enqueue(t, db, note{2}, jobs.Unique())
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(_ context.Context, a note) error { d.add(a.N); return nil }))
	stop := start(t, r)
	d.wait(t, 2)
	stop()
	enqueue(t, db, note{1}, jobs.Unique())
	if waiting := list(t, db, jobs.Filter{State: jobs.Available}); len(waiting) != 1 || len(list(t, db, jobs.Filter{})) != 3 {
		t.Errorf("waiting again after the first was done: %v", waiting)
	}
}

func TestAFailedJobIsTriedAgainAndThenGivenUp(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	var log lines
	r := runner(db)
	jobs.Add(r, jobs.Func[brief](func(ctx context.Context, a brief) error {
		run, _ := jobs.Current(ctx)
		defer d.add(run.Attempt)
		return fmt.Errorf("attempt %d, last %v", run.Attempt, run.Last)
	}))
	stop := startWith(t, logx.Into(t.Context(), logx.New(&log, "json", "info")), r)
	enqueue(t, db, brief{1})
	d.wait(t, 2)
	stop()
	js := list(t, db, jobs.Filter{Queue: jobs.Mail})
	if len(js) != 1 || js[0].State != jobs.Discarded || js[0].Attempt != 2 || js[0].LastError != "attempt 2, last true" {
		t.Fatalf("jobs = %+v, want one discarded after two attempts", js)
	}
	detail, err := jobs.Get(t.Context(), db, js[0].ID)
	if err != nil || len(detail.Failures) != 2 || detail.Failures[0].Error != "attempt 1, last false" || !strings.Contains(detail.Args, `"n": 1`) {
		t.Errorf("Get = %+v, %v", detail, err)
	}
	if got := log.String(); strings.Count(got, "attempt 1, last false") != 1 || strings.Count(got, "attempt 2, last true") != 1 ||
		strings.Count(got, `"level":"ERROR"`) != 1 {
		t.Errorf("each failure should be logged once, the last as an error:\n%s", got)
	}
}

func TestAPanicCostsOneAttemptAndNothingElse(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Mail: 1}, Log: logx.New(&lines{}, "json", "error")})
	jobs.Add(r, jobs.Func[brief](func(ctx context.Context, _ brief) error {
		run, _ := jobs.Current(ctx)
		defer d.add(run.Attempt)
		if run.Attempt == 1 {
			panic("boom")
		}
		return nil
	}))
	stop := start(t, r)
	enqueue(t, db, brief{1})
	d.wait(t, 2)
	stop()
	js := list(t, db, jobs.Filter{})
	detail, err := jobs.Get(t.Context(), db, js[0].ID)
	if err != nil || detail.State != jobs.Completed || len(detail.Failures) != 1 || detail.Failures[0].Error != "boom" || !strings.Contains(detail.Failures[0].Trace, "jobs_test.go") {
		t.Errorf("Get = %+v, %v", detail, err)
	}
}

func TestAWorkerMayGiveUpOrPutOff(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		defer d.add(a.N)
		if a.N == 1 {
			return jobs.Cancel(errors.New("no such letter"))
		}
		return jobs.Snooze(time.Hour)
	}))
	stop := start(t, r)
	enqueue(t, db, note{1})
	enqueue(t, db, note{2})
	d.wait(t, 2)
	stop()
	given := list(t, db, jobs.Filter{State: jobs.Cancelled})
	if len(given) != 1 || !strings.Contains(given[0].LastError, "no such letter") {
		t.Errorf("given up: %+v", given)
	}
	put := list(t, db, jobs.Filter{State: jobs.Scheduled})
	if len(put) != 1 || put[0].Attempt != 0 || time.Until(put[0].ScheduledAt) < 50*time.Minute {
		t.Errorf("put off: %+v", put)
	}
}

func TestStopWaitsForTheRunningJob(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	release := make(chan struct{})
	r := runner(db)
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		d.add(a.N)
		select {
		case <-release:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}))
	stop := start(t, r)
	enqueue(t, db, note{1})
	d.wait(t, 1)
	go close(release)
	stop()
	if js := list(t, db, jobs.Filter{State: jobs.Completed}); len(js) != 1 {
		t.Errorf("jobs = %+v, want it completed", list(t, db, jobs.Filter{}))
	}
}

func TestStopCancelsAJobThatTakesTooLongAndGivesItBack(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 1}, StopTimeout: 10 * time.Millisecond})
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		d.add(a.N)
		<-ctx.Done()
		return fmt.Errorf("interrupted: %w", ctx.Err())
	}))
	stop := start(t, r)
	enqueue(t, db, note{1})
	d.wait(t, 1)
	stop()
	js := list(t, db, jobs.Filter{})
	if len(js) != 1 || js[0].State != jobs.Available || js[0].Attempt != 0 || js[0].LastError != "" {
		t.Errorf("jobs = %+v, want it back in the queue as if untried", js)
	}
}

// TestAJobOfAKilledProcessIsDoneByAnother leaves behind what kill -9 leaves: a
// row that says running, and nobody who runs it.
func TestAJobOfAKilledProcessIsDoneByAnother(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	enqueue(t, db, brief{7})
	enqueue(t, db, brief{8})
	inTx(t, db, func(tx pg.Tx) error {
		const q = `
			update river_job
			set state = 'running', attempt = 1, attempted_by = '{killed}',
				attempted_at = now() - case when args->>'n' = '7' then interval '2 minutes 1 second' else interval '30 seconds' end`
		_, err := tx.Exec(t.Context(), q)
		return err
	})
	r := runner(db)
	jobs.Add(r, jobs.Func[brief](func(ctx context.Context, a brief) error {
		if run, _ := jobs.Current(ctx); run.Attempt != 2 {
			t.Errorf("attempt = %d, want 2", run.Attempt)
		}
		d.add(a.N)
		return nil
	}))
	stop := start(t, r)
	if got := d.wait(t, 1); got[0] != 7 {
		t.Errorf("job %d was done, want 7", got[0])
	}
	stop()
	if js := list(t, db, jobs.Filter{State: jobs.Running}); len(js) != 1 {
		t.Errorf("running = %+v, want the one that may still be alive", js)
	}
}

func TestEvery(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := runner(db)
	r.Every(time.Hour, note{5})
	jobs.Add(r, jobs.Func[note](func(_ context.Context, a note) error { d.add(a.N); return nil }))
	stop := start(t, r)
	if got := d.wait(t, 1); got[0] != 5 {
		t.Errorf("job %d, want 5", got[0])
	}
	stop()
	if js := list(t, db, jobs.Filter{}); len(js) != 1 {
		t.Errorf("%d jobs, want one", len(js))
	}
}

// rare is a job that waits for an hour when it has failed.
type rare struct{}

func (rare) Kind() string { return "test.rare" }

func (rare) JobSpec() jobs.Spec {
	return jobs.Spec{Retry: jobs.Schedule{Every: time.Hour, For: 24 * time.Hour}}
}

func TestWhatComesAroundByItselfRestsNoLongerThanThat(t *testing.T) {
	t.Parallel()
	d := newDone()
	r := runner(pgtest.New(t))
	r.Every(50*time.Millisecond, rare{})
	jobs.Add(r, jobs.Func[rare](func(ctx context.Context, _ rare) error {
		run, _ := jobs.Current(ctx)
		d.add(run.Attempt)
		return errors.New("away")
	}))
	start(t, r)
	if got := d.wait(t, 2); got[1] != 2 {
		t.Errorf("attempts %v, want a second one", got)
	}
}

func TestStartReportsWrongRegistrations(t *testing.T) {
	t.Parallel()
	r := runner(pgtest.New(t))
	jobs.Add(r, jobs.Func[note](func(context.Context, note) error { return nil }))
	jobs.Add(r, jobs.Func[note](func(context.Context, note) error { return nil }))
	if err := r.Start(t.Context()); err == nil {
		t.Error("two workers for one kind were accepted")
	}
	idle := jobs.New(nil, jobs.Options{})
	if err := errors.Join(idle.Start(t.Context()), idle.Stop(t.Context())); err != nil {
		t.Errorf("a runner without workers: %v", err)
	}
}

// lines is a buffer that several goroutines may write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
