package card

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// editTx changes what a card says: its draft, or a new version of one that is
// published or was returned. revision is the one the person saw, 0 for any. It
// gives the revision of now. The caller holds the right to edit.
func (s *Service) editTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, revision int, edit func(*Content) error) (int, error) {
	c, err := lockOwn(ctx, tx, a, id)
	if err != nil {
		return 0, err
	}
	if _, fits := c.Fits(Edit); !fits {
		return 0, c.misfit(Edit)
	}
	newest, err := newestVersions(ctx, tx, a.OrgID, []Card{c})
	if err != nil {
		return 0, err
	}
	ch := change{card: c, from: newest[id], to: newest[id].Content.clone()}
	if err := edit(&ch.to); err != nil {
		return 0, err
	}
	switch {
	case ch.idle():
		return c.Revision, nil
	case revision != 0 && revision != c.Revision:
		return 0, ErrChanged
	}
	if err := s.mayBecome(ctx, tx, a, ch); err != nil {
		return 0, err
	}
	return c.Revision + 1, writeTx(ctx, tx, a, []change{ch})
}

// mayBecome refuses another GTIN or group where they are fixed or taken.
func (s *Service) mayBecome(ctx context.Context, tx pg.Tx, a actor.Actor, ch change) error {
	if ch.to.Group != ch.card.GroupID {
		if ch.card.Live > 0 {
			return ErrFixed.On(FieldGroup)
		}
		if err := openGroup(ctx, tx, a, ch.to.Group); err != nil {
			return err
		}
	}
	if ch.to.GTIN == ch.card.GTIN {
		return nil
	}
	if ch.card.Live > 0 {
		return ErrFixed.On(FieldGTIN)
	}
	other, err := liveCard(ctx, tx, a.OrgID, ch.to.GTIN)
	if err == nil && other != 0 {
		return ErrTwice.With("card", other).On(FieldGTIN)
	}
	return err
}

// lockOwn locks a card of the person's organization and groups.
func lockOwn(ctx context.Context, tx pg.Tx, a actor.Actor, id int64) (Card, error) {
	c, err := lockCard(ctx, tx, a.OrgID, id)
	if err != nil {
		return Card{}, err
	}
	err = gate.ReachTx(ctx, tx, a, perm.Reach{Group: c.GroupID})
	if errors.Is(err, actor.ErrGroup) {
		return Card{}, ErrNotFound
	}
	return c, err
}

// misfit is the refusal of an act that does not fit, with what the card is in.
func (c Card) misfit(act Act) error {
	return ErrState.With("act", string(act), "standing", string(c.Standing), "editing", string(c.Editing), "archived", c.Archived)
}

// Codes are what the content names of the dictionaries of its group.
func (c Content) Codes() []string { return []string{c.Category, c.HS, c.IKPU} }

// clone is a content whose lists may be changed.
func (c Content) clone() Content {
	c.Attributes = maps.Clone(c.Attributes)
	c.Photos = slices.Clone(c.Photos)
	return c
}
