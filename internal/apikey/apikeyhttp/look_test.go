package apikeyhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/apikey"
	"kabinet/internal/browsertest"
	"kabinet/internal/card"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/publicapi"
	"kabinet/internal/publicapi/publicapihttp"
	"kabinet/web/static"
)

// served is the site with its looks and the pages of the Open API.
func (s site) served() string {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	publicapihttp.Mount(r, publicapi.New(s.db, &apikey.Service{DB: s.db}, clock.System), &card.Service{DB: s.db}, "https://kabinet.example", "test")
	r.Mount("/", http.HandlerFunc(s.handler.ServeHTTP))
	server := httptest.NewServer(r)
	s.t.Cleanup(server.Close)
	return server.URL
}

// examine holds a page to what every page promises, in two widths.
func examine(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
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

func TestAKeyInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	open := func(path, name string) {
		t.Helper()
		tab.Go(at + path)
		examine(t, tab, name)
	}
	signIn := func(who string) { tab.Eval(`fetch("/in/` + who + `", {method: "POST"}).then(() => "")`) }

	open("/public/api/docs?lang=ru", "the page of the Open API")
	signIn("2")
	open("/me/keys?lang=en", "a list without keys")
	open("/me/keys/new", "the form")
	tab.Press("Create key")
	tab.Wait("#key")
	examine(t, tab, "a new key")
	value := tab.Text("#key")
	if _, err := apikey.ParseValue(value); err != nil {
		t.Errorf("%q is shown as a key", value)
	}
	tab.Press("I have saved it")
	tab.See("The value of a key is shown once")
	examine(t, tab, "a key")

	tab.Eval(`history.back() || ""`)
	tab.Until("the way back", `document.readyState === "complete" && !document.querySelector("#key")`)
	if tab.Sees(value) {
		t.Error("the way back shows the key")
	}
	open("/me/keys/new?lang=uz", "the form to replace a key")
	open("/me/keys", "a list with a key")
	signIn("1")
	open("/me/keys/new?lang=ru", "the form of an administrator without the role")
	open("/org/keys", "the list of all keys")
	open("/org/keys?q=qqq", "a list in which nothing was found")
	open("/org/keys/1/revoke", "the question before a key ends")
}
