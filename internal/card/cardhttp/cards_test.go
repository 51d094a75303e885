package cardhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"kabinet/internal/card"
)

// TestACardIsWrittenInStepsAndSent walks the whole way of a new card.
func TestACardIsWrittenInStepsAndSent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("publisher")
	want(t, b.Get("/cards/new"), http.StatusOK, "Which product group is it for?", "Copy an existing card", "Import cards from a file")
	p := want(t, b.Get("/cards/new?group=water"), http.StatusOK, "Step 1 of 4", "GTIN")
	all := bottle(1)
	p = b.Post("/cards/new?group=water", form(p, card.Typed{"gtin": all["gtin"], "packaging": "UNIT", "category": "drinking", "hs": all["hs"], "ikpu": all["ikpu"]}))
	want(t, p, http.StatusSeeOther)
	if !strings.HasSuffix(p.Location, "/edit/attributes") {
		t.Fatalf("the first step leads to %s", p.Location)
	}
	id, err := card.ParseID(strings.Split(p.Location, "/")[2])
	s.must(err)
	p = want(t, b.Get(p.Location), http.StatusOK, "Step 2 of 4", "Product name in Uzbek")
	if !strings.Contains(p.Body, `value="UZ" selected`) {
		t.Error("a number of Uzbekistan does not preset the country")
	}
	if !strings.Contains(p.Body, `value="drinking" selected`) {
		t.Error("the category does not answer what kind of a drink it is")
	}
	p = want(t, b.Post(path(id, "/edit/attributes"), form(p, without(all, "gtin", "packaging", "category", "hs", "ikpu"))), http.StatusSeeOther)
	if p.Location != path(id, "/edit/photos") {
		t.Fatalf("the second step leads to %s", p.Location)
	}
	want(t, b.Get(path(id, "/check")), http.StatusOK, "1 answer is missing", "front")
	s.photo(id)
	p = want(t, b.Get(path(id, "/check")), http.StatusOK, "You sign this text", all["gtin"], "Sign and send to moderation")
	p = want(t, b.Post(path(id, "/send"), s.signed(b, id)), http.StatusSeeOther)
	if p.Location != path(id, "") {
		t.Fatalf("sending leads to %s", p.Location)
	}
	want(t, b.Get("/undo"), http.StatusOK, "card.flash.sent "+path(id, "/take-back"))
	want(t, b.Get(path(id, "")), http.StatusOK, "Under moderation", "The operator decides by", "Take back")
	want(t, b.Post(path(id, "/take-back"), nil), http.StatusSeeOther)
	if p := b.Get("/undo"); p.Body != "" {
		t.Errorf("taking back offers %q", p.Body)
	}
	want(t, b.Get(path(id, "")), http.StatusOK, "Draft", "Check and send")
}

// TestASecondCardTakesOverWhoMakesTheGoods, and the first the organization itself.
func TestASecondCardTakesOverWhoMakesTheGoods(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	begun := func(n int) string {
		id, err := s.cards.Create(t.Context(), s.publisher(), "", card.Typed{"gtin": bottle(n)["gtin"], "packaging": "UNIT", "group": "water"})
		s.must(err)
		return want(t, b.Get(path(id, "/edit/attributes")), http.StatusOK, "are filled in as on your latest card").Body
	}
	if body := begun(1); !strings.Contains(body, `name="manufacturer" type="text" value="Zarafshon Sut"`) {
		t.Error("the first card is not the organization's own")
	}
	s.exec(`delete from card_versions`)
	s.exec(`delete from cards`)
	s.made(2)
	if body := begun(3); !strings.Contains(body, `value="Samarqand, Bobur 1"`) || strings.Contains(body, `value="Zilol"`) {
		t.Error("the second takes over less than who makes the goods, or more")
	}
}
