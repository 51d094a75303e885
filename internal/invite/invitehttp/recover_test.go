package invitehttp_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kabinet/internal/invite"
	"kabinet/internal/platform/mail/mailtest"
)

func (p *portal) ask(tinTyped, email string) (status int, to, body string) {
	got := p.browser().Post("/join/new-code", url.Values{"tin": {tinTyped}, "email": {email}})
	return got.Status, got.Location, plain(got.Body)
}

// settle waits until no wish is left to be dealt with.
func (p *portal) settle() {
	p.t.Helper()
	for p.number(`select count(*) from river_job where kind in ('invite.recover', 'invite.send') and state in ('available', 'running', 'retryable')`) > 0 {
		p.check(p.t.Context().Err())
	}
}

func TestANewLetterIsAskedForAndTellsNothing(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "business", "active", "31508801234568")
	p.user(22, "business", "blocked", "31508801234569")
	p.user(23, "business", "not_activated", "31508801234570") // never invited
	p.exec(`update members set email = 'malika20@zarafshonsut.example' where id in (21, 22, 23)`)
	p.check(p.members.Invite(t.Context(), p.admin(), 20))
	first, _ := p.received(20, 1)

	for name, tt := range map[string][2]string{
		"the invited person":    {tin, "Malika20@zarafshonsut.example"},
		"another address":       {tin, "somebody@zarafshonsut.example"},
		"another organization":  {"305667718", "malika20@zarafshonsut.example"},
		"an active user's name": {tin, "barno@zarafshonsut.example"},
	} {
		if status, to, _ := p.ask(tt[0], tt[1]); status != 303 || to != "/join/new-code/sent" {
			t.Errorf("%s: %d %s", name, status, to)
		}
	}
	p.settle()
	second, _ := p.received(20, 2)
	if n := p.relay.Total(); n != 2 {
		t.Errorf("%d letters, want 2", n)
	}
	shows(t, p.browser().Get(first.path), 410, "A newer letter was sent")
	shows(t, p.browser().Get(second.path), 200, "Malika Yusupova 20")
	if n := p.number(`select count(*) from audit_log where action = 'invitation.renew' and target = 'member:20'`); n != 1 {
		t.Errorf("%d lines", n)
	}
	if status, _, body := p.ask("1", "x"); status != 422 || !strings.Contains(body, "There are 2 problems") {
		t.Errorf("nonsense: %d %s", status, body)
	}
	shows(t, p.browser().Get("/join/new-code/sent"), 200, "The request is accepted")
	if n := p.number(`select count(*) from river_job where kind = 'invite.recover' and args::text ilike '%malika%'`); n != 0 {
		t.Error("the queue holds an address")
	}
}

func TestAnExpiredLinkBringsANewLetterToTheAddressOnRecord(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	l := p.invitation(20)
	p.settle()
	p.age(20, 8*24*time.Hour)
	b := p.browser()
	shows(t, b.Get(l.path), 410, "Send a new letter", "m•••@zarafshonsut.example")
	if got := b.Post(l.path+"/new-code", nil); got.Location != "/join/new-code/sent" {
		t.Fatalf("%d %s", got.Status, plain(got.Body))
	}
	p.settle()
	again, _ := p.received(20, p.relay.Total())
	shows(t, b.Get(again.path), 200, "Malika Yusupova 20")
	shows(t, b.Post(l.path+"/new-code", nil), 410, "A newer letter was sent")
	p.exec(`update members set status = 'blocked' where id = 20`)
	shows(t, b.Post(again.path+"/new-code", nil), 403, "Access is blocked")
	shows(t, b.Post("/join/"+strings.Repeat("a", 32)+"/new-code", nil), 404, "This link does not work")
}

func TestStrangersCannotFloodAMailbox(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.invitation(20)
	p.settle()
	before := p.relay.Total()
	for range 9 { // each from an address of its own
		if status, _, _ := p.ask(tin, "malika20@zarafshonsut.example"); status != 303 {
			t.Fatalf("%d", status)
		}
		p.settle()
	}
	if n := p.relay.Total() - before; n != 5 {
		t.Errorf("%d letters in an hour, want 5", n)
	}
	b := p.browser()
	var last int
	for range 6 {
		last = b.Post("/join/new-code", url.Values{"tin": {tin}, "email": {"x@x.example"}}).Status
	}
	if last != 429 {
		t.Errorf("the sixth wish of one address: %d", last)
	}
}

func TestRemindersAndTheEnd(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "technical", "not_activated", "")
	for _, id := range []int64{20, 21} {
		p.check(p.members.Invite(t.Context(), p.admin(), id))
		p.received(id, int(id)-19)
	}
	if n := p.relay.Total(); n != 2 {
		t.Fatalf("%d letters", n)
	}
	days := func(d time.Duration) { p.age(20, d*24*time.Hour); p.age(21, d*24*time.Hour) }
	for i, want := range []int{2, 4, 4, 6, 6} {
		if i == 1 || i == 3 {
			days(3)
		}
		p.check(p.invite.Remind(t.Context()))
		if n := p.relay.Total(); n != want {
			t.Errorf("step %d: %d letters, want %d", i, n, want)
		}
	}
	_, m := p.received(20, 6)
	if m.Subject != "Reminder: invitation to ASL BELGISI, TIN 302118447" || !strings.Contains(m.Text, "This is a reminder") {
		t.Errorf("%q\n%s", m.Subject, m.Text)
	}
	days(1)
	p.check(p.invite.Expire(t.Context()))
	if n := p.number(`select count(*) from invitations where status = 'expired' and ended_at is not null`); n != 2 {
		t.Errorf("%d expired", n)
	}
	st, ok, err := p.invite.OfUser(t.Context(), p.admin(), 20)
	if err != nil || !ok || st.State != invite.Expired || st.SentAt.IsZero() || st.ExpiresAt.IsZero() {
		t.Errorf("%+v, %v, %v", st, ok, err)
	}
	if _, ok, err := p.invite.OfUser(t.Context(), p.admin(), adminID); ok || err != nil {
		t.Errorf("one who was never invited: %v, %v", ok, err)
	}
}

func TestWhatTheRelaySaysIsKept(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.work()
	p.user(20, "business", "not_activated", pinfl)
	p.user(21, "business", "not_activated", "31508801234568")
	p.relay.AnswerTo("malika20@zarafshonsut.example", mailtest.NoMailbox)
	p.check(p.members.Invite(t.Context(), p.admin(), 20))
	for {
		st, _, err := p.invite.OfUser(t.Context(), p.admin(), 20)
		p.check(err)
		if st.State == invite.Refused {
			if !strings.HasPrefix(st.Reason, "5") {
				t.Errorf("reason %q", st.Reason)
			}
			break
		}
	}
	l := p.newest(20)
	shows(t, p.browser().Get(l.path), 410, "Send a new letter")

	// A relay that is away: no seven days begin.
	p.relay.Down()
	p.check(p.members.Invite(t.Context(), p.admin(), 21))
	for p.text(`select reason from invitations where member_id = 21`) == "" {
		p.check(t.Context().Err())
	}
	if n := p.number(`select count(*) from invitations where member_id = 21 and status = 'queued' and issued_at is null and expires_at is null`); n != 1 {
		t.Error("the days of a letter that did not leave have begun")
	}
}
