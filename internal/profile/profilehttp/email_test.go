package profilehttp_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/platform/pg"
	"kabinet/internal/profile"
)

// asked is a browser in which a new address was asked for, and its code.
func (p *portal) code(n int, to string) string {
	p.t.Helper()
	mine := p.letters(n, to)
	if len(mine) == 0 {
		p.t.Fatalf("no letter to %s", to)
	}
	for range 200 { // until the portal knows that the relay took it
		if p.text(`select count(*)::text from email_changes where sent_at is null`) == "0" {
			break
		}
	}
	return codeShape.FindString(mine[len(mine)-1].Text)
}

func TestAnAddressChangesOnlyWithItsCode(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	if got := b.Post("/org/email", url.Values{"email": {"new@sut.example"}}); got.Location != "/org/email" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	code := p.code(2, "new@sut.example")
	if code == "" {
		t.Fatal("no code in the letter")
	}
	told := p.letters(2, "old@sut.example")
	if len(told) != 1 || !strings.Contains(told[0].Text, "new@sut.example") || strings.Contains(told[0].Text, code) {
		t.Errorf("the old address is told: %+v", told)
	}
	shows(t, b.Get("/org"), 200, "old@sut.example", "new@sut.example, requested by Gʻulomjon")
	shows(t, b.Get("/org/email"), 200, "Confirm the new address", "new@sut.example")
	if got := p.text(`select email from organizations where org_id = 7`); got != "old@sut.example" {
		t.Errorf("changed without a code: %s", got)
	}
	if n := p.text(`select count(*)::text from email_changes where encode(seed, 'escape') like '%' || $1 || '%'`, code); n != "0" {
		t.Error("the code is stored")
	}
	if n := p.text(`select count(*)::text from river_job where args::text like '%' || $1 || '%'`, code); n != "0" {
		t.Error("the code is in a job")
	}
	shows(t, b.Post("/org/email/confirm", url.Values{"code": {"0000-0000-0000-0000"}}), 422, "Tries left: 4")
	if got := b.Post("/org/email/confirm", url.Values{"code": {strings.ToLower(strings.ReplaceAll(code, "-", " "))}}); got.Location != "/org" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	if got := p.text(`select email || ' ' || (email_confirmed_at is not null) from organizations where org_id = 7`); got != "new@sut.example true" {
		t.Error(got)
	}
	if told := p.letters(4, "old@sut.example"); len(told) != 2 {
		t.Errorf("%d letters to the old address", len(told))
	}
	shows(t, b.Get("/org/history?field=email"), 200, "old@sut.example new@sut.example")
	if got := b.Post("/org/email/confirm", url.Values{"code": {code}}); got.Status != 410 {
		t.Errorf("the code once more: %d", got.Status)
	}
}

func TestACodeDiesOfTriesTimeAndANewerOne(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	ask := func(n int, to string) string {
		t.Helper()
		if got := b.Post("/org/email", url.Values{"email": {to}}); got.Status != 303 {
			t.Fatalf("%d %s", got.Status, read(got.Body))
		}
		return p.code(n, to)
	}
	confirm := func(code string) int { return b.Post("/org/email/confirm", url.Values{"code": {code}}).Status }

	first := ask(2, "a@sut.example")
	second := ask(4, "a@sut.example")
	if first == second || confirm(first) != 422 {
		t.Error("the older code is good")
	}
	for range 4 {
		confirm("1111-1111-1111-1111")
	}
	if got := confirm(second); got != 410 {
		t.Errorf("after five wrong ones: %d", got)
	}
	shows(t, b.Get("/org/email"), 200, "no longer works")

	third := ask(6, "b@sut.example")
	p.exec(`update email_changes set expires_at = now()`)
	if got := confirm(third); got != 410 {
		t.Errorf("at its end: %d", got)
	}
	p.exec(`update email_changes set expires_at = now() + interval '1 second'`)
	if got := confirm(third); got != 303 {
		t.Errorf("a second before: %d", got)
	}
	ask(10, "c@sut.example")
	b.Post("/org/email/drop", nil)
	if got := p.text(`select email || (select count(*) from email_changes) from organizations where org_id = 7`); got != "b@sut.example0" {
		t.Error(got)
	}
}

func TestANewAddressWantsAFreshSignatureAndIsRationed(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	p.exec(`update sessions set proved_at = now() - interval '15 minutes'`)
	if got := b.Post("/org/email", url.Values{"email": {"new@sut.example"}}); got.Status != 403 || !strings.Contains(got.Body, "fault.prove") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	p.exec(`update sessions set proved_at = now() - interval '14 minutes 55 seconds'`)
	for i := range 5 {
		if got := b.Post("/org/email", url.Values{"email": {"new@sut.example"}}); got.Status != 303 {
			t.Fatalf("try %d: %d %s", i, got.Status, got.Body)
		}
	}
	if got := b.Post("/org/email", url.Values{"email": {"new@sut.example"}}); got.Status != 429 {
		t.Errorf("the sixth: %d", got.Status)
	}
	for name, email := range map[string]string{
		"the present one": "OLD@sut.example", "two": "a@sut.example, b@sut.example", "the Kelvin sign": "\u212a@sut.example", "a line break": "a@sut.example\r\nBcc: b@sut.example",
	} {
		p.exec(`delete from rate_limits`)
		if got := b.Post("/org/email", url.Values{"email": {email}}); got.Status != 422 {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
}

func TestOneCodeConfirmsOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for round := range 20 {
		p.exec(`delete from rate_limits`)
		p.exec(`update organizations set email = 'old@sut.example'`)
		before := p.relay.Total()
		b, c := p.browser(1), p.browser(1)
		b.Post("/org/email", url.Values{"email": {"new@sut.example"}})
		code := p.code(before+2, "new@sut.example")
		var wg sync.WaitGroup
		var got [2]int
		wg.Go(func() { got[0] = b.Post("/org/email/confirm", url.Values{"code": {code}}).Status })
		wg.Go(func() { got[1] = c.Post("/org/email/confirm", url.Values{"code": {code}}).Status })
		wg.Wait()
		if got != [2]int{303, 410} && got != [2]int{410, 303} {
			t.Fatalf("round %d: %v", round, got)
		}
		p.check(p.relay.Wait(t.Context(), before+4))
	}
}

func TestAWishEndsWithTheAccessOfItsMaker(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	if got := p.browser(1).Post("/org/email", url.Values{"email": {"new@sut.example"}}); got.Status != 303 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	revoke := func(memberID int64) {
		p.check(pg.InTx(t.Context(), p.db, func(tx pg.Tx) error {
			return new(profile.Service).RevokeAllTx(t.Context(), tx, 7, memberID, "")
		}))
	}
	revoke(71)
	if n := p.text(`select count(*)::text from email_changes`); n != "1" {
		t.Errorf("somebody else's block ends it: %s", n)
	}
	revoke(70)
	if n := p.text(`select (select count(*) from email_changes) || ' ' || (select count(*) from audit_log where action = 'org.email_drop')`); n != "0 1" {
		t.Error(n)
	}
}
