package campaign_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/internal/campaign"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/seal"
)

func TestTheLetterThatArrives(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	k.sentLetter(campaign.KindCode)
	for org, subject := range map[int64]string{
		1: "Активация учетной записи ASL BELGISI", // languages go round: 1 is ru, 2 en, 3 uz
		2: "ASL BELGISI account activation",
		3: "ASL BELGISI hisobini faollashtirish",
	} {
		l := k.letter(org)
		token, code := k.keys(l)
		m, err := k.relay.WaitTo(t.Context(), l.Email)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Subject, subject) || m.Sender != "notifier@kabinet.example" || !strings.Contains(m.From, "ASL BELGISI") {
			t.Errorf("%s: subject %q, sender %q, from %q", l.Language, m.Subject, m.Sender, m.From)
		}
		for part, text := range map[string]string{"text": m.Text, "html": m.HTML} {
			for _, want := range []string{"https://kabinet.example/activate/" + token, code, "Gʻulomjon", "300\u00a0000\u00a000" + string(rune('0'+org))} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: the %s part lacks %q", l.Language, part, want)
				}
			}
		}
		link, err := url.Parse(m.Links()[0])
		if err != nil || link.Path != "/activate/"+token {
			t.Errorf("the first link is %v, %v", link, err)
		}
		if l.Status != campaign.Sent || l.SentAt.IsZero() || l.SentAt.Before(l.IssuedAt) {
			t.Errorf("the row says %+v", l)
		}
	}
}

func TestALinkLetterHasNoCode(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	l := k.sentLetter(campaign.KindLink)
	token, code := k.keys(l)
	m, err := k.relay.WaitTo(t.Context(), l.Email)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.Text, code) || strings.Contains(m.HTML, code) || !strings.Contains(m.Text, token) {
		t.Errorf("got\n%s", m.Text)
	}
}

// TestWhatTheRelayAnswersDecides goes through every way in which sending ends.
func TestWhatTheRelayAnswersDecides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		behaviour mailtest.Behaviour
		status    campaign.Status
		state     campaign.State
		again     bool // the job is to run again
		taken     int  // letters the relay holds
		reason    string
	}{
		{"taken", mailtest.Accept, campaign.Sent, campaign.StateLive, false, 1, ""},
		{"no such mailbox", mailtest.NoMailbox, campaign.Refused, campaign.StateRefused, false, 0, "550 5.0.0 no such mailbox"},
		{"spam", mailtest.Spam, campaign.Refused, campaign.StateRefused, false, 0, "554 5.0.0 looks like spam"},
		{"busy", mailtest.Busy, campaign.Queued, campaign.StateQueued, true, 0, "451"},
		{"busy after the content", mailtest.BusyContent, campaign.Queued, campaign.StateQueued, true, 0, "451"},
		{"closing", mailtest.Closing, campaign.Queued, campaign.StateQueued, true, 0, "421"},
		{"cut before the content", mailtest.Cut, campaign.Queued, campaign.StateQueued, true, 0, "EOF"},
		{"sign-in wanted", mailtest.SignIn, campaign.Queued, campaign.StateQueued, true, 0, "530"},
		{"answer lost", mailtest.Lost, campaign.Queued, campaign.StateLive, true, 1, "no answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, 1)
			k.chosen(form(campaign.KindCode))
			k.relay.Answer(c.behaviour)
			err := k.svc.SendNow(t.Context(), k.refs()...)
			if (err != nil) != c.again {
				t.Errorf("the job ends with %v", err)
			}
			l := k.letter(1)
			if l.Status != c.status || l.State != c.state || !strings.Contains(l.Reason, c.reason) {
				t.Errorf("the letter is %s and %s because %q", l.Status, l.State, l.Reason)
			}
			if got := k.relay.Total(); got != c.taken {
				t.Errorf("the relay holds %d letters, want %d", got, c.taken)
			}
			if !c.again {
				return
			}
			first := k.relay.Mails()
			k.relay.Answer(mailtest.Accept)
			if err := k.svc.SendNow(t.Context(), k.refs()...); err != nil {
				t.Fatal(err)
			}
			if l := k.letter(1); l.Status != campaign.Sent || l.Reason != "" {
				t.Errorf("after the second run: %+v", l)
			}
			all := k.relay.Mails()
			last := all[len(all)-1]
			if len(all) != c.taken+1 || len(first) == 1 && (first[0].MessageID != last.MessageID || first[0].Links()[0] != last.Links()[0]) {
				t.Errorf("%d letters; the second copy must be the same letter", len(all))
			}
		})
	}
}

func TestTheSevenDaysBeginWithTheCopyThatLeft(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	k.chosen(form(campaign.KindCode))
	k.relay.Answer(mailtest.Lost)
	_ = k.svc.SendNow(t.Context(), k.refs()...)
	first := k.letter(1)
	t.Run("an attempt that sent nothing moves nothing", func(t *testing.T) {
		k.relay.Answer(mailtest.Busy)
		_ = k.svc.SendNow(t.Context(), k.refs()...)
		if l := k.letter(1); !l.IssuedAt.Equal(first.IssuedAt) || !l.ExpiresAt.Equal(first.ExpiresAt) || l.State != campaign.StateLive {
			t.Errorf("issued %v, was %v", l.IssuedAt, first.IssuedAt)
		}
	})
	t.Run("a second copy begins them anew, as it says itself", func(t *testing.T) {
		k.relay.Answer(mailtest.Accept)
		if err := k.svc.SendNow(t.Context(), k.refs()...); err != nil {
			t.Fatal(err)
		}
		if l := k.letter(1); !l.IssuedAt.After(first.IssuedAt) || l.ExpiresAt.Sub(l.IssuedAt) != campaign.Lifetime {
			t.Errorf("issued %v, was %v", l.IssuedAt, first.IssuedAt)
		}
	})
}

func TestOneBadAddressKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	k := newKit(t, 100)
	k.exec(`update organizations set email = 'nonsense' where org_id = 3`)
	k.relay.AnswerTo("org4@company.example", mailtest.NoMailbox)
	k.relay.AnswerTo("org5@company.example", mailtest.Busy)
	id := k.chosen(form(campaign.KindCode))
	if err := k.svc.SendNow(t.Context(), k.refs()...); err == nil {
		t.Error("a letter is left and the job says nothing")
	}
	p, err := k.svc.Progress(t.Context(), k.staff, id)
	if err != nil {
		t.Fatal(err)
	}
	if p.Counts[campaign.Sent] != 97 || p.Counts[campaign.Refused] != 2 || p.Counts[campaign.Queued] != 1 || p.Total() != 100 {
		t.Errorf("counts = %v", p.Counts)
	}
	if len(p.Refusals) != 2 || p.Refusals[0].Reason != "550 5.0.0 no such mailbox" || !strings.Contains(p.Refusals[1].Reason, "not an address") {
		t.Errorf("refusals = %+v", p.Refusals)
	}
}

func TestBusyMailboxesDoNotHoldUpTheOthersOfAJob(t *testing.T) {
	t.Parallel()
	k := newKit(t, 100)
	for _, org := range []string{"1", "2", "30", "60", "100"} {
		k.relay.AnswerTo("org"+org+"@company.example", mailtest.Busy)
	}
	k.chosen(form(campaign.KindCode))
	if err := k.svc.SendNow(t.Context(), k.refs()...); err == nil {
		t.Error("letters are left and the job says nothing")
	}
	k.relay.AnswerTo("org100@company.example", mailtest.Accept) // while the first ones stay busy
	if err := k.svc.SendNow(t.Context(), k.refs()...); err == nil {
		t.Error("letters are left and the job says nothing")
	}
	k.wantCount(96, `select count(*) from letters where status = 'sent'`)
	k.wantCount(1, `select count(*) from letters where status = 'sent' and org_id = 100`)
}

func TestALetterNoLongerQueuedIsNotSent(t *testing.T) {
	t.Parallel()
	k := newKit(t, 6)
	k.chosen(form(campaign.KindCode))
	for org, status := range []string{"sent", "refused", "activated", "expired", "replaced", "locked"} {
		k.exec(`update letters set status = $2 where org_id = $1`, org+1, status)
	}
	if err := k.svc.SendNow(t.Context(), k.refs()...); err != nil {
		t.Fatal(err)
	}
	if n := k.relay.Total(); n != 0 {
		t.Errorf("%d letters left", n)
	}
	k.wantCount(0, `select count(*) from letters where issued_at is not null`)
}

func TestALetterUsedBeforeItsAnswerCameStaysUsed(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	k.chosen(form(campaign.KindCode))
	svc := campaign.New(campaign.Deps{DB: k.db, Seal: k.box, BaseURL: "https://kabinet.example", Mail: mailer(func(context.Context, mail.Message) error {
		return k.consume(k.letter(1)) // the director is faster than the relay's answer
	})})
	if err := svc.SendNow(t.Context(), k.refs()...); err != nil {
		t.Fatal(err)
	}
	if l := k.letter(1); l.Status != campaign.Activated || l.SentAt.IsZero() {
		t.Errorf("the letter is %+v", l)
	}
}

// mailer is a relay that a test stands in for.
type mailer func(context.Context, mail.Message) error

func (f mailer) Send(ctx context.Context, m mail.Message) error { return f(ctx, m) }

func TestALetterIsWrittenWithoutATransaction(t *testing.T) {
	t.Parallel()
	k := newKit(t, 40)
	k.chosen(form(campaign.KindCode))
	var open int
	svc := campaign.New(campaign.Deps{DB: k.db, Seal: k.box, BaseURL: "https://kabinet.example", Mail: mailer(func(context.Context, mail.Message) error {
		open += k.count(`select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`)
		return nil
	})})
	if err := svc.SendNow(t.Context(), k.refs()[:1]...); err != nil {
		t.Fatal(err)
	}
	if open != 0 {
		t.Errorf("%d transactions wait for the relay", open)
	}
}

func TestARelayThatIsDownAndComesBack(t *testing.T) {
	t.Parallel()
	k := newKit(t, 250)
	k.relay.Down()
	id := k.started(form(campaign.KindCode))
	k.work(k.svc, jobs.Options{})
	k.eventually("every job has failed once", func() bool {
		return k.count(`select count(*) from river_job where kind = 'letter.send' and attempt = 1 and state = 'retryable'`) == 3
	})
	k.wantCount(250, `select count(*) from letters where status = 'queued' and issued_at is null`)
	if err := k.relay.Up(); err != nil {
		t.Fatal(err)
	}
	k.exec(`update river_job set scheduled_at = now(), state = 'available' where state = 'retryable'`)
	k.eventually("all letters are sent", func() bool {
		return k.count(`select count(*) from letters where campaign_id = $1 and status = 'sent'`, id) == 250
	})
	for messageID, n := range k.copies() {
		if n != 1 {
			t.Errorf("%d copies of %s", n, messageID)
		}
	}
}

func TestASlowRelayIsMetWithConnections(t *testing.T) {
	t.Parallel()
	k := newKit(t, 64)
	k.relay.Slow(10 * time.Millisecond)
	k.chosen(form(campaign.KindCode))
	if err := k.svc.SendNow(t.Context(), k.refs()...); err != nil {
		t.Fatal(err)
	}
	if n := k.relay.Connections(); n < 4 {
		t.Errorf("64 letters to a slow relay went over %d connections", n)
	}
}

func TestAfterTheRootSecretWasExchangedACopyCarriesTheSameCode(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	l := k.sentLetter(campaign.KindCode)
	_, code := k.keys(l)
	box, err := seal.New(root(99), root(1))
	if err != nil {
		t.Fatal(err)
	}
	svc := k.service(box)
	k.exec(`update letters set expires_at = expires_at - interval '100 hours', issued_at = issued_at - interval '100 hours'`)
	if err := svc.RemindNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := k.relay.Mails()
	if len(all) != 2 || !strings.Contains(all[1].Text, code) {
		t.Errorf("%d letters, and the reminder's code is another", len(all))
	}
	if err := svc.TryCode(t.Context(), l, code); err != nil {
		t.Errorf("the code: %v", err)
	}
}

// TestAProcessKilledInTheMiddle kills a process of its own (kill_test.go) while
// it sends, and lets another one go on.
func TestAProcessKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	const letters = 2000
	k := newKit(t, letters)
	k.started(form(campaign.KindCode))
	kill := k.doomedProcess()
	if err := k.relay.Wait(t.Context(), letters/3); err != nil {
		t.Fatal(err)
	}
	kill()
	k.eventually("the server knows that the process is dead", func() bool {
		return k.count(`select count(*) from pg_stat_activity where datname = current_database() and application_name = $1`, doomedName) == 0
	})
	sent := k.count(`select count(*) from letters where status = 'sent'`)
	taken := k.relay.Total()
	t.Logf("killed with %d letters taken by the relay, %d of them noted", taken, sent)
	if sent == 0 || sent == letters {
		t.Fatalf("killed too early or too late: %d of %d", sent, letters)
	}
	k.work(k.svc, jobs.Options{DeadAfter: 2 * time.Second})
	k.eventually("every letter is sent", func() bool {
		return k.count(`select count(*) from letters where status = 'sent'`) == letters
	})
	copies, twice := k.copies(), 0
	if len(copies) != letters {
		t.Errorf("%d different letters arrived, want %d", len(copies), letters)
	}
	for id, n := range copies {
		if n > 2 {
			t.Errorf("%d copies of %s", n, id)
		}
		if n == 2 {
			twice++
		}
	}
	// Twice went only what was on its way when the process died: at most one
	// letter for each of the relay's connections.
	t.Logf("%d went twice", twice)
	if most := k.relay.Config().Connections; twice > most || twice > taken-sent {
		t.Errorf("%d letters went twice; %d connections, %d not noted", twice, most, taken-sent)
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	k := newKit(t, 7)
	k.sentLetter(campaign.KindCode)
	for org, age := range map[int]string{1: "71 hours 59 minutes", 2: "72 hours", 3: "144 hours", 4: "167 hours 59 minutes", 5: "168 hours", 6: "80 hours", 7: "80 hours"} {
		k.exec(`update letters set issued_at = now() - $2::interval, expires_at = now() - $2::interval + interval '168 hours' where org_id = $1`, org, age)
	}
	k.exec(`update letters set status = 'activated' where org_id = 6`)
	k.exec(`update organizations set status = 'blocked' where org_id = 7`)
	remind := func() {
		t.Helper()
		for _, err := range together(2, func(int) error { return k.svc.RemindNow(t.Context()) }) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	remind()
	remind()
	byOrg := map[string][]mailtest.Mail{}
	for _, m := range k.relay.Mails() {
		byOrg[m.Recipient] = append(byOrg[m.Recipient], m)
	}
	for org, want := range map[string]int{"org1": 1, "org2": 2, "org3": 2, "org4": 2, "org5": 1, "org6": 1, "org7": 1} {
		got := byOrg[org+"@company.example"]
		if len(got) != want {
			t.Errorf("%s got %d letters, want %d", org, len(got), want)
			continue
		}
		if want == 2 && (got[0].Links()[0] != got[1].Links()[0] || got[0].MessageID == got[1].MessageID) {
			t.Errorf("%s: the reminder must be another letter with the same link", org)
		}
	}
	k.wantCount(1, `select count(*) from letters where org_id = 2 and reminders = 1 and status = 'sent'`)
	k.wantCount(2, `select count(*) from letters where org_id in (3, 4) and reminders = 2 and status = 'sent'`)
	t.Run("the second one comes after six days", func(t *testing.T) {
		k.exec(`update letters set issued_at = now() - interval '144 hours', expires_at = now() + interval '24 hours' where org_id = 2`)
		remind()
		k.wantCount(1, `select count(*) from letters where org_id = 2 and reminders = 2`)
		m, err := k.relay.WaitTo(t.Context(), "org2@company.example")
		if err != nil || !strings.Contains(m.Subject, "ASL BELGISI") || !strings.HasSuffix(m.MessageID, ".2@kabinet.example") {
			t.Errorf("the second reminder is %q, %s, %v", m.Subject, m.MessageID, err)
		}
	})
}

func TestARemindersFailureNeverKillsItsLetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	k.sentLetter(campaign.KindCode)
	k.exec(`update letters set issued_at = now() - interval '80 hours', expires_at = now() + interval '88 hours'`)
	k.relay.AnswerTo("org1@company.example", mailtest.NoMailbox)
	k.relay.AnswerTo("org2@company.example", mailtest.Busy)
	k.relay.AnswerTo("org3@company.example", mailtest.Lost)
	if err := k.svc.RemindNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.wantCount(3, `select count(*) from letters where status = 'sent' and reason = ''`)
	k.wantCount(1, `select count(*) from letters where org_id = 2 and reminders = 0`) // certainly not sent: due again
	k.wantCount(2, `select count(*) from letters where org_id in (1, 3) and reminders = 1`)
	for org := int64(1); org <= 3; org++ {
		if l := k.letter(org); l.Err() != nil {
			t.Errorf("the letter of %d: %v", org, l.Err())
		}
	}
}

func TestNoReminderForALetterThatEndedMeanwhile(t *testing.T) {
	t.Parallel()
	k := newKit(t, 20)
	k.sentLetter(campaign.KindCode)
	k.exec(`update letters set issued_at = now() - interval '80 hours', expires_at = now() + interval '88 hours'`)
	var reminded atomic.Int32
	svc := campaign.New(campaign.Deps{DB: k.db, Seal: k.box, BaseURL: "https://kabinet.example", Mail: mailer(func(ctx context.Context, _ mail.Message) error {
		// Everybody activates as soon as the first reminder is out.
		_, err := k.db.Exec(ctx, `update letters set status = 'activated' where status = 'sent'`)
		reminded.Add(1)
		return err
	})})
	for range 3 {
		if err := svc.RemindNow(t.Context()); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if n := reminded.Load(); n > 8 { // those that were on their way at the same moment
		t.Errorf("%d were reminded after they had activated", n-8)
	}
}
