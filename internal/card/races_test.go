package card_test

import (
	"errors"
	"sync"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
)

const rounds = 200

// race lets two acts meet and gives what became of both.
func race(a, b func() error) (errA, errB error) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, side := range []struct {
		do  func() error
		err *error
	}{{a, &errA}, {b, &errB}} {
		wg.Go(func() {
			<-start
			*side.err = side.do()
		})
	}
	close(start)
	wg.Wait()
	return errA, errB
}

// won reports whether exactly one of two acts was done and the other was refused
// for one of the reasons.
func won(a, b error, reasons ...error) bool {
	lost := a
	if a == nil {
		lost = b
	}
	if (a == nil) == (b == nil) {
		return false
	}
	for _, r := range reasons {
		if errors.Is(lost, r) {
			return true
		}
	}
	return false
}

// settled folds a result of one card into an error.
func settled(r card.Result, err error) error {
	if err != nil {
		return err
	}
	return r.Err()
}

func TestTwoSendOneCard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range rounds {
		id := d.made(n + 1)
		first, other := d.signed(publisher, id), d.signed(second, id)
		send := func(a actor.Actor, in card.Signed) func() error {
			return func() error { return settled(d.cards.Send(t.Context(), a, []int64{id}, in)) }
		}
		if a, b := race(send(publisher, first), send(second, other)); !won(a, b, card.ErrState) {
			t.Fatalf("round %d: %v and %v", n, a, b)
		}
	}
	if n := d.count(`select count(*) from eds_signatures`); n != rounds {
		t.Errorf("%d signatures of %d", n, rounds)
	}
	if n := d.count(`select count(*) from audit_log where action = 'card.send'`); n != rounds {
		t.Errorf("%d lines of %d", n, rounds)
	}
}

func TestOneSignatureIsUsedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range rounds / 4 {
		id := d.made(n + 1)
		in := d.signed(publisher, id)
		send := func() error { return settled(d.cards.Send(t.Context(), publisher, []int64{id}, in)) }
		if a, b := race(send, send); (a == nil) == (b == nil) {
			t.Fatalf("round %d: %v and %v", n, a, b)
		}
	}
}

// TestWhatIsSentIsWhatWasSignedWhoeverSaves: the log names the hash that was
// signed, and the version that waits has it.
func TestWhatIsSentIsWhatWasSignedWhoeverSaves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range rounds {
		id := d.made(n + 1)
		in := d.signed(publisher, id)
		hash := d.get(id).Version.Content.SHA256()
		a, b := race(
			func() error { return settled(d.cards.Send(t.Context(), publisher, []int64{id}, in)) },
			func() error {
				return d.cards.Save(t.Context(), editor, id, 0, with(bottle(n+1), card.FieldBrand, "Zilol Nova"))
			},
		)
		if !won(a, b, card.ErrState, card.ErrChanged) {
			t.Fatalf("round %d: send %v, save %v", n, a, b)
		}
		if r := d.get(id); a == nil && (r.Version.Status != card.Sent || r.Version.Content.SHA256() != hash) {
			t.Fatalf("round %d: something else was sent: %+v", n, r.Version)
		}
	}
}

func TestTakingBackMeetsPublishing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.waiting(func(id int64) {
		a, b := race(
			func() error { return settled(d.cards.TakeBack(t.Context(), publisher, []int64{id})) },
			func() error { return d.publish(id, 1) },
		)
		if !won(a, b, card.ErrState) {
			t.Fatalf("card %d: taken back %v, published %v", id, a, b)
		}
		if r := d.get(id); (a == nil) != (r.Editing == card.Drafted) || (b == nil) != (r.Standing == card.Published) {
			t.Fatalf("card %d: taken back %v, published %v, and it is %+v", id, a, b, r.Card)
		}
	})
}

func TestPublishingMeetsReturning(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.waiting(func(id int64) {
		a, b := race(func() error { return d.publish(id, 1) }, func() error { return d.giveBack(id, 1) })
		if !won(a, b, card.ErrState) {
			t.Fatalf("card %d: published %v, returned %v", id, a, b)
		}
	})
	if n := d.count(`select count(*) from notices where status = 'collected'`); n != rounds {
		t.Errorf("%d notices of %d decisions", n, rounds)
	}
}

// waiting gives cards that wait for the operator, sent by signatures of many.
func (d *desk) waiting(meet func(id int64)) {
	d.Helper()
	ids := make([]int64, rounds)
	for n := range rounds {
		ids[n] = d.made(n + 1)
	}
	d.sent(ids...)
	for _, id := range ids {
		meet(id)
	}
}

func TestArchivingMeetsMakingACardOfTheSameNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	for n := range rounds {
		made := int64(0)
		a, b := race(
			func() error { return settled(d.cards.Archive(t.Context(), publisher, []int64{id})) },
			func() (err error) { made, err = d.cards.Create(t.Context(), second, "", bottle(1)); return err },
		)
		if a != nil || b != nil && !errors.Is(b, card.ErrTwice) {
			t.Fatalf("round %d: archived %v, made %v", n, a, b)
		}
		if made == 0 {
			made = d.made(1)
		}
		if live := d.count(`select count(*) from cards where archived_at is null`); live != 1 {
			t.Fatalf("round %d: %d live cards", n, live)
		}
		id = made
	}
}

// TestTwoFilesOfTheSameNumbers: each number gets one card, and neither file waits
// for the other in a circle.
func TestTwoFilesOfTheSameNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	forward, backward := make([]card.Typed, 50), make([]card.Typed, 50)
	for round := range 10 {
		for i := range forward {
			forward[i] = bottle(round*50 + i + 1)
			backward[len(backward)-1-i] = forward[i]
		}
		a, b := race(
			func() error { _, err := d.put(publisher, forward...); return err },
			func() error { _, err := d.put(second, backward...); return err },
		)
		if a != nil || b != nil {
			t.Fatalf("round %d: %v and %v", round, a, b)
		}
	}
	if cards, versions := d.count(`select count(*) from cards`), d.count(`select count(*) from card_versions`); cards != 500 || versions != 500 {
		t.Errorf("%d cards with %d versions", cards, versions)
	}
}

// TestEveryWayToANumberAtOnce: a copy, the archive, a file and a draft that
// changes its number want one GTIN; one gets it, and nobody meets an error of ours.
func TestEveryWayToANumberAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	original := d.made(1)
	for n := range rounds / 4 {
		wanted := n + 100
		stored, draft := d.made(wanted), d.made(wanted+1000)
		d.must(settled(d.cards.Archive(t.Context(), publisher, []int64{stored})))
		revision := d.get(draft).Revision
		ways := []func() error{
			func() error { return settled(d.cards.Restore(t.Context(), publisher, []int64{stored})) },
			func() error {
				_, err := d.cards.Copy(t.Context(), second, original, bottle(wanted)[card.FieldGTIN], "")
				return err
			},
			func() error {
				return d.cards.Save(t.Context(), editor, draft, revision, bottle(wanted))
			},
			func() error { _, err := d.put(publisher, bottle(wanted)); return err },
		}
		var all sync.WaitGroup
		for i, way := range ways {
			all.Go(func() {
				if err := way(); err != nil && !errors.Is(err, card.ErrTwice) {
					t.Errorf("round %d, way %d: %v", n, i, err)
				}
			})
		}
		all.Wait()
		if live := d.count(`select count(*) from cards where archived_at is null and gtin = $1`, bottle(wanted)[card.FieldGTIN]); live != 1 {
			t.Fatalf("round %d: %d live cards", n, live)
		}
	}
}
