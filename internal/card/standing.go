package card

import (
	"context"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/country"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// TakeBack takes waiting cards back: the version stays as it was sent, and a
// draft that says the same is there to go on with.
func (s *Service) TakeBack(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	if err := a.Need(perm.CardPublish); err != nil {
		return Result{}, err
	}
	return s.many(ctx, a, TakeBack, ids, func(tx pg.Tx, cards []Card) error {
		if err := withdraw(ctx, tx, a.OrgID, authorOf(a), idsOf(cards)); err != nil {
			return err
		}
		return record(ctx, tx, a, "card.take_back", cards, func(c *Card) { c.Editing = Drafted }, nil)
	})
}

// maxReason is how long the reason of a block may be, in characters.
const maxReason = 500

// Block takes published cards out of use, and out of the shared catalogue, until
// they are unblocked. The reason is kept in the log of events.
func (s *Service) Block(ctx context.Context, a actor.Actor, ids []int64, reason string) (Result, error) {
	if err := a.Need(perm.CardPublish); err != nil {
		return Result{}, err
	}
	reason, err := text.Line(reason, maxReason)
	switch {
	case err != nil:
		return Result{}, onField(err, "reason")
	case reason == "":
		return Result{}, ErrReason
	}
	return s.many(ctx, a, Block, ids, func(tx pg.Tx, cards []Card) error {
		if err := setStanding(ctx, tx, a.OrgID, idsOf(cards), Blocked); err != nil {
			return err
		}
		if err := dropFromCatalogue(ctx, tx, a.OrgID, idsOf(cards)); err != nil {
			return err
		}
		return record(ctx, tx, a, "card.block", cards, func(c *Card) { c.Standing = Blocked }, map[string]any{"reason": reason})
	})
}

// Unblock puts them back into use.
func (s *Service) Unblock(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	if err := a.Need(perm.CardPublish); err != nil {
		return Result{}, err
	}
	return s.many(ctx, a, Unblock, ids, func(tx pg.Tx, cards []Card) error {
		if err := setStanding(ctx, tx, a.OrgID, idsOf(cards), Published); err != nil {
			return err
		}
		if err := putBackIntoCatalogue(ctx, tx, a.OrgID, cards); err != nil {
			return err
		}
		return record(ctx, tx, a, "card.unblock", cards, func(c *Card) { c.Standing = Published }, nil)
	})
}

// Archive puts cards away: their GTINs may be used for other cards. What was in
// force is so no more.
func (s *Service) Archive(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Result{}, err
	}
	return s.many(ctx, a, Archive, ids, func(tx pg.Tx, cards []Card) error {
		if err := setArchived(ctx, tx, a.OrgID, idsOf(cards), true); err != nil {
			return err
		}
		if err := dropFromCatalogue(ctx, tx, a.OrgID, idsOf(cards)); err != nil {
			return err
		}
		return record(ctx, tx, a, "card.archive", cards, func(c *Card) { c.Archived = true }, nil)
	})
}

// Restore takes cards out of the archive. One whose GTIN another live card has by
// now is left out with ErrTwice.
func (s *Service) Restore(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Result{}, err
	}
	var taken []LeftOut
	r, err := s.many(ctx, a, Restore, ids, func(tx pg.Tx, cards []Card) error {
		free, held, err := freeNumbers(ctx, tx, a.OrgID, cards)
		taken = held
		if err != nil || len(free) == 0 {
			return err
		}
		if err := setArchived(ctx, tx, a.OrgID, idsOf(free), false); err != nil {
			return err
		}
		blocked := func(c Card) bool { return c.Standing == Blocked }
		if err := putBackIntoCatalogue(ctx, tx, a.OrgID, slices.DeleteFunc(slices.Clone(free), blocked)); err != nil {
			return err
		}
		return record(ctx, tx, a, "card.restore", free, func(c *Card) { c.Archived = false }, nil)
	})
	return r.without(taken), err
}

// freeNumbers leaves out cards whose number a live card has.
func freeNumbers(ctx context.Context, tx pg.Tx, orgID int64, cards []Card) (free []Card, taken []LeftOut, err error) {
	numbers := make([]string, len(cards))
	for i, c := range cards {
		numbers[i] = string(c.GTIN)
	}
	live, err := liveByNumber(ctx, tx, orgID, numbers)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cards {
		if other, held := live[c.GTIN]; held {
			taken = append(taken, c.leftOut(ErrTwice.With("card", other)))
			continue
		}
		live[c.GTIN] = c.ID // of two archived ones the first comes back
		free = append(free, c)
	}
	return free, taken, nil
}

// putBackIntoCatalogue shows what is in force of cards that are open again.
func putBackIntoCatalogue(ctx context.Context, tx pg.Tx, orgID int64, cards []Card) error {
	live, err := liveVersions(ctx, tx, orgID, cards)
	if err != nil {
		return err
	}
	var all []shown
	for _, c := range cards {
		if v, ok := live[c.ID]; ok {
			all = append(all, shown{c.ID, v.Number, Settled, v.Content})
		}
	}
	return putIntoCatalogue(ctx, tx, orgID, all)
}

// DeleteDraft gives up what is being written. A card in force is then as it was
// published (gone is false); one that was never sent is gone.
func (s *Service) DeleteDraft(ctx context.Context, a actor.Actor, id int64) (gone bool, err error) {
	err = gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		c, err := lockOwn(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if _, fits := c.Fits(Discard); !fits {
			return c.misfit(Discard)
		}
		if gone = c.Live == 0; gone {
			return s.deleteTx(ctx, tx, a, c)
		}
		return settleTx(ctx, tx, a, c)
	})
	return gone, err
}

// settleTx gives up what is written beside the version in force.
func settleTx(ctx context.Context, tx pg.Tx, a actor.Actor, c Card) error {
	live, err := liveVersions(ctx, tx, a.OrgID, []Card{c})
	if err != nil {
		return err
	}
	if err := deleteDraft(ctx, tx, a.OrgID, c.ID); err != nil {
		return err
	}
	if err := updateCards(ctx, tx, a.OrgID, []shown{{c.ID, c.Live, Settled, live[c.ID].Content}}); err != nil {
		return err
	}
	return record(ctx, tx, a, "card.discard", []Card{c}, func(c *Card) { c.Editing = Settled }, nil)
}

func (s *Service) deleteTx(ctx context.Context, tx pg.Tx, a actor.Actor, c Card) error {
	if err := deleteCard(ctx, tx, a.OrgID, c.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: "card.delete", Target: target(c.ID), Details: map[string]any{
		"gtin": string(c.GTIN), "group": int(c.GroupID), "name_uz": c.NameUz, "name_ru": c.NameRu,
	}})
}

// SetCountry fills in the country of manufacture (code or name) of many cards:
// in their drafts, or in new versions of published ones.
func (s *Service) SetCountry(ctx context.Context, a actor.Actor, ids []int64, name string) (Result, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Result{}, err
	}
	at, err := country.Parse(name)
	if err != nil {
		return Result{}, onField(err, FieldCountry)
	}
	return s.many(ctx, a, Edit, ids, func(tx pg.Tx, cards []Card) error {
		newest, err := newestVersions(ctx, tx, a.OrgID, cards)
		if err != nil {
			return err
		}
		var changes []change
		for _, c := range cards {
			ch := change{card: c, from: newest[c.ID], to: newest[c.ID].Content.clone()}
			ch.to.Country = at.Code
			if !ch.idle() {
				changes = append(changes, ch)
			}
		}
		return writeTx(ctx, tx, a, changes)
	})
}
