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
	welcomeMost  = 500 // newcomers looked for at once
	welcomeSlice = 50  // invoices in one transaction
)

// newcomer is a party of invoices that was not here when they came.
type newcomer struct {
	tin   string
	orgID int64
}

// welcome gives newcomers their invoices, some in each transaction. What it has not
// done yet stands in the table, so it may stop at any moment.
func (s *Service) welcome(ctx context.Context, _ WelcomeArgs) error {
	start, last := clock.System(), ""
	for {
		came, err := newcomers(ctx, s.DB, last, welcomeMost)
		if err != nil {
			return err
		}
		for _, one := range came {
			last = one.tin
			if done, err := s.welcomeOne(ctx, one, start); !done || err != nil {
				return err
			}
		}
		if len(came) < welcomeMost {
			return nil
		}
	}
}

// welcomeOne gives a newcomer all its invoices, unless the time of the job that began
// then is over.
func (s *Service) welcomeOne(ctx context.Context, one newcomer, begun time.Time) (done bool, err error) {
	for n := welcomeSlice; n == welcomeSlice; {
		if clock.Since(begun) >= welcomeFor {
			return false, nil
		}
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			n, err = s.welcomeTx(ctx, tx, one)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func (s *Service) welcomeTx(ctx context.Context, tx pg.Tx, one newcomer) (int, error) {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return 0, err
	}
	missed, err := takeStrangers(ctx, tx, one.tin, welcomeSlice)
	if err != nil {
		return 0, err
	}
	for _, k := range missed {
		if err := s.giveTx(ctx, tx, one, k, now); err != nil {
			return 0, err
		}
	}
	return len(missed), nil
}

// giveTx takes all that the source said of the other party's document once more, for
// the party that came; then what its buyer has answered here.
func (s *Service) giveTx(ctx context.Context, tx pg.Tx, one newcomer, k key, now time.Time) error {
	held, err := lockKeys(ctx, tx, []key{k}, false)
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
	_, err = markSellers(ctx, tx, k.org, []int64{k.id})
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
