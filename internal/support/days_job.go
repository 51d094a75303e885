package support

import (
	"context"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// sumEvery is how often days that are over are looked for. A late answer or score
// takes its day out of the sums; statistics read that day's questions until then.
const sumEvery = 15 * time.Minute

// DaysArgs asks to sum up the questions of days that are over.
type DaysArgs struct{}

// Kind names the job.
func (DaysArgs) Kind() string { return "support.sum_days" }

// JobSpec lets the next run make up for a failed one.
func (DaysArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// sumDays sums up day after day; done twice it does nothing.
func (s *Service) sumDays(ctx context.Context, _ DaysArgs) error {
	return pg.InSlices(ctx, s.DB, func(ctx context.Context, tx pg.Tx) (int, error) {
		if err := holdDays(ctx, tx); err != nil {
			return 0, err
		}
		return sumDay(ctx, tx)
	})
}
