package cardhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"kabinet/internal/card"
)

func TestWhatWasTypedStaysWithItsComplaint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	p := want(t, b.Get("/cards/new?group=water"), http.StatusOK)
	p = want(t, b.Post("/cards/new?group=water", form(p, card.Typed{"gtin": "4780101000013", "packaging": "UNIT", "hs": "1"})), http.StatusUnprocessableEntity,
		"There are 2 problems", "Error: New card")
	if !strings.Contains(p.Body, `value="4780101000013"`) {
		t.Error("the wrong number is gone")
	}
	id := s.made(1)
	p = want(t, b.Post("/cards/new?group=water", form(p, card.Typed{"gtin": bottle(1)["gtin"], "packaging": "UNIT", "hs": ""})), http.StatusUnprocessableEntity,
		"Your organization has a card for this GTIN")
	if !strings.Contains(p.Body, `href="`+path(id, "")+`"`) {
		t.Error("there is no way to the card that has the number")
	}
	p = want(t, b.Get(path(id, "/edit/attributes")), http.StatusOK)
	p = want(t, b.Post(path(id, "/edit/attributes"), form(p, without(with(bottle(1), "attr.volume", "<b>much</b>"), "gtin", "packaging"))), http.StatusUnprocessableEntity)
	if !strings.Contains(p.Body, `value="&lt;b&gt;much&lt;/b&gt;"`) {
		t.Error("what was typed is not shown as text")
	}
}

func TestADraftMayBeLeftUnfinished(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	id := s.made(1)
	p := want(t, b.Get(path(id, "/edit/attributes")), http.StatusOK)
	p = want(t, b.Post(path(id, "/edit/attributes"), form(p, card.Typed{"name_ru": "Вода", "then": "later"})), http.StatusSeeOther)
	if p.Location != path(id, "") {
		t.Errorf("leaving leads to %s", p.Location)
	}
	want(t, b.Get(path(id, "")), http.StatusOK, "Вода", "Missing", "Enter the name in Uzbek")
}

// TestFieldsThatAreNotShownStay: the form of required fields sends no others.
func TestFieldsThatAreNotShownStay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	id := s.made(1)
	p := want(t, b.Get(path(id, "/edit/attributes?required=1")), http.StatusOK, "Only required fields are shown")
	if strings.Contains(p.Body, `name="brand"`) {
		t.Fatal("the brand may stay empty and is asked")
	}
	all := without(bottle(1), "gtin", "packaging", "category", "hs", "ikpu", "group", "brand", "name_en")
	want(t, b.Post(path(id, "/edit/attributes?required=1"), form(p, with(all, "name_uz", "Suv"))), http.StatusSeeOther)
	if got := s.text(`select name_uz || ', ' || brand || ', ' || name_en from cards where id = $1`, id); got != "Suv, Zilol, Zilol drinking water 0.5 l" {
		t.Errorf("stored are %s", got)
	}
}

func TestTwoWhoEditOneCard(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first, second := s.as("publisher"), s.as("editor")
	id := s.made(1)
	all := without(bottle(1), "gtin", "packaging", "category", "hs", "ikpu", "group")
	mine, theirs := first.Get(path(id, "/edit/attributes")), second.Get(path(id, "/edit/attributes"))
	want(t, first.Post(path(id, "/edit/attributes"), form(mine, with(all, "brand", "Zilol One"))), http.StatusSeeOther)

	p := want(t, second.Post(path(id, "/edit/attributes"), form(theirs, with(all, "brand", "Zilol Two"))), http.StatusConflict,
		"Somebody else has changed the card", "Member publisher saved the card", "Zilol One", "Zilol Two")
	if strings.Contains(p.Body, `name="keep.name_uz"`) {
		t.Error("it asks about a field on which both agree")
	}
	again := form(p, nil)
	again.Set("keep.brand", "theirs")
	want(t, second.Post(path(id, "/edit/attributes"), again), http.StatusSeeOther)
	if got := s.text(`select brand from cards where id = $1`, id); got != "Zilol One" {
		t.Errorf("stored is %s", got)
	}
	again.Set("keep.brand", "mine")
	again.Set("revision", s.text(`select revision::text from cards where id = $1`, id))
	want(t, second.Post(path(id, "/edit/attributes"), again), http.StatusSeeOther)
	if got := s.text(`select brand from cards where id = $1`, id); got != "Zilol Two" {
		t.Errorf("stored is %s", got)
	}
}

// TestStepsDoNotClashWithEachOther: who saves another step meanwhile is in nobody's way.
func TestStepsDoNotClashWithEachOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first, second := s.as("publisher"), s.as("editor")
	id := s.made(1)
	mine, theirs := first.Get(path(id, "/edit/attributes")), second.Get(path(id, "/edit/identification"))
	all := without(bottle(1), "gtin", "packaging", "category", "hs", "ikpu", "group")
	want(t, first.Post(path(id, "/edit/attributes"), form(mine, with(all, "brand", "Zilol One"))), http.StatusSeeOther)
	codes := card.Typed{"gtin": bottle(1)["gtin"], "packaging": "UNIT", "category": "mineral", "hs": bottle(1)["hs"], "ikpu": bottle(1)["ikpu"]}
	want(t, second.Post(path(id, "/edit/identification"), form(theirs, codes)), http.StatusSeeOther)
	if got := s.text(`select c.brand || ', ' || (v.content ->> 'category') from cards c join card_versions v on v.card_id = c.id where c.id = $1`, id); got != "Zilol One, mineral" {
		t.Errorf("stored are %s", got)
	}
}

func TestWhoMayNot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.made(1)
	cigarettes := card.Typed{"gtin": gtin("4780101", 9), "packaging": "UNIT", "group": "tobacco"}
	foreign, err := s.cards.Create(t.Context(), s.publisher(), "", cigarettes)
	s.must(err)
	for name, tt := range map[string]struct {
		who, path string
		status    int
	}{
		"a stranger sees no card":                    {"stranger", path(id, ""), http.StatusNotFound},
		"a stranger edits none":                      {"stranger", path(id, "/edit/attributes"), http.StatusNotFound},
		"a stranger checks none":                     {"stranger", path(id, "/check"), http.StatusNotFound},
		"a stranger sees no version":                 {"stranger", path(id, "/versions/1"), http.StatusNotFound},
		"a card of a group out of reach is not seen": {"editor", path(foreign, ""), http.StatusNotFound},
		"nor begun":                             {"editor", "/cards/new?group=tobacco", http.StatusForbidden},
		"a group the organization has not":      {"publisher", "/cards/new?group=beer", http.StatusUnprocessableEntity},
		"an observer sees":                      {"observer", path(id, ""), http.StatusOK},
		"an observer begins none":               {"observer", "/cards/new", http.StatusForbidden},
		"an observer edits none":                {"observer", path(id, "/edit/attributes"), http.StatusForbidden},
		"an editor does not block":              {"editor", path(id, "/block"), http.StatusForbidden},
		"what is not published is not blocked":  {"publisher", path(id, "/block"), http.StatusConflict},
		"there is no such step":                 {"publisher", path(id, "/edit/other"), http.StatusNotFound},
		"there is no such version":              {"publisher", path(id, "/versions/9"), http.StatusNotFound},
		"a version is a number":                 {"publisher", path(id, "/versions/x"), http.StatusNotFound},
		"a version beside one that is none":     {"publisher", path(id, "/versions/1?with=0x1"), http.StatusNotFound},
		"a card is a number":                    {"publisher", "/cards/0x1", http.StatusNotFound},
		"a number beyond all":                   {"publisher", "/cards/99999999999999999999", http.StatusNotFound},
		"history after nothing is all of it":    {"publisher", path(id, "?before=x"), http.StatusOK},
		"what cannot be sent is still shown":    {"publisher", path(foreign, "/check"), http.StatusOK},
		"an editor checks and does not sign":    {"editor", path(id, "/check"), http.StatusOK},
		"a copy of a card out of reach is none": {"editor", path(foreign, "/copy"), http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.as(tt.who)
			if p := b.Get(tt.path); p.Status != tt.status {
				t.Errorf("status %d, want %d: %s", p.Status, tt.status, read(p.Body))
			}
		})
	}
	want(t, s.as("editor").Get(path(id, "/check")), http.StatusOK, "To send it you need the role “Product card publisher”")
}
