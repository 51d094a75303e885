package cardhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/browsertest"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/pg"
	"kabinet/web/static"
)

// served is the site with its looks.
func (s *site) served() string {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Mount("/", http.HandlerFunc(s.handler.ServeHTTP))
	server := httptest.NewServer(r)
	s.t.Cleanup(server.Close)
	return server.URL
}

// examine holds a page to what every page promises, wide and light, narrow and dark.
func examine(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
	for width, scheme := range map[int64]string{1440: "light", 390: "dark"} {
		tab.Look(width, scheme)
		for _, flaw := range tab.Axe() {
			t.Errorf("%s at %d, %s: %s", name, width, scheme, flaw)
		}
		for what, found := range map[string]string{"wider than the window": tab.Overflow(), "inline": tab.Inline()} {
			if found != "" {
				t.Errorf("%s at %d has something %s: %s", name, width, what, found)
			}
		}
	}
}

// corrected is a card that the operator returned with remarks.
func (s *site) corrected(n int, remarks ...card.Remark) int64 {
	s.t.Helper()
	id := s.made(n)
	s.sent(id)
	s.staff(func(tx pg.Tx, op actor.Operator) error {
		return card.ReturnTx(s.t.Context(), tx, op, 2, id, 1, remarks)
	})
	return id
}

// published is a card in force.
func (s *site) published(n int) int64 {
	s.t.Helper()
	id := s.made(n)
	s.sent(id)
	s.staff(func(tx pg.Tx, op actor.Operator) error { return card.PublishTx(s.t.Context(), tx, op, 2, id, 1) })
	return id
}

// sent has the publisher sign and send a card.
func (s *site) sent(id int64) {
	s.t.Helper()
	b := s.as("publisher")
	want(s.t, b.Post(path(id, "/send"), s.signed(b, id)), http.StatusSeeOther)
	s.exec(`delete from rate_limits`)
}

var remarks = []card.Remark{
	{Field: card.FieldBrand, Uz: "Savdo belgisi qadoqdagidek emas", Ru: "Торговая марка не как на упаковке", En: "The brand is not as on the package"},
	{Field: "attr.volume", Uz: "Hajm rasmdagidan farq qiladi", Ru: "Объём не совпадает с фото", En: "The volume differs from the photo"},
	{Uz: "Qadoq rasmini tiniqroq qiling", Ru: "Сделайте снимок упаковки чётче", En: "Make the photo of the package sharper"},
}

func TestCardsInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	draft, returned, inForce := s.made(1), s.corrected(2, remarks...), s.published(3)
	edited := s.published(4)
	s.must(s.cards.Save(t.Context(), s.publisher(), edited, 0, with(bottle(4), card.FieldBrand, "Zilol Premium")))
	lacking, err := s.cards.Create(t.Context(), s.publisher(), "", without(bottle(5), card.FieldNameUz, card.FieldCountry, "attr.volume"))
	s.must(err)
	foreign, err := s.cards.Create(t.Context(), s.publisher(), "", with(bottle(6), card.FieldGTIN, gtin("4780202", 1)))
	s.must(err)
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
	tab.Eval(`fetch("/in/publisher", {method: "POST"}).then(() => "")`)
	open("/cards/new?lang=en", "groups")
	open("/cards/new?group=water&lang=ru", "the first step")
	open("/cards/new/copy?lang=uz", "choosing a card to copy")
	open("/cards/new/copy?q=qqqqq", "no card to copy")
	open(path(lacking, "?lang=en"), "a draft that lacks answers")
	open(path(lacking, "/edit/attributes"), "the second step")
	tab.Type("[id='attr.volume']", "much")
	tab.Press("Save and continue")
	tab.See("There is")
	examine(t, tab, "the second step with complaints")
	open(path(lacking, "/edit/attributes?required=1&lang=uz"), "only required fields")
	open(path(lacking, "/check?lang=ru"), "a check that lacks answers")
	open(path(foreign, "/check?lang=en"), "a check of a number that is another's")
	open(path(draft, "/check?lang=uz"), "a check")
	open(path(returned, "?lang=en"), "a returned card")
	open(path(returned, "/edit/remarks?lang=ru"), "the fields to correct")
	open(path(inForce, "?lang=uz"), "a card in force")
	open(path(inForce, "/block?lang=en"), "the question before a block")
	open(path(inForce, "/archive"), "the question before the archive")
	open(path(draft, "/discard"), "the question before a draft goes")
	open(path(inForce, "/copy?lang=ru"), "a copy")
	open(path(edited, "?lang=en"), "a card in force that is written")
	open(path(edited, "/versions/1"), "a version")
	open(path(edited, "/versions/2?with=1"), "two versions")
	s.sent(draft)
	open(path(draft, "?lang=ru"), "a card that waits")
}
