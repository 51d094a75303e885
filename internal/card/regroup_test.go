package card_test

import (
	"errors"
	"slices"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
)

func TestADraftIsMovedToAnotherGroup(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	before := d.get(id)

	would, err := d.cards.Regroup(t.Context(), publisher, id, "tobacco")
	d.must(err)
	for _, lost := range []string{card.FieldCategory, card.FieldHS, card.FieldIKPU, "attr.volume", "attr.container"} {
		if !slices.Contains(would.Lost, lost) {
			t.Errorf("%s is not said to be lost: %v", lost, would.Lost)
		}
	}
	if would.To.ID != tobaccoID || slices.Contains(would.Lost, card.FieldBrand) || would.Lost[0] != card.FieldCategory {
		t.Errorf("%+v", would)
	}
	if r := d.get(id); r.Revision != before.Revision || r.GroupID != waterID {
		t.Errorf("asking changed it: %+v", r.Card)
	}

	if err := d.cards.ChangeGroup(t.Context(), publisher, id, before.Revision-1, "tobacco"); !errors.Is(err, card.ErrChanged) {
		t.Errorf("what was shown is not there any more: %v", err)
	}
	if err := d.cards.ChangeGroup(t.Context(), editor, id, before.Revision, "tobacco"); !errors.Is(err, actor.ErrGroup) {
		t.Errorf("into a group that is not one's own: %v", err)
	}
	if err := d.cards.ChangeGroup(t.Context(), publisher, id, before.Revision, "beer"); !errors.Is(err, card.ErrNoGroup) {
		t.Errorf("into a group the organization does not have: %v", err)
	}
	if err := d.cards.ChangeGroup(t.Context(), stranger, id, before.Revision, "tobacco"); !errors.Is(err, card.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	d.must(d.cards.ChangeGroup(t.Context(), publisher, id, before.Revision, "tobacco"))
	r := d.get(id)
	c := r.Version.Content
	if r.GroupID != tobaccoID || c.Group != tobaccoID || c.HS != "" || c.Category != "" || c.Attributes["volume"] != "" ||
		c.Brand != "Zilol" || len(c.Photos) != len(before.Version.Content.Photos) || r.Revision != before.Revision+1 {
		t.Errorf("%+v", c)
	}
	if _, err := d.cards.Get(t.Context(), editor, id); !errors.Is(err, card.ErrNotFound) {
		t.Errorf("who works with water only still sees it: %v", err)
	}

	sent := d.made(2)
	d.sent(sent)
	d.must(d.giveBack(sent, 1))
	if _, err := d.cards.Regroup(t.Context(), publisher, sent, "tobacco"); !errors.Is(err, card.ErrSent) {
		t.Errorf("of a card that was sent: %v", err)
	}
	if err := d.cards.ChangeGroup(t.Context(), publisher, sent, d.get(sent).Revision, "tobacco"); !errors.Is(err, card.ErrSent) {
		t.Errorf("a card that was sent: %v", err)
	}
}
