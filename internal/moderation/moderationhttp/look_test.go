package moderationhttp_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/browsertest"
	"kabinet/internal/card"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/pg"
	"kabinet/web/static"
)

// served is the site with its looks.
func (s site) served() string {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Mount("/", http.HandlerFunc(s.handler.ServeHTTP))
	server := httptest.NewServer(r)
	s.Cleanup(server.Close)
	return server.URL
}

// shoot gives a version of a card photos of two sides.
func (s site) shoot(cardID, n int) {
	s.Helper()
	var photos []card.Photo
	for i, side := range []card.Side{card.Front, card.Rear} {
		img := image.NewRGBA(image.Rect(0, 0, 320, 240))
		for p := range img.Pix {
			img.Pix[p] = byte(p*(i+1) + cardID*40)
		}
		img.Set(0, 0, color.Black)
		var jpg bytes.Buffer
		if err := jpeg.Encode(&jpg, img, nil); err != nil {
			s.Fatal(err)
		}
		var b blob.Blob
		err := pg.InTx(s.Context(), s.db, func(tx pg.Tx) (err error) {
			b, err = blob.WriteTx(s.Context(), tx, string(side)+".jpg", "image/jpeg", &jpg, 1<<20)
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
		id := int64(cardID*10 + n*100 + i)
		s.exec(`insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id)
			values (2, $1, $2, $3, $3, 320, 240, sha256(($1::bigint)::text::bytea), $4, $4)`, id, cardID, side, b.ID)
		photos = append(photos, card.Photo{ID: id, Side: side, SHA256: string(side) + string(rune('0'+n))})
	}
	text, err := json.Marshal(photos)
	if err != nil {
		s.Fatal(err)
	}
	s.exec(`update card_versions set content = content || jsonb_build_object('photos', $3::jsonb) where card_id = $1 and n = $2`, cardID, n, string(text))
}

// decided writes decisions of the days before.
func (s site) decided(n int) {
	s.Helper()
	s.queueUp(2, 13, 1000, n)
	s.exec(`insert into card_decisions (org_id, card_id, n, verdict, group_id, staff_id, staff_name, sent_at, deadline_at, decided_at, reasons)
		select org_id, card_id, n, case when card_id % 3 = 0 then 'returned' else 'published' end, 13, 1, 'X',
			now() - (card_id % 25 + 2) * interval '1 day', now() - card_id % 7 * interval '1 day', now() - card_id % 25 * interval '1 day',
			case when card_id % 3 = 0 then '{1,13}' else '{}' end::bigint[]
		from card_versions where card_id >= 1000`)
	s.exec(`update card_versions set status = 'published' where card_id >= 1000`)
	s.exec(`update cards set editing = 'none', standing = 'published', live = 1 where id >= 1000`)
}

// TestTheDeskInABrowser looks at cards that the demo data has not, wide and
// light, narrow and dark; the other pages are looked at in the tour of the whole.
// Pictures are kept where DESK_PICTURES says.
func TestTheDeskInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 6)
	s.queueUp(9, 3, 30, 2)
	s.shoot(10, 1)
	s.resend(10, "published", "Zilol Premium")
	s.shoot(10, 2)
	s.shoot(11, 1)
	s.resend(11, "returned", "Zilol Max")
	s.exec(`update card_versions set deadline_at = now() - interval '3 hours' where card_id = 30 and status = 'moderation'`)
	s.exec(`update card_versions set deadline_at = now() + interval '4 days' where card_id in (14, 15) and status = 'moderation'`)
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
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/second", {method: "POST"}).then(() => "")`)
	tab.Eval(`fetch("/op/cards/2-12/claim", {method: "POST", body: new URLSearchParams({n: 1})}).then(() => "")`)
	tab.Eval(`fetch("/op/cards/pass", {method: "POST", body: new URLSearchParams({card: "2-13", to: "23", note: "Tobacco is yours"})}).then(() => "")`)
	tab.Eval(`fetch("/in/op_admin", {method: "POST"}).then(() => "")`)
	open("/op/cards/2-10?lang=en", "changed card")
	open("/op/cards/2-11?lang=ru", "corrected card")
	open("/op/cards/2-12?lang=uz", "card of another moderator")
	s.decided(60)
	open("/op/cards/stats?lang=en", "statistics")
}

// examine holds a page to what every page promises, wide and light, narrow and
// dark.
func examine(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
	for _, l := range []struct {
		width  int64
		scheme string
	}{{browsertest.Wide, browsertest.Light}, {browsertest.Phone, browsertest.Dark}} {
		tab.Look(l.width, l.scheme)
		for _, flaw := range tab.Axe(browsertest.AllRules) {
			t.Errorf("%s at %d, %s: %s", name, l.width, l.scheme, flaw)
		}
		for what, found := range map[string]string{"wider than the window": tab.Overflow(), "inline": tab.Inline()} {
			if found != "" {
				t.Errorf("%s at %d has something %s: %s", name, l.width, what, found)
			}
		}
		if dir := os.Getenv("DESK_PICTURES"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, name+" "+l.scheme+".png"), tab.Picture(), 0o600) // for a person to look at
		}
	}
	tab.Look(browsertest.Wide, browsertest.Light)
}

// TestPublishingTakesThreeClicks is the goal of ux.md 4.4, with the keys of the
// queue and without any script.
func TestPublishingTakesThreeClicks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 8)
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/op_moderator", {method: "POST"}).then(() => "")`)
	for i, scripts := range []bool{true, false} {
		tab.Scripts(scripts)
		tab.Go(at + "/op/cards?lang=en")
		tab.Count()
		tab.Press("Next card")
		tab.Press("Publish")
		tab.Press("Publish and open the next")
		if n := tab.Clicks(); n != 3 {
			t.Errorf("%d clicks with scripts %t", n, scripts)
		}
		tab.At([]string{"/op/cards/2-11", "/op/cards/2-12"}[i])
	}
	if n := s.count(`select count(*) from card_decisions`); n != 2 {
		t.Errorf("%d are published", n)
	}
	tab.Scripts(true)
	tab.Go(at + "/op/cards?lang=en")
	press := func(keys string) { t.Helper(); tab.Do(chromedp.KeyEvent(keys)) }
	focused := func() string {
		return tab.Eval(`document.activeElement.getAttribute("href") ?? document.activeElement.tagName`)
	}
	press("j")
	if got := focused(); got != "BODY" {
		t.Errorf("outside the queue j moves to %s", got)
	}
	tab.Eval(`document.querySelector("#queue").focus(); ""`)
	press("j")
	press("j")
	press("j")
	press("k")
	if got := focused(); got != "/op/cards/2-13" {
		t.Errorf("j j j k leads to %s", got)
	}
	press("o")
	tab.At("/op/cards/2-13")
	tab.Eval(`document.querySelector(".ahead a").focus(); ""`)
	press("p")
	tab.At("/op/cards/2-12/publish")
	tab.Go(at + "/op/cards")
	tab.Eval(`document.querySelectorAll("#queue a")[1].focus(); ""`)
	press("r")
	tab.At("/op/cards/2-13/return")
	tab.Go(at + "/op/cards")
	tab.Click("[data-keys-off]")
	tab.Eval(`document.querySelectorAll("#queue a")[1].focus(); ""`)
	press("j")
	press(kb.ArrowDown)
	if got := focused(); got != "/op/cards/2-13" {
		t.Errorf("switched off j leads to %s", got)
	}
	tab.Reload()
	tab.Wait(`[data-keys-off][aria-pressed="true"]`)
	tab.Eval(`document.querySelectorAll("#queue a")[1].focus(); ""`)
	press("r")
	tab.At("/op/cards")
}
