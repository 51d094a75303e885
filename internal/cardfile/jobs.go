package cardfile

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// Times of the jobs. A killed server leaves a run without a worker; resumeEvery
// looks for such, and abandonedAfter is well beyond the time a batch takes.
const (
	runTimeout     = time.Hour
	resumeEvery    = 30 * time.Second
	abandonedAfter = 2 * time.Minute
	tidyEvery      = time.Hour
	filesKept      = 30 * 24 * time.Hour // those of imports
)

// Path is the address of an import.
func Path(id int64) string { return "/cards/import/" + strconv.FormatInt(id, 10) }

// RunArgs asks for a run. Mode and place tell the check from the import and a
// resumption from what it resumes; the worker reads all of them from the import.
type RunArgs struct {
	OrgID    int64 `json:"org"`
	ImportID int64 `json:"import"`
	Mode     Mode  `json:"mode"`
	Row      int   `json:"row"`
	Photo    int   `json:"photo"`
}

// Kind names the job.
func (RunArgs) Kind() string { return "cardfile.import" }

// JobSpec gives it the queue of long work.
func (RunArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Bulk, Timeout: runTimeout, Unique: true}
}

// ResumeArgs asks to look for runs whose worker was killed.
type ResumeArgs struct{}

// Kind names the job.
func (ResumeArgs) Kind() string { return "cardfile.resume" }

// TidyArgs asks to drop files that are kept no longer.
type TidyArgs struct{}

// Kind names the job.
func (TidyArgs) Kind() string { return "cardfile.tidy" }

// Register adds the workers of imports and exports.
func Register(r *jobs.Runner, run Runner, out Exporter) {
	jobs.Add(r, jobs.Func[RunArgs](run.work))
	jobs.Add(r, jobs.Func[ResumeArgs](run.resume))
	jobs.Add(r, jobs.Func[ExportArgs](out.work))
	jobs.Add(r, jobs.Func[TidyArgs](run.tidy))
	r.Every(resumeEvery, ResumeArgs{})
	r.Every(tidyEvery, TidyArgs{})
}

// work may run twice for one import, also at once: see Runner.Run.
func (r Runner) work(ctx context.Context, args RunArgs) error {
	err := r.Run(ctx, args.OrgID, args.ImportID)
	if now, ok := jobs.Current(ctx); err == nil || !ok || !now.Last {
		return err
	}
	logx.From(ctx).Error("import of cards given up", "org", args.OrgID, "import", args.ImportID, "err", err)
	return r.giveUp(ctx, args.OrgID, args.ImportID)
}

// resume asks once more for what stands still. A run that only seemed to is done
// by two workers then, which does no harm.
func (r Runner) resume(ctx context.Context, _ ResumeArgs) error {
	runs, err := abandoned(ctx, r.DB, abandonedAfter)
	if err != nil {
		return err
	}
	exports, err := abandonedExports(ctx, r.DB, abandonedAfter)
	if err != nil || len(runs)+len(exports) == 0 {
		return err
	}
	return pg.InTx(ctx, r.DB, func(tx pg.Tx) error {
		for _, args := range runs {
			if err := jobs.Enqueue(ctx, tx, args); err != nil {
				return err
			}
		}
		for _, args := range exports {
			if err := jobs.Enqueue(ctx, tx, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// tidy drops the files of old imports and exports; two at once take different
// ones.
func (r Runner) tidy(ctx context.Context, _ TidyArgs) error {
	return pg.InSlices(ctx, r.DB, func(ctx context.Context, tx pg.Tx) (int, error) {
		imports, err := takeOld(ctx, tx, filesKept)
		if err != nil {
			return 0, err
		}
		exports, err := takeOldExports(ctx, tx, exportsKept)
		if err != nil {
			return 0, err
		}
		old := append(imports, exports...)
		return len(old), dropBlobs(ctx, tx, old)
	})
}
