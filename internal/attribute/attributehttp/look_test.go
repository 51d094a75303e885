package attributehttp_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/browsertest"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/static"
)

// served is the site with its looks.
func (s site) served() string {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
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

func TestAttributesInABrowser(t *testing.T) {
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
	tab.Expect("404") // the page signed in from
	tab.Go(at + "/in/x?lang=ru")
	tab.Eval(`fetch("/in/` + string(perm.RoleOpRegistrar) + `", {method: "POST"}).then(() => "")`)

	open(root, "the product groups")
	open(root+"/13/codes/hs", "a dictionary")
	open(root+"/13/codes/hs?q=zzz", "a dictionary with nothing found")
	open(root+"/13/codes/ikpu/new", "the form for a code")
	open(root+"/13/codes/hs/entry/2201101100", "a code")
	open(root+"/18", "a set of attributes")

	path := filepath.Join(t.TempDir(), "hs.csv")
	if err := os.WriteFile(path, []byte("code;name_uz;name_ru\n2202999900;Boshqa;Прочие\n22;Suv;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(root+"/13/codes/hs/import", "the form for a file")
	tab.Attach("#file", path)
	tab.Click(`.savebar button[type="submit"]`)
	tab.Wait("#complaints")
	examine(t, tab, "a file that was checked")
	tab.Click(`form[action$="/apply"] button`)
	tab.Until("the file is applied", `!document.querySelector('form[action$="/apply"]') && document.readyState === "complete"`)
	examine(t, tab, "a file that was applied")

	tab.Go(at + root + "/18/edit")
	examine(t, tab, "the form for a version")
	tab.Click("#row1 > summary")
	tab.Retype("#a1-label_ru", "Модель по паспорту")
	tab.Click(`#row1 button[value="up-1"]`)
	tab.Until("the row is the first", `document.querySelector("#a0-label_ru")?.value === "Модель по паспорту" && location.hash === "#row0"`)
	examine(t, tab, "the form with a row open")
	tab.Click("#add")
	tab.Wait("#row14[open]")
	tab.Type("#a14-label_uz", "Shovqin")
	tab.Click(`.savebar button[value="check"]`)
	tab.Wait("#summary")
	examine(t, tab, "the form with complaints")
	tab.Type("#a14-label_ru", "Уровень шума")
	tab.Type("#a14-code", "noise")
	tab.Click(`.savebar button[value="check"]`)
	tab.Wait(`button[value="publish"]`)
	examine(t, tab, "the check of a version")
	tab.Click(`button[value="publish"]`)
	tab.At(root + "/18/versions/2")
	examine(t, tab, "a version with its changes")
}
