package apikey

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/notice"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// slice is how many keys one transaction of the job takes.
const slice = 200

// LapseArgs asks to remind of keys that end soon and to close those that ended.
type LapseArgs struct{}

// Kind names the job.
func (LapseArgs) Kind() string { return "apikey.lapse" }

// Register adds the worker, and has it run every hour. It decides nothing: a key
// opens nothing from the moment its days are over, however late the job is.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[LapseArgs](s.Lapse))
	r.Every(time.Hour, LapseArgs{})
}

// Lapse does what its arguments ask, in slices; running twice, or at once, tells
// nobody twice.
//
//gate:none a job of the portal itself
func (s *Service) Lapse(ctx context.Context, _ LapseArgs) error {
	for _, step := range []func(context.Context, pg.Tx) (int, error){remindTx, expireTx} {
		if err := pg.InSlices(ctx, s.DB, step); err != nil {
			return err
		}
	}
	return nil
}

// remindTx tells owners whose key ends within 7, 3 or 1 days, each once.
func remindTx(ctx context.Context, tx pg.Tx) (int, error) {
	due, err := takeReminders(ctx, tx, slice)
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		n := tell(d.OrgID, d.Key, "expiring", notice.Expiry)
		if err := notice.ToMemberTx(ctx, tx, d.MemberID, n); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func expireTx(ctx context.Context, tx pg.Tx) (int, error) {
	ended, err := closeExpired(ctx, tx, slice)
	if err != nil {
		return 0, err
	}
	return len(ended), expiredTx(ctx, tx, ended)
}

// closeExpiredTx closes a member's key that ended by itself, so that the next
// one has its place.
func closeExpiredTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	ended, err := closeExpiredOf(ctx, tx, orgID, memberID)
	if err != nil {
		return err
	}
	return expiredTx(ctx, tx, ended)
}

func expiredTx(ctx context.Context, tx pg.Tx, ended []lapsed) error {
	for _, l := range ended {
		if err := endedTx(ctx, tx, actor.System("apikey"), l.OrgID, l.Key, "apikey.expire", ""); err != nil {
			return err
		}
		if err := notice.ToMemberTx(ctx, tx, l.MemberID, tell(l.OrgID, l.Key, "expired", notice.Expiry)); err != nil {
			return err
		}
	}
	return nil
}

// day writes a date for a letter.
func day(t time.Time) string { return t.In(clock.Tashkent()).Format("02.01.2006") }
