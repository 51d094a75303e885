package card_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/platform/gate"
)

func TestHint(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	for typed, want := range map[string]struct {
		answer gs1prefix.Answer
		card   int64
	}{
		gtin("4780101", 1)[1:]: {gs1prefix.Covered, id}, // as printed: 13 digits
		gtin("4780101", 2):     {gs1prefix.Covered, 0},
		gtin("4780202", 1):     {gs1prefix.Others, 0},
		gtin("4780303", 1):     {gs1prefix.Nobody, 0},
		"4607063428121":        {gs1prefix.Foreign, 0},
	} {
		h, err := d.cards.Hint(t.Context(), editor, typed)
		if err != nil || h.Owner.Answer != want.answer || h.Card != want.card {
			t.Errorf("%s: %+v, %v", typed, h, err)
		}
	}
	_, err := d.cards.Hint(t.Context(), editor, "4780101000010")
	if f, _ := fault.As(err); !errors.Is(err, card.ErrCheckDigit) || f.Field != card.FieldGTIN {
		t.Errorf("a slip of the finger: %v", err)
	}
	if _, err := d.cards.Hint(t.Context(), observer, gtin("4780101", 1)); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("an observer: %v", err)
	}
}

func TestVersionsStayReadable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	d.sent(id)
	d.must(d.giveBack(id, 1))
	d.must(d.cards.Save(t.Context(), editor, id, 0, with(bottle(1), card.FieldBrand, "Zilol Nova")))
	v, book, err := d.cards.Version(t.Context(), editor, id, 1)
	if err != nil || v.Status != card.Back || v.Content.Brand != "Zilol" || len(v.Remarks) != 1 || book.Set.Version != v.Content.Set {
		t.Errorf("version 1: %+v, %v", v, err)
	}
	for name, try := range map[string]struct {
		who actor.Actor
		n   int
	}{"one that is none": {editor, 9}, "another organization's": {stranger, 1}} {
		if _, _, err := d.cards.Version(t.Context(), try.who, id, try.n); !errors.Is(err, card.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	lines, more, err := d.cards.History(t.Context(), observer, id, 0)
	if err != nil || more || len(lines) != 4 || lines[0].Action != "card.change" {
		t.Errorf("history: %+v, %v", lines, err)
	}
	if _, _, err := d.cards.History(t.Context(), stranger, id, 0); !errors.Is(err, card.ErrNotFound) {
		t.Errorf("another's history: %v", err)
	}
}

func TestManyAtOnceWithinReach(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bottled := d.made(1)
	cigarettes, err := d.cards.Create(t.Context(), publisher, "", card.Typed{card.FieldGTIN: gtin("4780101", 2), card.FieldPackaging: "UNIT", card.FieldGroup: "tobacco"})
	d.must(err)
	published := d.made(3)
	d.sent(published)
	d.must(d.publish(published, 1))

	t.Run("what is out of reach is not there", func(t *testing.T) {
		r, err := d.cards.SetCountry(t.Context(), editor, []int64{cigarettes, bottled, bottled, -1}, "KZ")
		if err != nil || len(r.Done) != 1 || r.Done[0] != bottled || len(r.Left) != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, l := range r.Left {
			if !errors.Is(l.Why, card.ErrNotFound) || l.GTIN != "" {
				t.Errorf("left out: %+v", l)
			}
		}
	})
	t.Run("what was in force wants another right", func(t *testing.T) {
		r, err := d.cards.Archive(t.Context(), editor, []int64{bottled, published})
		if err != nil || len(r.Done) != 1 || len(r.Left) != 1 || !errors.Is(r.Left[0].Why, actor.ErrForbidden) {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("too many", func(t *testing.T) {
		ids := make([]int64, card.MaxAtOnce+1)
		for i := range ids {
			ids[i] = int64(i)
		}
		if _, err := d.cards.TakeBack(t.Context(), publisher, ids); !errors.Is(err, card.ErrMany) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a right that was taken away since the page was drawn", func(t *testing.T) {
		d.exec(`delete from member_roles where member_id = 3 and role = 'card_publisher'`)
		if _, err := d.cards.Block(t.Context(), publisher, []int64{published}, "Why not"); !errors.Is(err, gate.ErrChanged) {
			t.Errorf("%v", err)
		}
	})
}

// silent is a registry that does not answer.
type silent struct{}

func (silent) Find(ctx context.Context, _ gs1.GTIN) (gtinregistry.Entry, error) {
	<-ctx.Done()
	return gtinregistry.Entry{}, ctx.Err()
}

func TestTheRegistryAdvises(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const foreign, unheard = "04607063428121", "04899215122371"
	registry, err := gtinregistry.ReadFile(strings.NewReader("gtin\tname_uz\tname_ru\tname_en\tbrand\tcompany\tcountry\n"+
		foreign+"\t\tВода «Родник»\tRodnik water\tRodnik\tRodnik OOO\tRU\n"), clock.System)
	d.must(err)
	d.cards.GTINs = registry
	h, err := d.cards.Hint(t.Context(), editor, foreign)
	if err != nil || !h.Known.Found || h.Down || h.Typed()[card.FieldBrand] != "Rodnik" || h.Typed()[card.FieldCountry] != "RU" {
		t.Errorf("%+v, %v", h, err)
	}
	if _, named := h.Typed()[card.FieldNameUz]; named {
		t.Error("what the registry does not say would empty a field")
	}
	if h, err := d.cards.Hint(t.Context(), editor, gtin("4780101", 1)); err != nil || h.Asked {
		t.Errorf("a number of ours was asked about: %+v, %v", h, err)
	}
	warnings := func(number string) string {
		t.Helper()
		id, err := d.cards.Create(t.Context(), publisher, "", with(bottle(1), card.FieldGTIN, number))
		if errors.Is(err, card.ErrTwice) {
			f, _ := fault.As(err)
			id, _ = f.Args[1].(int64)
		} else {
			d.must(err)
			d.photo(id)
		}
		s, err := d.cards.Check(t.Context(), publisher, []int64{id})
		d.must(err)
		var keys []string
		for _, w := range s.Cards[0].Warnings {
			keys = append(keys, w.Key)
		}
		return strings.Join(keys, " ")
	}
	if got := warnings(foreign); got != "card.warn.registry_brand card.warn.registry_company" {
		t.Errorf("another brand and maker: %q", got)
	}
	if got := warnings(unheard); got != "card.warn.registry_unknown" {
		t.Errorf("a number nobody knows: %q", got)
	}
	d.cards.GTINs = silent{}
	if got := warnings(foreign); got != "card.warn.registry_down" {
		t.Errorf("a registry that is silent: %q", got)
	}
	d.cards.GTINs = nil
	if got := warnings(foreign); got != "" {
		t.Errorf("no registry: %q", got)
	}
}
