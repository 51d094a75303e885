package cardfilehttp_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/browsertest"
	"kabinet/internal/cardfile"
	"kabinet/internal/platform/httpx"
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

// examine holds a page to what every page promises, wide and light, narrow and
// dark.
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

func TestFilesOfCardsInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	s.must(err)
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/editor", {method: "POST"}).then(() => "")`)
	open := func(path, name string) {
		t.Helper()
		tab.Go(at + path)
		examine(t, tab, name)
	}
	open("/cards/import?lang=ru", "the form")
	open("/cards/import?lang=en", "the form in English")
	tab.Expect(`422`)
	tab.Press("Check the file")
	tab.See("Choose a file")
	examine(t, tab, "the form with complaints")

	dir := t.TempDir()
	sheet, photos := filepath.Join(dir, "waters.csv"), filepath.Join(dir, "photos.zip")
	s.must(os.WriteFile(sheet, table, 0o600))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"readme.txt", gtin(9) + ".jpg"} {
		w, err := z.Create(name)
		s.must(err)
		_, err = w.Write([]byte("x"))
		s.must(err)
	}
	s.must(z.Close())
	s.must(os.WriteFile(photos, b.Bytes(), 0o600))
	tab.Eval(`document.querySelector("select[name=group]").value = "water"; ""`)
	tab.Attach("#file", sheet)
	tab.Attach("#archive", photos)
	tab.Press("Check the file")
	tab.See("Waits for its turn")
	examine(t, tab, "a file that waits")
	var path string
	s.must(s.db.QueryRow(t.Context(), `select '/cards/import/' || id from card_imports`).Scan(&path))
	s.work(path)
	open(path+"?lang=uz", "a checked file in Uzbek")
	open(path+"?lang=en", "a checked file")
	tab.Press("Save 2 cards")
	tab.See("Waits for its turn")
	s.work(path)
	open(path, "an applied file")
	open("/cards/import", "the form with recent files")
	open("/cards/export?lang=ru", "an export")
	var id int64
	job := s.as("editor").Post("/cards/export", nil).Location
	_, err = fmt.Sscanf(job, "/cards/export/%d", &id)
	s.must(err)
	s.must(cardfile.Exporter{DB: s.db, Cards: s.cards}.Run(t.Context(), 2, id))
	open(job, "a finished export")
	s.exec(`update card_imports set status = 'failed', failure = '{"key":"cardfile.failure.rights"}'`)
	open(path+"?lang=ru", "a failed file")
}
