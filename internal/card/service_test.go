package card_test

import (
	"errors"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
)

func TestACardIsMadeReadAndChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, err := d.cards.Create(t.Context(), editor, card.FormKey("ticket", bottle(1)), bottle(1))
	d.must(err)
	r := d.get(id)
	if r.Standing != card.New || r.Editing != card.Drafted || r.Version.Number != 1 || r.Version.Content.Brand != "Zilol" || r.Group.Slug != "water" || r.Live != nil {
		t.Errorf("a new card is %+v", r.Card)
	}
	if len(r.Missing) != 1 || r.Missing[0].Field != card.FieldPhotos {
		t.Errorf("it lacks %+v", r.Missing)
	}
	if got := d.text(`select fold from cards`); got != "zilol ichimlik suvi 0 5 l voda pitevaya drinking water 04780101000012" {
		t.Errorf("it is found by %q", got)
	}
	d.must(d.cards.Save(t.Context(), editor, id, r.Revision, with(bottle(1), card.FieldBrand, "Zilol Premium")))
	if now := d.get(id); now.Brand != "Zilol Premium" || now.Revision != r.Revision+1 || now.Newest != 1 {
		t.Errorf("changed into %+v", now.Card)
	}
	if got := d.text(`select details ->> 'brand' from audit_log where action = 'card.change'`); got != `{"after": "Zilol Premium", "before": "Zilol"}` {
		t.Errorf("the log says %s", got)
	}
	if err := d.cards.Save(t.Context(), editor, id, r.Revision, with(bottle(1), card.FieldBrand, "Other")); !errors.Is(err, card.ErrChanged) {
		t.Errorf("from an old form: %v", err)
	}
	d.must(d.cards.Save(t.Context(), editor, id, r.Revision, with(bottle(1), card.FieldBrand, "Zilol Premium")))
	if n := d.count(`select count(*) from audit_log where action = 'card.change'`); n != 1 {
		t.Errorf("saying the same again left %d lines", n)
	}
}

func TestAFormSentTwiceMakesOneCard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := card.FormKey("ticket", bottle(1))
	first, err := d.cards.Create(t.Context(), editor, key, bottle(1))
	d.must(err)
	again, err := d.cards.Create(t.Context(), editor, key, bottle(1))
	if err != nil || again != first {
		t.Errorf("again: %d, %v", again, err)
	}
	_, err = d.cards.Create(t.Context(), publisher, "", bottle(1))
	f, _ := fault.As(err)
	if !errors.Is(err, card.ErrTwice) || f.Field != card.FieldGTIN || f.Args[1] != first {
		t.Errorf("another card of the number: %v", err)
	}
	if _, err := d.cards.Create(t.Context(), stranger, "", bottle(1)); err != nil {
		t.Errorf("another organization's card of the number: %v", err)
	}
	if n := d.count(`select count(*) from cards`); n != 2 {
		t.Errorf("%d cards", n)
	}
}

func TestWhoMayNot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	cigarettes := card.Typed{card.FieldGTIN: gtin("4780101", 5), card.FieldPackaging: "UNIT", card.FieldGroup: "tobacco"}
	id, err := d.cards.Create(t.Context(), publisher, "", cigarettes)
	d.must(err)
	for name, tt := range map[string]struct {
		do   func() error
		want error
	}{
		"an observer makes one": {func() error { _, err := d.cards.Create(t.Context(), observer, "", bottle(1)); return err }, actor.ErrForbidden},
		"in a foreign group": {func() error {
			_, err := d.cards.Create(t.Context(), editor, "", with(cigarettes, card.FieldGTIN, gtin("4780101", 6)))
			return err
		}, actor.ErrGroup},
		"in a group the organization has not": {func() error {
			_, err := d.cards.Create(t.Context(), publisher, "", with(cigarettes, card.FieldGroup, "beer"))
			return err
		}, card.ErrNoGroup},
		"without a group": {func() error { _, err := d.cards.Create(t.Context(), publisher, "", card.Typed{}); return err }, card.ErrGroupMissing},
		"in a group that is none": {func() error {
			_, err := d.cards.Create(t.Context(), publisher, "", card.Typed{card.FieldGroup: "\x00"})
			return err
		}, card.ErrGroupUnknown},
		"reads a card of a foreign group": {func() error { _, err := d.cards.Get(t.Context(), editor, id); return err }, card.ErrNotFound},
		"saves a card of a foreign group": {func() error { return d.cards.Save(t.Context(), editor, id, 1, bottle(1)) }, card.ErrNotFound},
		"reads another's card":            {func() error { _, err := d.cards.Get(t.Context(), stranger, id); return err }, card.ErrNotFound},
		"saves another's card":            {func() error { return d.cards.Save(t.Context(), stranger, id, 1, bottle(1)) }, card.ErrNotFound},
		"reads without the right": {func() error {
			_, err := d.cards.Get(t.Context(), who(2, 3, "default"), id)
			return err
		}, actor.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tt.do(); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func TestEntriesOfDictionariesAreNamedByCodeOrName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	byName := with(with(bottle(2), card.FieldCategory, "ICHIMLIK SUVI"), card.FieldHS, "2201 10 190 0")
	for n, typed := range []card.Typed{bottle(1), byName} {
		id, err := d.cards.Create(t.Context(), editor, "", typed)
		d.must(err)
		if c := d.get(id).Version.Content; c.Category != "drinking" || c.HS != "2201101900" || c.IKPU != bottle(1)[card.FieldIKPU] {
			t.Errorf("card %d: %+v", n, c)
		}
	}
	_, err := d.cards.Create(t.Context(), editor, "", with(bottle(3), card.FieldHS, "9999999999"))
	if cs, _ := fault.ComplaintsOf(err); len(cs) != 1 || cs[0].Key != "card.hs_unknown" {
		t.Errorf("a code that is none: %v, %+v", err, cs)
	}
}
