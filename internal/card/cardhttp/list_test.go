package cardhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/card/cardhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/productgroup"
	"kabinet/internal/savedview"
	"kabinet/internal/savedview/savedviewhttp"
)

// lists mounts the pages of many cards.
func (s *site) lists(r chi.Router, wrap httpx.Wrap) {
	views := &savedview.Service{DB: s.db}
	h := cardhttp.ListHandlers{Cards: s.cards, Groups: &productgroup.Service{DB: s.db}, Views: views, Sessions: s.sessions}
	h.Routes(r, wrap)
	savedviewhttp.Handlers{Views: views, Sessions: s.sessions, Lists: []savedviewhttp.List{{
		Name: "cards", Path: "/cards", Title: "layout.nav.cards", Clean: h.CleanQuery, Words: h.QueryWords,
	}}}.Routes(r, wrap)
}

// rows are the names that a list shows, in order.
func rows(p httptesting.Page) string {
	var names []string
	for _, m := range rowName.FindAllStringSubmatch(p.Body, -1) {
		names = append(names, m[1])
	}
	return strings.Join(names, ", ")
}

var rowName = regexp.MustCompile(`<th role="rowheader" scope="row"><a href="/c[^"]*"(?: lang="[^"]*")?>([^<]*)</a>`)

// shelf makes drafts of water with names of their own, without a photo.
func (s *site) shelf(names ...string) (ids []int64) {
	s.t.Helper()
	for i, name := range names {
		t := bottle(100 + i)
		t[card.FieldNameUz], t[card.FieldNameRu], t[card.FieldNameEn] = name, name, name
		id, err := s.cards.Create(s.t.Context(), s.publisher(), "", t)
		s.must(err)
		ids = append(ids, id)
	}
	return ids
}

func TestTheListOfCards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("publisher")
	want(t, b.Get("/cards"), 200, "No product cards yet", "New card", "Import from a file")
	s.shelf("Apricot juice", "Smetana", "Mineral water")
	p := want(t, b.Get("/cards"), 200, "All 3", "Drafts 3", "Published 0", "Country not filled in", "3 rows")
	if got := rows(p); got != "Mineral water, Smetana, Apricot juice" {
		t.Errorf("the newest first: %s", got)
	}
	for address, names := range map[string]string{
		"/cards?q=smetana":           "Smetana",
		"/cards?q=СМЕТАНА":           "Smetana",
		"/cards?sort=name":           "Apricot juice, Mineral water, Smetana",
		"/cards?sort=-gtin":          "Mineral water, Smetana, Apricot juice",
		"/cards?status=published":    "",
		"/cards?country=none":        "",
		"/cards?country=UZ&group=13": "Mineral water, Smetana, Apricot juice",
		"/cards?q=smetanna":          "Smetana",
	} {
		if got := rows(want(t, b.Get(address), 200)); got != names {
			t.Errorf("%s: %q, want %q", address, got, names)
		}
	}
	want(t, b.Get("/cards?q=smetanna"), 200, "0 cards for “smetanna”", "Similar spellings:")
	want(t, b.Get("/cards?q=muzlatgich"), 200, "0 cards for “muzlatgich”", "Clear all")
	if p := b.Get("/cards?q=&group=13&country=&sort="); p.Status != http.StatusSeeOther || p.Location != "/cards?group=13" {
		t.Errorf("empty fields stay in the address: %d %s", p.Status, p.Location)
	}
	want(t, s.as("stranger").Get("/cards"), 200, "No product cards yet")
}

func TestAddressesThatNobodyMade(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.shelf("Smetana")
	b := s.as("publisher")
	for _, q := range []string{
		"status=%25", "q=" + strings.Repeat("a", 5000), "group=99999999", "group=-1", "group=x", "country=%F0%9F%98%80", "packaging='", "from=2025-13-45", "to=0000-00-00",
		"from=99999-01-01", "sort=%27%3B--", "per=100000", "per=-1", "ids=1,2,x,-3", "ids=" + strings.Repeat("9", 400), "view=1", "cols=a", "q=%25_%5C", "q=%E2%80%AEabc", "page=2",
	} {
		want(t, b.Get("/cards?"+q), 200)
		if p := b.Get("/catalogue?" + q); p.Status != 200 && p.Status != 422 {
			t.Errorf("/catalogue?%s: %d", q, p.Status)
		}
	}
	for _, q := range []string{"q=%00%ff", "status=%00", "after=x", "before=%00", "after=" + strings.Repeat("A", 2000), "after=e30", "before=eyJvIjoibmFtZSJ9"} {
		want(t, b.Get("/cards?"+q), 400)
	}
	for _, path := range []string{
		"/catalogue/1", "/catalogue/x-y", "/catalogue/2-99", "/catalogue/-1-2", "/catalogue/9999999999999999999-1", "/cards/bulk/export", "/cards/bulk/nonsense",
		"/cards/bulk/results/1", "/cards/bulk/results/00000000-0000-0000-0000-000000000000",
	} {
		want(t, b.Get(path), 404)
	}
}

func TestWhoMayNotReadCards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`delete from member_roles where member_id = 5 and role = 'card_observer'`)
	b := s.as("observer")
	want(t, b.Get("/cards"), 403)
	want(t, b.Post("/cards/bulk", url.Values{"act": {"block"}, "id": {"1"}}), 403)
	o := s.as("editor") // may write, not publish
	want(t, o.Get("/cards/bulk/block?ids=1"), 403)
	want(t, o.Post("/cards/bulk/send", url.Values{"ids": {"1"}}), 403)
}

func TestViewsAndColumns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.shelf("Smetana", "Qatiq")
	b := s.as("publisher")
	want(t, b.Get("/cards/views?q=smetana&sort=name&after=zzz"), 200, "“smetana”", "Save the view")
	want(t, b.Post("/cards/views", url.Values{"name": {""}, "query": {"q=smetana"}}), 422, "Enter a name", "“smetana”")
	p := b.Post("/cards/views", url.Values{"name": {"Smetana only"}, "query": {"q=smetana&after=zzz&evil=1"}, "default": {"yes"}})
	if p.Status != http.StatusSeeOther || p.Location != "/cards?q=smetana" {
		t.Fatalf("saved: %d %s", p.Status, p.Location)
	}
	if p := b.Get("/cards"); p.Status != http.StatusSeeOther || p.Location != "/cards?q=smetana" {
		t.Errorf("the list opens with %d %s", p.Status, p.Location)
	}
	page := want(t, b.Get("/cards?q=smetana"), 200, "Smetana only")
	if !strings.Contains(page.Body, `<a href="/cards?q=smetana" aria-current="page">`) || !strings.Contains(page.Body, `href="/cards?q=smetana&amp;status=draft"`) {
		t.Error("the view is no current tab")
	}
	if got := rows(want(t, b.Get("/cards?status=all"), 200)); got != "Qatiq, Smetana" {
		t.Errorf("all cards: %s", got)
	}
	id := s.text(`select id::text from saved_views`)
	want(t, s.as("editor").Post("/cards/views/"+id+"/remove", nil), 404)
	want(t, b.Post("/cards/views/x/remove", nil), 404)
	if p := b.Post("/cards/views/"+id+"/default", url.Values{"default": {"no"}}); p.Status != http.StatusSeeOther {
		t.Errorf("open without: %d", p.Status)
	}
	want(t, b.Get("/cards"), 200)
	if p := b.Post("/cards/views/columns", url.Values{"columns": {"brand", "<script>"}, "back": {"q=smetana"}}); p.Location != "/cards?q=smetana" {
		t.Errorf("columns: %d %s", p.Status, p.Location)
	}
	page = want(t, b.Get("/cards"), 200)
	if strings.Contains(page.Body, `data-l="GTIN"`) || !strings.Contains(page.Body, `data-l="Brand"`) || !strings.Contains(page.Body, `data-l="Status"`) {
		t.Error("the columns are not the chosen ones")
	}
}

func (s *site) bulk(b *httptesting.Browser, act string, values url.Values) httptesting.Page {
	s.t.Helper()
	values.Set("act", act)
	p := b.Post("/cards/bulk", values)
	if p.Status != http.StatusSeeOther {
		s.t.Fatalf("%s: %d\n%s", act, p.Status, read(p.Body))
	}
	return want(s.t, b.Get(p.Location), 200)
}

// hidden are the fields that a page's form brings along.
func hidden(p httptesting.Page) url.Values {
	v := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(p.Body, -1) {
		v.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
	}
	return v
}

func TestNothingSelected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.shelf("Smetana", "Qatiq")
	b := s.as("publisher")
	p := want(t, b.Post("/cards/bulk", url.Values{"act": {"archive"}, "in": {"q=smetana"}}), 422, "Select at least one card")
	if got := rows(p); got != "Smetana" {
		t.Errorf("the list comes back as %q", got)
	}
	want(t, b.Post("/cards/bulk", url.Values{"act": {"nonsense"}, "id": {"1"}}), 404)
	want(t, b.Post("/cards/bulk", url.Values{"act": {"archive"}, "id": {"x", "-1", ""}}), 422)
}

func TestFillTheCountryOfAllThatMatch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var ids []int64
	for n := range 3 {
		id := s.made(n + 1)
		ids = append(ids, id)
	}
	s.exec(`update cards set country = ''`)
	s.exec(`update card_versions set content = content - 'country'`)
	s.shelf("Not among them")
	b := s.as("publisher")
	page := s.bulk(b, "country", url.Values{"all": {"yes"}, "in": {"country=none"}})
	want(t, page, 200, "Fill the country of 3 cards")
	form := hidden(page)
	want(t, b.Post("/cards/bulk/country", form), 422, "Fill the country of 3 cards")
	form.Set("country", "KZ")
	p := b.Post("/cards/bulk/country", form)
	if p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, read(p.Body))
	}
	result := want(t, b.Get(p.Location), 200, "Country filled in on 3 cards", "Sign and send 3 cards", "You sign this text")
	if again := b.Post("/cards/bulk/country", form); again.Location != p.Location {
		t.Errorf("the form sent again leads to %s, not %s", again.Location, p.Location)
	}
	if n := s.text(`select count(*)::text from cards where country = 'KZ'`); n != "3" {
		t.Errorf("%s cards have the country", n)
	}
	// Sign once for all of them, right on the result.
	challenge := regexp.MustCompile(`data-eds-challenge="([^"]+)"`).FindStringSubmatch(result.Body)
	if challenge == nil {
		t.Fatal("no panel")
	}
	id, text := b.Challenge(strings.ReplaceAll(challenge[1], "&amp;", "&"))
	sent := b.Post("/cards/bulk/send", httptesting.Signed(s.key("publisher"), id, text, hidden(result)))
	want(t, b.Get(sent.Location), 200, "3 cards sent")
	if n := s.text(`select count(*)::text from cards where editing = 'moderation'`); n != "3" {
		t.Errorf("%s cards wait", n)
	}
	_ = ids
}

func TestWhatIsLeftOutAndWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ready := s.made(1)
	unready := s.shelf("Without a photo")[0]
	b := s.as("publisher")
	ask := s.bulk(b, "send", url.Values{"id": {fmt.Sprint(ready), fmt.Sprint(unready), "987654"}})
	want(t, ask, 200, "Sign and send 1 card", "2 cards are left out", "Without a photo", "Card 987654", "There is no such card")
	want(t, s.bulk(b, "block", url.Values{"id": {fmt.Sprint(ready)}}), 200, "None of the selected cards fits this act", "1 card is left out")
}

func TestCardsOfOthersAreNotThereItemByItem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	theirs := s.made(1)
	b := s.as("stranger")
	for _, act := range []string{"send", "country", "block", "archive"} {
		want(t, s.bulk(b, act, url.Values{"id": {fmt.Sprint(theirs)}}), 200, fmt.Sprintf("Card %d", theirs), "There is no such card")
	}
	p := b.Post("/cards/bulk/archive", url.Values{"ids": {fmt.Sprint(theirs)}, "ticket": {"t"}})
	want(t, b.Get(p.Location), 200, "0 cards archived, 1 not", "There is no such card")
	if s.text(`select count(*)::text from cards where archived_at is not null`) != "0" {
		t.Error("somebody else's card is in the archive")
	}
	// The result is of who did the act.
	want(t, s.as("publisher").Get(p.Location), 404)
	// A card of a group that is not the person's is not there either.
	s.exec(`update cards set group_id = 3`)
	want(t, s.bulk(s.as("editor"), "country", url.Values{"id": {fmt.Sprint(theirs)}}), 200, "There is no such card")
}

func TestArchiveAndBlockMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.shelf("Smetana", "Qatiq", "Suv")
	one := s.made(1)
	s.sent(one)
	b := s.as("publisher")
	page := s.bulk(b, "archive", url.Values{"id": {fmt.Sprint(ids[0]), fmt.Sprint(ids[1]), fmt.Sprint(one)}})
	want(t, page, 200, "Archive 2 cards", "1 card is left out")
	p := b.Post("/cards/bulk/archive", hidden(page))
	want(t, b.Get(p.Location), 200, "2 cards archived")
	want(t, b.Get("/cards?status=archive"), 200, "2 rows")
	want(t, b.Post("/cards/bulk/block", url.Values{"ids": {fmt.Sprint(one)}, "reason": {""}}), 422, "None of the selected cards fits this act")
	form := hidden(s.bulk(b, "block", url.Values{"id": {fmt.Sprint(s.published(2))}}))
	want(t, b.Post("/cards/bulk/block", form), 422, "Block 1 card")
	form.Set("reason", "Recipe changed")
	p = b.Post("/cards/bulk/block", form)
	want(t, b.Get(p.Location), 200, "1 card blocked")
}

func TestExportOfWhatIsSelected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.shelf("Smetana", "Qatiq")
	b := s.as("observer")
	if p := b.Post("/cards/bulk", url.Values{"act": {"export"}, "id": {fmt.Sprint(ids[1])}}); p.Location != fmt.Sprintf("/cards.xlsx?ids=%d", ids[1]) {
		t.Errorf("selected: %d %s", p.Status, p.Location)
	}
	if p := b.Post("/cards/bulk", url.Values{"act": {"export"}, "all": {"yes"}, "in": {"q=smetana&per=50"}}); p.Location != "/cards.xlsx?per=50&q=smetana" {
		t.Errorf("all: %d %s", p.Status, p.Location)
	}
}

func TestTheSharedCatalogue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.made(1)
	s.shelf("A draft")
	s.exec(`insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, published_at)
		select org_id, id, 1, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, now() from cards where id = $1`, id)
	b := s.as("stranger")
	p := want(t, b.Get("/catalogue"), 200, "Zarafshon Sut", "Zilol drinking water 0.5 l", "1 row")
	if got := rows(p); got != "Zilol drinking water 0.5 l" {
		t.Errorf("shows %q", got)
	}
	want(t, b.Get(fmt.Sprintf("/catalogue/2-%d", id)), 200, "Zilol drinking water 0.5 l", "Zarafshon Sut", "0"+bottle(1)[card.FieldGTIN][1:])
	want(t, b.Get("/catalogue?q=ab"), 422, "at least 3 letters")
	want(t, b.Get("/catalogue?q=drinknig"), 200, "Similar spellings:", "Zilol")
	want(t, b.Get("/catalogue?q=muzlatgich"), 200, "0 cards for “muzlatgich”")
	if got := rows(b.Get("/catalogue?q=" + bottle(1)[card.FieldGTIN][1:])); got == "" {
		t.Error("not found by its GTIN of 13 digits")
	}
	if got := rows(b.Get("/catalogue?group=3")); got != "" {
		t.Errorf("in another group: %s", got)
	}
	want(t, b.Get(fmt.Sprintf("/catalogue/9-%d", id)), 404)
	s.exec(`delete from catalogue`)
	want(t, b.Get(fmt.Sprintf("/catalogue/2-%d", id)), 404)
}
