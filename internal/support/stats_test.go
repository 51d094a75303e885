package support_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/support"
)

// stats are those of 30 days, without what waits at this moment.
func (k kit) stats() support.Stats {
	k.t.Helper()
	s, err := k.Stats(k.t.Context(), vera, 30)
	if err != nil {
		k.t.Fatal(err)
	}
	s.Now = support.Now{}
	return s
}

// askedBefore makes a request that was asked some days ago.
func (k kit) askedBefore(days int) support.Request {
	k.t.Helper()
	r := k.ask(karim)
	k.exec(`update support_requests set created_at = created_at - $2 * interval '1 day' where id = $1`, r.ID, days)
	r, _ = k.read(r)
	return r
}

// read gives a request anew, with the number of its last message.
func (k kit) read(r support.Request) (support.Request, int64) {
	k.t.Helper()
	o, err := k.Find(k.t.Context(), timur, r.OrgID, r.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	return o.Request, o.LastID
}

// Whether a day is summed up shows in no number: neither when the job has come by,
// nor when an answer or a score comes late.
func TestStatisticsAreTheSameWhetherSummedUpOrNot(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	late, old := k.askedBefore(3), k.askedBefore(20)
	k.askedBefore(3)
	k.ask(karim)
	before := k.stats()
	if before.All().Asked != 4 {
		t.Fatalf("asked: %d", before.All().Asked)
	}
	for range 2 {
		if err := k.SumDays(ctx); err != nil {
			t.Fatal(err)
		}
	}
	k.want(91, `select count(*) from support_days where kind = ''`)
	k.want(2, `select count(*) from support_days where kind = 'other'`)
	if d := cmp.Diff(before, k.stats()); d != "" {
		t.Error(d)
	}

	if err := k.Answer(ctx, timur, 2, late.ID, support.Said{Act: support.Answer, Body: "Javob", Seen: late.LastID}); err != nil {
		t.Fatal(err)
	}
	k.put(old, support.Answered)
	if err := k.Score(ctx, karim, old.ID, support.ScoreDraft{Score: "2", Text: "Kech"}); err != nil {
		t.Fatal(err)
	}
	k.want(0, `select count(*) from support_days where kind = 'other'`)
	now := k.stats()
	if all := now.All(); all.Answered != 1 || all.InTime != 1 || all.Scored != 1 || all.First() < 71*time.Hour || len(now.Said) != 1 {
		t.Errorf("%+v", now.All())
	}
	if err := k.SumDays(ctx); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(now, k.stats()); d != "" {
		t.Error(d)
	}
	again, seen := k.read(late)
	if err := k.Answer(ctx, timur, 2, late.ID, support.Said{Act: support.Answer, Body: "Yana", Seen: seen}); err != nil {
		t.Fatal(err)
	}
	k.want(2, `select count(*) from support_days where kind = 'other'`) // a further answer changes no sum
	if d := cmp.Diff(now, k.stats()); d != "" {
		t.Errorf("%s: %s", again.Number(), d)
	}
}

// A day is summed up while one of its questions is answered: whichever comes
// first, the answer counts.
func TestAnAnswerIsNotLostToTheSums(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.askedBefore(3)
	for i := range rounds {
		k.exec(`delete from support_days`)
		k.exec(`insert into support_days select (now() at time zone 'Asia/Tashkent')::date - n, '', 0, 0, 0, 0, 0, 0 from generate_series(4, 91) n`)
		k.exec(`update support_requests set answered_at = null, score = null`)
		k.put(r, support.Answered)
		a, b := both(
			func() error { return k.Score(ctx, karim, r.ID, support.ScoreDraft{Score: "5"}) },
			func() error { return k.SumDays(ctx) },
		)
		if scored := k.stats().All().Scored; a != nil || b != nil || scored != 1 {
			t.Fatalf("round %d: %v, %v, %d scored", i, a, b, scored)
		}
	}
}
