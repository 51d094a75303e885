package support_test

import (
	"errors"
	"sync"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/support"
)

const rounds = 200

func TestOfTwoWhoTakeARequestOneHasIt(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	for i := range rounds {
		k.put(r, support.Open)
		a, b := both(
			func() error { return k.Claim(ctx, timur, 2, r.ID) },
			func() error { return k.Claim(ctx, nodira, 2, r.ID) },
		)
		if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), support.ErrHeld) {
			t.Fatalf("round %d: %v and %v", i, a, b)
		}
	}
}

func TestTwoWhoAskForTheNextGetDifferentOnes(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	one, two := k.ask(karim), k.ask(barno)
	for i := range rounds {
		k.put(one, support.Open)
		k.put(two, support.Open)
		var x, y support.Ref
		var okX, okY bool
		a, b := both(
			func() (err error) { x, okX, err = k.Next(ctx, timur, support.Ref{}); return err },
			func() (err error) { y, okY, err = k.Next(ctx, nodira, support.Ref{}); return err },
		)
		if a != nil || b != nil || okX && okY && x == y || !okX && !okY {
			t.Fatalf("round %d: %v %v, %+v %+v", i, a, b, x, y)
		}
	}
}

// A message and the job that closes meet: the message is never lost, and the
// request is open afterwards, whichever came first.
func TestAReplyOutlivesTheJobThatCloses(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	for i := range rounds {
		if i%15 == 0 {
			k.aged()
		}
		if i%150 == 149 {
			r = k.ask(karim) // a thread holds 200 messages
		}
		k.put(r, []support.Status{support.Waiting, support.Answered}[i%2])
		k.exec(`update support_requests set closes_at = now() where id = $1`, r.ID)
		before := k.count(`select count(*) from support_messages`)
		a, b := both(
			func() error { return k.Reply(ctx, karim, r.ID, "Hali ham ochiq", nil) },
			func() error { return k.CloseDue(ctx) },
		)
		if a != nil || b != nil || k.status(r) != support.Open || k.count(`select count(*) from support_messages`) != before+1 {
			t.Fatalf("round %d: %v, %v, %s", i, a, b, k.status(r))
		}
	}
}

// An answer and a withdrawal meet: either the answer is there and the request
// cannot be withdrawn any more, or it is withdrawn and no letter goes out.
func TestAnAnswerAndAWithdrawalNeverBothHold(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	r := k.ask(karim)
	for i := range rounds {
		k.put(r, support.Open)
		k.exec(`delete from support_messages where request_id = $1 and side = 'staff'`, r.ID)
		k.exec(`delete from notices`)
		k.exec(`update support_requests set last_id = $2 where id = $1`, r.ID, r.LastID)
		answered, withdrawn := both(
			func() error {
				return k.Answer(ctx, timur, 2, r.ID, support.Said{Act: support.Answer, Body: "Javob", Seen: r.LastID})
			},
			func() error { return k.Withdraw(ctx, karim, r.ID) },
		)
		letters := k.count(`select count(*) from notices`)
		switch {
		case answered == nil && errors.Is(withdrawn, support.ErrOver) && k.status(r) == support.Answered && letters == 1:
		case withdrawn == nil && errors.Is(answered, support.ErrOver) && k.status(r) == support.Withdrawn && letters == 0:
		default:
			t.Fatalf("round %d: %v, %v, %s, %d letters", i, answered, withdrawn, k.status(r), letters)
		}
	}
}

func TestManyAtOnceAreNoMoreThanAllowed(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var wg sync.WaitGroup
	for range 2 * support.OpenOfOne {
		wg.Go(func() {
			_, err := k.Open(t.Context(), karim, support.About{Kind: support.Other}, support.Draft{Title: "a", Body: "b"}, nil)
			if f, ok := fault.As(err); err != nil && (!ok || f.Key != support.ErrMany.Key) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	k.want(support.OpenOfOne, `select count(*) from support_requests`)
}
