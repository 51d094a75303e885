package provider

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// slice is how many authorizations one transaction looks after.
const slice = 100

// ExpireArgs asks to write down which authorizations are over, and to remind of
// those that soon will be.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "authorization.expire" }

// JobSpec lets the next hour's run make up for a failed one.
func (ExpireArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// Register adds the worker and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[ExpireArgs](s.expire))
	r.Every(time.Hour, ExpireArgs{})
}

// expire may run twice at once: rows that one holds the other leaves alone.
func (s *Service) expire(ctx context.Context, _ ExpireArgs) error {
	if err := pg.InSlices(ctx, s.DB, endLapsed); err != nil {
		return err
	}
	for _, days := range []int{1, 3, 7} { // the nearest first: one reminder at a time
		err := pg.InSlices(ctx, s.DB, func(ctx context.Context, tx pg.Tx) (int, error) { return remind(ctx, tx, days) })
		if err != nil {
			return err
		}
	}
	return nil
}

func endLapsed(ctx context.Context, tx pg.Tx) (int, error) {
	due, err := lapsed(ctx, tx, slice)
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		was, err := selectOne(ctx, tx, r.OrgID, r.ID)
		if err != nil {
			return 0, err
		}
		if err := end(ctx, tx, r.OrgID, r.ID, Expired, ""); err != nil {
			return 0, err
		}
		e := audit.Entry{OrgID: r.OrgID, Action: "authorization.expire", Target: target(r.ID), Details: map[string]any{
			"provider": was.Other.NameUz, "tin": was.Other.TIN,
		}}
		if err := audit.Record(ctx, tx, actor.System("authorizations"), e); err != nil {
			return 0, err
		}
		if err := tellEnded(ctx, tx, r.OrgID, was, "provider.notice.expired.", "provider.notice.lapsed.", ""); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func remind(ctx context.Context, tx pg.Tx, days int) (int, error) {
	due, err := ending(ctx, tx, days, slice)
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		was, err := selectOne(ctx, tx, r.OrgID, r.ID)
		if err != nil {
			return 0, err
		}
		p := was.Other
		err = notice.ToAdminsTx(ctx, tx, notice.Notice{
			OrgID: r.OrgID, Kind: notice.Expiry, Key: "provider.notice.ending.", Path: path(r.ID),
			Args: []string{
				"provider.uz", p.NameUz, "provider.ru", p.NameRu, "provider.en", p.NameUz, "tin", p.TIN.Grouped(),
				"until", lastDay(Grant{Until: was.ExpiresAt}),
			},
		})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
