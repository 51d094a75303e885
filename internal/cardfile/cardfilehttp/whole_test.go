package cardfilehttp_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kabinet/internal/browsertest"
	"kabinet/internal/cardfile"
	"kabinet/internal/platform/jobs"
)

// works starts a process that works jobs and gives what stops it.
func (s *site) works() (stop func()) {
	s.t.Helper()
	r := jobs.New(s.db, jobs.Options{
		Workers: map[jobs.Queue]int{jobs.Bulk: 1}, StopTimeout: 100 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	cardfile.Register(r, cardfile.Runner{DB: s.db, Photos: s.cards}, s.out)
	s.must(r.Start(s.t.Context()))
	return func() { s.must(r.Stop(context.WithoutCancel(s.t.Context()))) }
}

// Ten thousand cards go in by one file, in the browser, with the process that
// does it stopped in the middle and another one going on.
func TestTenThousandCardsGoInByOneFile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("stores many cards")
	}
	const cards = 10_000
	s := newSite(t)
	at := s.served()
	var b bytes.Buffer
	b.WriteString("gtin;packaging;name_ru;name_uz;country;hs;attr.volume\n")
	for n := range cards {
		fmt.Fprintf(&b, "%s;UNIT;Вода № %d;Suv № %d;UZ;2201101900;0,5\n", gtin(n), n, n)
	}
	file := filepath.Join(t.TempDir(), "ten thousand.csv")
	s.must(os.WriteFile(file, b.Bytes(), 0o600))
	stop := s.works()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	s.must(err)
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/editor", {method: "POST"}).then(() => "")`)
	tab.Go(at + "/cards/import")
	tab.Eval(`document.querySelector("select[name=group]").value = "water"; ""`)
	tab.Attach("#file", file)
	tab.Press("Check the file")
	tab.Wait(`main form[action$="/apply"] button`) // comes by itself when the check is done
	tab.See("Save 10 000 cards")
	if n := s.count(`select count(*) from cards`); n != 0 {
		t.Fatalf("the check made %d cards", n)
	}
	tab.Press("Save 10 000 cards")
	for s.count(`select count(*) from cards, pg_sleep(0.1)`) == 0 {
		s.must(t.Context().Err())
	}
	stop()
	if n := s.count(`select count(*) from cards`); n == cards {
		t.Log("the first process was done before it was stopped")
	}
	stop = s.works()
	defer stop()
	tab.Wait(`main a[href^="/cards"].btn`)
	tab.See("Saved 10 000 of 10 000")
	if n := s.count(`select count(*) from cards c join card_versions v on v.org_id = c.org_id and v.card_id = c.id where c.editing = 'draft'`); n != cards {
		t.Errorf("%d drafts", n)
	}
}
