package signuphttp_test

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
)

const rounds = 200

// companies stores many companies and sends each a letter.
func (p *portal) companies(n int) ([]company, []letter) {
	p.t.Helper()
	cs := make([]company, n)
	for i := range cs {
		cs[i] = p.company(i + 1)
		p.check(pg.InTx(p.t.Context(), p.db, func(tx pg.Tx) error {
			_, err := p.letters.ResendTx(p.t.Context(), tx, actor.System("test"), cs[i].id)
			return err
		}))
	}
	p.check(p.relay.Wait(p.t.Context(), n))
	byAddress := map[string]letter{}
	for _, m := range p.relay.Mails() {
		link, err := url.Parse(m.Links()[0])
		p.check(err)
		byAddress[m.Recipient] = letter{path: link.Path, code: codeShape.FindString(m.Text)}
	}
	ls := make([]letter, n)
	for i, c := range cs {
		p.settled(c)
		ls[i] = byAddress[c.email]
	}
	return cs, ls
}

// together runs both at the same moment.
func together(a, b func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, f := range []func(){a, b} {
		wg.Go(func() { <-start; f() })
	}
	close(start)
	wg.Wait()
}

func TestOfTwoThatFinishAtOnceOneActivates(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	cs, ls := p.companies(rounds)
	for i, c := range cs {
		key := p.key(c.director)
		one, two := p.browser(), p.browser()
		one.enter(ls[i])
		two.enter(ls[i])
		first, second := one.challenge("/activate/challenge"), two.challenge("/activate/challenge")
		var a, b answer
		together(func() { a = one.send(first, key, first.Text) }, func() { b = two.send(second, key, second.Text) })
		winner, loser, won := one, b, a
		if b.to == "/home" {
			winner, loser, won = two, a, b
		}
		if won.to != "/home" || loser.status != 410 || !strings.Contains(loser.body, "already active") {
			t.Fatalf("round %d: %d %s and %d %s\n%s", i, a.status, a.to, b.status, b.to, plain(loser.body))
		}
		if !strings.Contains(loser.body, `href="/home"`) {
			t.Fatalf("round %d: the loser is not led on", i)
		}
		winner.get("/home").shows(t, 200, c.tin)
	}
	for what, q := range map[string]string{
		"organizations": `select count(*) from organizations where status = 'active'`, "members": `select count(*) from members`,
		"places": `select count(*) from places`, "signatures": `select count(*) from eds_signatures`,
		"lines": `select count(*) from audit_log where action = 'org.activate'`, "accounts": `select count(*) from accounts`,
	} {
		if n := p.number(q); n != rounds {
			t.Errorf("%s: %d, want %d", what, n, rounds)
		}
	}
}

func TestALetterUsedWhileItIsSentAgain(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	cs, ls := p.companies(rounds)
	used := 0
	for i, c := range cs {
		key := p.key(c.director)
		b := p.browser()
		b.enter(ls[i])
		ch := b.challenge("/activate/challenge")
		var got answer
		var resent error
		together(func() { got = b.send(ch, key, ch.Text) }, func() {
			if i%2 == 1 {
				p.consumed(ch) // now the signature is being judged
			}
			resent = pg.InTx(t.Context(), p.db, func(tx pg.Tx) error {
				_, err := p.letters.ResendTx(t.Context(), tx, actor.System("test"), c.id)
				return err
			})
		})
		activated := got.to == "/home"
		switch {
		case activated && errors.Is(resent, campaign.ErrOrgActive):
			used++
		case !activated && resent == nil && strings.Contains(got.body, "A newer letter was sent"):
		default:
			t.Fatalf("round %d: %d %s, resend %v\n%s", i, got.status, got.to, resent, plain(got.body))
		}
		live := p.number(`select count(*) from letters where org_id = $1 and status in ('queued', 'sent')`, c.id)
		o, err := org.ByID(t.Context(), p.db, c.id)
		p.check(err)
		if (live == 0) != activated || (o.Status == org.Active) != activated {
			t.Fatalf("round %d: activated %v, %d live letters, organization %s", i, activated, live, o.Status)
		}
	}
	if used == 0 || used == rounds {
		t.Errorf("%d of %d were used before they were replaced: no race at all", used, rounds)
	}
}

// consumed waits until a challenge is used up.
func (p *portal) consumed(ch challenge) {
	for p.number(`select count(*) from eds_challenges where id = $1 and consumed_at is null`, ch.ID) > 0 {
		p.check(p.t.Context().Err())
	}
}

func TestTwoTabsOfOneBrowser(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	c := p.company(1)
	l := p.letter(c)
	b := p.browser()
	b.enter(l)
	stale := b.challenge("/activate/challenge") // the tab that waits
	if got := b.sign(p.key(c.director)); got.to != "/home" {
		t.Fatalf("the other tab: %d", got.status)
	}
	got := b.send(stale, p.key(c.director), stale.Text)
	if got.status != 403 || p.number(`select count(*) from members`) != 1 {
		t.Errorf("the tab that waited: %d %s", got.status, plain(got.body))
	}
	b.get("/home").shows(t, 200, c.tin) // still signed in
}
