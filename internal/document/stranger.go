package document

import (
	"context"
	"errors"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/feed"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// WelcomeArgs asks to give organizations that have come their side of the invoices
// which were here before them.
type WelcomeArgs struct{}

// Kind names the job.
func (WelcomeArgs) Kind() string { return "document.welcome" }

// JobSpec: the next round goes on where this one ended.
func (WelcomeArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Unique: true, Priority: 3, Timeout: 5 * time.Minute, Retry: jobs.Once()}
}

const (
	welcomeEvery = 5 * time.Minute
	welcomeFor   = 4 * time.Minute
	welcomeSlice = 50 // invoices in one transaction
)

// stranger is an invoice that lacks a side whose organization is here now.
type stranger struct {
	tin   string // of who came
	orgID int64  // of who came
	key   key    // the other party's document
}

// welcome gives newcomers their invoices, some in each transaction. What it has not
// done yet stands in the table, so it may stop at any moment.
func (s *Service) welcome(ctx context.Context, _ WelcomeArgs) error {
	for start := clock.System(); clock.Since(start) < welcomeFor; {
		n := 0
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			n, err = s.welcomeTx(ctx, tx)
			return err
		})
		if n == 0 || err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) welcomeTx(ctx context.Context, tx pg.Tx) (int, error) {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return 0, err
	}
	came, err := takeStrangers(ctx, tx, welcomeSlice)
	if err != nil {
		return 0, err
	}
	for _, one := range came {
		if err := s.giveTx(ctx, tx, one, now); err != nil {
			return 0, err
		}
	}
	return len(came), nil
}

// giveTx takes all that the source said of an invoice once more, for the party that
// came; then what its buyer has answered here.
func (s *Service) giveTx(ctx context.Context, tx pg.Tx, one stranger, now time.Time) error {
	held, err := lockKeys(ctx, tx, []key{one.key}, false)
	if err != nil || len(held) == 0 {
		return err
	}
	said, err := saidOf(ctx, tx, held[0])
	if err != nil {
		return err
	}
	for _, m := range said {
		if err := s.replayTx(ctx, tx, m, one.orgID, now); err != nil {
			return err
		}
	}
	_, err = markSellers(ctx, tx, one.key.org, []int64{one.key.id})
	return err
}

// replayTx keeps a version for one organization, if it is a party of it.
func (s *Service) replayTx(ctx context.Context, tx pg.Tx, m feed.Message, orgID int64, now time.Time) error {
	in, err := s.open(ctx, tx, m)
	if err != nil {
		logx.From(ctx).Warn("a version of an invoice is not understood any more", "feed", m.Feed, "version", m.Version, "error", err.Error())
		return nil
	}
	owners, err := in.owners(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if o.orgID != orgID {
			continue
		}
		if err := s.keepTx(ctx, tx, in, o, now); err != nil && !errors.Is(err, feed.ErrDuplicate) && !errors.Is(err, feed.ErrOlder) {
			return err
		}
	}
	return nil
}

// noteAbsentTx remembers the party of an invoice that is not here.
func noteAbsentTx(ctx context.Context, tx pg.Tx, in intake, owners []owner) error {
	if !in.Content.Kind.IsInvoice() || len(owners) != 1 || in.Buyer.TIN == in.Seller.TIN {
		return nil
	}
	absent := in.Buyer.TIN
	if owners[0].side == In {
		absent = in.Seller.TIN
	}
	return insertStranger(ctx, tx, absent, owners[0].orgID, in)
}
