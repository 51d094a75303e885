package campaign_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

func TestALetterIsFoundByItsLinkAndByItsCode(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	l := k.sentLetter(campaign.KindCode)
	token, code := k.keys(l)
	for _, typed := range []string{token, strings.ToUpper(token)} {
		if got, err := k.svc.ByToken(t.Context(), typed); err != nil || got.ID != l.ID || got.State != campaign.StateLive {
			t.Errorf("ByToken(%q) = %+v, %v", typed, got, err)
		}
	}
	if got, err := k.svc.ByCode(t.Context(), strings.ToLower(code)); err != nil || got.ID != l.ID {
		t.Errorf("ByCode = %+v, %v", got, err)
	}
	_, err := k.svc.ByToken(t.Context(), strings.Repeat("a", 32))
	wantFault(t, err, campaign.ErrNotFound)
	_, err = k.svc.ByToken(t.Context(), "' or true --")
	wantFault(t, err, campaign.ErrNotFound)
	_, err = k.svc.ByCode(t.Context(), "0000-0000-0000-0000")
	wantFault(t, err, campaign.ErrNotFound)
	_, err = k.svc.ByCode(t.Context(), token)
	wantFault(t, err, campaign.ErrCodeShape)
	t.Run("a code is no token and a token no code", func(t *testing.T) {
		k.wantCount(0, `select count(*) from letter_key_registry where kind not in ('token', 'code')`)
		k.wantCount(2, `select count(*) from letter_key_registry where letter_id = $1`, l.ID)
	})
	t.Run("neither is stored", func(t *testing.T) {
		plain := strings.ReplaceAll(code, "-", "")
		for _, secret := range []string{token, code, plain} {
			k.wantCount(0, `select count(*) from letters l where l::text like '%' || $1 || '%'`, secret)
			k.wantCount(0, `select count(*) from letter_key_registry r where r::text like '%' || $1 || '%'`, secret)
			k.wantCount(0, `select count(*) from river_job j where j::text like '%' || $1 || '%'`, secret)
			k.wantCount(0, `select count(*) from audit_log a where a::text like '%' || $1 || '%'`, secret)
		}
	})
}

func TestALetterLivesExactlySevenDays(t *testing.T) {
	t.Parallel()
	k := newKit(t, 2)
	l := k.sentLetter(campaign.KindCode)
	token, code := k.keys(l)
	if d := l.ExpiresAt.Sub(l.IssuedAt); d != campaign.Lifetime {
		t.Fatalf("lives for %v", d)
	}
	// One transaction, so that now() of the shift is now() of the judgement: the
	// two sides of the edge lie one microsecond apart.
	judge := func(t *testing.T, shift string) (state campaign.State, used error) {
		t.Helper()
		rollback := errors.New("rollback")
		err := pg.InTx(t.Context(), k.db, func(tx pg.Tx) error {
			_, err := tx.Exec(t.Context(), `
				update letters set issued_at = now() - interval '168 hours' + $2::interval, expires_at = now() + $2::interval
				where id = $1`, l.ID, shift)
			if err != nil {
				return err
			}
			now, err := k.svc.Newest(t.Context(), tx, l.OrgID)
			if err != nil {
				return err
			}
			state, used = now.State, k.svc.ConsumeTx(t.Context(), tx, l.OrgID, l.ID)
			return rollback
		})
		if !errors.Is(err, rollback) {
			t.Fatal(err)
		}
		return state, used
	}
	t.Run("one microsecond before the end it opens", func(t *testing.T) {
		if state, err := judge(t, "1 microsecond"); state != campaign.StateLive || err != nil {
			t.Errorf("state %s, %v", state, err)
		}
	})
	for name, shift := range map[string]string{"at the end": "0", "one microsecond after": "-1 microsecond"} {
		t.Run(name+" it opens nothing", func(t *testing.T) {
			state, err := judge(t, shift)
			if state != campaign.StateExpired {
				t.Errorf("state %s", state)
			}
			wantFault(t, err, campaign.ErrExpired)
		})
	}
	t.Run("the job that marks it may be late", func(t *testing.T) {
		k.exec(`update letters set issued_at = issued_at - interval '168 hours', expires_at = expires_at - interval '168 hours' where id = $1`, l.ID)
		k.wantCount(1, `select count(*) from letters where id = $1 and status = 'sent'`, l.ID)
		wantFault(t, k.consume(l), campaign.ErrExpired)
		wantFault(t, k.svc.TryCode(t.Context(), l, code), campaign.ErrExpired)
		if got, err := k.svc.ByToken(t.Context(), token); err != nil || got.State != campaign.StateExpired {
			t.Errorf("ByToken = %s, %v", got.State, err)
		}
		if err := k.svc.ExpireNow(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.wantCount(1, `select count(*) from letters where status = 'expired' and id = $1 and ended_at is not null`, l.ID)
		k.wantCount(1, `select count(*) from letters where status = 'sent'`)
	})
	t.Run("no statement is told the time", func(t *testing.T) {
		ctx, sent := pg.CountStatements(t.Context())
		other := k.letter(2)
		_ = pg.InTx(ctx, k.db, func(tx pg.Tx) error { return k.svc.ConsumeTx(ctx, tx, other.OrgID, other.ID) })
		if len(sent.Statements()) == 0 {
			t.Fatal("nothing was counted")
		}
		for _, sql := range sent.Statements() {
			if !strings.Contains(sql, "now() < expires_at") || strings.Contains(sql, "expires_at > $") || strings.Contains(sql, "expires_at - $") {
				t.Errorf("not judged by the database's clock: %s", sql)
			}
		}
	})
}

func TestEveryStateSaysWhyALetterOpensNothing(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	l := k.sentLetter(campaign.KindCode)
	for _, c := range []struct {
		name, set string
		state     campaign.State
		want      *fault.Error
	}{
		{"live", `status = 'sent'`, campaign.StateLive, nil},
		{"acknowledgement lost", `status = 'queued'`, campaign.StateLive, nil},
		{"never left", `status = 'queued', issued_at = null, expires_at = null`, campaign.StateQueued, campaign.ErrNotLive},
		{"used", `status = 'activated'`, campaign.StateUsed, campaign.ErrUsed},
		{"expired", `status = 'expired'`, campaign.StateExpired, campaign.ErrExpired},
		{"replaced", `status = 'replaced'`, campaign.StateReplaced, campaign.ErrReplaced},
		{"withdrawn", `status = 'withdrawn'`, campaign.StateReplaced, campaign.ErrReplaced},
		{"locked", `status = 'locked', wrong_codes = 5`, campaign.StateLocked, campaign.ErrLocked},
		{"five wrong codes and not marked", `status = 'sent', wrong_codes = 5`, campaign.StateLocked, campaign.ErrLocked},
		{"refused", `status = 'refused'`, campaign.StateRefused, campaign.ErrNotLive},
	} {
		t.Run(c.name, func(t *testing.T) {
			k.exec(`update letters set issued_at = now(), expires_at = now() + interval '1 hour', wrong_codes = 0`)
			k.exec(`update letters set ` + c.set)
			now := k.letter(1)
			if now.State != c.state {
				t.Errorf("state = %s, want %s", now.State, c.state)
			}
			rollback := errors.New("rollback")
			err := pg.InTx(t.Context(), k.db, func(tx pg.Tx) error {
				return errors.Join(rollback, k.svc.ConsumeTx(t.Context(), tx, l.OrgID, l.ID))
			})
			if c.want == nil {
				if now.Err() != nil || errors.Is(err, campaign.ErrNotLive) {
					t.Errorf("%v, %v", now.Err(), err)
				}
				return
			}
			wantFault(t, now.Err(), c.want)
			wantFault(t, err, c.want)
		})
	}
	wantFault(t, k.consume(campaign.Letter{OrgID: 1, ID: 7}), campaign.ErrNotFound)
}

func TestFiveWrongCodesKillALetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	l := k.sentLetter(campaign.KindCode)
	_, code := k.keys(l)
	wantFault(t, k.svc.TryCode(t.Context(), l, "not a code"), campaign.ErrCodeShape)
	for left := 4; left >= 1; left-- {
		err := k.svc.TryCode(t.Context(), l, "0000-0000-0000-0000")
		wantFault(t, err, campaign.ErrCodeWrong)
		if f, _ := fault.As(err); !slices.Equal(f.Args, []any{"left", left}) || f.Field != "code" {
			t.Errorf("told %v on %q, want %d left", f.Args, f.Field, left)
		}
		if err := k.svc.TryCode(t.Context(), l, code); err != nil {
			t.Errorf("the right code with %d tries left: %v", left, err)
		}
	}
	wantFault(t, k.svc.TryCode(t.Context(), l, "0000-0000-0000-0000"), campaign.ErrLocked)
	wantFault(t, k.svc.TryCode(t.Context(), l, code), campaign.ErrLocked)
	wantFault(t, k.consume(l), campaign.ErrLocked)
	k.wantCount(4, `select count(*) from audit_log where action = 'letter.mistype' and org_id = 1`)
	k.wantCount(1, `select count(*) from audit_log where action = 'letter.lock' and org_id = 1`)
}

func TestWrongCodesAtTheSameTimeAreNeverSix(t *testing.T) {
	t.Parallel()
	k := newKit(t, 40)
	k.sentLetter(campaign.KindCode)
	for org := int64(1); org <= 40; org++ {
		l := k.letter(org)
		verdicts := together(12, func(int) error { return k.svc.TryCode(t.Context(), l, "0000-0000-0000-0000") })
		wrong, locked := 0, 0
		for _, err := range verdicts {
			switch {
			case errors.Is(err, campaign.ErrCodeWrong):
				wrong++
			case errors.Is(err, campaign.ErrLocked):
				locked++
			default:
				t.Errorf("got %v", err)
			}
		}
		if wrong != 4 || locked != 8 {
			t.Errorf("%d wrong and %d locked, want 4 and 8", wrong, locked)
		}
	}
	k.wantCount(40, `select count(*) from letters where wrong_codes = 5 and status = 'locked'`)
	k.wantCount(200, `select count(*) from audit_log where action in ('letter.mistype', 'letter.lock')`)
}

// together runs n functions at the same moment.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			errs[i] = f(i)
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
	return errs
}

const rounds = 200

func TestTwoWhoFinishAtOnceAreOneWinner(t *testing.T) {
	t.Parallel()
	k := newKit(t, rounds)
	k.sentLetter(campaign.KindLink)
	for org := int64(1); org <= rounds; org++ {
		l := k.letter(org)
		errs := together(2, func(int) error { return k.consume(l) })
		slices.SortFunc(errs, func(a, b error) int {
			if a == nil {
				return -1
			}
			return 1
		})
		if errs[0] != nil || !errors.Is(errs[1], campaign.ErrUsed) {
			t.Fatalf("round %d: %v and %v", org, errs[0], errs[1])
		}
	}
	k.wantCount(rounds, `select count(*) from letters where status = 'activated'`)
}

func TestACodeUsedWhileItIsSentAgainHasOneWinner(t *testing.T) {
	t.Parallel()
	k := newKit(t, rounds)
	k.sentLetter(campaign.KindCode)
	used, replaced := 0, 0
	for org := int64(1); org <= rounds; org++ {
		l := k.letter(org)
		errs := together(2, func(i int) error {
			if i == 0 {
				return k.consume(l)
			}
			_, err := k.resend(org)
			return err
		})
		switch {
		case errs[0] == nil && errors.Is(errs[1], campaign.ErrOrgActive):
			used++
		case errors.Is(errs[0], campaign.ErrReplaced) && errs[1] == nil:
			replaced++
		default:
			t.Fatalf("round %d: finish %v, again %v", org, errs[0], errs[1])
		}
	}
	t.Logf("finished first %d times, sent again first %d times", used, replaced)
	k.wantCount(used, `select count(*) from letters where status = 'activated'`)
	k.wantCount(replaced, `select count(*) from letters where status = 'replaced'`)
	k.wantCount(replaced, `select count(*) from letters where status = 'queued'`)
	k.wantCount(replaced, `select count(*) from river_job where kind = 'letter.send' and queue = 'default'`)
	k.wantCount(0, `select count(*) from (select org_id from letters where status in ('queued', 'sent', 'activated') group by org_id having count(*) <> 1) x`)
}

func TestALetterSentAgain(t *testing.T) {
	t.Parallel()
	k := newKit(t, 5)
	first := k.sentLetter(campaign.KindLink)
	token, _ := k.keys(first)
	k.exec(`update organizations set email = 'new@company.example', language = 'en' where org_id = 1`)
	support := k.seedStaff(perm.RoleOpSupport)
	id, err := k.svc.Resend(t.Context(), support, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("kills the earlier one", func(t *testing.T) {
		l, err := k.svc.ByToken(t.Context(), token)
		if err != nil || l.State != campaign.StateReplaced {
			t.Errorf("the earlier letter is %s, %v", l.State, err)
		}
		wantFault(t, k.consume(first), campaign.ErrReplaced)
	})
	t.Run("goes to the address of now, for the same campaign", func(t *testing.T) {
		l := k.letter(1)
		if l.ID != id || l.CampaignID != first.CampaignID || l.Kind != campaign.KindLink || l.Email != "new@company.example" || l.Language != "en" {
			t.Errorf("the new letter is %+v", l)
		}
		newToken, _ := k.keys(l)
		if newToken == token {
			t.Error("it has the same link")
		}
	})
	t.Run("is written down with who asked", func(t *testing.T) {
		k.wantCount(1, `select count(*) from audit_log where action = 'letter.resend' and actor_name = $1 and target = 'letter:' || $2::bigint`, support.Name, id)
	})
	t.Run("leaves after its campaign was stopped", func(t *testing.T) {
		if err := k.svc.Stop(t.Context(), k.staff, first.CampaignID); err != nil {
			t.Fatal(err)
		}
		if err := k.svc.SendNow(t.Context(), campaign.Ref{OrgID: 1, ID: id}); err != nil {
			t.Fatal(err)
		}
		if l := k.letter(1); l.Status != campaign.Sent {
			t.Errorf("the new letter is %s", l.Status)
		}
	})
	t.Run("to one without any letter belongs to no campaign", func(t *testing.T) {
		k.seedOrgs(6, 6)
		if _, err := k.resend(6); err != nil {
			t.Fatal(err)
		}
		if l := k.letter(6); l.CampaignID != 0 || l.Kind != campaign.KindCode {
			t.Errorf("its letter is %+v", l)
		}
	})
	t.Run("to an active one is refused", func(t *testing.T) {
		k.exec(`update organizations set status = 'active' where org_id = 2`)
		_, err := k.resend(2)
		wantFault(t, err, campaign.ErrOrgActive)
		_, err = k.resend(999)
		wantFault(t, err, campaign.ErrNoOrg)
	})
	t.Run("needs the right", func(t *testing.T) {
		_, err := k.svc.Resend(t.Context(), k.seedStaff(perm.RoleOpWatcher), 3)
		wantFault(t, err, actor.ErrForbidden)
		k.exec(`update staff set roles = '{op_watcher}' where id = $1`, support.StaffID)
		if _, err := k.svc.Resend(t.Context(), support, 3); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("with a right that was taken away: %v", err)
		}
		k.wantCount(1, `select count(*) from letters where org_id = 3`)
	})
}

func TestTwoWhoSendAgainAtOnceLeaveOneLetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 60)
	for org := int64(1); org <= 60; org++ {
		for _, err := range together(3, func(int) error { _, err := k.resend(org); return err }) {
			if err != nil && !errors.Is(err, campaign.ErrJustSent) {
				t.Errorf("got %v", err)
			}
		}
	}
	k.wantCount(60, `select count(*) from letters where status = 'queued'`)
}

func TestOrganizationsHaveOneLiveLetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	k.sentLetter(campaign.KindCode)
	_, err := k.db.Exec(t.Context(), `
		insert into letters (org_id, id, campaign_id, kind, email, language, seed, status)
		values (1, 1, 0, 'code', 'x', 'uz', '', 'queued')`)
	if !pg.Violates(err, "letters_org_id_live_key") {
		t.Errorf("a second live letter: %v", err)
	}
}

func TestStaffFindLetters(t *testing.T) {
	t.Parallel()
	k := newKit(t, 30)
	id := k.sentLetter(campaign.KindCode).CampaignID
	if _, err := k.resend(7); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    campaign.Filter
		want int
		more bool
	}{
		"all":                    {campaign.Filter{Limit: 50}, 31, false},
		"a page":                 {campaign.Filter{Limit: 25}, 25, true},
		"by tax number":          {campaign.Filter{Query: " 300 000 007 ", Limit: 25}, 2, false},
		"by address":             {campaign.Filter{Query: "ORG7@", Limit: 25}, 2, false},
		"by part of an address":  {campaign.Filter{Query: "org1", Limit: 25}, 11, false},
		"wildcards are letters":  {campaign.Filter{Query: "org_", Limit: 25}, 0, false},
		"by status":              {campaign.Filter{Status: campaign.Replaced, Limit: 25}, 1, false},
		"by campaign":            {campaign.Filter{CampaignID: id, Status: campaign.Queued, Limit: 25}, 1, false},
		"of another campaign":    {campaign.Filter{CampaignID: id + 1, Limit: 25}, 0, false},
		"of an organization":     {campaign.Filter{OrgID: 7, Limit: 25}, 2, false},
		"an unknown tax number":  {campaign.Filter{Query: "299999999", Limit: 25}, 0, false},
		"nothing but a wildcard": {campaign.Filter{Query: "%", Limit: 25}, 0, false},
	} {
		rows, more, err := k.svc.Letters(t.Context(), k.staff, c.f)
		if err != nil || len(rows) != c.want || more != c.more {
			t.Errorf("%s: %d rows, more %v, %v; want %d, %v", name, len(rows), more, err, c.want, c.more)
		}
		if !slices.IsSortedFunc(rows, func(a, b campaign.Row) int { return int(b.ID - a.ID) }) {
			t.Errorf("%s: not the newest first", name)
		}
	}
	seen := map[int64]bool{}
	err := k.svc.Export(t.Context(), k.staff, campaign.Filter{}, func(r campaign.Row) error { seen[r.ID] = true; return nil })
	if err != nil || len(seen) != 31 {
		t.Errorf("exported %d, %v", len(seen), err)
	}
	row, err := k.svc.Letter(t.Context(), k.staff, k.letter(7).ID)
	if err != nil || row.TIN != "300000007" || row.In("ru") != "Зарафшон Сут 7" || row.In("en") != "Zarafshon Sut 7" {
		t.Errorf("letter = %+v, %v", row, err)
	}
	_, err = k.svc.Letter(t.Context(), k.staff, 1)
	wantFault(t, err, campaign.ErrNotFound)
	_, err = k.svc.Letter(t.Context(), actor.Operator{}, 1)
	wantFault(t, err, actor.ErrSignIn)
}

var argsOfSend = regexp.MustCompile(`^\{"letters":\s*\[`)

func TestJobsCarryIDsOnly(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	k.chosen(form(campaign.KindCode))
	if _, err := k.resend(2); err != nil {
		t.Fatal(err)
	}
	list, _, err := jobs.List(context.Background(), k.db, jobs.Filter{Kind: "letter.send", Limit: 10})
	if err != nil || len(list) != 2 {
		t.Fatalf("%d jobs, %v", len(list), err)
	}
	k.wantCount(0, `select count(*) from river_job where args::text like '%@%'`)
	var args string
	if err := k.db.QueryRow(t.Context(), `select args::text from river_job where kind = 'letter.send' order by id limit 1`).Scan(&args); err != nil || !argsOfSend.MatchString(args) {
		t.Errorf("args = %s, %v", args, err)
	}
}
