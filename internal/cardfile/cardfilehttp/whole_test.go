package cardfilehttp_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"kabinet/internal/cardfile"
	"kabinet/internal/platform/httpx/httptesting"
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

// reads opens a page again and again until it says something, as the page does by
// itself in a browser.
func (s *site) reads(b *httptesting.Browser, path, words string) string {
	s.t.Helper()
	for {
		if p := b.Get(path); strings.Contains(strings.ReplaceAll(p.Body, "\u00a0", " "), words) {
			return p.Body
		}
		s.count(`select 1 from pg_sleep(0.2)`)
	}
}

// Ten thousand cards go in by one file, with the process that does it stopped in
// the middle and another one going on.
func TestTenThousandCardsGoInByOneFile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("stores many cards")
	}
	const cards = 10_000
	s := newSite(t)
	var file bytes.Buffer
	file.WriteString("gtin;packaging;name_ru;name_uz;country;hs;attr.volume\n")
	for n := range cards {
		fmt.Fprintf(&file, "%s;UNIT;Вода № %d;Suv № %d;UZ;2201101900;0,5\n", gtin(n), n, n)
	}
	stop := s.works()
	b := s.as("editor")
	path := want(t, upload(b, "water", "ten thousand.csv", file.Bytes()), http.StatusSeeOther).Location
	s.reads(b, path, "Save 10 000 cards")
	if n := s.count(`select count(*) from cards`); n != 0 {
		t.Fatalf("the check made %d cards", n)
	}
	want(t, b.Post(path+"/apply", nil), http.StatusSeeOther)
	for s.count(`select count(*) from cards, pg_sleep(0.1)`) == 0 {
		s.must(t.Context().Err())
	}
	stop()
	if n := s.count(`select count(*) from cards`); n == cards {
		t.Log("the first process was done before it was stopped")
	}
	stop = s.works()
	defer stop()
	s.reads(b, path, "Saved 10 000 of 10 000")
	if n := s.count(`select count(*) from cards c join card_versions v on v.org_id = c.org_id and v.card_id = c.id where c.editing = 'draft'`); n != cards {
		t.Errorf("%d drafts", n)
	}
}
