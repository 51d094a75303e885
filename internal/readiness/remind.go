package readiness

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// pause is how long an organization is spared another letter about one step.
const pause = 7 * 24 * time.Hour

// Mailing is a reminder to a group of organizations.
type Mailing struct {
	ID        int64
	Filter              // of whom; Weeks stand in Since
	Since     time.Time // stuck since before that moment
	By        string
	CreatedAt time.Time
	Counted   int64 // organizations when it began
	Sent      int64
	Spared    int64     // reminded in the last seven days already
	EndedAt   time.Time // zero: it goes on
}

// Remind counts the group of a filter anew and has a letter sent to the
// administrators of each, one letter for an organization and step in seven days.
// counted is what the page showed; a group that has grown by more than a tenth is
// ErrGrown.
func (s *Service) Remind(ctx context.Context, op actor.Operator, f Filter, counted int64) (id int64, err error) {
	if err := op.Need(perm.OpLetterSend); err != nil {
		return 0, err
	}
	f = f.Clean()
	if f.Step == "" || !Remindable(f.Step) {
		return 0, ErrStep
	}
	err = gate.InTx(ctx, s.DB, op, perm.OpLetterSend, func(tx pg.Tx) error {
		n, err := countGroup(ctx, tx, f)
		switch {
		case err != nil:
			return err
		case n == 0:
			return ErrNobody
		case n > counted+counted/10:
			return ErrGrown.With("n", n)
		}
		if id, err = insertMailing(ctx, tx, op, f, n); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "readiness.remind", Target: "mailing:" + strconv.FormatInt(id, 10), Details: map[string]any{
			"step": f.Step, "region": f.Region, "group": f.Group, "weeks": f.Weeks, "organizations": n,
		}})
		if err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, RemindArgs{ID: id})
	})
	return id, err
}

// Group counts whom a reminder would go to.
func (s *Service) Group(ctx context.Context, op actor.Operator, f Filter) (int64, error) {
	if err := op.Need(perm.OpLetterSend); err != nil {
		return 0, err
	}
	f = f.Clean()
	if f.Step == "" || !Remindable(f.Step) {
		return 0, ErrStep
	}
	return countGroup(ctx, s.DB, f)
}

// Mailing gives a reminder with how far it is.
func (s *Service) Mailing(ctx context.Context, op actor.Operator, id int64) (Mailing, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Mailing{}, err
	}
	return mailing(ctx, s.DB, id, "")
}

// Mailings lists the newest 20 reminders.
func (s *Service) Mailings(ctx context.Context, op actor.Operator) ([]Mailing, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return mailings(ctx, s.DB)
}

// RemindArgs asks to send a reminder to its group.
type RemindArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (RemindArgs) Kind() string { return "readiness.remind" }

// JobSpec keeps long mailings away from what people wait for.
func (RemindArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Bulk, Timeout: 30 * time.Minute, Retry: jobs.Persistent()}
}

// Register adds the workers and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[RefreshArgs](s.refresh))
	jobs.Add(r, jobs.Func[RemindArgs](s.remind))
	r.Every(time.Minute, RefreshArgs{})
}

// letterSlice is how many organizations one transaction writes to.
const letterSlice = 100

// remind goes on where it stopped: each slice keeps its place with its letters.
func (s *Service) remind(ctx context.Context, args RemindArgs) error {
	for {
		var more bool
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			more, err = remindSome(ctx, tx, args.ID)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

func remindSome(ctx context.Context, tx pg.Tx, id int64) (more bool, err error) {
	m, err := mailing(ctx, tx, id, ` for update`)
	if err != nil || !m.EndedAt.IsZero() {
		return false, err
	}
	due, err := groupSlice(ctx, tx, m, letterSlice)
	if err != nil {
		return false, err
	}
	if len(due) == 0 {
		return false, endMailing(ctx, tx, id)
	}
	chosen, err := claimReminders(ctx, tx, m.Step, due, pause)
	if err != nil {
		return false, err
	}
	for _, orgID := range chosen {
		if err := notice.ToAdminsTx(ctx, tx, letter(orgID, m.Step)); err != nil {
			return false, err
		}
	}
	return true, moveMailing(ctx, tx, id, due[len(due)-1], len(chosen), len(due)-len(chosen))
}

// letter reminds an organization of a step, by the words of the start page.
func letter(orgID int64, step string) notice.Notice {
	n := notice.Notice{OrgID: orgID, Kind: notice.Organization, Key: "readiness.notice.step.", Path: "/home"}
	for _, l := range i18n.Langs() {
		n.Args = append(n.Args, "step."+l.Code(), i18n.Text(l, "onboarding.task."+step), "why."+l.Code(), i18n.Text(l, "readiness.why."+step))
	}
	return n
}
