package feed_test

import (
	"slices"
	"testing"
	"time"

	"kabinet/internal/feed"
)

func wantOutcomes(t *testing.T, got []feed.Outcome, want ...feed.Outcome) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.caller("customs")

	t.Run("are taken once, in any order, and newer ones count", func(t *testing.T) {
		wantOutcomes(t, b.take(c, msg("a", 1, `"n":1`), msg("b", 1, ``)), feed.Taken, feed.Taken)
		wantOutcomes(t, b.take(c, msg("a", 1, `"n":1`)), feed.Duplicate)
		wantOutcomes(t, b.take(c, msg("a", 3, `"n":3`)), feed.Taken)
		wantOutcomes(t, b.take(c, msg("a", 2, `"n":2`)), feed.Older)
		wantOutcomes(t, b.take(c, msg("a", 3, `"n":4`)), feed.Conflict)
		wantOutcomes(t, b.take(c, msg("c", 2, `"n":2`), msg("c", 1, `"n":1`)), feed.Taken, feed.Taken) // handed over in the source's order
		if n := b.count(`select count(*) from things where source_id in ('a', 'c')`); n != 5 {
			t.Errorf("%d versions, want 5", n)
		}
	})

	t.Run("that are poison do not hold up the others, and leave nothing behind", func(t *testing.T) {
		got := b.take(c, msg("p1", 1, ``), msg("p2", 1, `"fail":"field x is missing"`), `{"broken`, msg("p3", 1, `"panic":"boom"`), msg("p4", 1, `"sql":"x"`), msg("p5", 1, ``))
		wantOutcomes(t, got, feed.Taken, feed.Poisoned, feed.Poisoned, feed.Waiting, feed.Waiting, feed.Taken)
		if n := b.count(`select count(*) from things where source_id in ('p2', 'p3', 'p4')`); n != 0 {
			t.Errorf("%d things of poison", n)
		}
		if n := b.count(`select count(*) from feed_messages where source_id in ('p3', 'p4') and state = 'waiting' and attempts = 1 and due_at > now() + interval '5 seconds'`); n != 2 {
			t.Errorf("%d rest, want 2", n)
		}
		if n := b.count(`select count(*) from feed_messages where source_id = 'p4' and detail = 'SQLSTATE 22012'`); n != 1 {
			t.Error("staff do not see the code")
		}
		for range 4 {
			b.exec(`update feed_messages set due_at = now() where state = 'waiting'`)
			b.check(feed.Hand(b.Service, b.quiet(), "customs"))
		}
		if n := b.count(`select count(*) from feed_messages where source_id in ('p3', 'p4') and state = 'aside' and outcome = 'poison' and reason = 'feed.reason.failed'`); n != 2 {
			t.Errorf("%d are set aside after the last try, want 2", n)
		}
	})

	t.Run("sent again after they were refused are listed once", func(t *testing.T) {
		before := b.count(`select count(*) from feed_messages where state = 'aside'`)
		for range 3 {
			wantOutcomes(t, b.take(c, msg("again", 1, `"fail":"no"`)), feed.Poisoned)
		}
		if n := b.count(`select count(*) from feed_messages where state = 'aside'`) - before; n != 1 {
			t.Errorf("%d lines, want 1", n)
		}
	})

	t.Run("about somebody unknown wait until the organization is there", func(t *testing.T) {
		wantOutcomes(t, b.take(c, msg("n1", 1, `"nobody":"x"`), msg("n2", 1, `"nobody":"x"`)), feed.Nobodys, feed.Nobodys)
		b.check(feed.Sweep(b.Service, t.Context()))
		if n := b.count(`select count(*) from feed_messages where outcome = 'nobodys' and state = 'aside'`); n != 2 {
			t.Fatalf("%d aside, want 2", n)
		}
		b.exec(`insert into tin_registry (tin, org_id) values ('301000001', 1)`)
		b.check(feed.Sweep(b.Service, t.Context()))
		b.check(feed.Hand(b.Service, t.Context(), "customs"))
		if n := b.count(`select count(*) from things where source_id in ('n1', 'n2')`); n != 2 {
			t.Errorf("%d taken, want 2", n)
		}
		b.exec(`update feed_strangers set tried_at = now() - interval '2 hours'`)
		b.check(feed.Sweep(b.Service, t.Context()))
		if n := b.count(`select count(*) from feed_strangers`); n != 0 {
			t.Errorf("%d strangers are remembered", n)
		}
	})

	t.Run("stored by a process that died are handed over by another", func(t *testing.T) {
		feed.StoreOnly(t, b.Service, c, msg("crash", 1, ``))
		b.check(feed.Hand(b.Service, t.Context(), "customs"))
		if n := b.count(`select count(*) from things where source_id = 'crash'`); n != 0 {
			t.Error("taken from the hands of a living call")
		}
		b.exec(`update feed_messages set due_at = now() where source_id = 'crash'`)
		b.check(feed.Hand(b.Service, t.Context(), "customs"))
		if n := b.count(`select count(*) from things where source_id = 'crash'`); n != 1 {
			t.Error("nobody handed it over")
		}
	})

	t.Run("of another kind cannot come through this feed", func(t *testing.T) {
		raw := `{"id":"k","kind":"receipt","occurred_at":"2026-11-20T10:00:00Z","body":{}}`
		wantOutcomes(t, b.take(c, raw), feed.Poisoned)
		if n := b.count(`select count(*) from feed_messages where reason = 'feed.reason.kind'`); n != 1 {
			t.Error("no reason")
		}
	})

	t.Run("of which there are none say that the source lives", func(t *testing.T) {
		b.exec(`update feed_deliveries set received_at = received_at - interval '2 hours'`)
		if h, err := b.One(t.Context(), chief, "customs"); err != nil || h.State != feed.Late {
			t.Errorf("%v, %v", h.State, err)
		}
		if got := b.take(c); len(got) != 0 {
			t.Error(got)
		}
		h, err := b.One(t.Context(), chief, "customs")
		if err != nil || h.State != feed.OnTime || h.Counts[feed.Taken] < 5 || h.Counts[feed.Conflict] != 1 || h.SetAside() == 0 || h.P95 <= 0 || h.P95 > time.Minute || h.Open != 1 {
			t.Errorf("%+v, %v", h, err)
		}
		fresh, err := feed.AsOf(t.Context(), b.db, feed.Declaration, feed.Receipt)
		if err != nil || len(fresh) != 2 || fresh[0].State != feed.OnTime || fresh[0].At.IsZero() || fresh[1].State != feed.Silent || !fresh[1].At.IsZero() {
			t.Errorf("%+v, %v", fresh, err)
		}
	})

	t.Run("without a sink wait", func(t *testing.T) {
		aic := b.caller("customs-aic")
		wantOutcomes(t, b.take(aic, msg("x", 1, ``)), feed.Waiting)
	})
}
