package workdayhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/browsertest"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/static"
)

func TestTheCalendarInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Mount("/", http.HandlerFunc(s.handler.ServeHTTP))
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Expect("404") // the page signed in from
	tab.Go(server.URL + "/in/x?lang=ru")
	tab.Eval(`fetch("/in/` + string(perm.RoleOpRegistrar) + `", {method: "POST"}).then(() => "")`)
	for name, path := range map[string]string{
		"a year": "", "a year without days": "?year=2030", "a day": "/2026-03-20", "the form": "/new", "the question": "/2026-03-20/remove",
	} {
		tab.Go(server.URL + root + path)
		for _, width := range []int64{1440, 390} {
			tab.Look(width, "light")
			for _, flaw := range tab.Axe() {
				t.Errorf("%s at %d: %s", name, width, flaw)
			}
			for what, found := range map[string]string{"wider than the window": tab.Overflow(), "inline": tab.Inline()} {
				if found != "" {
					t.Errorf("%s at %d has something %s: %s", name, width, what, found)
				}
			}
		}
	}
}
