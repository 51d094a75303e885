package profilehttp_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/register"
)

// appoint makes the register name the new director.
func (p *portal) appoint() {
	p.register.say(func(r *register.Raw) { r.Director, r.PINFL = "Jasur Hakimov", incoming })
}

func TestANewDirectorTakesOver(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.appoint()
	old := p.browser(1)
	shows(t, old.Get("/org"), 200, "All correct")
	b := p.browser(0)
	shows(t, b.Get("/director"), 200, "I take over the account of the organization named in my EDS key, on kabinet.example.", "stops being one")
	got := b.Sign(p.key("HAKIMOV JASUR", incoming, tin), "/director", nil)
	if got.Location != "/home" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, b.Get("/home"), 200, "Jasur Hakimov | 7 | [default org_admin]")
	for q, want := range map[string]string{
		`select director_name from organizations where org_id = 7`:                                                                                      "Jasur Hakimov",
		`select string_agg(role, ',' order by role) from member_roles where member_id = 70`:                                                             "card_editor,default",
		`select director_name from register_entries where org_id = 7`:                                                                                   "Jasur Hakimov",
		`select purpose || ' ' || org_tin from eds_signatures where org_id = 7`:                                                                         "director " + tin,
		`select details -> 'director' ->> 'before' from audit_log where action = 'org.director'`:                                                        "Gʻulomjon Oʻrinboyev",
		`select count(*)::text from notices where org_id = 7 and key = 'profile.notice.director.' and member_id <> 70 and status in ('queued', 'sent')`: "1", // who reads the organization's letters, too
		`select count(*)::text from notices where org_id = 7 and key = 'profile.notice.director_was.' and member_id = 70`:                               "1",
		`select count(*)::text from audit_log where details::text like '%31402860070078%'`:                                                              "0",
	} {
		if got := p.text(q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	if got := old.Get("/org"); strings.Contains(got.Body, "/org/check") {
		t.Error("the director before is still an administrator")
	}
	if got := old.Post("/org/check", nil); got.Status != 403 {
		t.Errorf("the director before still acts: %d", got.Status)
	}
	shows(t, b.Get("/org/history?field=director"), 200, "Gʻulomjon Oʻrinboyev Jasur Hakimov")
	shows(t, p.browser(0).Sign(p.key("HAKIMOV JASUR", incoming, tin), "/director", nil), 422, "You are the director on record already")
}

func TestOnlyWhomTheRegisterNamesTakesOver(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	newcomer := p.key("HAKIMOV JASUR", incoming, tin)
	for _, tt := range []struct {
		name   string
		set    func()
		key    edstest.Key
		status int
		says   string
	}{
		{"the register still names the one before", func() {}, newcomer, 422, "the state register names Gʻulomjon Oʻrinboyev as the director If the appointment is recent"},
		{"an accountant of the same organization", p.appoint, p.key("YOʻLDOSHEVA DILNOZA", "41509880010051", tin), 422, "the state register names Jasur Hakimov"},
		{"a personal key", p.appoint, p.key("HAKIMOV JASUR", incoming, ""), 422, "This is a personal key"},
		{"a key of another organization", p.appoint, p.key("HAKIMOV JASUR", incoming, "302118999"), 422, "no organization with TIN 302 118 999"},
		{"the director of record", func() {}, p.key("OʻRINBOYEV", director, tin), 422, "You are the director on record already"},
		{"a suspended organization", func() { p.appoint(); p.register.say(func(r *register.Raw) { r.Status = "suspended" }) }, newcomer, 422, "does not operate now"},
		{"a liquidated organization", func() { p.register.say(func(r *register.Raw) { r.Status = "liquidated" }) }, newcomer, 422, "does not operate now"},
		{"a register that does not answer", func() { p.register.fail(register.ErrUnavailable) }, newcomer, 503, "does not answer"},
		{"a register without the number", func() { p.register.fail(register.ErrUnknown) }, newcomer, 422, "does not have this number"},
		{"an expired key", p.appoint, p.keys.For("HAKIMOV", incoming, tin, edstest.Expired()), 422, "expired"},
		{"an organization blocked by the operator", func() { p.appoint(); p.exec(`update organizations set status = 'blocked'`) }, newcomer, 422, "The operator blocked this organization"},
	} {
		p.exec(`delete from rate_limits`)
		p.register.say(func(r *register.Raw) { r.Director, r.PINFL, r.Status = "Gʻulomjon Oʻrinboyev", director, "active" })
		tt.set()
		got := p.browser(0).Sign(tt.key, "/director", nil)
		t.Run(tt.name, func(t *testing.T) { shows(t, got, tt.status, tt.says) })
		if n := p.text(`select (select count(*) from members) || ' ' || (select count(*) from eds_signatures) || ' ' || (select count(*) from notices) || ' ' || director_name from organizations`); n != "2 0 0 Gʻulomjon Oʻrinboyev" {
			t.Fatalf("%s changed something: %s", tt.name, n)
		}
	}
}

func TestANewDirectorOfAnAccountThatWaitsIsPutOnRecord(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.appoint()
	p.exec(`delete from member_roles`)
	p.exec(`update organizations set status = 'imported', activated_at = null`)
	b := p.browser(0)
	got := b.Sign(p.key("HAKIMOV JASUR", incoming, tin), "/director", nil)
	if got.Location != "/director/recorded" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, b.Get(got.Location), 200, "You are the director on record", "Activate it with the letter")
	if got := p.text(`select director_name || ' ' || status || ' ' || (select count(*) from members) from organizations`); got != "Jasur Hakimov imported 2" {
		t.Error(got)
	}
}

// After the root secret was exchanged, record and user may hold fingerprints of
// different roots.
func TestTheDirectorBeforeIsKnownUnderEveryRoot(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.appoint()
	p.exec(`update organizations set director_pinfl_mac = '\x01'`)
	if got := p.browser(0).Sign(p.key("HAKIMOV JASUR", incoming, tin), "/director", nil); got.Location != "/home" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	if n := p.text(`select count(*)::text from member_roles where member_id = 70 and role = 'org_admin'`); n != "0" {
		t.Error("the director before is still an administrator")
	}
}

func TestAUserBecomesTheDirector(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.register.say(func(r *register.Raw) { r.Director, r.PINFL = "Dilnoza Yoʻldosheva", "41509880010051" })
	p.exec(`update members set status = 'blocked', blocked_at = now() where id = 71`)
	b := p.browser(0)
	if got := b.Sign(p.key("YOʻLDOSHEVA", "41509880010051", tin), "/director", nil); got.Location != "/home" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	if got := p.text(`select status || ' ' || all_places || ' ' || (select string_agg(role, ',' order by role) from member_roles where member_id = 71) from members where id = 71`); got != "active true default,org_admin" {
		t.Error(got)
	}
	if n := p.text(`select count(*)::text from members`); n != "2" {
		t.Errorf("%s members", n)
	}
}

// A signature made for one purpose or by another browser changes nothing.
func TestAChallengeOfADirectorIsForOneBrowserAndOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.appoint()
	key := p.key("HAKIMOV JASUR", incoming, tin)
	one, two := p.browser(0), p.browser(0)
	id, text := one.Challenge("/director/challenge")
	form := url.Values{"challenge": {id}, "pkcs7": {"MIAG"}}
	if got := two.Post("/director", form); got.Status != 410 {
		t.Errorf("another browser: %d", got.Status)
	}
	one.Post("/director", form)
	if got := one.Post("/director", form); got.Status != 410 {
		t.Errorf("once more: %d %s", got.Status, text)
	}
	if got := one.Sign(key, "/director", nil); got.Location != "/home" {
		t.Errorf("its own: %d", got.Status)
	}
}

// Two browsers, one act: while a new director takes over, administrators work.
func TestTakingOverMeetsTheWorkOfAdministrators(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	people := []struct{ name, pinfl string }{{"Jasur Hakimov", incoming}, {"Gʻulomjon Oʻrinboyev", director}}
	p.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Other', 'x', '', 'en')`)
	p.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places) values (7, 72, 3, 'business', 'Other', '', 'active', true, true)`)
	p.exec(`insert into member_roles (org_id, member_id, role) values (7, 72, 'default'), (7, 72, 'org_admin')`)
	for round := range 20 {
		p.exec(`delete from rate_limits`)
		who := people[round%2]
		p.register.say(func(r *register.Raw) { r.Director, r.PINFL = who.name, who.pinfl })
		admin, b := p.browser(1), p.browser(0)
		key := p.key(who.name, who.pinfl, tin)
		id, text := b.Challenge("/director/challenge")
		form := signed(key, id, text)
		var wg sync.WaitGroup
		var took, worked int
		wg.Go(func() { took = b.Post("/director", form).Status })
		wg.Go(func() { worked = admin.Post("/org/check", nil).Status })
		wg.Wait()
		if took != 303 || worked != 303 && worked != 403 {
			t.Fatalf("round %d: took over %d, worked %d", round, took, worked)
		}
		if got := p.text(`select director_name from organizations`); got != who.name {
			t.Fatalf("round %d: %s", round, got)
		}
	}
}
