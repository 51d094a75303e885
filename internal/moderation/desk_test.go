package moderation_test

import (
	"errors"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/gate"
)

func TestTheQueueIsByDeadline(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.queueUp(2, water, 10, 3)
	k.queueUp(9, tobacco, 20, 1)
	k.exec(`update card_versions set deadline_at = now() - interval '2 hours' where card_id = 20`)
	k.must(k.Claim(t.Context(), nodira, moderation.Key{Ref: moderation.Ref{OrgID: 2, CardID: 11}, N: 1}))
	for name, tt := range map[string]struct {
		filter moderation.Filter
		want   string
	}{
		"all":                   {moderation.Filter{}, "9-20 2-10 2-11 2-12 "},
		"nobody's":              {moderation.Filter{Hands: moderation.Free}, "9-20 2-10 2-12 "},
		"mine":                  {moderation.Filter{Hands: moderation.Mine}, ""},
		"a group":               {moderation.Filter{Group: water}, "2-10 2-11 2-12 "},
		"overdue":               {moderation.Filter{Due: moderation.Late}, "9-20 "},
		"by tomorrow":           {moderation.Filter{Due: moderation.Today}, "9-20 2-10 2-11 2-12 "},
		"an organization":       {moderation.Filter{TIN: "300 000 009"}, "9-20 "},
		"no tax number":         {moderation.Filter{TIN: "30x"}, ""},
		"by 14 digits":          {moderation.Filter{Query: "04780002000011"}, "2-11 "},
		"by 13 digits":          {moderation.Filter{Query: "4780002 000011"}, "2-11 "},
		"by a name in Cyrillic": {moderation.Filter{Query: "ВОДА зилол 12"}, "2-12 "},
		"by signs":              {moderation.Filter{Query: "%_"}, ""},
		"by too many digits":    {moderation.Filter{Query: "047800020000110"}, ""},
		"all of it":             {moderation.Filter{Query: "zilol", Group: water, TIN: "3", Due: moderation.Today, Hands: moderation.Free}, "2-10 2-12 "},
	} {
		p, err := k.List(t.Context(), timur, tt.filter)
		if got := ids(p.Rows); err != nil || got != tt.want {
			t.Errorf("%s: %q %v, want %q", name, got, err, tt.want)
		}
	}
	p, err := k.List(t.Context(), nodira, moderation.Filter{Size: 2})
	k.must(err)
	if c := p.Counts; c[moderation.Anybody].N != 4 || c[moderation.Free].N != 3 || c[moderation.Mine].N != 1 {
		t.Errorf("counted %v", c)
	}
	rest, err := k.List(t.Context(), nodira, moderation.Filter{Size: 2, After: p.Next})
	if got := ids(p.Rows) + "| " + ids(rest.Rows); err != nil || got != "9-20 2-10 | 2-11 2-12 " || rest.Next != "" {
		t.Errorf("in pages: %s, %v", got, err)
	}
	all, err := k.Export(t.Context(), timur, moderation.Filter{Group: water})
	if err != nil || len(all) != 3 || all[1].Claim.Name != "Nodira" || all[0].Names.Ru != "Вода «Зилол» 10" || !all[0].First {
		t.Errorf("exported %+v, %v", all, err)
	}
}

func TestAClaimIsForAWhile(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	c := k.queueUp(2, water, 10, 1)[0]
	k.must(k.Claim(ctx, timur, c))
	k.must(k.Claim(ctx, timur, c)) // renews it
	err := k.Claim(ctx, nodira, c)
	wantErr(t, err, moderation.ErrClaimed)
	wantErr(t, k.Publish(ctx, nodira, c), moderation.ErrClaimed)
	wantErr(t, k.Return(ctx, nodira, c, moderation.ReturnDraft{Reasons: []int64{1}}), moderation.ErrClaimed)
	if _, ok, err := k.Next(ctx, nodira, moderation.Filter{}, moderation.Ref{}); ok || err != nil {
		t.Errorf("the next card is another's: %t %v", ok, err)
	}
	k.exec(`update card_claims set held_until = now()`)
	k.must(k.Claim(ctx, nodira, c))
	wantErr(t, k.Publish(ctx, timur, c), moderation.ErrClaimed)
	k.must(k.PutBack(ctx, timur, c.Ref)) // not his any more
	wantErr(t, k.Claim(ctx, timur, c), moderation.ErrClaimed)
	k.must(k.PutBack(ctx, nodira, c.Ref))
	k.must(k.Publish(ctx, timur, c)) // claims by itself
	k.want(0, `select count(*) from card_claims`)
	wantErr(t, k.Claim(ctx, nodira, c), moderation.ErrOver)
}

func TestADecisionIsKeptWithAllThatFollows(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	cs := k.queueUp(2, water, 10, 2)
	k.must(k.Publish(ctx, timur, cs[0]))
	k.must(k.Return(ctx, timur, cs[1], moderation.ReturnDraft{
		Reasons: []int64{13, 1}, Words: []moderation.Words{{}, {Field: "brand", Uz: "Brend bo'sh", Ru: "Бренд пуст"}},
	}))
	k.want(1, `select count(*) from card_versions v join cards c on c.org_id = v.org_id and c.id = v.card_id
		where v.card_id = 10 and v.status = 'published' and c.standing = 'published' and v.decided_name = 'Timur'`)
	k.want(1, `select count(*) from catalogue where card_id = 10`)
	k.want(1, `select count(*) from card_decisions where card_id = 10 and verdict = 'published' and staff_id = 101 and reasons = '{}'`)
	k.want(1, `select count(*) from card_decisions where card_id = 11 and verdict = 'returned' and reasons = '{0,1,13}' and group_id = 13`)
	k.want(1, `select count(*) from audit_log where org_id = 2 and action = 'card.publish'`)
	k.want(2, `select count(*) from notices where org_id = 2 and kind = 'decision'`)
	// In the order of the card, ready to be read; what was left empty in English
	// reads as in Uzbek.
	k.want(1, `select count(*) from card_versions where card_id = 11 and status = 'returned'
		and remarks->0->>'field' = 'brand' and remarks->0->>'uz' = 'Brend boʻsh' and remarks->0->>'en' = 'Brend boʻsh'
		and remarks->1->>'field' = 'country' and remarks->2->>'field' = 'photos' and remarks->2->>'reason' = '1'`)
	for _, c := range cs {
		wantErr(t, k.Publish(ctx, nodira, c), moderation.ErrOver)
		wantErr(t, k.Return(ctx, nodira, c, moderation.ReturnDraft{Reasons: []int64{1}}), moderation.ErrOver)
	}
	o, err := k.Became(ctx, nodira, cs[1].Ref)
	if err != nil || o.Status != card.Back || o.DecidedBy != "Timur" || o.N != 1 {
		t.Errorf("became %+v, %v", o, err)
	}
	_, err = k.Find(ctx, nodira, cs[0].Ref)
	wantErr(t, err, moderation.ErrOver)
	_, err = k.Find(ctx, nodira, moderation.Ref{OrgID: 9, CardID: 10})
	wantErr(t, err, card.ErrNotFound)
	_, err = k.Became(ctx, nodira, moderation.Ref{OrgID: 9, CardID: 10})
	wantErr(t, err, card.ErrNotFound)
}

func TestWhatIsDecidedIsTheVersionThatWasLookedAt(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	c := k.queueUp(2, water, 10, 1)[0]
	k.must(k.Claim(t.Context(), timur, c))
	// Taken back and sent anew meanwhile.
	k.exec(`update card_versions set status = 'withdrawn'`)
	k.exec(`insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_by, sent_name, sent_at, deadline_at)
		select org_id, card_id, 2, 'moderation', content, 3, 'Barno', 3, 'Barno', now(), deadline_at from card_versions`)
	k.exec(`update cards set newest = 2`)
	wantErr(t, k.Publish(t.Context(), timur, c), moderation.ErrOver)
	wantErr(t, k.Claim(t.Context(), timur, c), moderation.ErrOver)
	c.N = 2
	k.must(k.Publish(t.Context(), nodira, c)) // the claim was on what waits no more
}

func TestNobodyDecidesAboutTheirOwnOrganization(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	ours, theirs := k.queueUp(2, water, 10, 1)[0], k.queueUp(9, water, 20, 1)[0]
	for _, tt := range []struct {
		op       actor.Operator
		own, may moderation.Key
	}{{jasur, theirs, ours}, {lola, ours, theirs}} {
		wantErr(t, k.Claim(ctx, tt.op, tt.own), moderation.ErrOwn)
		wantErr(t, k.Publish(ctx, tt.op, tt.own), moderation.ErrOwn)
		wantErr(t, k.Return(ctx, tt.op, tt.own, moderation.ReturnDraft{Reasons: []int64{1}}), moderation.ErrOwn)
		if o, err := k.Find(ctx, tt.op, tt.own.Ref); err != nil || !o.Own {
			t.Errorf("%s: own %t, %v", tt.op.Name, o.Own, err)
		}
		if n, err := k.Pass(ctx, tt.op, nodira.StaffID, "", []moderation.Ref{tt.own.Ref}); n != 0 || err != nil {
			t.Errorf("%s passes %d on, %v", tt.op.Name, n, err)
		}
		if n, err := k.Pass(ctx, timur, tt.op.StaffID, "", []moderation.Ref{tt.own.Ref}); n != 0 || err != nil {
			t.Errorf("%s is given %d, %v", tt.op.Name, n, err)
		}
		if got, ok, err := k.Next(ctx, tt.op, moderation.Filter{}, moderation.Ref{}); err != nil || !ok || got != tt.may.Ref {
			t.Errorf("%s is led to %s, %t, %v", tt.op.Name, got, ok, err)
		}
	}
	k.want(0, `select count(*) from card_decisions`)
}

func TestNextKeepsToTheFilter(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	const beer = 15
	waters, beers := k.queueUp(2, water, 10, 2), k.queueUp(2, beer, 20, 2)
	next := func(f moderation.Filter, leave moderation.Ref) (moderation.Ref, bool) {
		t.Helper()
		r, ok, err := k.Next(ctx, timur, f, leave)
		k.must(err)
		return r, ok
	}
	if r, _ := next(moderation.Filter{Group: beer}, moderation.Ref{}); r != beers[0].Ref {
		t.Errorf("the first beer is %s", r)
	}
	if r, _ := next(moderation.Filter{Group: beer}, beers[0].Ref); r != beers[1].Ref {
		t.Errorf("the next beer is %s", r)
	}
	if r, _ := next(moderation.Filter{Group: beer}, beers[1].Ref); r != beers[0].Ref {
		t.Errorf("behind the last beer is %s", r)
	}
	if r, _ := next(moderation.Filter{Hands: moderation.Mine}, moderation.Ref{}); r != beers[0].Ref {
		t.Errorf("of one's own it is %s", r)
	}
	if r, _ := next(moderation.Filter{Hands: moderation.Free}, moderation.Ref{}); r != waters[0].Ref {
		t.Errorf("of nobody's it is %s", r)
	}
	for name, f := range map[string]moderation.Filter{"overdue": {Due: moderation.Late}, "a name nobody has": {Query: "muzlatgich"}, "no number": {TIN: "x"}} {
		if r, ok := next(f, moderation.Ref{}); ok {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r, ok := next(moderation.Filter{Query: "04780002000011"}, moderation.Ref{}); !ok || r != waters[1].Ref {
		t.Errorf("by its number it is %s", r)
	}
}

func TestNextGoesThroughTheQueue(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	cs := k.queueUp(2, water, 10, 3)
	next := func(op actor.Operator, leave moderation.Ref) moderation.Ref {
		t.Helper()
		r, ok, err := k.Next(ctx, op, moderation.Filter{}, leave)
		if err != nil || !ok {
			t.Fatalf("nothing is next: %v", err)
		}
		return r
	}
	first := next(timur, moderation.Ref{})
	second := next(nodira, moderation.Ref{})
	if first != cs[0].Ref || second != cs[1].Ref {
		t.Errorf("first %s, then %s", first, second)
	}
	third := next(timur, first)
	if third != cs[2].Ref {
		t.Errorf("behind the first is %s", third)
	}
	k.want(0, `select count(*) from card_claims where card_id = 10`) // put back
	if again := next(timur, third); again != cs[0].Ref {
		t.Errorf("behind the last is %s", again)
	}
}

func TestCardsArePassedOn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	cs := k.queueUp(2, water, 10, 4)
	refs := []moderation.Ref{cs[0].Ref, cs[1].Ref, cs[2].Ref, cs[2].Ref, {OrgID: 2, CardID: 99}}
	k.must(k.Claim(ctx, timur, cs[0]))
	k.must(k.Claim(ctx, jasur, cs[1]))
	n, err := k.Pass(ctx, timur, nodira.StaffID, "You know  tobacco", refs)
	if n != 2 || err != nil {
		t.Errorf("passed %d, %v", n, err)
	}
	p, err := k.List(ctx, nodira, moderation.Filter{Hands: moderation.Mine})
	k.must(err)
	if got := ids(p.Rows); got != "2-10 2-12 " || p.Rows[0].Claim.GivenBy != "Timur" || p.Rows[0].Claim.Note != "You know tobacco" {
		t.Errorf("Nodira has %s: %+v", got, p.Rows)
	}
	k.want(1, `select count(*) from audit_log where action = 'card.pass' and details->>'to' = 'Nodira' and jsonb_array_length(details->'cards') = 2`)
	k.want(2, `select count(*) from card_claims where held_until > now() + interval '3 hours'`)
	k.must(k.Claim(ctx, nodira, cs[0])) // to work on it; the note stays
	k.want(1, `select count(*) from card_claims where card_id = 10 and note <> '' and held_until < now() + interval '16 minutes'`)

	_, err = k.Pass(ctx, timur, timur.StaffID, "", refs)
	wantErr(t, err, moderation.ErrColleague)
	k.hire(moderator(200, "Watcher"), "op_watcher")
	_, err = k.Pass(ctx, timur, 200, "", refs)
	wantErr(t, err, moderation.ErrColleague)
	_, err = k.Pass(ctx, timur, nodira.StaffID, "", nil)
	wantErr(t, err, moderation.ErrNone)
	all, err := k.Colleagues(ctx, timur)
	if err != nil || len(all) != 3 || all[2].Name != "Nodira" || all[2].Holds != 2 {
		t.Errorf("colleagues %+v, %v", all, err)
	}
}

func TestTheDeskAsksForItsRights(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	c := k.queueUp(2, water, 10, 1)[0]
	watcher := actor.Operator{StaffID: 300, Name: "Watcher", SessionKey: "Watcher", Rights: perm.RoleOpWatcher.Rights()}
	k.hire(watcher, "op_watcher")
	reads := map[string]func(actor.Operator) error{
		"list":    func(op actor.Operator) error { _, err := k.List(ctx, op, moderation.Filter{}); return err },
		"export":  func(op actor.Operator) error { _, err := k.Export(ctx, op, moderation.Filter{}); return err },
		"ahead":   func(op actor.Operator) error { _, err := k.Ahead(ctx, op, moderation.Filter{}, 3); return err },
		"find":    func(op actor.Operator) error { _, err := k.Find(ctx, op, c.Ref); return err },
		"became":  func(op actor.Operator) error { _, err := k.Became(ctx, op, c.Ref); return err },
		"stats":   func(op actor.Operator) error { _, err := k.Stats(ctx, op, 7); return err },
		"friends": func(op actor.Operator) error { _, err := k.Colleagues(ctx, op); return err },
	}
	acts := map[string]func(actor.Operator) error{
		"claim":    func(op actor.Operator) error { return k.Claim(ctx, op, c) },
		"put back": func(op actor.Operator) error { return k.PutBack(ctx, op, c.Ref) },
		"next": func(op actor.Operator) error {
			_, _, err := k.Next(ctx, op, moderation.Filter{}, moderation.Ref{})
			return err
		},
		"publish": func(op actor.Operator) error { return k.Publish(ctx, op, c) },
		"return": func(op actor.Operator) error {
			return k.Return(ctx, op, c, moderation.ReturnDraft{Reasons: []int64{1}})
		},
		"preview": func(op actor.Operator) error {
			_, err := k.Preview(ctx, op, c, moderation.ReturnDraft{Reasons: []int64{1}})
			return err
		},
		"pass":       func(op actor.Operator) error { _, err := k.Pass(ctx, op, 102, "", []moderation.Ref{c.Ref}); return err },
		"reasons":    func(op actor.Operator) error { _, err := k.Reasons(ctx, op); return err },
		"reason":     func(op actor.Operator) error { _, err := k.Reason(ctx, op, 1); return err },
		"add reason": func(op actor.Operator) error { return k.AddReason(ctx, op, moderation.ReasonDraft{}) },
		"change":     func(op actor.Operator) error { return k.ChangeReason(ctx, op, 1, moderation.ReasonDraft{}) },
	}
	for name, act := range reads {
		k.must(act(watcher))
		wantErr(t, act(actor.Operator{}), actor.ErrSignIn)
		if err := act(actor.Operator{SessionKey: "x"}); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("%s without a right: %v", name, err)
		}
	}
	for name, act := range acts {
		if err := act(watcher); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("%s by who only looks: %v", name, err)
		}
	}
	k.exec(`update staff set roles = '{op_watcher}'`)
	wantErr(t, k.Publish(ctx, timur, c), gate.ErrChanged)
	wantErr(t, k.Claim(ctx, timur, c), gate.ErrChanged)
	k.want(1, `select count(*) from card_versions where status = 'moderation'`)
}
