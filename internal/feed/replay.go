package feed

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// Range is what a replay hands over again: what was set aside with an outcome, or
// everything that came in a time, or both.
type Range struct {
	Outcome Outcome   // one of those set aside; empty: everything, also what was taken
	From    time.Time // received; zero does not narrow
	Until   time.Time // first moment no longer meant
}

// RangeDraft is what somebody typed; days are those of Tashkent.
type RangeDraft struct{ Outcome, From, Until string }

// Open reads a draft, or complains about every field at once.
func (d RangeDraft) Open() (Range, error) {
	var wrong fault.Form
	r := Range{Outcome: Outcome(d.Outcome)}
	wrong.Check(r.Outcome == "" || r.Outcome.SetAside(), "outcome", "feed.replay.outcome")
	for _, f := range []struct {
		field, typed string
		into         *time.Time
		days         int
	}{{"from", d.From, &r.From, 0}, {"until", d.Until, &r.Until, 1}} {
		day, ok := readDay(f.typed)
		wrong.Check(ok, f.field, "feed.replay.day")
		if !day.IsZero() {
			*f.into = day.AddDate(0, 0, f.days).UTC()
		}
	}
	wrong.Check(r.Outcome != "" || !r.From.IsZero() || d.From != "", "from", "feed.replay.all")
	wrong.Check(r.From.IsZero() || r.Until.IsZero() || r.From.Before(r.Until), "until", "feed.replay.order")
	return r, wrong.Err()
}

func readDay(typed string) (time.Time, bool) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, typed, clock.Tashkent()); err == nil && t.Year() >= 2000 && t.Year() < 2100 {
			return t, true
		}
	}
	return time.Time{}, false
}

// Again is a replay of many messages.
type Again struct {
	ID      int64
	Range   Range
	By      string
	AskedAt time.Time
	Total   int
	Marked  int  // put back to wait
	Waiting int  // of them, not handed over yet
	Over    bool // all are marked and none waits
}

// Done is how many were handed over again.
func (a Again) Done() int { return max(a.Marked-a.Waiting, 0) }

// Count says how many messages a replay would hand over.
func (s *Service) Count(ctx context.Context, o actor.Operator, src Source, r Range) (int, error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return 0, err
	}
	n, _, err := countRange(ctx, s.DB, src.ID, r)
	return n, err
}

// ReplayAll asks for a replay, which a job does; ErrNothing when nothing is meant.
func (s *Service) ReplayAll(ctx context.Context, o actor.Operator, code string, r Range) (id int64, err error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := sourceByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		n, last, err := countRange(ctx, tx, src.ID, r)
		switch {
		case err != nil:
			return err
		case n == 0:
			return ErrNothing
		}
		if id, err = insertReplay(ctx, tx, src.ID, r, o.Name, n, last); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.replay", Target: target(src), Details: map[string]any{
			"outcome": r.Outcome, "from": r.From, "until": r.Until, "messages": n,
		}})
		if err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, ReplayArgs{ReplayID: id})
	})
	return id, err
}

// Replays gives the latest replays of a source.
func (s *Service) Replays(ctx context.Context, o actor.Operator, src Source) ([]Again, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return nil, err
	}
	return replaysOf(ctx, s.DB, src.ID, 0)
}

// OneReplay gives a replay of a source, or ErrNotFound.
func (s *Service) OneReplay(ctx context.Context, o actor.Operator, src Source, id int64) (Again, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return Again{}, err
	}
	all, err := replaysOf(ctx, s.DB, src.ID, id)
	if err != nil {
		return Again{}, err
	}
	if i := slices.IndexFunc(all, func(a Again) bool { return a.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Again{}, ErrNotFound
}

// markSize is how many messages are put back to wait in one transaction.
const markSize = 2000

// mark puts the messages of a replay back to wait, part by part; it goes on where
// an earlier run was killed, and a second run at once waits for its turn.
func (s *Service) mark(ctx context.Context, id int64) error {
	for over := false; !over; {
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
			r, err := lockReplay(ctx, tx, id)
			if err != nil {
				return err
			}
			if over = r.done; over {
				return nil
			}
			n, last, err := markPart(ctx, tx, r, markSize)
			if err != nil {
				return err
			}
			over = n == 0
			if err := advanceReplay(ctx, tx, r.id, n, last); err != nil || over {
				return err
			}
			return jobs.Enqueue(ctx, tx, HandArgs{FeedID: r.feedID})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
