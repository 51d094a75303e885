package support_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/support"
)

// acts are all there are, each as its use case does it.
func (k kit) acts(r support.Request) map[support.Act]func(context.Context, who) error {
	said := func(act support.Act) func(context.Context, who) error {
		return func(ctx context.Context, w who) error {
			seen := int64(k.count(`select last_id from support_requests where id = $1`, r.ID))
			return k.Answer(ctx, w.staff, 2, r.ID, support.Said{Act: act, Body: "Javob", Seen: seen})
		}
	}
	return map[support.Act]func(context.Context, who) error{
		support.Reply:    func(ctx context.Context, w who) error { return k.Reply(ctx, w.member, r.ID, "Yana", nil) },
		support.Withdraw: func(ctx context.Context, w who) error { return k.Withdraw(ctx, w.member, r.ID) },
		support.Score: func(ctx context.Context, w who) error {
			return k.Score(ctx, w.member, r.ID, support.ScoreDraft{Score: "5"})
		},
		support.Claim:   func(ctx context.Context, w who) error { return k.Claim(ctx, w.staff, 2, r.ID) },
		support.PutBack: func(ctx context.Context, w who) error { return k.PutBack(ctx, w.staff, 2, r.ID) },
		support.Pass:    func(ctx context.Context, w who) error { return k.Pass(ctx, w.staff, 2, r.ID, 5, "Koʻr") },
		support.Note:    func(ctx context.Context, w who) error { return k.Note(ctx, w.staff, 2, r.ID, "Eslatma") },
		support.Answer:  said(support.Answer), support.Ask: said(support.Ask),
	}
}

// who is a member or one of the staff.
type who struct {
	name   string
	member actor.Actor
	staff  actor.Operator
}

// The table of the house: every state, every act, everybody. want says what the
// state allows; who may not do the act at all hears so whatever the state is.
func TestEveryActInEveryStateByEverybody(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	members := []who{{name: "who asked", member: karim}, {name: "the administrator", member: barno}, {name: "a colleague", member: lola}, {name: "a stranger", member: aziz}}
	staff := []who{{name: "who holds it", staff: timur}, {name: "another of the staff", staff: nodira}, {name: "who belongs to it", staff: botir}, {name: "who only looks", staff: vera}}
	byMembers := map[support.Act]bool{support.Reply: true, support.Withdraw: true, support.Score: true}
	for _, s := range support.Statuses() {
		for act, do := range k.acts(r) {
			cast := staff
			if byMembers[act] {
				cast = members
			}
			for _, w := range cast {
				k.aged()
				k.put(r, s)
				k.exec(`update support_requests set score = null where id = $1`, r.ID)
				if act == support.Pass && w.staff.StaffID == 5 {
					continue // nobody passes to themselves; the next test says so
				}
				var want error
				switch {
				case w.name == "a colleague" || w.name == "a stranger":
					want = support.ErrNotFound
				case w.name == "who only looks":
					want = actor.ErrForbidden
				case !s.Fits(act):
					want = support.ErrOver
				case act == support.Score && w.name != "who asked":
					want = actor.ErrForbidden
				case s == support.Work && (w.name == "another of the staff" || w.name == "who belongs to it") && act != support.Note:
					want = support.ErrHeld
				case w.name == "who belongs to it":
					want = support.ErrOwn
				}
				if err := do(ctx, w); !errors.Is(err, want) || (want == nil && err != nil) {
					t.Errorf("%s, %s by %s: got %v, want %v", s, act, w.name, err, want)
				}
				if want != nil && k.status(r) != s {
					t.Errorf("%s, %s by %s: refused, and yet it is %s now", s, act, w.name, k.status(r))
				}
			}
		}
	}
}

func TestARequestGoesToAndFro(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r, err := k.Open(ctx, karim, support.About{Kind: support.Card, ID: "17"}, support.Draft{Title: " Kartochka  yuborilmayapti ", Body: "https://evil.example/a\nQator"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "Kartochka yuborilmayapti" || r.About.Name != "Suv <b>1 l</b>" || r.Status != support.Open || !strings.HasPrefix(r.Number(), "ASL-20") {
		t.Errorf("%+v", r)
	}
	if support.ParseNumber(r.Number()) != r.ID || support.ParseNumber(" "+strings.ToLower(r.Number())) != r.ID {
		t.Errorf("%s is not read as %d", r.Number(), r.ID)
	}
	if days := time.Until(r.Due) / (24 * time.Hour); days < 1 || days > 16 {
		t.Errorf("due in %d days", days)
	}
	t.Run("a thing of others is nothing to ask about", func(t *testing.T) {
		for _, about := range []support.About{{Kind: support.Card, ID: "18"}, {Kind: support.Card, ID: "x"}, {Kind: support.Payment, ID: "1"}} {
			_, err := k.Open(ctx, karim, about, support.Draft{Title: "a", Body: "b"}, nil)
			wantErr(t, err, support.ErrNotFound)
		}
		_, err := k.Open(ctx, aziz, support.About{Kind: support.Card, ID: "17"}, support.Draft{Title: "a", Body: "b"}, nil)
		wantErr(t, err, support.ErrNotFound)
	})
	if err := k.Claim(ctx, timur, 2, r.ID); err != nil {
		t.Fatal(err)
	}
	if err := k.Note(ctx, nodira, 2, r.ID, "Ichki gap"); err != nil {
		t.Fatal(err)
	}
	t.Run("an answer to what somebody has added to is not sent", func(t *testing.T) {
		if err := k.Reply(ctx, barno, r.ID, "Yana bir gap", nil); err != nil {
			t.Fatal(err)
		}
		err := k.Answer(ctx, timur, 2, r.ID, support.Said{Act: support.Answer, Body: "Eski", Seen: r.LastID})
		wantErr(t, err, support.ErrMoved)
		k.want(0, `select count(*) from support_messages where side = 'staff'`)
		k.want(0, `select count(*) from notices`)
	})
	o, err := k.Find(ctx, timur, 2, r.ID)
	if err != nil || len(o.Messages) != 2 || len(o.Notes) != 1 || o.Language != "ru" || !o.Hold.By(4) {
		t.Fatalf("%+v, %v", o, err)
	}
	if err := k.Answer(ctx, timur, 2, r.ID, support.Said{Act: support.Ask, Body: "Qaysi sahifa?", Seen: o.LastID}); err != nil {
		t.Fatal(err)
	}
	k.want(2, `select count(*) from notices where kind = 'support' and key = 'support.notice.ask.' and member_id in (3, 4)`)
	got, err := k.Get(ctx, karim, r.ID)
	if err != nil || got.Status != support.Waiting || !got.Due.IsZero() || len(got.Messages) != 3 || !got.Unread(got.Messages[2]) || got.Hold.StaffID != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := k.MarkRead(ctx, karim, r.ID, got.LastID+1000); err != nil {
		t.Fatal(err)
	}
	if got, _ = k.Get(ctx, karim, r.ID); got.Unread(got.Messages[2]) || got.ReadTo != got.LastID {
		t.Errorf("read to %d of %d", got.ReadTo, got.LastID)
	}
	k.want(1, `select count(*) from notices where read_at is not null and member_id = 4`) // what told of it is read as well
	k.want(1, `select count(*) from notices where read_at is null and member_id = 3`)
	t.Run("seven days without a word close it, a letter says so, and it opens again for 14 days", func(t *testing.T) {
		k.exec(`update support_requests set closes_at = now() where id = $1`, r.ID)
		if err := k.CloseDue(ctx); err != nil || k.status(r) != support.Closed {
			t.Fatal(err, k.status(r))
		}
		k.want(2, `select count(*) from notices where key = 'support.notice.closed.'`)
		k.exec(`update support_requests set closed_at = now() - interval '14 days' where id = $1`, r.ID)
		wantErr(t, k.Reply(ctx, karim, r.ID, "Kech", nil), support.ErrOver)
		k.exec(`update support_requests set closed_at = now() - interval '13 days 23 hours' where id = $1`, r.ID)
		if err := k.Reply(ctx, karim, r.ID, "Kech emas", nil); err != nil || k.status(r) != support.Open {
			t.Fatal(err, k.status(r))
		}
	})
	t.Run("what was solved closes without a letter", func(t *testing.T) {
		k.put(r, support.Answered)
		k.exec(`update support_requests set closes_at = now() where id = $1`, r.ID)
		if err := k.CloseDue(ctx); err != nil || k.status(r) != support.Closed {
			t.Fatal(err, k.status(r))
		}
		k.want(2, `select count(*) from notices where key = 'support.notice.closed.'`)
	})
	t.Run("a score is given once", func(t *testing.T) {
		if err := k.Score(ctx, karim, r.ID, support.ScoreDraft{Score: "4", Text: "Tez"}); err != nil {
			t.Fatal(err)
		}
		wantErr(t, k.Score(ctx, karim, r.ID, support.ScoreDraft{Score: "1"}), support.ErrScored)
	})
	k.want(0, `select count(*) from audit_log where org_id = 2 and action in ('support.note', 'support.pass')`)
	k.want(1, `select count(*) from audit_log where org_id = 2 and action = 'support.open'`)
}

func TestHoldsLapseAndAreHandedOn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	first, second := k.ask(karim), k.ask(barno)
	k.exec(`update support_requests set due_at = now() + interval '1 hour' where id = $1`, first.ID)
	ref, ok, err := k.Next(ctx, timur, support.Ref{})
	if err != nil || !ok || ref.ID != first.ID {
		t.Fatalf("%+v %v %v", ref, ok, err)
	}
	wantErr(t, k.Claim(ctx, nodira, 2, first.ID), support.ErrHeld)
	k.exec(`update support_requests set held_until = now() - interval '1 second' where id = $1`, first.ID)
	if err := k.Claim(ctx, nodira, 2, first.ID); err != nil {
		t.Errorf("a lapsed hold: %v", err)
	}
	wantErr(t, k.PutBack(ctx, timur, 2, first.ID), support.ErrHeld)
	if ref, ok, err = k.Next(ctx, nodira, support.Ref{OrgID: 2, ID: first.ID}); err != nil || !ok || ref.ID != second.ID || k.status(first) != support.Open {
		t.Errorf("leaving one for the next: %+v %v %v, the first is %s", ref, ok, err, k.status(first))
	}
	if _, ok, _ = k.Next(ctx, timur, support.Ref{OrgID: 2, ID: first.ID}); ok {
		t.Error("the one that was left comes again at once")
	}
	t.Run("passing needs a colleague who answers", func(t *testing.T) {
		for _, to := range []int64{0, 4, 6, 99} { // nobody, oneself, who only looks, a stranger
			wantErr(t, k.Pass(ctx, timur, 2, first.ID, to, ""), support.ErrColleague)
		}
		if err := k.Pass(ctx, timur, 2, first.ID, 5, "Sizniki"); err != nil {
			t.Error(err)
		}
		o, err := k.Find(ctx, vera, 2, first.ID)
		if err != nil || o.Hold.Name != "Nodira" || len(o.Notes) != 1 || time.Until(o.Hold.Until) < 3*time.Hour {
			t.Errorf("%+v %v", o.Hold, err)
		}
	})
}

// One of the staff who is a user of an organization, or its director, is not given
// its requests and does not read what colleagues note about it.
func TestStaffServeNoOrganizationOfTheirOwn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	own, theirs := k.ask(karim), k.ask(aziz)
	k.exec(`update support_requests set due_at = now() + interval '1 hour' where id = $1`, own.ID)
	if err := k.Note(ctx, timur, 2, own.ID, "Ehtiyot"); err != nil {
		t.Fatal(err)
	}
	o, err := k.Find(ctx, botir, 2, own.ID)
	if err != nil || !o.Own || len(o.Messages) != 1 || len(o.Notes) != 0 {
		t.Errorf("own %v, %d messages, %d notes, %v", o.Own, len(o.Messages), len(o.Notes), err)
	}
	ref, ok, err := k.Next(ctx, botir, support.Ref{})
	if err != nil || !ok || ref.ID != theirs.ID {
		t.Errorf("next: %+v %v %v", ref, ok, err)
	}
	wantErr(t, k.Pass(ctx, timur, 2, own.ID, botir.StaffID, ""), support.ErrColleague)
	for org, want := range map[int64]int{2: 1, 9: 2} {
		cs, err := k.Colleagues(ctx, timur, org)
		if err != nil || len(cs) != want {
			t.Errorf("colleagues for %d: %v %v", org, cs, err)
		}
	}
	k.exec(`update organizations set director_pinfl_mac = 'b' where org_id = 9`)
	wantErr(t, k.Claim(ctx, botir, 9, theirs.ID), support.ErrOwn)
	if err := k.PutBack(ctx, botir, 9, theirs.ID); err != nil {
		t.Errorf("what was taken before can be put back: %v", err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	for range support.OpenOfOne - 1 {
		k.ask(karim)
	}
	_, err := k.Open(ctx, karim, support.About{Kind: support.Other}, support.Draft{Title: "a", Body: "b"}, nil)
	wantErr(t, err, support.ErrMany)
	k.ask(barno) // somebody else of the organization may
	for range support.HourOfOne - support.OpenOfOne {
		if err := k.Reply(ctx, karim, r.ID, "Va yana", nil); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, k.Reply(ctx, karim, r.ID, "Va yana", nil), support.ErrOften)
	k.aged()
	k.exec(`insert into support_messages (org_id, request_id, id, side, author_id, author_name, body, created_at)
		select 2, $1, nextval('support_message_ids'), 'member', 4, 'Karim', 'x', now() - interval '2 days' from generate_series(1, $2)`, r.ID, support.MaxMessages)
	wantErr(t, k.Reply(ctx, karim, r.ID, "Va yana", nil), support.ErrLong)

	t.Run("what is wrong is said of every field", func(t *testing.T) {
		_, err := k.Open(ctx, aziz, support.About{Kind: support.Other}, support.Draft{Title: "\u202etxt", Body: strings.Repeat("x", 4001)},
			[]support.Upload{upload("a.svg", []byte("<svg onload=alert(1)>"))})
		cs, ok := fault.ComplaintsOf(err)
		if !ok || len(cs) != 3 {
			t.Errorf("%v: %+v", err, cs)
		}
		for _, draft := range []support.ScoreDraft{{}, {Score: "6"}, {Score: "0"}, {Score: "٣"}} {
			if _, _, err := draft.Open(); err == nil {
				t.Errorf("%+v is a score", draft)
			}
		}
	})
}

func TestListsAndFilters(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	mine, theirs, foreign := k.ask(karim), k.ask(barno), k.ask(aziz)
	k.exec(`insert into requests (org_id, id, kind, subject, member_id, member_name, status, decided_at, answer)
		values (2, 90, 'issuer', '13', 3, 'Barno', 'refused', now(), 'Yoʻq')`)
	ids := func(p support.OwnPage, err error) (ids []int64) {
		if err != nil {
			t.Error(err)
		}
		for _, r := range p.Rows {
			if r.Wish != nil {
				ids = append(ids, -r.Wish.ID)
				continue
			}
			ids = append(ids, r.ID)
		}
		return ids
	}
	same := func(name string, got []int64, want ...int64) {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
			return
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
	same("a clerk's own", ids(k.Own(ctx, karim, support.OwnFilter{})), mine.ID)
	same("all of the organization", ids(k.Own(ctx, barno, support.OwnFilter{})), -90, theirs.ID, mine.ID)
	same("what is answered", ids(k.Own(ctx, barno, support.OwnFilter{Part: support.Settled})), -90)
	same("by number", ids(k.Own(ctx, barno, support.OwnFilter{Query: mine.Number()})), mine.ID)
	same("a percent sign is one", ids(k.Own(ctx, barno, support.OwnFilter{Query: "%"})))
	same("by kind", ids(k.Own(ctx, barno, support.OwnFilter{Kind: support.Issuer})), -90)
	var walked []int64
	for f := (support.OwnFilter{Size: 1}); ; {
		p, err := k.Own(ctx, barno, f)
		walked = append(walked, ids(p, err)...)
		if f.After = p.Next; p.Next == "" || len(walked) > 5 {
			break
		}
	}
	same("page by page", walked, -90, theirs.ID, mine.ID)

	desk := func(f support.Filter) (ids []int64) {
		p, err := k.List(ctx, timur, f)
		if err != nil {
			t.Error(err)
		}
		for _, i := range p.Rows {
			ids = append(ids, i.ID)
		}
		return ids
	}
	k.exec(`update support_requests set due_at = now() - interval '1 hour' where id = $1`, foreign.ID)
	k.exec(`update support_requests set due_at = now() + interval '5 days' where id = $1`, mine.ID)
	same("by deadline", desk(support.Filter{}), foreign.ID, theirs.ID, mine.ID)
	same("late", desk(support.Filter{Due: support.Late}), foreign.ID)
	same("by TIN", desk(support.Filter{Query: "300 000 009"}), foreign.ID)
	same("by number at the desk", desk(support.Filter{Query: theirs.Number()}), theirs.ID)
	same("by words", desk(support.Filter{Query: "avol"}), foreign.ID, theirs.ID, mine.ID)
	same("nothing of mine", desk(support.Filter{Tab: support.Mine}))
	walked = nil
	for f := (support.Filter{Size: 1}); ; {
		p, err := k.List(ctx, timur, f)
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, p.Rows[0].ID)
		if f.After = p.Next; p.Next == "" || len(walked) > 5 {
			break
		}
	}
	same("the desk page by page", walked, foreign.ID, theirs.ID, mine.ID)
	for _, tab := range []support.Tab{support.Waits, support.Solved, support.Over} {
		same(string(tab), desk(support.Filter{Tab: tab}))
	}

	k.exec(`update support_requests set answered_at = created_at + interval '3 hours', score = 4, score_text = 'Yaxshi', scored_at = now() where id = $1`, mine.ID)
	s, err := k.Stats(ctx, vera, 7)
	all := s.All()
	if err != nil || all.Asked != 3 || all.Answered != 1 || all.InTime != 1 || all.First() != 3*time.Hour || all.Average() != 4 || s.Now.Late != 1 || len(s.Said) != 1 {
		t.Errorf("%+v %+v %v", s, all, err)
	}
}

func TestReadyAnswers(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	o, err := k.Find(ctx, timur, 2, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"uz", "ru", "en"} {
		all, err := k.ReadyFor(ctx, timur, support.Issuer)
		if err != nil || len(all) < 3 {
			t.Fatal(all, err)
		}
		for _, a := range all {
			if text := a.Fill(o.Item, "Timur", lang); strings.ContainsAny(text, "{}") || !strings.Contains(text, "Karim") {
				t.Errorf("%s: %s", lang, text)
			}
		}
	}
	full := support.ReadyDraft{Name: "Yangi", Uz: "O'zbek {name}", Ru: "Рус {name}", En: "En {name}", Active: true}
	if a, err := full.Open(); err != nil || a.Uz != "Oʻzbek {name}" {
		t.Errorf("%+v %v", a, err)
	}
	for _, bad := range []support.ReadyDraft{
		{}, {Name: "a", Uz: "a", Ru: "a"}, {Name: "a", Uz: "{nmae}", Ru: "a", En: "a"}, {Name: "a", Uz: "a {", Ru: "a", En: "a"}, {Kind: "x", Name: "a", Uz: "a", Ru: "a", En: "a"},
	} {
		if _, err := bad.Open(); err == nil {
			t.Errorf("%+v passes", bad)
		}
	}
	wantErr(t, k.AddReady(ctx, vera, full), actor.ErrForbidden)
}
