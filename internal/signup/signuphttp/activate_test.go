package signuphttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kabinet/internal/campaign"
	"kabinet/internal/org"
)

func TestTheWholeWayFromTheLetterToHome(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	b := p.browser()

	page := b.get(l.path)
	page.shows(t, 200, "Activate the account", "302 118 001", "Gʻulomjon Oʻrinboyev", "Activation code")
	b.enter(letter{l.path, strings.ToLower(strings.ReplaceAll(l.code, "-", " "))})

	page = b.get("/activate/sign")
	page.shows(t, 200, "Sign with your key", "I activate the account of “Zarafshon Sut 1” MChJ, TIN 302118001, on kabinet.example.", "Signing needs JavaScript")
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "connect-src 'self' wss://127.0.0.1:64443/service/cryptapi ws://127.0.0.1:64646/service/cryptapi") {
		t.Errorf("the page may not reach E-IMZO: %s", csp)
	}
	for _, attribute := range []string{`data-eds-challenge="/activate/challenge"`, `data-eds-min="3.37"`, `action="/activate/sign"`, `js/sign`} {
		if !strings.Contains(page.body, attribute) {
			t.Errorf("the panel lacks %s", attribute)
		}
	}

	done := b.sign(p.key(c.director))
	if done.status != http.StatusSeeOther || done.to != "/home" {
		t.Fatalf("after the signature: %d %s\n%s", done.status, done.to, plain(done.body))
	}
	home := b.get("/home")
	home.shows(t, 200, "Gʻulomjon Oʻrinboyev | “Zarafshon Sut 1” MChJ | 302118001 | default,org_admin | signup.done")
	p.everythingExists(t, c)

	b.get(l.path).shows(t, 410, "already active")
	b.get("/activate/sign").shows(t, 403, "Open the letter again")
}

// everythingExists checks what an activation leaves behind.
func (p *portal) everythingExists(t *testing.T, c company) {
	t.Helper()
	for what, q := range map[string]string{
		"active organization":    `select count(*) from organizations where org_id = $1 and status = 'active' and activated_at is not null`,
		"used letter":            `select count(*) from letters where org_id = $1 and status = 'activated'`,
		"active director":        `select count(*) from members where org_id = $1 and kind = 'business' and status = 'active' and position = 'direktor' and email like 'boss%'`,
		"way from the account":   `select count(*) from account_members am join person_registry r on r.account_id = am.account_id where am.org_id = $1`,
		"main place":             `select count(*) from places where org_id = $1 and is_main and name = 'Asosiy joy, Urgut' and activities = '{production,storage,sales}' and origin = 'address' and region = 'SA'`,
		"member's place":         `select count(*) from member_places mp join places p on p.org_id = mp.org_id and p.id = mp.place_id where mp.org_id = $1`,
		"both groups":            `select count(*) / 2 from member_groups where org_id = $1 and group_id in (13, 15)`,
		"both roles":             `select count(*) / 2 from member_roles where org_id = $1 and role in ('default', 'org_admin')`,
		"evidence":               `select count(*) from eds_signatures s join eds_signature_registry r on r.org_id = s.org_id where s.org_id = $1 and s.purpose = 'activation' and s.body like '%TIN 302118%'`,
		"line of organization":   `select count(*) from audit_log where org_id = $1 and action = 'org.activate' and details->>'name_matches' = 'true' and details->'key'->>'serial' <> ''`,
		"line of place":          `select count(*) from audit_log where org_id = $1 and action = 'place.create'`,
		"line of member":         `select count(*) from audit_log where org_id = $1 and action = 'member.create' and actor_kind = 'member' and actor_id = (select id::text from members where org_id = $1)`,
		"language of the page":   `select count(*) from accounts a join account_members am on am.account_id = a.id where am.org_id = $1 and a.language = 'en'`,
		"end of the certificate": `select count(*) from sessions where org_id = $1 and expires_at < now() + interval '13 hours'`,
	} {
		if n := p.number(q, c.id); n != 1 {
			t.Errorf("%s: %d, want 1", what, n)
		}
	}
}

func TestACodeOpensWithoutItsLink(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	b := p.browser()
	b.get("/activate").shows(t, 200, "Activate with a code", "Code from the letter")
	b.post("/activate", url.Values{"code": {"short"}}).shows(t, 422, "There is 1 problem")
	b.post("/activate", url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 422, "This code is wrong")
	if got := b.post("/activate", url.Values{"code": {l.code}}); got.to != "/activate/sign" {
		t.Fatalf("the right code: %d %s", got.status, plain(got.body))
	}
	if got := b.sign(p.key(c.director)); got.to != "/home" {
		t.Fatalf("after the signature: %d %s", got.status, plain(got.body))
	}
}

func TestALetterWithoutCodeLeadsStraightToTheSignature(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	p.linkOnly(c)
	b := p.browser()
	page := b.get(l.path)
	page.shows(t, 200, "Sign with your key", "You sign this text")
	if !strings.Contains(page.body, `data-eds-challenge="`+l.path+`/challenge"`) {
		t.Error("the panel asks for its text elsewhere")
	}
	ch := b.challenge(l.path + "/challenge")
	if got := b.send(ch, p.key(c.director), ch.Text); got.to != "/home" {
		t.Fatalf("after the signature: %d %s", got.status, plain(got.body))
	}
	b.get("/home").shows(t, 200, "302118001")
}

func TestWhatIsSignedIsWhatIsDone(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	one, two := p.company(1), p.company(2)
	first, second := p.letter(one), p.letter(two)
	b := p.browser()

	// Asked to sign for the first company, then another letter in another tab.
	b.enter(first)
	c := b.challenge("/activate/challenge")
	b.enter(second)
	b.send(c, p.key(two.director), c.Text).shows(t, 410, "Sign with your key")
	if n := p.number(`select count(*) from organizations where status = 'active'`); n != 0 {
		t.Fatalf("%d organizations active by a statement about another one", n)
	}

	// The director's name in the record changes before the signature comes.
	c = b.challenge("/activate/challenge")
	p.exec(`update organizations set director_name = 'Boshqa Odam' where org_id = $1`, two.id)
	b.send(c, p.key(two.director), c.Text).shows(t, 410, "Boshqa Odam")

	// Another language than that of the statement is no matter.
	c = b.challenge("/activate/challenge")
	b.lang = "ru"
	if got := b.send(c, p.key(two.director), c.Text); got.to != "/home" {
		t.Errorf("after the signature: %d %s", got.status, plain(got.body))
	}
}

func TestAnOpenedLinkUsesNothingUp(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	before := p.text(`select l::text from letters l`) + p.text(`select o::text from organizations o`)
	scanner := p.browser()
	for range 20 {
		for _, method := range []string{http.MethodHead, http.MethodGet} {
			if got := scanner.do(method, l.path, nil); got.status != 200 || method == http.MethodHead && got.body != "" {
				t.Fatalf("%s: %d", method, got.status)
			}
		}
		scanner.get("/activate/sign")
		scanner.get("/activate/new-code/sent")
	}
	after := p.text(`select l::text from letters l`) + p.text(`select o::text from organizations o`)
	if before != after {
		t.Errorf("rows changed\n%s\n%s", before, after)
	}
	if n := p.number(`select count(*) from sessions`) + p.number(`select count(*) from eds_challenges`); n != 0 {
		t.Errorf("%d sessions and challenges made by reading", n)
	}
	// A letter with a code gives no challenge for its link alone.
	if got := scanner.post(l.path+"/challenge", nil); got.status != http.StatusForbidden {
		t.Errorf("challenge without the code: %d", got.status)
	}
	if got := scanner.post("/activate/challenge", nil); got.status != http.StatusForbidden {
		t.Errorf("challenge without a letter: %d", got.status)
	}
}

func TestEveryStateHasItsPage(t *testing.T) {
	t.Parallel()
	p := newPortal(t)

	t.Run("no such link, malformed or made up", func(t *testing.T) {
		b := p.browser()
		made := b.get("/activate/" + strings.Repeat("a", 32))
		made.shows(t, 404, "This link does not work")
		for _, path := range []string{"/activate/x", "/activate/" + strings.Repeat("9", 32), "/activate/" + strings.Repeat("b", 3000)} {
			got := b.get(path)
			got.shows(t, 404)
			if clean(got.body, path) != clean(made.body, "/activate/"+strings.Repeat("a", 32)) {
				t.Errorf("%.40s differs from a made-up link\n%s\n%s", path, plain(got.body), plain(made.body))
			}
		}
		b.post("/activate/"+strings.Repeat("a", 32), url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 404, "This link does not work")
		b.post("/activate/"+strings.Repeat("a", 32)+"/new-code", nil).shows(t, 404, "This link does not work")
	})

	t.Run("expired offers a new letter to the masked address", func(t *testing.T) {
		c := p.company(10)
		l, b := p.letter(c), p.browser()
		b.enter(l)
		p.age(c, campaign.Lifetime)
		page := b.get(l.path)
		page.shows(t, 410, "The letter has expired", "b•••@zarafshonsut.example")
		b.get("/activate/sign").shows(t, 410, "The letter has expired")
		b.post(l.path, url.Values{"code": {l.code}}).shows(t, 410, "The letter has expired")
		b.post("/activate", url.Values{"code": {l.code}}).shows(t, 410, "The letter has expired")
		if got := b.post("/activate/challenge", nil); got.status != 410 {
			t.Errorf("challenge: %d", got.status)
		}
		total := p.relay.Total()
		if got := b.post(l.path+"/new-code", nil); got.to != "/activate/new-code/sent" {
			t.Fatalf("new letter: %d %s", got.status, plain(got.body))
		}
		again := p.received(c, total+1)
		b.get(again.path).shows(t, 200, "Activate the account")
		b.get(l.path).shows(t, 410)
	})

	t.Run("a second before seven days the letter still works", func(t *testing.T) {
		c := p.company(11)
		l, b := p.letter(c), p.browser()
		p.exec(`update letters set expires_at = now() + interval '5 seconds' where org_id = $1`, c.id)
		b.get(l.path).shows(t, 200)
	})

	t.Run("replaced by a newer letter", func(t *testing.T) {
		c := p.company(12)
		l, b := p.letter(c), p.browser()
		b.enter(l)
		newer := p.letter(c)
		b.get(l.path).shows(t, 410, "A newer letter was sent")
		b.get("/activate/sign").shows(t, 410, "A newer letter was sent")
		b.enter(newer)
		b.get("/activate/sign").shows(t, 200)
	})

	t.Run("locked after five wrong codes", func(t *testing.T) {
		c := p.company(13)
		l, b := p.letter(c), p.browser()
		for range 4 {
			b.post(l.path, url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 422)
		}
		b.post(l.path, url.Values{"code": {"not a code"}}).shows(t, 422) // counts nothing
		b.post(l.path, url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 410, "The code is locked", "b•••@")
		b.post(l.path, url.Values{"code": {l.code}}).shows(t, 410, "The code is locked")
	})

	t.Run("too many tries say when to come back", func(t *testing.T) {
		b := p.browser()
		for range 20 {
			b.post("/activate", url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 422)
		}
		got := b.post("/activate", url.Values{"code": {"0000-0000-0000-0000"}})
		got.shows(t, 429, "Too many tries. Try again in")
		if got.header.Get("Retry-After") == "" || !strings.Contains(got.body, `value="0000-0000-0000-0000"`) {
			t.Errorf("Retry-After %q, or what was typed is lost", got.header.Get("Retry-After"))
		}
		p.browser().post("/activate", url.Values{"code": {"0000-0000-0000-0000"}}).shows(t, 422)
	})

	t.Run("blocked by the operator looks like no link", func(t *testing.T) {
		c := p.company(14)
		l := p.letter(c)
		p.exec(`update organizations set status = 'blocked' where org_id = $1`, c.id)
		p.browser().get(l.path).shows(t, 404, "This link does not work")
	})

	t.Run("no letter opened in this browser", func(t *testing.T) {
		b := p.browser()
		b.get("/activate/sign").shows(t, 403, "Open the letter again")
		b.post("/activate/sign", nil).shows(t, 403, "Open the letter again")
	})

	t.Run("in every language", func(t *testing.T) {
		c := p.company(15)
		l := p.letter(c)
		for lang, says := range map[string]string{"uz": "Hisobni faollashtirish", "ru": "Активация учётной записи", "en": "Activate the account"} {
			b := p.browser()
			b.lang = lang
			b.get(l.path).shows(t, 200, says)
			b.enter(l)
			page := b.get("/activate/sign")
			if strings.Contains(page.body, "signup.") || strings.Contains(page.body, "edsview.") {
				t.Errorf("%s: a message is missing\n%s", lang, plain(page.body))
			}
		}
	})
}

// clean takes the address of a page out of it, which the language switch repeats.
func clean(body, path string) string { return strings.ReplaceAll(body, path, "") }

func TestAPersonDirectsTwoOrganizations(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	one := p.company(1)
	two := p.company(2, func(d *org.Draft) { d.PINFL = one.director.PINFL })
	b := p.browser()
	b.enter(p.letter(one))
	if got := b.sign(p.key(one.director)); got.to != "/home" {
		t.Fatalf("the first: %d %s", got.status, plain(got.body))
	}

	b = p.browser()
	b.enter(p.letter(two))
	p.exec(`update accounts set blocked_at = now()`)
	b.sign(p.key(two.director)).shows(t, 403, "The operator has blocked this person's account")
	p.nothingHappened(t, two) // also what came before the refusal is undone

	p.exec(`update accounts set blocked_at = null`)
	if got := b.sign(p.key(two.director)); got.to != "/home" {
		t.Fatalf("the second: %d %s", got.status, plain(got.body))
	}
	b.get("/home").shows(t, 200, two.tin)
	if a, m := p.number(`select count(*) from accounts`), p.number(`select count(*) from account_members`); a != 1 || m != 2 {
		t.Errorf("%d accounts with %d memberships, want 1 with 2", a, m)
	}
}
