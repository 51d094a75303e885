package legacy

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// Times of the jobs. A killed server leaves a run without a worker; resumeEvery
// looks for such, and abandonedAfter is well beyond the time a batch takes.
const (
	runTimeout     = time.Hour
	resumeEvery    = 30 * time.Second
	abandonedAfter = time.Minute
)

// RunArgs asks for a run. Mode and From tell the check from the import and a
// resumption from what it resumes; the worker reads all three from the import.
type RunArgs struct {
	ImportID int64 `json:"import_id"`
	Mode     Mode  `json:"mode"`
	From     int   `json:"from"`
}

// Kind names the job.
func (RunArgs) Kind() string { return "legacy.run" }

// JobSpec gives it the queue of long work.
func (RunArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Bulk, Timeout: runTimeout, Unique: true}
}

// ResumeArgs asks to look for runs whose worker was killed.
type ResumeArgs struct{}

// Kind names the job.
func (ResumeArgs) Kind() string { return "legacy.resume" }

// Register adds the workers of imports.
func Register(r *jobs.Runner, run Runner) {
	jobs.Add(r, jobs.Func[RunArgs](run.work))
	jobs.Add(r, jobs.Func[ResumeArgs](run.resume))
	r.Every(resumeEvery, ResumeArgs{})
}

// work may run twice for one import, also at once: see Runner.Run.
func (r Runner) work(ctx context.Context, args RunArgs) error {
	err := r.Run(ctx, args.ImportID)
	if now, ok := jobs.Current(ctx); err == nil || !ok || !now.Last {
		return err
	}
	logx.From(ctx).Error("import given up", "import", args.ImportID, "err", err)
	return r.giveUp(ctx, args.ImportID)
}

// resume asks once more for runs that stand still. One that only seemed to is
// done by two workers then, which does no harm.
func (r Runner) resume(ctx context.Context, _ ResumeArgs) error {
	return enqueueAbandoned(ctx, r.DB)
}

func enqueueAbandoned(ctx context.Context, db *pgxpool.Pool) error {
	all, err := abandoned(ctx, db, abandonedAfter)
	if err != nil || len(all) == 0 {
		return err
	}
	return pg.InTx(ctx, db, func(tx pg.Tx) error {
		for _, args := range all {
			if err := jobs.Enqueue(ctx, tx, args); err != nil {
				return err
			}
		}
		return nil
	})
}
