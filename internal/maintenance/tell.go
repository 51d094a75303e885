package maintenance

import (
	"context"
	"time"

	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// TellArgs asks to tell members of windows that are to be announced.
type TellArgs struct{}

// Kind names the job.
func (TellArgs) Kind() string { return "maintenance.tell" }

// Register adds the worker, and has it run every minute. Pages announce a window
// whether it ran or not; it puts the window into inboxes and letters.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[TellArgs](s.Tell))
	r.Every(time.Minute, TellArgs{})
}

// Tell does what its arguments ask; running twice, or at once, tells nobody
// twice.
//
//gate:none a job of the portal itself
func (s *Service) Tell(ctx context.Context, _ TellArgs) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		due, err := takeUntold(ctx, tx)
		if err != nil {
			return err
		}
		for _, w := range due {
			if err := notice.ToEverybodyTx(ctx, tx, target(w.ID), w.Until, w.notice("planned", w.words()...)); err != nil {
				return err
			}
		}
		return nil
	})
}

// tellCalledOff tells members that a window of which they were told never is.
func tellCalledOff(ctx context.Context, tx pg.Tx, id int64) error {
	w, told, err := toldOf(ctx, tx, id)
	if err != nil || !told {
		return err
	}
	if err := notice.OverTx(ctx, tx, target(id)); err != nil {
		return err
	}
	return notice.ToEverybodyTx(ctx, tx, target(id)+":off", w.Until, w.notice("off"))
}

// words fill what is told of a planned window, in three languages.
func (w Window) words() (args []string) {
	for _, l := range i18n.Langs() {
		args = append(args, "reason."+l.Code(), w.Reason(l.Code()), "what."+l.Code(), i18n.Text(l, "maintenance.notice."+string(w.Mode)))
	}
	return args
}

// notice tells of a window; its page is that of the portal's state.
func (w Window) notice(what string, args ...string) notice.Notice {
	return notice.Notice{
		Kind: notice.Maintenance, Key: "maintenance.notice." + what + ".", Path: "/status",
		Args: append([]string{"from", mailview.Moment(w.From), "until", mailview.Moment(w.Until)}, args...),
	}
}
