package agreement_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"kabinet/internal/agreement"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/proof"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryActInEveryState is the table of states, acts and rights.
func TestEveryActInEveryState(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	possible := map[agreement.Act]map[agreement.Status]agreement.Status{
		agreement.Withdraw: {agreement.Requested: agreement.Ended, agreement.Sent: agreement.Ended},
		agreement.Send:     {agreement.Requested: agreement.Sent, agreement.Sent: agreement.Sent},
		agreement.Sign:     {agreement.Sent: agreement.Signed},
		agreement.Refuse:   {agreement.Requested: agreement.Ended, agreement.Sent: agreement.Ended, agreement.Signed: agreement.Ended},
		agreement.Activate: {agreement.Signed: agreement.Active},
		agreement.End:      {agreement.Active: agreement.Ended},
	}
	ctx := t.Context()
	do := func(x agreement.Act, m actor.Actor, op actor.Operator, id int64) error {
		switch x {
		case agreement.Withdraw:
			return o.Withdraw(ctx, m, id)
		case agreement.Send:
			return o.Send(ctx, op, 1, id, agreement.Sending{Version: "2026-07-01"})
		case agreement.Refuse:
			return o.Refuse(ctx, op, 1, id, "Sabab")
		case agreement.Activate:
			return o.Activate(ctx, op, 1, id)
		case agreement.End:
			return o.End(ctx, op, 1, id, "Sabab")
		}
		sig, err := o.signature(m, id, o.director)
		if err != nil {
			return err
		}
		return o.Sign(ctx, m, id, sig)
	}
	for _, from := range agreement.Statuses() {
		for x := range possible {
			id := o.begin(from)
			if err := do(x, o.clerk, o.watcher, id); !errors.Is(err, actor.ErrForbidden) {
				t.Errorf("%s in %s without the right: %v", x, from, err)
			}
			to, ok := possible[x][from]
			err := do(x, o.botir, o.staff, id)
			switch {
			case !ok && !errors.Is(err, agreement.ErrState):
				t.Errorf("%s in %s: %v, want %v", x, from, err, agreement.ErrState)
			case !ok:
				to = from
			case err != nil:
				t.Errorf("%s in %s: %v", x, from, err)
			}
			if now := o.status(id); now != to {
				t.Errorf("%s in %s led to %s, want %s", x, from, now, to)
			}
		}
	}
	if err := o.Send(ctx, o.staff, 2, o.begin(agreement.Requested), agreement.Sending{Version: "2026-11-01"}); !errors.Is(err, agreement.ErrNotFound) {
		t.Errorf("under the number of another organization: %v", err)
	}
}

func TestAnOrganizationHasOneOpenAgreement(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var open []int64
	for range 8 {
		wg.Go(func() {
			id, err := o.Ask(ctx, o.botir, "")
			if err == nil {
				mu.Lock()
				open = append(open, id)
				mu.Unlock()
			} else if !errors.Is(err, agreement.ErrOpen) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(open) != 1 {
		t.Fatalf("%d are open", len(open))
	}
	o.exec(`delete from agreements`)
	o.exec(`update org_product_groups set issuer = false`)
	if _, err := o.Ask(ctx, o.botir, ""); !errors.Is(err, agreement.ErrNotIssuer) {
		t.Errorf("without emitting codes: %v", err)
	}
	o.exec(`update org_product_groups set issuer = true`)
	for range 5 {
		id, err := o.Ask(ctx, o.botir, "")
		must(t, err)
		must(t, o.Withdraw(ctx, o.botir, id))
	}
	if _, err := o.Ask(ctx, o.botir, ""); !errors.Is(err, agreement.ErrMany) {
		t.Errorf("the sixth in a day: %v", err)
	}
}

// TestWhoMaySign tries keys and texts that will not do.
func TestWhoMaySign(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	id := o.begin(agreement.Sent)
	personal := o.key(edstest.Person{CN: "AHMEDOV BOTIR", PINFL: directorPINFL})
	elsewhere := o.key(edstest.Person{CN: "AHMEDOV BOTIR", PINFL: directorPINFL, OrgTIN: "300000002", Org: "Org 2"})
	sign := func(what string, a actor.Actor, k edstest.Key, want string) {
		t.Helper()
		sig, err := o.signature(a, id, k)
		if err == nil {
			err = o.Sign(ctx, a, id, sig)
		}
		if f, _ := fault.As(err); f == nil || f.Key != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
		if now := o.status(id); now != agreement.Sent {
			t.Fatalf("%s: %s", what, now)
		}
	}
	sign("an administrator who does not direct", o.karim, o.karims, "agreement.not_director")
	sign("the director's key in other hands", o.karim, o.director, "account.key.other_person")
	sign("somebody else's key", o.botir, o.karims, "account.key.other_person")
	sign("the director's personal key", o.botir, personal, "agreement.not_director")
	sign("a key of another organization", o.botir, elsewhere, "account.key.other_org")

	old, err := o.signature(o.botir, id, o.director)
	must(t, err)
	must(t, o.Send(ctx, o.staff, 1, id, agreement.Sending{Version: "2026-07-01"}))
	if err := o.Sign(ctx, o.botir, id, old); !errors.Is(err, agreement.ErrChanged) {
		t.Errorf("a text made anew meanwhile: %v", err)
	}
	sig, err := o.signature(o.botir, id, o.director)
	must(t, err)
	o.exec(`update organizations set director_name = 'Yangi Direktor' where org_id = 1`)
	if err := o.Sign(ctx, o.botir, id, sig); !errors.Is(err, agreement.ErrOtherThen) {
		t.Errorf("a director who is not in the text: %v", err)
	}
	o.exec(`update organizations set director_name = 'Botir Ahmedov' where org_id = 1`)
	sig, err = o.signature(o.botir, id, o.director)
	must(t, err)
	must(t, o.Sign(ctx, o.botir, id, sig))
	o.staysVerifiable(id)
}

// staysVerifiable checks what was kept, then spoils it.
func (o office) staysVerifiable(id int64) {
	o.t.Helper()
	ctx := o.t.Context()
	against := func(want error) {
		o.t.Helper()
		c, err := o.Check(ctx, o.botir, id)
		if err != nil {
			o.t.Fatal(err)
		}
		if want == nil && c.Against != nil || want != nil && !errors.Is(c.Against, want) {
			o.t.Errorf("%v, want %v", c.Against, want)
		}
	}
	against(nil)
	o.exec(`update organizations set name_uz = 'Boshqa nom' where org_id = 1`)
	against(nil) // the name is not what was agreed
	o.exec(`update agreements set text_ru = text_ru || ' ' where org_id = 1`)
	against(agreement.ErrChanged)
	o.exec(`update agreements set text_ru = rtrim(text_ru, ' ') where org_id = 1`)
	against(nil)
	o.exec(`update eds_signatures set body = body || ' ' where org_id = 1`)
	against(proof.ErrChallenge)
	if _, err := o.Container(ctx, o.clerk, id); !errors.Is(err, actor.ErrForbidden) {
		o.t.Errorf("a container for somebody who is no administrator: %v", err)
	}
	if b, err := o.Container(ctx, o.karim, id); err != nil || len(b) == 0 {
		o.t.Error(err)
	}
}

// TestOfTwoAtOnceOneWins lets acts meet 200 times.
func TestOfTwoAtOnceOneWins(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	race := func(what string, first, second func() error) {
		t.Helper()
		var errs [2]error
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = first() })
		wg.Go(func() { errs[1] = second() })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[0], errs[1]), agreement.ErrState) {
			t.Fatalf("%s: %v and %v", what, errs[0], errs[1])
		}
	}
	id := o.begin(agreement.Sent)
	for range 200 {
		o.exec(`delete from rate_limits`)
		sig, err := o.signature(o.botir, id, o.director)
		must(t, err)
		race("sign and withdraw", func() error { return o.Sign(ctx, o.botir, id, sig) }, func() error { return o.Withdraw(ctx, o.karim, id) })
		o.exec(`update agreements set status = 'sent', ending = '', ended_at = null, signature_id = null where id = $1`, id)
	}
	id = o.begin(agreement.Signed)
	for range 200 {
		race("activate and refuse", func() error { return o.Activate(ctx, o.staff, 1, id) }, func() error { return o.Refuse(ctx, o.staff, 1, id, "Sabab") })
		o.exec(`update agreements set status = 'signed', ending = '', ended_at = null where id = $1`, id)
	}
	id = o.begin(agreement.Active)
	for range 200 { // the staff end it while the job finds that it is over
		o.exec(`update agreements set status = 'active', ending = '', ended_at = null, until = now() + interval '2 ms' where id = $1`, id)
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := o.End(ctx, o.staff, 1, id, "Sabab"); err != nil && !errors.Is(err, agreement.ErrState) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := o.ExpireNow(ctx); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	}
	var lines int
	must(t, o.DB.QueryRow(ctx, `select count(*) from audit_log where action in ('agreement.end', 'agreement.expire')`).Scan(&lines))
	if lines > 200 {
		t.Errorf("%d ends of 200 agreements", lines)
	}
}

// TestTheLastDay lets the job come by, and the clock without it.
func TestTheLastDay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	id := o.begin(agreement.Active)
	o.exec(`update agreements set activated_at = now() - interval '1 year'`)
	reminders := func() (n int) {
		must(t, o.DB.QueryRow(ctx, `select count(distinct created_at) from notices where key = 'agreement.notice.ending.'`).Scan(&n))
		return n
	}
	for _, tt := range []struct {
		left string
		want int
	}{{"40 days", 0}, {"29 days", 1}, {"28 days", 1}, {"6 days", 2}, {"20 hours", 3}, {"19 hours", 3}} {
		o.exec(`update agreements set until = now() + $1::interval`, tt.left)
		must(t, o.ExpireNow(ctx))
		if n := reminders(); n != tt.want {
			t.Errorf("with %s left: %d reminders, want %d", tt.left, n, tt.want)
		}
	}
	o.exec(`update agreements set until = now() - interval '1 second'`)
	p, err := o.Paper(ctx, o.botir, id)
	if err != nil || p.Status != agreement.Ended || p.Ending != agreement.Expired || !p.Ended.At.Equal(p.Until) {
		t.Errorf("before the job: %+v, %v", p.Agreement, err)
	}
	next, err := o.Ask(ctx, o.botir, "yangisi")
	if err != nil || next == id {
		t.Errorf("the next one: %v", err)
	}
	must(t, o.ExpireNow(ctx))
	v, err := o.View(ctx, o.clerk)
	if now, ok := v.Current(); err != nil || len(v.All) != 2 || !ok || now.ID != next || v.All[1].Ending != agreement.Expired {
		t.Errorf("%+v, %v", v.All, err)
	}
}

func TestTheOfferIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := i18n.With(t.Context(), i18n.Ru)
	if _, err := o.ChallengeOffer(ctx, o.clerk); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
	accept := func(a actor.Actor, k edstest.Key) error {
		c, err := o.ChallengeOffer(ctx, a)
		if err != nil {
			return err
		}
		return o.Accept(ctx, a, signed(c, k))
	}
	if err := accept(o.botir, o.karims); err == nil {
		t.Error("with somebody else's key")
	}
	must(t, accept(o.karim, o.karims))
	if err := accept(o.botir, o.director); !errors.Is(err, agreement.ErrAccepted) {
		t.Errorf("the second time: %v", err)
	}
	all, _, err := o.Offer(ctx, o.clerk)
	if err != nil || len(all) != 1 || !agreement.Accepted(all) || all[0].Lang != "ru" || all[0].By != "KARIMOV KARIM" {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestTextsAndLetters keeps every word that goes out in golden files.
func TestTextsAndLetters(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.exec(`alter sequence agreement_ids restart with 42`)
	id := o.begin(agreement.Active)
	must(t, o.End(ctx, o.staff, 1, id, "Kodlar boshqalarga berilgan"))
	o.exec(`update agreements set status = 'active', ending = '', ended_at = null, until = '2027-01-01 00:00+05', activated_at = now() - interval '1 year'`)
	o.exec(`update agreements set until = now() + interval '20 days'`)
	must(t, o.ExpireNow(ctx))
	o.exec(`update agreements set until = now() - interval '1 day'`)
	must(t, o.ExpireNow(ctx))
	o.exec(`update agreements set status = 'requested', ending = '', ended_at = null`)
	o.exec(`update organizations set director_pinfl_mac = '\x07' where org_id = 1`)
	if err := o.Refuse(ctx, o.staff, 1, id, "Sabab"); !errors.Is(err, agreement.ErrOwn) {
		t.Errorf("the director among the staff: %v", err)
	}
	o.exec(`update organizations set director_pinfl_mac = '' where org_id = 1`)
	must(t, o.Refuse(ctx, o.staff, 1, id, "Maʼlumotlar notoʻgʻri"))
	rows, err := o.DB.Query(ctx, `select distinct on (key) key, args from notices order by key, created_at`)
	must(t, err)
	type letter struct {
		Key  string
		Args []string
	}
	letters, err := pgx.CollectRows(rows, pgx.RowToStructByPos[letter])
	must(t, err)
	if len(letters) != 7 {
		t.Fatalf("%d letters", len(letters))
	}
	p, err := o.Paper(ctx, o.botir, id)
	must(t, err)
	for _, l := range i18n.Langs() {
		var b strings.Builder
		for _, n := range letters {
			args := make([]any, len(n.Args))
			for i, a := range n.Args {
				args[i] = a
				if i%2 == 1 && n.Args[i-1] == "until" {
					args[i] = "31.12.2027"
				}
			}
			fmt.Fprintf(&b, "== %s\n%s\n\n%s\n\n[%s]\n\n", n.Key, i18n.Text(l, n.Key+"subject", args...), i18n.Text(l, n.Key+"text", args...), i18n.Text(l, n.Key+"button", args...))
		}
		golden(t, "letters."+l.Code()+".txt", b.String())
		golden(t, "text."+l.Code()+".txt", strings.ReplaceAll(p.Texts.In(l.Code()), p.Sent.At.In(clock.Tashkent()).Format("02.01.2006"), "01.12.2026"))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	if diff := cmp.Diff(string(want), got); err != nil || diff != "" {
		t.Errorf("%s: %v %s", name, err, diff)
	}
}

func TestTheDeskFinds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	id := o.begin(agreement.Requested)
	for query, want := range map[string]int{
		"": 1, "3000": 1, "300000002": 0, agreement.Number(id): 1, "km" + fmt.Sprint(id): 1, "KM-999999": 0, "KM-x": 0, "\u202e": 0, "Botir": 0, "99999999999": 0,
	} {
		p, err := o.List(ctx, o.watcher, agreement.Filter{Query: query})
		if err != nil || len(p.Rows) != want || p.Counts[agreement.Requested].N != want {
			t.Errorf("%q: %d rows, %v", query, len(p.Rows), err)
		}
	}
	if _, err := o.List(ctx, o.watcher, agreement.Filter{After: "boshqa"}); err == nil {
		t.Error("a cursor that is none")
	}
	for _, tt := range []struct {
		in   agreement.Sending
		want []string
	}{
		{agreement.Sending{}, []string{"agreement.version_missing"}},
		{agreement.Sending{Version: "2026-11-01", Until: "01.01.2020"}, []string{"agreement.past_day"}},
		{agreement.Sending{Version: "../x", Until: "kecha"}, []string{"agreement.version_missing", "agreement.day"}},
		{agreement.Sending{Version: "2026-11-01", Until: "2099-01-01"}, []string{"agreement.far"}},
	} {
		err := o.Send(ctx, o.staff, 1, id, tt.in)
		wrong, _ := fault.ComplaintsOf(err)
		var keys []string
		for _, c := range wrong {
			keys = append(keys, c.Key)
		}
		if !slices.Equal(keys, tt.want) {
			t.Errorf("%+v: %v", tt.in, err)
		}
	}
	if err := o.Refuse(ctx, o.staff, 1, id, "qarang: http://sayt.example"); err == nil {
		t.Error("a link in a letter of ours")
	}
}
