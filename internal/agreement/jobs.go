package agreement

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/notice"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// slice is how many agreements one transaction looks after.
const slice = 100

// ExpireArgs asks to write down which agreements are over, and to remind of those
// that soon will be.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "agreement.expire" }

// JobSpec lets the next hour's run make up for a failed one.
func (ExpireArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// Register adds the worker and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[ExpireArgs](s.expire))
	r.Every(time.Hour, ExpireArgs{})
}

// expire may run twice at once: rows that one holds the other leaves alone.
func (s *Service) expire(ctx context.Context, _ ExpireArgs) error {
	if err := pg.InSlices(ctx, s.DB, expireSome); err != nil {
		return err
	}
	for _, days := range []int{1, 7, 30} { // the nearest first: one reminder at a time
		err := pg.InSlices(ctx, s.DB, func(ctx context.Context, tx pg.Tx) (int, error) { return remind(ctx, tx, days) })
		if err != nil {
			return err
		}
	}
	return nil
}

func expireSome(ctx context.Context, tx pg.Tx) (int, error) {
	due, err := lapsed(ctx, tx, slice)
	if err != nil {
		return 0, err
	}
	return len(due), expireAll(ctx, tx, due)
}

// expireOf ends what has lapsed of one organization.
func expireOf(ctx context.Context, tx pg.Tx, orgID int64) (int, error) {
	due, err := lapsedOf(ctx, tx, orgID)
	if err != nil {
		return 0, err
	}
	return len(due), expireAll(ctx, tx, due)
}

func expireAll(ctx context.Context, tx pg.Tx, due []ref) error {
	for _, r := range due {
		p, err := byID(ctx, tx, r.OrgID, r.ID)
		if err != nil {
			return err
		}
		if err := markEnded(ctx, tx, r.OrgID, r.ID, Expired, "", ""); err != nil {
			return err
		}
		if err := record(ctx, tx, actor.System("agreements"), r.OrgID, r.ID, "agreement.expire", nil); err != nil {
			return err
		}
		if err := tell(ctx, tx, p, notice.Expiry, "expired", "until", dayText(p.LastDay())); err != nil {
			return err
		}
	}
	return nil
}

func remind(ctx context.Context, tx pg.Tx, days int) (int, error) {
	due, err := ending(ctx, tx, days, slice)
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		p, err := byID(ctx, tx, r.OrgID, r.ID)
		if err != nil {
			return 0, err
		}
		if err := tell(ctx, tx, p, notice.Expiry, "ending", "until", dayText(p.LastDay())); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
