package invitehttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/httpx/httptesting"
)

func TestTheWholeWayFromTheLetterToHome(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.check(p.members.Invite(t.Context(), p.admin(), 20))
	l, m := p.received(20, 1)
	if m.Subject != "Invitation to the ASL BELGISI account, TIN 302118447" || !strings.Contains(m.Text, "“Zarafshon Sut” MChJ invites you") {
		t.Errorf("the letter: %q\n%s", m.Subject, m.Text)
	}
	b := p.browser()
	for range 3 {
		shows(t, b.Get(l.path), 200, "Join the account", "302 118 447", "Malika Yusupova 20", "Your own EDS key", "Code from the letter")
	}
	p.enter(b, letter{path: l.path, code: strings.ToLower(strings.ReplaceAll(l.code, "-", " "))}, "/join/sign")
	page := b.Get("/join/sign")
	shows(t, page, 200, "Sign with your key", "I join the account of “Zarafshon Sut” MChJ, TIN 302118447, on kabinet.example.", "I am the invited user, Malika Yusupova 20.", "Signing needs JavaScript")
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "connect-src 'self' wss://127.0.0.1:64443/service/cryptapi") {
		t.Errorf("the page may not reach E-IMZO: %s", csp)
	}
	done := p.sign(b, p.keys.For("YUSUPOVA MALIKA", pinfl, ""))
	if done.Status != http.StatusSeeOther || done.Location != "/home" {
		t.Fatalf("after the signature: %d %s\n%s", done.Status, done.Location, plain(done.Body))
	}
	shows(t, b.Get("/home"), 200, "Malika Yusupova 20 | 302118447 | 20 | default | invite.done")
	for what, q := range map[string]string{
		"active member":        `select count(*) from members where id = 20 and status = 'active' and activated_at is not null and account_id is not null`,
		"way from the account": `select count(*) from account_members am join person_registry r on r.account_id = am.account_id where am.member_id = 20`,
		"used invitation":      `select count(*) from invitations where member_id = 20 and status = 'used'`,
		"evidence":             `select count(*) from eds_signatures where org_id = 1 and purpose = 'invitation' and body like 'I join%'`,
		"line of the use":      `select count(*) from audit_log where action = 'invitation.use' and actor_kind = 'member' and actor_id = '20' and details->'key'->>'serial' <> ''`,
		"line of the user":     `select count(*) from audit_log where action = 'member.activate' and target = 'member:20'`,
		"notice":               `select count(*) from notices where member_id = 10 and key = 'invite.notice.joined.' and path = '/org/users/20'`,
	} {
		if n := p.number(q); n != 1 {
			t.Errorf("%s: %d, want 1", what, n)
		}
	}
	shows(t, p.browser().Get(l.path), 410, "This user is already active", "Sign in")
	shows(t, b.Get("/join/sign"), 403, "Open the letter again")
}

func TestAPersonWhoWorksElsewhereIsJoinedNotDoubled(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (2, '305667718', 'mchj', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`)
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "business", "not_activated", "31508801234568")
	l := p.invitation(20)
	one := p.browser()
	p.enter(one, l, "/join/sign")
	if got := p.sign(one, p.keys.For("YUSUPOVA MALIKA", pinfl, tin)); got.Location != "/home" {
		t.Fatalf("with a key of this organization: %d %s", got.Status, plain(got.Body))
	}
	// The same person, invited by another organization.
	p.exec(`insert into members (org_id, id, kind, name, email, status, pinfl_mac, language) select 2, 30, 'business', name, email, 'not_activated', pinfl_mac, 'uz' from members where id = 20`)
	p.exec(`insert into invitations (org_id, id, member_id, email, language, seed, status, issued_at, expires_at) values (2, 777, 30, 'malika20@zarafshonsut.example', 'uz', '\x01', 'sent', now(), now() + interval '7 days')`)
	two := p.browser()
	k := p.keysOf(2, 777, []byte{1})
	p.enter(two, k, "/join/sign")
	if got := p.sign(two, p.keys.For("YUSUPOVA MALIKA", pinfl, "305667718")); got.Location != "/home" {
		t.Fatalf("in the second organization: %d %s", got.Status, plain(got.Body))
	}
	if n := p.number(`select count(distinct account_id) from members where id in (20, 30)`); n != 1 {
		t.Errorf("%d accounts for one person", n)
	}
	if n := p.number(`select count(*) from account_members where member_id in (20, 30)`); n != 2 {
		t.Errorf("%d ways", n)
	}
}

func TestOnlyTheInvitedPersonsOwnKeyJoins(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "business", "not_activated", "")
	l := p.invitation(20)
	b := p.browser()
	p.enter(b, l, "/join/sign")
	revoked := p.keys.For("YUSUPOVA MALIKA", pinfl, "")
	p.keys.Revoke(revoked.Certificate)
	signed := func(name, number, org string) func() httptesting.Page {
		return func() httptesting.Page { return p.sign(b, p.keys.For(name, number, org)) }
	}
	for name, tt := range map[string]struct {
		key      func() httptesting.Page
		status   int
		says     string
		recorded bool
	}{
		"somebody else": {
			signed("KARIMOVA DILNOZA", "41508851234567", ""), 422,
			"This is the key of KARIMOVA DILNOZA. The invitation is for Malika Yusupova 20 (organization with TIN 302 118 447)", true,
		},
		"somebody else of the same organization": {
			signed("KARIMOVA DILNOZA", "41508851234567", tin), 422, "This is the key of KARIMOVA DILNOZA", true,
		},
		"the person's key of another organization": {
			signed("YUSUPOVA MALIKA", pinfl, "302118999"), 422, "This key belongs to another organization", true,
		},
		"a revoked key": {
			func() httptesting.Page { return p.sign(b, revoked) }, 422, "has been revoked", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.exec(`delete from rate_limits`)
			before := p.number(`select count(*) from audit_log where action = 'invitation.refuse'`)
			got := tt.key()
			shows(t, got, tt.status, "The signature was not accepted.", tt.says)
			if !strings.Contains(got.Body, "data-eds-start") {
				t.Error("no way to try with another key")
			}
			if n := p.number(`select count(*) from audit_log where action = 'invitation.refuse'`) - before; (n == 1) != tt.recorded {
				t.Errorf("%d lines of a refused key", n)
			}
			if n := p.number(`select count(*) from members where id = 20 and status = 'active'`) + p.number(`select count(*) from eds_signatures`); n != 0 {
				t.Error("something was done")
			}
		})
	}
	if n := p.number(`select count(*) from audit_log where details::text like '%3150880%' or details::text like '%4150885%'`); n != 0 {
		t.Errorf("%d lines of the log hold a personal number", n)
	}

	t.Run("a person without a number on record", func(t *testing.T) {
		other := p.browser()
		p.enter(other, p.invitation(21), "/join/sign")
		shows(t, p.sign(other, p.keys.For("YUSUPOVA MALIKA", pinfl, "")), 422, "This is the key of")
	})

	t.Run("after all that the right key", func(t *testing.T) {
		p.exec(`delete from rate_limits`)
		if got := p.sign(b, p.keys.For("YUSUPOVA MALIKA", pinfl, "")); got.Location != "/home" {
			t.Errorf("%d %s", got.Status, plain(got.Body))
		}
	})

	t.Run("a person who is here already", func(t *testing.T) {
		p.exec(`update members set pinfl_mac = null where id = 20`)
		p.exec(`update members set pinfl_mac = $1 where id = 21`, p.box.MAC(taxid.PINFLPurpose, []byte(pinfl)))
		other := p.browser()
		p.enter(other, p.newest(21), "/join/sign")
		shows(t, p.sign(other, p.keys.For("YUSUPOVA MALIKA", pinfl, "")), 409, "is another user of the organization")
	})
}

func TestACodeIsTypedWithoutItsLink(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	l := p.invitation(20)
	b := p.browser()
	shows(t, b.Get("/join"), 200, "Join with a code")
	shows(t, b.Post("/join", url.Values{"code": {"short"}}), 422, "A code has 16 letters and digits")
	shows(t, b.Post("/join", url.Values{"code": {"0000-0000-0000-0000"}}), 422, "This code is wrong. Compare it")
	if got := b.Post("/join", url.Values{"code": {l.code}}); got.Location != "/join/sign" {
		t.Errorf("the right code: %d %s", got.Status, plain(got.Body))
	}

	t.Run("on the page of activations", func(t *testing.T) {
		other := p.browser()
		if got := other.Post("/activate", url.Values{"code": {l.code}}); got.Location != "/join/sign" {
			t.Errorf("%d %s", got.Status, got.Location)
		}
		shows(t, other.Get("/join/sign"), 200, "Malika Yusupova 20")
		if got := other.Post("/activate", url.Values{"code": {"0000-0000-0000-0000"}}); got.Status != 422 {
			t.Errorf("an unknown code: %d", got.Status)
		}
	})

	t.Run("an activation's on this page", func(t *testing.T) {
		p.elsewhere["1111-1111-1111-1111"] = true
		if got := p.browser().Post("/join", url.Values{"code": {"1111-1111-1111-1111"}}); got.Location != "/activate/sign" {
			t.Errorf("%d %s", got.Status, got.Location)
		}
	})

	t.Run("too often", func(t *testing.T) {
		other := p.browser()
		for range 20 {
			other.Post("/join", url.Values{"code": {"0000-0000-0000-0000"}})
		}
		got := other.Post("/join", url.Values{"code": {l.code}})
		shows(t, got, 429, "Too many tries. Try again in")
		if got.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	})
}

func TestEveryStateHasAPage(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	l := p.invitation(20)
	b := p.browser()
	p.enter(b, l, "/join/sign")
	for _, tt := range []struct {
		name, change, back string
		status             int
		says               string
		named              bool
	}{
		{"a moment before the seven days are over", `update invitations set expires_at = now() + interval '5 seconds'`, ``, 200, "Malika Yusupova 20", true},
		{"the very moment they are over", `update invitations set expires_at = now()`, `update invitations set expires_at = now() + interval '7 days'`, 410, "The letter has expired", true},
		{"marked as expired", `update invitations set status = 'expired'`, `update invitations set status = 'sent'`, 410, "The letter has expired", true},
		{"refused by the relay", `update invitations set status = 'refused'`, `update invitations set status = 'sent'`, 410, "The letter has expired", true},
		{"locked", `update invitations set status = 'locked', wrong_codes = 5`, `update invitations set status = 'sent', wrong_codes = 0`, 410, "The code is locked", true},
		{"replaced", `update invitations set status = 'replaced'`, `update invitations set status = 'sent'`, 410, "A newer letter was sent", true},
		{"the user has another address now", `update members set email = 'other@zarafshonsut.example' where id = 20`, `update members set email = 'Malika20@zarafshonsut.example' where id = 20`, 410, "A newer letter was sent", true},
		{"the user is blocked meanwhile", `update members set status = 'blocked' where id = 20`, `update members set status = 'not_activated' where id = 20`, 403, "Access is blocked", true},
		{"the user is active", `update members set status = 'active' where id = 20`, `update members set status = 'not_activated' where id = 20`, 410, "already active", true},
		{"the organization is blocked", `update organizations set status = 'blocked'`, `update organizations set status = 'active'`, 404, "This link does not work", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.exec(tt.change)
			for _, path := range []string{l.path, "/join/sign"} {
				got := b.Get(path)
				shows(t, got, tt.status, tt.says)
				if named := strings.Contains(plain(got.Body), "Zarafshon"); named != tt.named {
					t.Errorf("%s names the organization: %v", path, named)
				}
			}
			if tt.back != "" {
				p.exec(tt.back)
			}
		})
	}
	shows(t, b.Get("/join/sign"), 200, "Sign with your key")
	shows(t, p.browser().Get("/join/sign"), 403, "Open the letter again")
	shows(t, p.browser().Get("/join/password"), 403, "Open the letter again")
	for _, path := range []string{"/join/x", "/join/" + strings.Repeat("a", 32), "/join/" + l.path[7:] + "a"} {
		shows(t, b.Get(path), 404, "This link does not work")
	}
	shows(t, b.Get(strings.ToUpper(l.path[:6])+l.path[6:]), 404)
}

func TestAnInvitationLivesSevenDaysByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.check(p.members.Invite(t.Context(), p.admin(), 20))
	l, _ := p.received(20, 1)
	if n := p.number(`select count(*) from invitations where expires_at - issued_at = interval '168 hours'`); n != 1 {
		t.Error("not seven days")
	}
	b := p.browser()
	p.enter(b, l, "/join/sign")
	p.age(20, 7*24*time.Hour-10*time.Second)
	shows(t, b.Get("/join/sign"), 200, "Sign with your key")
	id, text := b.Challenge("/join/challenge")
	p.age(20, 10*time.Second)
	shows(t, b.Post("/join/sign", httptesting.Signed(p.keys.For("YUSUPOVA MALIKA", pinfl, ""), id, text, nil)), 410, "The letter has expired")
	if n := p.number(`select count(*) from members where id = 20 and status = 'active'`); n != 0 {
		t.Error("joined after the seven days")
	}
}

func TestFiveWrongCodesKillALetter(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	l := p.invitation(20)
	b := p.browser()
	for left := 4; left > 0; left-- {
		shows(t, b.Post(l.path, url.Values{"code": {"0000-0000-0000-0000"}}), 422, fmt.Sprintf("Tries left: %d", left))
	}
	shows(t, b.Post(l.path, url.Values{"code": {"what"}}), 422, "A code has 16")
	shows(t, b.Post(l.path, url.Values{"code": {"0000-0000-0000-0000"}}), 410, "The code is locked", "The new letter goes to m•••@zarafshonsut.example")
	shows(t, b.Post(l.path, url.Values{"code": {l.code}}), 410, "The code is locked")
	shows(t, b.Post("/join", url.Values{"code": {l.code}}), 410, "The code is locked")
	if n := p.number(`select count(*) from audit_log where action in ('invitation.mistype', 'invitation.lock')`); n != 5 {
		t.Errorf("%d lines", n)
	}
}

func TestWhatIsSignedIsWhatIsDone(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "business", "not_activated", "31508801234568")
	one, two := p.invitation(20), p.invitation(21)
	b := p.browser()
	p.enter(b, one, "/join/sign")
	id, text := b.Challenge("/join/challenge")
	p.enter(b, two, "/join/sign") // another letter in another tab
	shows(t, b.Post("/join/sign", httptesting.Signed(p.keys.For("X", "31508801234568", ""), id, text, nil)), 410, "Sign with your key")
	if n := p.number(`select count(*) from members where status = 'active'`); n != 1 {
		t.Errorf("%d active", n)
	}
}
