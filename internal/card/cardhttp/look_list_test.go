package cardhttp_test

import (
	"fmt"
	"testing"

	"kabinet/internal/browsertest"
	"kabinet/internal/card"
)

// many fills the list: cards of every state, with names in several languages.
func (s *site) many() {
	s.t.Helper()
	s.exec(`insert into cards (org_id, id, gtin, standing, editing, live, group_id, packaging, country, name_uz, name_ru, brand, fold, changed_at)
		select 2, 5000 + n, '04780101' || lpad((100000 + n)::text, 6, '0'), case when n % 3 = 0 then 'published' when n % 17 = 0 then 'blocked' else 'new' end,
			case when n % 3 = 0 and n % 2 = 0 or n % 3 <> 0 and n % 17 = 0 then 'none' when n % 5 = 0 then 'returned' when n % 7 = 0 then 'moderation' else 'draft' end,
			case when n % 3 = 0 or n % 17 = 0 then 1 end, 13, 'UNIT', case when n % 4 = 0 then '' else 'UZ' end,
			'Gazlangan ichimlik suvi «Zarafshon» ' || n || ' ml, PET idishda', 'Вода питьевая газированная «Зарафшон» ' || n || ' мл', 'Zarafshon',
			'gazlangan ichimlik suvi zarafshon ml pet idishda voda pitevaya gazirovannaya ' || n, now() - n * interval '1 hour'
		from generate_series(1, 60) n`)
	s.exec(`insert into card_versions (org_id, card_id, n, content, created_by, created_name)
		select org_id, id, 1, jsonb_build_object('gtin', gtin, 'packaging', packaging, 'group', group_id, 'set', 1), 3, 'Member' from cards where id > 5000`)
}

func TestListsInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	inForce := s.published(1)
	s.made(2)
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	s.must(err)
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	open := func(path, name string) {
		t.Helper()
		tab.Go(at + path)
		examine(t, tab, name)
	}
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/stranger", {method: "POST"}).then(() => "")`)
	open("/cards?lang=en", "no cards yet")
	tab.Eval(`fetch("/in/publisher", {method: "POST"}).then(() => "")`)
	s.many()
	open("/cards?lang=en", "a list")
	open("/cards?lang=ru&q=вода&group=13&packaging=UNIT&from=2020-01-01", "a list with filters")
	open("/cards?lang=uz&country=none&per=50", "cards without a country")
	open("/cards?q=gazlagnan&lang=en", "similar cards")
	open("/cards?q=qqqqqqq", "no cards found")
	tab.Go(at + "/cards")
	tab.Click(".listtools summary")
	examine(t, tab, "the columns of a list")
	open("/cards/views?q=suv&sort=name", "a view to be saved")
	tab.Press("Save the view")
	tab.See("Enter a name")
	examine(t, tab, "a view without a name")
	tab.Type("#name", "Waters")
	tab.Press("Save the view")
	tab.See("Waters")
	open("/cards/views", "the views of a list")
	open("/cards?status=all", "a list with a view")
	tab.Press("Archive")
	tab.See("Select at least one card")
	examine(t, tab, "a list with nothing selected")
	open(fmt.Sprintf("/cards/bulk/send?ids=%d,5001,5002,77", s.made(7)), "a question before many are sent")
	open("/cards/bulk/country?all=yes&in=country%3Dnone", "a question before the country is filled in")
	open("/cards/bulk/block?ids=5003,5006,5017", "a question before many are blocked")
	open("/cards/bulk/archive?ids=999", "a question about nothing")
	open("/catalogue?lang=ru", "the catalogue")
	open("/catalogue?q=qqqqq&lang=en", "nothing in the catalogue")
	open("/catalogue?q=a", "a search too short")
	open(fmt.Sprintf("/catalogue/2-%d?lang=uz", inForce), "goods in the catalogue")
}

// TestFillCountryOnFortyCards counts the presses of somebody who fills in the
// country of 40 cards and sends them: seven with the choice of the key and the
// confirmation of the key's own program, which no browser test presses
// (ux.md 4.4).
func TestFillCountryOnFortyCards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for n := range 40 {
		_, err := s.cards.Create(t.Context(), s.publisher(), "", without(bottle(n+1), card.FieldCountry))
		s.must(err)
	}
	s.exec(`insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id)
		select org_id, nextval('card_photo_ids'), id, 'front', 'front.jpg', 100, 100, sha256(gtin::bytea), 0, 0 from cards`)
	s.exec(`update card_versions v set content = v.content || jsonb_build_object('photos', jsonb_build_array(jsonb_build_object(
		'id', p.id, 'side', 'front', 'sha256', encode(p.sha256, 'hex')))) from card_photos p where p.org_id = v.org_id and p.card_id = v.card_id`)
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	s.must(err)
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/publisher", {method: "POST"}).then(() => "")`)
	tab.Go(at + "/cards?lang=en")
	tab.Count()
	tab.Press("Country not filled in")
	tab.See("All 40 that match")
	tab.Click("#all")
	tab.Press("Fill country")
	tab.See("Fill the country of 40 cards")
	tab.Eval(`document.getElementById("country").value = "UZ"; ""`) // a select is one press
	tab.Press("Fill the country of 40 cards")
	tab.See("Country filled in on 40 cards")
	tab.See("Sign and send 40 cards")
	if n := tab.Clicks(); n+1 > 5 {
		t.Errorf("%d presses before the signature, want 5", n+1)
	}
	if n := s.text(`select count(*)::text from cards where country = 'UZ'`); n != "40" {
		t.Errorf("%s cards have a country", n)
	}
	examine(t, tab, "the result of an act on many")
}
