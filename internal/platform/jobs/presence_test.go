package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// once is a job that is tried once only.
type once struct {
	N int `json:"n"`
}

func (once) Kind() string { return "test.once" }

func (once) JobSpec() jobs.Spec { return jobs.Spec{Retry: jobs.Once()} }

func exec(t testing.TB, db *pgxpool.Pool, sql string) {
	t.Helper()
	inTx(t, db, func(tx pg.Tx) error {
		_, err := tx.Exec(t.Context(), sql)
		return err
	})
}

// TestTheJobsOfADeadProcessGoOnAtOnce leaves behind what kill -9 leaves: rows
// that say running, and a process that says nothing any more. Nothing here is
// old enough for River's own rescue.
func TestTheJobsOfADeadProcessGoOnAtOnce(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	enqueue(t, db, brief{1})
	enqueue(t, db, brief{2})
	enqueue(t, db, once{3})
	enqueue(t, db, brief{4})
	exec(t, db, `insert into job_processes values ('killed', now() - interval '16 seconds'), ('alive', now() + interval '1 hour')`)
	exec(t, db, `
		update river_job
		set state = 'running', attempt = 1, attempted_at = now(),
		    attempted_by = case when args->>'n' = '2' then '{killed,alive}'::text[] else '{earlier,killed}' end,
		    metadata = case when args->>'n' = '4' then '{"cancel_attempted_at": "2025-11-24T09:00:00Z"}' else metadata end`)
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 1, jobs.Mail: 2}, DeadAfter: time.Second, Log: quiet()})
	jobs.Add(r, jobs.Func[once](func(_ context.Context, a once) error { d.add(a.N); return nil }))
	jobs.Add(r, jobs.Func[brief](func(ctx context.Context, a brief) error {
		if run, _ := jobs.Current(ctx); run.Attempt != 2 {
			t.Errorf("attempt = %d, want 2", run.Attempt)
		}
		d.add(a.N)
		return nil
	}))
	stop := start(t, r)
	if got := d.wait(t, 1); got[0] != 1 {
		t.Errorf("job %d was done, want 1", got[0])
	}
	stop()
	states := map[jobs.State]int{}
	for _, j := range list(t, db, jobs.Filter{}) {
		states[j.State]++
		if died := strings.Contains(j.LastError, "died"); died == (j.State == jobs.Running) {
			t.Errorf("%s job has the error %q", j.State, j.LastError)
		}
	}
	for _, s := range []jobs.State{jobs.Completed, jobs.Running, jobs.Discarded, jobs.Cancelled} {
		if states[s] != 1 {
			t.Errorf("jobs by state: %v, want one each completed, still running, discarded, cancelled", states)
		}
	}
	if n := count(t, db, `select count(*) from job_processes`); n != 1 {
		t.Errorf("%d processes are noted, want only the other living one", n)
	}
}

// A process that cannot say that it lives must stop what others may begin.
func TestASilentProcessEndsItsJobs(t *testing.T) {
	t.Parallel()
	db, d := pgtest.New(t), newDone()
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 1}, DeadAfter: 200 * time.Millisecond, Log: quiet()})
	ended := make(chan error, 1)
	jobs.Add(r, jobs.Func[note](func(ctx context.Context, a note) error {
		d.add(a.N)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return jobs.Cancel(ctx.Err())
	}))
	start(t, r)
	enqueue(t, db, note{1})
	d.wait(t, 1)
	exec(t, db, `alter table job_processes rename to away`)
	defer exec(t, db, `alter table away rename to job_processes`)
	if err := <-ended; errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "silent") {
		t.Errorf("the job ended because of %v", err)
	}
}

func quiet() *slog.Logger { return logx.New(&lines{}, "json", "error") }

func count(t testing.TB, db *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
