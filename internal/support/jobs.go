package support

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// slice is how many requests one transaction closes.
const slice = 100

// CloseArgs asks to close what nobody answered for seven days.
type CloseArgs struct{}

// Kind names the job.
func (CloseArgs) Kind() string { return "support.close" }

// JobSpec lets the next run make up for a failed one.
func (CloseArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// Register adds the workers and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[CloseArgs](s.close))
	r.Every(15*time.Minute, CloseArgs{})
	jobs.Add(r, jobs.Func[DaysArgs](s.sumDays))
	r.Every(sumEvery, DaysArgs{})
}

// close may run twice at once, and while people write: rows that somebody holds
// are left for the next run, and a row is looked at again once it is held.
func (s *Service) close(ctx context.Context, _ CloseArgs) error {
	return pg.InSlices(ctx, s.DB, closeDue)
}

// closeDue closes a slice. What had no answer to a question is told of by letter;
// of what was solved there is nothing more to say.
func closeDue(ctx context.Context, tx pg.Tx) (int, error) {
	due, err := lapsed(ctx, tx, slice)
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		if err := end(ctx, tx, r, Closed); err != nil {
			return 0, err
		}
		err := audit.Record(ctx, tx, actor.System("support"), audit.Entry{
			OrgID: r.OrgID, Action: "support.close", Target: target(r.ID), Details: map[string]any{"number": r.Number(), "was": r.Status},
		})
		if err == nil && r.Status == Waiting {
			err = tell(ctx, tx, r, "support.notice.closed.", "")
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
