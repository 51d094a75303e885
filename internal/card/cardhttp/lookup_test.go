package cardhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
)

// A dictionary of thousands is searched by the form itself, without a script.
func TestALongDictionaryIsSearched(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`insert into card_codes (group_id, list, code, name_uz, name_ru, name_en, fold)
		select 13, 'hs', (9000000000 + n)::text, 'Suv turi ' || n, 'Вид воды ' || n, 'Kind of water ' || n, (9000000000 + n)::text || ' suv turi vid vodi kind of water ' || n
		from generate_series(1, $1::int) n`, attribute.MaxChoices)
	b := s.as("publisher")
	const start = "/cards/new?group=water"
	p := want(t, b.Get(start), http.StatusOK, "Words of the name, or a part of the code")
	if body := p.Body; strings.Contains(body, "Suv turi") || strings.Contains(body, "Kind of water") {
		t.Error("the dictionary is on the page")
	}
	asked := form(p, with(bottle(1), card.FieldHS, "kind water 7"))
	asked.Set("find", card.FieldHS)
	p = want(t, b.Post(start, asked), http.StatusOK, "Found for “kind water 7”", "9000000007", "Kind of water 7", "None of these")
	if n := s.text(`select count(*)::text from cards`); n != "0" {
		t.Errorf("a search made %s cards", n)
	}
	asked.Set(card.FieldHS, "qwrtyp")
	want(t, b.Post(start, asked), http.StatusOK, "Nothing is found for “qwrtyp”")

	asked = form(p, with(bottle(1), card.FieldHS, "kind water 7"))
	want(t, b.Post(start, asked), http.StatusUnprocessableEntity, "There is no such HS code", "Kind of water 7")
	made := b.Post(start, form(p, with(bottle(1), card.FieldHS, "9000000007")))
	if made.Status != http.StatusSeeOther {
		t.Fatalf("status %d", made.Status)
	}
	if hs := s.text(`select content ->> 'hs' from card_versions`); hs != "9000000007" {
		t.Errorf("stored %q", hs)
	}

	edit := strings.Replace(made.Location, "attributes", "identification", 1)
	p = want(t, b.Get(edit), http.StatusOK, "Kind of water 7", "Find another: HS code")
	asked = form(p, with(bottle(1), card.FieldHS, "9000000007"))
	asked.Set("find.hs", "9000000011") // newer than what is ticked
	if p := b.Post(edit, asked); p.Status != http.StatusSeeOther {
		t.Errorf("status %d", p.Status)
	}
	if hs := s.text(`select content ->> 'hs' from card_versions`); hs != "9000000011" {
		t.Errorf("stored %q", hs)
	}
}
