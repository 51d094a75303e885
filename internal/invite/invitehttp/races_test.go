package invitehttp_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
)

const rounds = 200

// person gives the n-th invited person with a key and a browser that typed the
// code and asked for a challenge.
func (p *portal) person(n int) (id int64, l letter, sign func() httptesting.Page) {
	p.t.Helper()
	id, number := int64(1000+n), fmt.Sprintf("3150880%07d", n)
	p.user(id, "business", "not_activated", number)
	l = p.invitation(id)
	return id, l, p.ready(l, number)
}

func (p *portal) ready(l letter, number string) func() httptesting.Page {
	b := p.browser()
	p.enter(b, l, "/join/sign")
	challenge, text := b.Challenge("/join/challenge")
	form := httptesting.Signed(p.keys.For("X", number, ""), challenge, text, nil)
	return func() httptesting.Page { return b.Post("/join/sign", form) }
}

func TestOfTwoTabsThatFinishAtOnceOneJoins(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for n := range rounds {
		_, l, one := p.person(n)
		two := p.ready(l, fmt.Sprintf("3150880%07d", n))
		var a, b httptesting.Page
		together(func() { a = one() }, func() { b = two() })
		won, lost := a, b
		if b.Location == "/home" {
			won, lost = b, a
		}
		if won.Location != "/home" || lost.Status != 410 || !strings.Contains(lost.Body, "already active") {
			t.Fatalf("round %d: %d %s and %d %s\n%s", n, a.Status, a.Location, b.Status, b.Location, plain(lost.Body))
		}
	}
	for what, q := range map[string]string{
		"active":     `select count(*) from members where id >= 1000 and status = 'active'`,
		"used":       `select count(*) from invitations where status = 'used'`,
		"ways":       `select count(*) from account_members`,
		"signatures": `select count(*) from eds_signatures`,
		"notices":    `select count(*) from notices`,
	} {
		if n := p.number(q); n != rounds {
			t.Errorf("%s: %d, want %d", what, n, rounds)
		}
	}
}

func TestAnInvitationUsedWhileItIsSentAgain(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	used := 0
	for n := range rounds {
		id, _, finish := p.person(n)
		var got httptesting.Page
		var resent error
		together(func() { got = finish() }, func() {
			resent = p.members.Invite(t.Context(), p.admin(), id)
		})
		live := p.number(`select count(*) from invitations where member_id = $1 and status in ('queued', 'sent')`, id)
		switch {
		case got.Location == "/home" && errors.Is(resent, member.ErrActive) && live == 0:
			used++
		case got.Status == 410 && resent == nil && live == 1:
		default:
			t.Fatalf("round %d: %d %s and %v, %d live\n%s", n, got.Status, got.Location, resent, live, plain(got.Body))
		}
	}
	t.Logf("used first in %d of %d rounds", used, rounds)
}

func TestAnInvitationUsedWhileItsUserIsBlocked(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	joined := 0
	for n := range rounds {
		id, _, finish := p.person(n)
		var got httptesting.Page
		var blocked error
		together(func() { got = finish() }, func() {
			blocked = p.members.Block(t.Context(), p.admin(), id, member.Blocking{Reason: "left"})
		})
		if blocked != nil || p.text(`select status from members where id = $1`, id) != "blocked" {
			t.Fatalf("round %d: %v", n, blocked)
		}
		switch {
		case got.Location == "/home":
			joined++
		case got.Status == 403 && strings.Contains(got.Body, "Access is blocked"):
		default:
			t.Fatalf("round %d: %d %s", n, got.Status, plain(got.Body))
		}
		if live := p.number(`select count(*) from invitations where member_id = $1 and status in ('queued', 'sent')`, id); live != 0 {
			t.Fatalf("round %d: a live invitation of a blocked user", n)
		}
	}
	// Who joined a moment before the block was signed in, and is not any more:
	// the session is asked for its user each time.
	t.Logf("joined before the block in %d of %d rounds", joined, rounds)
}

func TestTwoInvitationsAtOnceLeaveOneThatWorks(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "technical", "not_activated", "")
	for _, id := range []int64{20, 21} {
		for n := range rounds {
			again := func() {
				if err := pg.InTx(t.Context(), p.db, func(tx pg.Tx) error { return p.invite.InviteTx(t.Context(), tx, orgID, id) }); err != nil {
					t.Errorf("round %d: %v", n, err)
				}
			}
			together(again, again)
		}
		if n := p.number(`select count(*) from invitations where member_id = $1 and status in ('queued', 'sent')`, id); n != 1 {
			t.Errorf("%d live", n)
		}
		if n := p.number(`select count(*) from invitations where member_id = $1`, id); n != 2*rounds {
			t.Errorf("%d in all", n)
		}
	}
	if n := p.number(`select count(*) from login_registry`); n != 1 {
		t.Errorf("%d logins for one program", n)
	}
}

func TestNoSixthTryOfACode(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.user(20, "business", "not_activated", pinfl)
	l := p.invitation(20)
	b := p.browser()
	p.exec(`update invitations set wrong_codes = 4`)
	var one, two httptesting.Page
	tab := b.Tab()
	wrong := url.Values{"code": {"0000-0000-0000-0000"}}
	together(func() { one = b.Post(l.path, wrong) }, func() { two = tab.Post(l.path, wrong) })
	if one.Status != 410 || two.Status != 410 || p.number(`select wrong_codes from invitations`) != 5 {
		t.Errorf("%d and %d", one.Status, two.Status)
	}
}

func TestADirectorBlockedAndUnblockedSignsAnew(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	// Directors of the activation have an account and no number of their own here.
	mac := p.box.MAC(taxid.PINFLPurpose, []byte(pinfl))
	p.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (901, 'D', $1, '', 'en')`, mac)
	p.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, 901)`, mac)
	p.exec(`insert into account_members (account_id, org_id, member_id) values (901, 1, 20)`)
	p.user(20, "business", "not_activated", "")
	p.exec(`update members set account_id = 901 where id = 20`)
	b := p.browser()
	p.enter(b, p.invitation(20), "/join/sign")
	if got := p.sign(b, p.keys.For("D", pinfl, tin)); got.Location != "/home" {
		t.Errorf("%d %s", got.Status, plain(got.Body))
	}
}
