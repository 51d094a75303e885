package signuphttp_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/edstest"
)

// nothingHappened fails if any part of an activation exists.
func (p *portal) nothingHappened(t *testing.T, c company) {
	t.Helper()
	for _, q := range []string{
		`select count(*) from organizations where org_id = $1 and status <> 'imported'`,
		`select count(*) from letters where org_id = $1 and status = 'activated'`,
		`select count(*) from members where org_id = $1`,
		`select count(*) from places where org_id = $1`,
		`select count(*) from eds_signatures where org_id = $1`,
		`select count(*) from audit_log where org_id = $1 and action in ('org.activate', 'member.create', 'place.create')`,
		`select count(*) from sessions where org_id = $1`,
	} {
		if n := p.number(q, c.id); n != 0 {
			t.Errorf("%s: %d", q, n)
		}
	}
}

func TestOnlyTheDirectorsKeyActivates(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	b := p.browser()
	b.enter(l)
	with := func(edit func(*edstest.Person)) edstest.Person {
		d := c.director
		edit(&d)
		return d
	}
	revoked := p.key(c.director)
	p.authority.Revoke(revoked.Certificate)
	for name, tt := range map[string]struct {
		key      edstest.Key
		status   int
		says     string
		recorded bool // as somebody else's key
	}{
		"the accountant, same organization": {
			p.key(with(func(d *edstest.Person) { d.CN, d.PINFL = "KARIMOVA DILNOZA", "41508851234567" })),
			422, "This is the key of KARIMOVA DILNOZA. Only Gʻulomjon Oʻrinboyev (TIN 302 118 001) can activate the account", true,
		},
		"the director's key of another organization": {
			p.key(with(func(d *edstest.Person) { d.OrgTIN = "302118999" })),
			422, "This key belongs to another organization", true,
		},
		"the director's personal key": {
			p.key(with(func(d *edstest.Person) { d.OrgTIN, d.Org = "", "" })),
			422, "This is a personal key", true,
		},
		"a personal key with the organization's number as its own": {
			p.key(with(func(d *edstest.Person) { d.OrgTIN, d.PersonTIN = "", c.tin })),
			422, "This is a personal key", true,
		},
		"no personal number": {p.key(with(func(d *edstest.Person) { d.PINFL = "" })), 422, "is not accepted here", false},
		"an expired key":     {p.key(c.director, edstest.Expired()), 422, "has expired", false},
		"a revoked key":      {revoked, 422, "has been revoked", false},
		"nobody says whether it is revoked": {
			p.key(c.director, edstest.Sources(nil, []string{"http://127.0.0.1:1/x.crl"})),
			503, "verification service does not answer", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.exec(`delete from rate_limits`) // more tries than one session has
			before := p.number(`select count(*) from audit_log where action = 'org.refuse'`)
			got := b.sign(tt.key)
			got.shows(t, tt.status, "The signature was not accepted.", tt.says)
			if !strings.Contains(got.body, "data-eds-start") {
				t.Error("no way to try with another key")
			}
			if tt.status == 503 && got.header.Get("Retry-After") != "30" {
				t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
			}
			if n := p.number(`select count(*) from audit_log where action = 'org.refuse'`) - before; (n == 1) != tt.recorded {
				t.Errorf("%d lines of a refused key", n)
			}
			p.nothingHappened(t, c)
		})
	}
	if n := p.number(`select count(*) from audit_log where details::text like '%3150880%' or details::text like '%4150885%'`); n != 0 {
		t.Errorf("%d lines of the log hold a personal number", n)
	}
	p.exec(`delete from rate_limits`)
	if got := b.sign(p.key(c.director)); got.to != "/home" {
		t.Errorf("the director, after all that: %d %s", got.status, plain(got.body))
	}
}

// A key that does not fit is refused five times; then nobody looks at it for a
// while, at whatever letter. The director's own is not concerned.
func TestAKeyThatDoesNotFitIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	first, second := p.company(1), p.company(2)
	other := first.director
	other.CN, other.PINFL = "KARIMOVA DILNOZA", "41508851234567"
	wrong := p.key(other)
	letters := []letter{p.letter(first), p.letter(second)}
	for n := range 5 {
		b := p.browser()
		b.enter(letters[n%2])
		if got := b.sign(wrong); got.status != http.StatusUnprocessableEntity {
			t.Fatalf("try %d: %d %s", n+1, got.status, plain(got.body))
		}
	}
	b := p.browser()
	b.enter(letters[0])
	got := b.sign(wrong)
	got.shows(t, http.StatusTooManyRequests, "Too many tries. Try again in")
	if got.header.Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
	if n := p.number(`select count(*) from audit_log where action = 'org.refuse'`); n != 5 {
		t.Errorf("%d refusals in the log, want 5", n)
	}
	if got := b.sign(p.key(first.director)); got.to != "/home" {
		t.Errorf("the director: %d %s", got.status, plain(got.body))
	}
}

func TestASoleTraderSignsWithThePersonalKey(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1, func(d *org.Draft) { d.Form, d.TIN = "yatt", "512345678" })
	l := p.letter(c)
	b := p.browser()
	b.enter(l)
	own := c.director
	own.OrgTIN, own.Org, own.PersonTIN = "", "", "512345678"

	b.get("/activate/sign").shows(t, 200, "The personal EDS key of the sole trader", "I am the sole trader, Gʻulomjon Oʻrinboyev.")
	company := own
	company.OrgTIN = "512345678"
	b.sign(p.key(company)).shows(t, 422, "This is an organization key")
	other := own
	other.PINFL = "31508809999999"
	b.sign(p.key(other)).shows(t, 422, "This is the key of")
	unnamed := own
	unnamed.PersonTIN = ""
	b.sign(p.key(unnamed)).shows(t, 422, "This is the key of")
	stranger := own
	stranger.PersonTIN = "512345679"
	b.sign(p.key(stranger)).shows(t, 422, "This is the key of")
	p.nothingHappened(t, c)
	if got := b.sign(p.key(own)); got.to != "/home" {
		t.Errorf("the trader: %d %s", got.status, plain(got.body))
	}
}

func TestAChallengeIsForThisBrowserThisTextAndOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	director := p.key(c.director)
	b, thief := p.browser(), p.browser()
	b.enter(l)
	thief.enter(l)
	const late = "The time for signing has run out"

	ch := b.challenge("/activate/challenge")
	thief.send(ch, director, ch.Text).shows(t, 410, late)
	b.send(ch, director, ch.Text+" and more").shows(t, 410, late)
	b.send(ch, director, ch.Text).shows(t, 410, late) // burnt by the attempt before

	ch = b.challenge("/activate/challenge")
	p.exec(`update eds_challenges set expires_at = now() where id = $1`, ch.ID)
	b.send(ch, director, ch.Text).shows(t, 410, late)

	old := b.challenge("/activate/challenge")
	b.challenge("/activate/challenge")
	b.send(old, director, old.Text).shows(t, 410, late)

	ch = b.challenge("/activate/challenge")
	b.post("/activate/sign", url.Values{"challenge": {ch.ID}, "pkcs7": {strings.Repeat("MIAG", 100_000)}}).shows(t, 422, "The signature arrived damaged")
	ch = b.challenge("/activate/challenge")
	broken := edstest.Message{Key: director, Content: []byte(ch.Text), At: clock.System(), FlipSignature: true}
	b.post("/activate/sign", url.Values{"challenge": {ch.ID}, "pkcs7": {base64.StdEncoding.EncodeToString(broken.Encode())}}).
		shows(t, 422, "The signature is not valid")
	ch = b.challenge("/activate/challenge")
	slow := edstest.Message{Key: director, Content: []byte(ch.Text), At: clock.System().Add(-time.Hour)}
	b.post("/activate/sign", url.Values{"challenge": {ch.ID}, "pkcs7": {base64.StdEncoding.EncodeToString(slow.Encode())}}).
		shows(t, 422, "The clock of this computer is wrong")
	b.post("/activate/sign", nil).shows(t, 410, late)
	p.nothingHappened(t, c)

	for range 4 {
		b.post("/activate/challenge", nil)
	}
	if got := b.post("/activate/challenge", nil); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("the eleventh challenge: %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
	}
}

func TestTheStatementNamesTheActAndTheMoment(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	b := p.browser()
	b.lang = "ru"
	b.enter(l)
	lines := strings.Split(b.challenge("/activate/challenge").Text, "\n")
	want := []string{
		"Я активирую учётную запись организации ООО «Зарафшон Сут 1», ИНН 302118001, на kabinet.example.",
		"Я её руководитель, Gʻulomjon Oʻrinboyev.",
		"Я становлюсь первым пользователем и администратором этой учётной записи.",
	}
	for i, w := range want {
		if lines[i] != w {
			t.Errorf("line %d: %q", i+1, lines[i])
		}
	}
	at, err := time.ParseInLocation("02.01.2006 15:04:05 UTC+5", lines[3], time.FixedZone("", 5*3600))
	if err != nil || clock.Since(at) > time.Minute {
		t.Errorf("moment %q (%v)", lines[3], err)
	}
	if !strings.HasPrefix(lines[4], "host=kabinet.example; purpose=activation; nonce=") || len(lines) != 5 {
		t.Errorf("challenge %q", lines[4:])
	}
	shown := b.get("/activate/sign")
	for _, w := range want {
		shown.shows(t, 200, w)
	}
}
