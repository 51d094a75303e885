package invitehttp_test

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/technical"
)

const secret = "quiet river under stones"

func passwords(first, again string) url.Values {
	return url.Values{"password": {first}, "again": {again}}
}

func TestATechnicalUserGetsItsPassword(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(21, "technical", "not_activated", "")
	p.check(p.members.Invite(t.Context(), p.admin(), 21))
	l, m := p.received(21, 1)
	if m.Subject != "Set a technical user's password, TIN 302118447" || !strings.Contains(m.Text, "technical user “Malika Yusupova 21”") {
		t.Errorf("%q\n%s", m.Subject, m.Text)
	}
	login := p.text(`select login from technical_users where member_id = 21`)
	if !regexp.MustCompile(`^t-302118447-[0-9a-hjkmnp-tv-z]{6}$`).MatchString(login) || p.text(`select login from login_registry`) != login {
		t.Errorf("login %q", login)
	}
	b := p.browser()
	shows(t, b.Get(l.path), 200, "then set the password of the technical user")
	p.enter(b, l, "/join/password")
	shows(t, b.Get("/join/password"), 200, login, "15 to 128 characters", "Not a common one")
	for name, tt := range map[string]struct {
		values url.Values
		says   string
	}{
		"too short":  {passwords("fourteen chars", "fourteen chars"), "At least 15 characters"},
		"too long":   {passwords(strings.Repeat("abcdefgh ", 15), strings.Repeat("abcdefgh ", 15)), "At most 128 characters"},
		"the login":  {passwords("x"+strings.ToUpper(login), "x"+strings.ToUpper(login)), "The password is the login"},
		"a common":   {passwords("password123456789", "password123456789"), "easily guessed"},
		"two others": {passwords(secret, secret+"!"), "The two passwords differ"},
		"nothing":    {nil, "At least 15 characters"},
	} {
		got := b.Post("/join/password", tt.values)
		shows(t, got, 422, tt.says)
		if strings.Contains(got.Body, "abcdefgh") || strings.Contains(got.Body, "password123456789") || strings.Contains(got.Body, secret) {
			t.Errorf("%s: the page shows what was typed", name)
		}
	}
	if got := b.Post("/join/password", passwords(secret, secret)); got.Location != "/join/password/set" {
		t.Fatalf("%d %s", got.Status, plain(got.Body))
	}
	shows(t, b.Get("/join/password/set"), 200, "The password is set", login, "POST https://kabinet.example/api/users/authenticate")
	if hash := p.text(`select password_hash from technical_users where member_id = 21`); !strings.HasPrefix(hash, "$argon2id$") {
		t.Errorf("stored %q", hash)
	}
	for what, q := range map[string]string{
		"active":  `select count(*) from members where id = 21 and status = 'active' and account_id is null`,
		"used":    `select count(*) from invitations where member_id = 21 and status = 'used'`,
		"line":    `select count(*) from audit_log where action = 'invitation.use'`,
		"notice":  `select count(*) from notices where member_id = 10`,
		"no word": `select 1 - count(*) from audit_log where details::text like '%river%'`,
	} {
		if n := p.number(q); n != 1 {
			t.Errorf("%s: %d", what, n)
		}
	}
	if got := b.Get("/home"); got.Status == 200 {
		t.Error("a technical user is on the pages")
	}
	p.signsIn(t, login, secret, nil)
	shows(t, p.browser().Get(l.path), 410, "already active", "an administrator blocks the user")
	if got := p.browser().Get("/join/password/set"); got.Location != "/join" {
		t.Errorf("without a password set: %d", got.Status)
	}
}

func (p *portal) signsIn(t *testing.T, login, password string, want error) {
	t.Helper()
	_, err := p.technical.SignIn(context.WithoutCancel(t.Context()), technical.Credentials{Login: login, Password: password}, actor.Origin{IP: "192.0.2.1"})
	if !errors.Is(err, want) {
		t.Errorf("signing in: %v, want %v", err, want)
	}
}

func TestAResetIsABlockAndANewActivation(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(21, "technical", "not_activated", "")
	set := func(word string) {
		b := p.browser()
		p.enter(b, p.newest(21), "/join/password")
		if got := b.Post("/join/password", passwords(word, word)); got.Location != "/join/password/set" {
			t.Fatalf("%d %s", got.Status, plain(got.Body))
		}
	}
	p.invitation(21)
	set(secret)
	login := p.text(`select login from technical_users`)
	p.signsIn(t, login, secret, nil)
	p.check(p.members.Block(t.Context(), p.admin(), 21, member.Blocking{Reason: "new software"}))
	p.signsIn(t, login, secret, technical.ErrCredentials)
	if n := p.number(`select count(*) from technical_tokens`); n != 0 {
		t.Errorf("%d tokens of a blocked user", n)
	}
	p.check(p.members.Unblock(t.Context(), p.admin(), 21))
	p.signsIn(t, login, secret, technical.ErrCredentials)
	p.exec(`update invitations set status = 'sent', issued_at = now(), expires_at = now() + interval '1 day' where status = 'queued'`)
	set("other words for another day")
	p.signsIn(t, login, secret, technical.ErrCredentials)
	p.signsIn(t, login, "other words for another day", nil)
	if p.text(`select login from technical_users`) != login {
		t.Error("the login changed")
	}
}

func TestOfTwoPasswordsAtOnceOneIsSet(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for n := range rounds / 4 { // each hashes twice
		id := int64(100 + n)
		p.user(id, "technical", "not_activated", "")
		l := p.invitation(id)
		one, two := p.browser(), p.browser()
		p.enter(one, l, "/join/password")
		p.enter(two, l, "/join/password")
		var a, b httptesting.Page
		together(func() { a = one.Post("/join/password", passwords(secret, secret)) },
			func() { b = two.Post("/join/password", passwords(secret, secret)) })
		if (a.Location == "/join/password/set") == (b.Location == "/join/password/set") {
			t.Fatalf("round %d: %d and %d", n, a.Status, b.Status)
		}
	}
}

func TestAPersonsLetterOpensNoPasswordAndTheOtherWayRound(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "technical", "not_activated", "")
	person, program := p.invitation(20), p.invitation(21)
	b := p.browser()
	p.enter(b, person, "/join/sign")
	shows(t, b.Get("/join/password"), 404, "This link does not work")
	shows(t, b.Post("/join/password", passwords(secret, secret)), 404)
	p.enter(b, program, "/join/password")
	if got := b.Get("/join/sign"); got.Location != "/join/password" {
		t.Errorf("%d %s", got.Status, got.Location)
	}
	shows(t, p.sign(b, p.keys.For("X", pinfl, "")), 404)
	if n := p.number(`select count(*) from members where status = 'active'`); n != 1 {
		t.Errorf("%d active", n)
	}
}
