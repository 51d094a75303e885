package document

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

const (
	remindAhead = 6 * time.Hour // before the deadline
	dueSlice    = 200           // invoices in one transaction
)

// ExpireArgs asks to accept what nobody answered within its day.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "document.expire" }

// JobSpec: the next minute tries again.
func (ExpireArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// RemindArgs asks to remind of invoices whose day ends within six hours.
type RemindArgs struct{}

// Kind names the job.
func (RemindArgs) Kind() string { return "document.remind" }

// JobSpec: the next round tries again.
func (RemindArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Unique: true, Priority: 3, Retry: jobs.Once()}
}

// Register adds the workers of this package and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[ExpireArgs](s.expire))
	jobs.Add(r, jobs.Func[RemindArgs](s.remind))
	jobs.Add(r, jobs.Func[DeliverArgs](s.deliver))
	jobs.Add(r, jobs.Func[WelcomeArgs](s.welcome))
	r.Every(time.Minute, ExpireArgs{})
	r.Every(5*time.Minute, RemindArgs{})
	r.Every(time.Minute, DeliverArgs{})
	r.Every(welcomeEvery, WelcomeArgs{})
}

// expire accepts what is overdue, an organization in each transaction. It decides
// nothing: from the deadline on nobody can answer, however late this job is.
func (s *Service) expire(ctx context.Context, _ ExpireArgs) error {
	return s.eachOrg(ctx, func(ctx context.Context) ([]int64, error) { return overdueOrgs(ctx, s.DB, dueSlice) }, s.expireTx)
}

// expireTx leaves invoices that somebody is answering at this moment: their
// transaction began in time.
func (s *Service) expireTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	ids, err := overdueOf(ctx, tx, orgID, dueSlice)
	if err != nil {
		return err
	}
	held, err := lockPairs(ctx, tx, orgID, ids, true)
	if err != nil {
		return err
	}
	ds, err := acceptOverdue(ctx, tx, orgID, idsOf(held))
	if err != nil || len(ds) == 0 {
		return err
	}
	if err := tellSellersTx(ctx, tx, orgID, idsOf(ds)); err != nil {
		return err
	}
	if err := oweAnswers(ctx, tx, orgID, idsOf(ds), 0); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, DeliverArgs{}); err != nil {
		return err
	}
	return tellSilence(ctx, tx, ds)
}

// tellSilence tells of invoices that silence accepted, and leaves a line for each.
// One whose day was over long before it came here is no news.
func tellSilence(ctx context.Context, tx pg.Tx, ds []Document) error {
	lines := make([]audit.Entry, len(ds))
	for i, d := range ds {
		lines[i] = audit.Entry{OrgID: d.OrgID, Action: "document.expire", Target: target(d.ID), Details: map[string]any{
			"number": d.Number, "party": d.Party.Name, "amount": d.Amount, "deadline": d.Deadline,
			"answer": audit.Change{Before: string(Waiting), After: string(Accepted)},
		}}
		if d.Deadline.Before(d.ReceivedAt.Add(-answerDays)) {
			continue
		}
		if err := tell(ctx, tx, d, "auto"); err != nil {
			return err
		}
	}
	return audit.RecordMany(ctx, tx, actor.System("documents"), lines)
}

// remind tells of invoices whose day is about to end, each once.
func (s *Service) remind(ctx context.Context, _ RemindArgs) error {
	orgs := func(ctx context.Context) ([]int64, error) { return remindableOrgs(ctx, s.DB, remindAhead, dueSlice) }
	return s.eachOrg(ctx, orgs, func(ctx context.Context, tx pg.Tx, orgID int64) error {
		ds, err := remindSoon(ctx, tx, orgID, remindAhead, dueSlice)
		if err != nil {
			return err
		}
		for _, d := range ds {
			if err := tell(ctx, tx, d, "soon"); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachOrg goes through the organizations that are due until a round brings no new
// one: what somebody else holds at this moment waits for the next time.
func (s *Service) eachOrg(ctx context.Context, due func(context.Context) ([]int64, error), do func(context.Context, pg.Tx, int64) error) error {
	seen := map[int64]int{}
	for {
		orgs, err := due(ctx)
		if err != nil {
			return err
		}
		again := false
		for _, orgID := range orgs {
			if seen[orgID]++; seen[orgID] > maxRounds {
				continue
			}
			again = true
			if err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return do(ctx, tx, orgID) }); err != nil {
				return err
			}
		}
		if !again {
			return nil
		}
	}
}

// maxRounds bounds how often one organization is asked in a run.
const maxRounds = 50
