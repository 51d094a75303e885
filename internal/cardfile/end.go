package cardfile

import (
	"context"
	"errors"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// finish ends a run that came to its end and tells its owner.
func (w *work) finish(ctx context.Context) error {
	err := w.tx(ctx, func(tx pg.Tx) error {
		if err := holdRun(ctx, tx, w.imp.OrgID, w.imp.ID, w.from); err != nil {
			return err
		}
		if err := setTotals(ctx, tx, w.imp.OrgID, w.imp.ID, w.imp.Rows(), w.imp.Photos+w.imp.BadPhotos); err != nil {
			return err
		}
		return endTx(ctx, tx, w.imp, Done, "")
	})
	if err != nil {
		return err
	}
	w.imp.Status = Done
	w.tell()
	return nil
}

// fail ends a run whose file cannot be read, or that nobody may do any more.
func (r Runner) fail(ctx context.Context, i Import, cause error) error {
	f, _ := fault.As(cause)
	return r.end(ctx, i, f)
}

// giveUp ends a run that failed at every attempt, so that nobody waits for it.
func (r Runner) giveUp(ctx context.Context, orgID, id int64) error {
	i, err := importByID(ctx, r.DB, orgID, id)
	if err != nil {
		return err
	}
	return r.end(ctx, i, fault.New(fault.Internal, "cardfile.failure.ours"))
}

func (r Runner) end(ctx context.Context, i Import, f *fault.Error) error {
	err := pg.InTx(ctx, r.DB, func(tx pg.Tx) error { return endTx(ctx, tx, i, Failed, failureText(f)) })
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

// endTx ends a run, writes it down and tells its owner, who may have left.
func endTx(ctx context.Context, tx pg.Tx, i Import, s Status, failure string) error {
	if err := endRun(ctx, tx, i.OrgID, i.ID, s, failure); err != nil {
		return err
	}
	action := "card_import.finish"
	if s == Failed {
		action = "card_import.fail"
	}
	err := audit.Record(ctx, tx, actor.System("import"), audit.Entry{
		OrgID: i.OrgID, Action: action, Target: target(i.ID),
		Details: map[string]any{
			"mode": i.Mode, "file": i.FileName, "created": i.Created, "changed": i.Changed,
			"unchanged": i.Unchanged, "bad": i.Bad, "photos": i.Photos,
		},
	})
	if err != nil {
		return err
	}
	if clock.Since(i.StartedAt) < watched {
		return nil
	}
	return notice.ToMemberTx(ctx, tx, i.MemberID, i.noticeOf(s))
}

// watched is how long somebody looks at the page of a run; what takes longer is
// told by a notice (ux.md 5.3).
const watched = 10 * time.Second

// noticeOf says what came of a run.
func (i Import) noticeOf(s Status) notice.Notice {
	what := "checked"
	switch {
	case s == Failed:
		what = "failed"
	case i.Mode == Apply:
		what = "applied"
	}
	n := func(v int) string { return i18n.Number(int64(v)) }
	file := i.FileName
	if text.Linked(file) { // it is read by who applies a colleague's file, too
		file = "cards." + string(i.Format)
	}
	return notice.Notice{
		OrgID: i.OrgID, Kind: notice.Organization, Key: "cardfile.notice." + what + ".",
		Args: []string{
			"file", file, "rows", n(i.Rows()), "created", n(i.Created), "changed", n(i.Changed),
			"unchanged", n(i.Unchanged), "bad", n(i.Bad), "photos", n(i.Photos),
		},
		Path: Path(i.ID),
	}
}
