//go:build dev

package requesthttp_test

import (
	"bytes"
	"flag"
	"image/png"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/browsertest"
)

// pictures, when given, is where every page that is examined is drawn.
var pictures = flag.String("pictures", "", "folder for pictures of every page")

// TestPagesHoldTogether examines every page and state in Chromium: axe, nothing
// inline, nothing wider than the window, in two widths and two languages.
func TestPagesHoldTogether(t *testing.T) {
	s := newSite(t)
	barno, timur := s.as("barno"), s.as("op_registrar")
	page := ask(t, barno, "47800021")
	refused := ask(t, barno, "4780033")
	timur.Post(desk(2, refused), decision("decide", "refuse", "The document is of another company.\n\nSend the certificate of this year."))
	barno.Post("/org/groups/13/issuer", url.Values{"about": {"We bottle water ourselves since May 2026"}})
	s.exec(`update gs1_prefixes set status = 'blocked', reason = 'Membership ended' where prefix = '4780001'`)
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	for who, paths := range map[string][]string{
		"barno": {
			"/org/groups", "/org/groups/new", "/org/groups/13", "/org/groups/15", "/org/groups/13/issuer", "/org/groups/15/issuer", "/org/groups/13/issuer/withdraw",
			"/org/gs1", "/org/gs1?gtin=4780094510086", "/org/gs1?gtin=4780001000013", "/org/gs1?gtin=1", "/org/gs1/new", page, refused, page + "/withdraw",
		},
		"karim":        {"/org/groups", "/org/gs1"},
		"op_registrar": {"/op/requests", "/op/requests?status=approved", "/op/requests?q=1&kind=issuer", desk(2, page), desk(2, refused)},
		"op_watcher":   {desk(2, page)},
	} {
		tab := chromium.Open(t)
		tab.Go(server.URL + "/assets/")
		tab.Expect("404")
		tab.Until("the sign-in", `fetch("/in/`+who+`", {method: "POST"}).then(() => true)`)
		for _, path := range paths {
			for _, lang := range []string{"uz", "ru"} { // Russian is the longest
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				tab.Go(server.URL + path + sep + "lang=" + lang)
				examine(t, tab, who, path, lang)
			}
		}
	}
}

func examine(t *testing.T, tab *browsertest.Tab, who, path, lang string) {
	t.Helper()
	for _, width := range []int64{browsertest.Wide, browsertest.Phone} {
		tab.Look(width, browsertest.Light)
		if o := tab.Overflow(); o != "" {
			t.Errorf("%s %s %d: too wide: %s", path, lang, width, o)
		}
		if lang != "uz" {
			continue
		}
		for _, f := range tab.Axe() {
			t.Errorf("%s %d: %s", path, width, f)
		}
		draw(t, tab, who+strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path), width)
	}
	if i := tab.Inline(); i != "" {
		t.Errorf("%s: %s", path, i)
	}
}

func draw(t *testing.T, tab *browsertest.Tab, name string, width int64) {
	t.Helper()
	if *pictures == "" {
		return
	}
	if width == browsertest.Phone {
		name += "_phone"
	}
	picture := tab.Picture()
	if _, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(*pictures, name+".png"), picture, 0o600); err != nil {
		t.Error(err)
	}
}
