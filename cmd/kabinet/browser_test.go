//go:build dev

package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kabinet/internal/browsertest"
	"kabinet/internal/platform/i18n"
)

// pictures, when given, is where every page that is examined is drawn:
// go test -tags dev ./cmd/kabinet -pictures FOLDER
var pictures = flag.String("pictures", "", "folder for pictures of every page")

// everyLook has axe-core examine whole pages in all looks, which takes twice as
// long: make test-looks.
var everyLook = flag.Bool("every-look", false, "examine whole pages in every look")

func TestMain(m *testing.M) {
	flag.Parse()
	status := m.Run()
	if chromium.browser != nil {
		chromium.browser.Close()
	}
	developed.remove()
	shipped.remove()
	os.Exit(status)
}

// chromium is one browser for all tests, started by the first that needs it.
var chromium struct {
	sync.Once
	browser *browsertest.Browser
	err     error
}

// reader is somebody at a computer who reads the portal in one language.
type reader struct {
	*browsertest.Tab
	portal *whole
	lang   i18n.Lang
	leads  map[string]string // where examined pages lead to: address → page
	t      *testing.T
}

// sit opens a browser with no cookies in it.
func (w *whole) sit(t *testing.T, lang i18n.Lang) reader {
	t.Helper()
	chromium.Do(func() {
		chromium.browser, chromium.err = browsertest.Start(context.Background(), filepath.Join(repository(t), "axe", "axe.min.js"))
	})
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	r := reader{Tab: chromium.browser.Open(t), portal: w, lang: lang, leads: map[string]string{}, t: t}
	r.Speak(lang.Code())
	return r
}

// open goes to a page of the portal.
func (r reader) open(path string) {
	r.t.Helper()
	r.Go(r.portal.URL + path)
}

// words gives a message in the reader's language.
func (r reader) words(key string, args ...any) string { return i18n.Text(r.lang, key, args...) }

// press clicks what bears this message.
func (r reader) press(key string, args ...any) {
	r.t.Helper()
	r.Press(r.words(key, args...))
}

// see waits for a message.
func (r reader) see(key string, args ...any) {
	r.t.Helper()
	r.See(r.words(key, args...))
}

// looks are the ways in which pages are examined. What is drawn for the first time
// is seen in both layouts and in both schemes, so in two of the four.
var looks = []struct {
	width  int64
	scheme string
	first  browsertest.Rules // for what is drawn for the first time; "" for none
}{
	{browsertest.Wide, browsertest.Light, browsertest.LookRules},
	{browsertest.Wide, browsertest.Dark, ""},
	{browsertest.Phone, browsertest.Dark, browsertest.AllRules},
	{browsertest.Phone, browsertest.Light, ""},
}

// examine holds the page that is open to what every page promises: nothing
// for axe-core to find in any look, no inline script or style, no scrolling
// sideways, which no layout does that fits the smallest window and the widest.
// The structure of each page is examined whole, and how it is drawn where it
// has what was on no page before: the same element in the same surroundings
// looks the same. A page that was examined in another language needs only to
// hold the words of this one. It is left wide and light.
func (r reader) examine(name string) {
	r.t.Helper()
	r.Until("a whole page", `document.readyState == "complete"`)
	path := r.Path()
	first := r.portal.tour.note(name, path) || *pictures != ""
	for _, address := range r.Links() {
		r.leads[address] = path
	}
	if wrong := r.Outline(r.lang.Code()); wrong != "" {
		r.t.Errorf("%s: %s", name, wrong)
	}
	if found := r.Inline(); found != "" {
		r.t.Errorf("%s holds inline code: %s", name, found)
	}
	r.fits(name)
	switch {
	case first && *everyLook:
		r.examineLooks(name)
	case first:
		r.examineFresh(name)
	}
	r.Look(browsertest.Small, browsertest.Light)
	r.fits(name)
	r.Look(browsertest.Wide, browsertest.Light)
}

// examineFresh has axe-core look for flaws in the structure of the page, and in
// the looks of what was on no page before.
func (r reader) examineFresh(name string) {
	r.t.Helper()
	for _, flaw := range r.Axe(browsertest.StructureRules) {
		r.t.Errorf("%s: %s", name, flaw)
	}
	fresh := r.portal.tour.fresh(r.Kinds())
	if len(fresh) == 0 && *pictures == "" {
		return
	}
	for _, look := range looks {
		if look.first == "" && *pictures == "" {
			continue
		}
		r.Look(look.width, look.scheme)
		r.complain(name, fmt.Sprintf("%d-%s", look.width, look.scheme), r.AxeOf(fresh, cmp.Or(look.first, browsertest.LookRules)))
	}
}

// examineLooks has axe-core examine the whole page in every look.
func (r reader) examineLooks(name string) {
	r.t.Helper()
	for _, look := range looks {
		r.Look(look.width, look.scheme)
		r.fits(name)
		r.complain(name, fmt.Sprintf("%d-%s", look.width, look.scheme), r.Axe(browsertest.AllRules))
	}
}

// complain tells what axe-core found in one look, and draws it.
func (r reader) complain(name, look string, flaws []browsertest.Flaw) {
	r.t.Helper()
	for _, flaw := range flaws {
		r.t.Errorf("%s, %s: %s", name, look, flaw)
	}
	r.draw(fmt.Sprintf("%s-%s-%s.png", name, r.lang.Code(), look))
}

// within holds what was done since Count to a number of clicks; some of them
// were not counted by the browser.
func (r reader) within(most, uncounted int, what string) {
	r.t.Helper()
	n := r.Clicks() + uncounted
	r.t.Logf("%s: %d clicks in %s, %d at most", what, n, r.lang.Name(), most)
	if n > most {
		r.t.Errorf("%s took %d clicks, not %d", what, n, most)
	}
}

func (r reader) fits(name string) {
	r.t.Helper()
	if wide := r.Overflow(); wide != "" {
		r.t.Errorf("%s scrolls sideways: %s", name, wide)
	}
}

func (r reader) draw(file string) {
	r.t.Helper()
	if *pictures == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*pictures, file), r.Picture(), 0o644); err != nil {
		r.t.Fatal(err)
	}
}
