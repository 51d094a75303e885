package card_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
)

// states is every way a card may be, as the constraints of the table allow, with
// the acts that fit. Acts in capitals want the right to publish, others the right
// to edit.
var states = []struct {
	standing card.Standing
	editing  card.Editing
	newest   int
	acts     string
}{
	{card.New, card.Drafted, 1, "edit SEND copy discard archive plan"},
	{card.New, card.Drafted, 2, "edit SEND copy archive plan"}, // taken back: what was sent stays
	{card.New, card.Moderation, 1, "TAKE_BACK copy plan"},
	{card.New, card.Returned, 1, "edit SEND copy archive plan"},
	{card.Published, card.Settled, 1, "edit BLOCK copy ARCHIVE plan"},
	{card.Published, card.Drafted, 2, "edit SEND BLOCK copy discard ARCHIVE plan"},
	{card.Published, card.Moderation, 2, "TAKE_BACK copy plan"},
	{card.Published, card.Returned, 2, "edit SEND BLOCK copy discard ARCHIVE plan"},
	{card.Blocked, card.Settled, 1, "UNBLOCK copy ARCHIVE plan"},
	{card.Blocked, card.Drafted, 2, "UNBLOCK copy discard ARCHIVE plan"},
	{card.Blocked, card.Returned, 2, "UNBLOCK copy discard ARCHIVE plan"},
}

// TestEveryStateActAndRight compares the table of rules with the one above.
func TestEveryStateActAndRight(t *testing.T) {
	t.Parallel()
	rights := map[string]perm.Set{
		"nothing": {}, "read": perm.Of(perm.CardRead), "edit": perm.Of(perm.CardRead, perm.CardEdit),
		"publish": perm.Of(perm.CardRead, perm.CardEdit, perm.CardPublish),
	}
	for _, s := range states {
		for _, archived := range []bool{false, true} {
			c := card.Card{Standing: s.standing, Editing: s.editing, Newest: s.newest, Archived: archived}
			if s.standing != card.New {
				c.Live = 1
			}
			fitting := strings.Fields(s.acts)
			if archived {
				fitting = []string{"copy", "restore"}
				if c.Live > 0 {
					fitting = []string{"copy", "RESTORE"}
				}
			}
			for _, act := range card.Acts() {
				for name, have := range rights {
					edits := slices.Contains(fitting, string(act)) && have.Has(perm.CardEdit)
					publishes := slices.Contains(fitting, strings.ToUpper(string(act))) && have.Has(perm.CardPublish)
					if got := c.Can(act, have); got != (edits || publishes) {
						t.Errorf("%s/%s version %d, archived %t: %s with the right to %s is %t", s.standing, s.editing, s.newest, archived, act, name, got)
					}
				}
			}
		}
	}
}

// into brings a card into a state by the acts themselves.
func (d *desk) into(n int, standing card.Standing, editing card.Editing, newest int) int64 {
	d.Helper()
	id := d.made(n)
	if standing != card.New {
		d.sent(id)
		d.must(d.publish(id, 1))
		if editing != card.Settled {
			d.must(d.cards.Save(d.Context(), publisher, id, 0, with(bottle(n), card.FieldBrand, "Zilol Nova")))
		}
	} else if newest == 2 {
		d.sent(id)
		_, err := d.cards.TakeBack(d.Context(), publisher, []int64{id})
		d.must(err)
	}
	if editing == card.Moderation || editing == card.Returned {
		d.sent(id)
	}
	if editing == card.Returned {
		d.must(d.giveBack(id, d.get(id).Newest))
	}
	if standing == card.Blocked {
		_, err := d.cards.Block(d.Context(), publisher, []int64{id}, "Not made any more")
		d.must(err)
	}
	return id
}

// do is an act by the use case of its name: nil when it was done.
func (d *desk) do(a actor.Actor, act card.Act, id int64, n int) error {
	ctx, one := d.Context(), []int64{id}
	settle := func(r card.Result, err error) error {
		if err == nil {
			err = r.Err()
		}
		return err
	}
	switch act {
	case card.Edit:
		return d.cards.Save(ctx, a, id, 0, with(bottle(n), card.FieldBrand, "Zilol Ultra"))
	case card.Send:
		c, _, err := d.cards.Challenge(ctx, a, one)
		if err != nil {
			return err
		}
		return settle(d.cards.Send(ctx, a, one, d.sign(a, c)))
	case card.TakeBack:
		return settle(d.cards.TakeBack(ctx, a, one))
	case card.Block:
		return settle(d.cards.Block(ctx, a, one, "Not made any more"))
	case card.Unblock:
		return settle(d.cards.Unblock(ctx, a, one))
	case card.Copy:
		_, err := d.cards.Copy(ctx, a, id, gtin("4780101", 5000+n), "")
		return err
	case card.Discard:
		_, err := d.cards.DeleteDraft(ctx, a, id)
		return err
	case card.Archive:
		return settle(d.cards.Archive(ctx, a, one))
	case card.Restore:
		return settle(d.cards.Restore(ctx, a, one))
	case card.Plan:
		return settle(d.cards.SetPlanned(ctx, a, one, clock.System().AddDate(0, 1, 0).Format(time.DateOnly)))
	}
	return fmt.Errorf("no use case of %s", act)
}

// TestUseCasesDoWhatTheTableSays tries every act by everybody in every state, on a
// card that got there by the acts themselves.
func TestUseCasesDoWhatTheTableSays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := 0
	for _, s := range states {
		for _, act := range card.Acts() {
			for _, archived := range []bool{false, true} {
				if archived && (s.editing == card.Moderation || act != card.Edit && act != card.Copy && act != card.Restore) {
					continue // what waits is never archived; the other acts all stop at the same line
				}
				for _, a := range []actor.Actor{publisher, editor} {
					n++
					id := d.into(n, s.standing, s.editing, s.newest)
					if archived {
						d.must(d.do(publisher, card.Archive, id, n))
					}
					c := d.get(id).Card
					err := d.do(a, act, id, n)
					d.exec(`delete from rate_limits`)
					returned := act == card.Send && c.Editing == card.Returned && c.Can(act, a.Rights)
					if want := c.Can(act, a.Rights) && !returned; want != (err == nil) {
						t.Errorf("%s/%s version %d, archived %t: %s by %s: %v", s.standing, s.editing, s.newest, archived, act, a.Name, err)
					}
					if returned && !errors.Is(err, card.ErrUncorrected) {
						t.Errorf("a returned card was sent as it was: %v", err)
					}
				}
			}
		}
	}
}
