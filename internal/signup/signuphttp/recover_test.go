package signuphttp_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// worked waits until every wish for a new letter was dealt with.
func (p *portal) worked() {
	p.t.Helper()
	for p.number(`select count(*) from river_job where kind = 'signup.recover' and finalized_at is null`) > 0 {
		p.check(p.t.Context().Err())
	}
}

func TestAskingForANewLetterTellsNothing(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	waiting, active, silent := p.company(1), p.company(2), p.company(3)
	p.letter(waiting)
	p.letter(active)
	p.exec(`update organizations set status = 'active' where org_id = $1`, active.id)
	sent := p.relay.Total()

	asks := map[string]url.Values{
		"known":          {"tin": {waiting.tin}, "email": {waiting.email}},
		"other address":  {"tin": {waiting.tin}, "email": {"other@elsewhere.example"}},
		"already active": {"tin": {active.tin}, "email": {active.email}},
		"never invited":  {"tin": {silent.tin}, "email": {silent.email}},
		"unknown":        {"tin": {"302118999"}, "email": {"nobody@elsewhere.example"}},
	}
	var first answer
	for name, form := range asks {
		b := p.browser()
		got := b.post("/activate/new-code", form)
		page := b.get("/activate/new-code/sent")
		for _, h := range []string{"Date", "X-Request-Id"} {
			got.header.Del(h)
		}
		if first.status == 0 {
			first = got
			page.shows(t, 200, "The request is accepted", "If everything matches")
		}
		if got.status != 303 || got.to != "/activate/new-code/sent" || got.body != first.body || len(got.header) != len(first.header) {
			t.Errorf("%s: %d %s %q %v, the first was %q %v", name, got.status, got.to, got.body, got.header, first.body, first.header)
		}
	}
	p.worked()
	p.check(p.relay.Wait(t.Context(), sent+1))
	if n := p.number(`select count(*) from letters where org_id <> $1`, waiting.id); n != 1 {
		t.Errorf("%d letters of others, want the one from before", n)
	}
	if n := p.number(`select count(*) from letters where org_id = $1`, waiting.id); n != 2 {
		t.Errorf("%d letters, want the first and the new one", n)
	}
	if n := p.number(`select count(*) from river_job where args::text like '%@%'`); n != 0 {
		t.Errorf("%d jobs hold an address that somebody typed", n)
	}
	l := p.received(waiting, sent+1)
	p.browser().get(l.path).shows(t, 200)
}

func TestAskingForANewLetterComplainsAboutTheShapeOnly(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser()
	b.get("/activate/new-code").shows(t, 200, "Get a new letter")
	got := b.post("/activate/new-code", url.Values{"tin": {"12"}, "email": {"no address"}})
	got.shows(t, 422, "There are 2 problems", "A TIN has 9 digits")
	if !strings.Contains(got.body, `value="12"`) || !strings.Contains(got.body, `value="no address"`) {
		t.Error("what was typed is lost")
	}
	if n := p.number(`select count(*) from river_job where kind = 'signup.recover'`); n != 0 {
		t.Errorf("%d jobs", n)
	}
}

func TestAskingForANewLetterIsRationed(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser()
	form := url.Values{"tin": {"302 118 001"}, "email": {"boss@zarafshonsut.example"}}
	for range 5 {
		if got := b.post("/activate/new-code", form); got.status != 303 {
			t.Fatalf("%d", got.status)
		}
	}
	got := b.post("/activate/new-code", form)
	got.shows(t, 429, "Too many tries")
	if got.header.Get("Retry-After") == "" {
		t.Error("does not say when to come back")
	}
	form.Set("tin", "302118002")
	if got := b.post("/activate/new-code", form); got.status != 303 {
		t.Errorf("another organization: %d", got.status)
	}
	p.exec(`update rate_limits set n = 30 where key = 'signup.again_address:' || $1`, b.ip)
	form.Set("tin", "302118003")
	b.post("/activate/new-code", form).shows(t, 429)
	p.worked()
}

func TestStrangersFromEverywhereFillNoMailbox(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	p.letter(c)
	for range 8 {
		if got := p.browser().post("/activate/new-code", url.Values{"tin": {c.tin}, "email": {c.email}}); got.status != 303 {
			t.Fatalf("%d: the answer tells that letters are rationed", got.status)
		}
		p.worked()
	}
	if n := p.number(`select count(*) from letters where org_id = $1`, c.id); n != 6 {
		t.Errorf("%d letters, want the first and five more", n)
	}
	p.browser().get(p.received(c, 6).path).shows(t, 200, "Activate the account")
}

func TestTheLettersOfEitherCaseAreOneAddress(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	p.age(c, 8*24*time.Hour)
	b := p.browser()
	b.get(l.path).shows(t, 410, "expired")
	b.post("/activate/new-code", url.Values{"tin": {"302-118-001"}, "email": {" " + strings.ToUpper(c.email)}})
	b.get(p.received(c, 2).path).shows(t, 200)
}
