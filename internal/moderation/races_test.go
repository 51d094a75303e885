package moderation_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/moderation"
)

// staff are moderators who work at once.
func (k kit) staff(n int) []actor.Operator {
	ops := make([]actor.Operator, n)
	for i := range ops {
		ops[i] = moderator(int64(500+i), fmt.Sprintf("Moderator %d", i))
		k.hire(ops[i], "op_moderator")
	}
	return ops
}

// TestTwentyModerateAThousandCards lets twenty of the staff empty a queue by the
// next card, while a twenty-first tries to decide what others hold.
func TestTwentyModerateAThousandCards(t *testing.T) {
	t.Parallel()
	const cards, people = 1000, 20
	k := newKit(t)
	k.queueUp(2, water, 1, cards/2)
	k.queueUp(9, tobacco, 1+cards/2, cards/2)
	ops := k.staff(people)
	meddler := moderator(600, "Meddler")
	k.hire(meddler, "op_moderator")
	ctx := t.Context()

	var decided, meddled atomic.Int64
	var wg sync.WaitGroup
	for i, op := range ops {
		wg.Go(func() {
			for {
				r, ok, err := k.Next(ctx, op, moderation.Filter{}, moderation.Ref{})
				if err != nil || !ok {
					if err != nil {
						t.Errorf("%s: next: %v", op.Name, err)
					}
					return
				}
				key := moderation.Key{Ref: r, N: 1}
				if (int(r.CardID)+i)%3 == 0 {
					err = k.Return(ctx, op, key, moderation.ReturnDraft{Reasons: []int64{1, 13}})
				} else {
					err = k.Publish(ctx, op, key)
				}
				if err != nil {
					t.Errorf("%s holds %s: %v", op.Name, r, err)
					return
				}
				decided.Add(1)
			}
		})
	}
	wg.Go(func() {
		for decided.Load() < cards/2 && !t.Failed() {
			p, err := k.List(ctx, meddler, moderation.Filter{})
			if err != nil {
				t.Error(err)
				return
			}
			for _, i := range p.Rows {
				switch err := k.Publish(ctx, meddler, i.Key); {
				case err == nil:
					decided.Add(1)
					meddled.Add(1)
				case !errors.Is(err, moderation.ErrClaimed) && !errors.Is(err, moderation.ErrOver):
					t.Errorf("meddler: %v", err)
				}
			}
		}
	})
	wg.Wait()
	t.Logf("the meddler came first for %d cards", meddled.Load())

	if n := decided.Load(); n != cards {
		t.Errorf("%d decisions for %d cards", n, cards)
	}
	k.want(cards, `select count(*) from card_decisions`)
	k.want(cards, `select count(*) from audit_log where action in ('card.publish', 'card.return')`)
	k.want(cards, `select count(*) from card_versions v join card_decisions d using (org_id, card_id, n)
		where v.status = d.verdict and v.decided_by = d.staff_id`)
	k.want(0, `select count(*) from card_versions where status = 'moderation'`)
	k.want(0, `select count(*) from card_claims`)
	k.want(k.count(`select count(*) from card_decisions where verdict = 'published'`), `select count(*) from catalogue`)
	k.want(cards/2, `select count(*) from notices where org_id = 2 and kind = 'decision'`)
}

const rounds = 100

// both runs two acts at the same moment.
func both(a, b func() error) (errA, errB error) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { <-start; errA = a() })
	wg.Go(func() { <-start; errB = b() })
	close(start)
	wg.Wait()
	return errA, errB
}

func TestACardIsPublishedOrTakenBack(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i, c := range k.queueUp(2, water, 1, rounds) {
		var back int
		published, taken := both(
			func() error { return k.Publish(ctx, timur, c) },
			func() error {
				r, err := k.cards.TakeBack(ctx, barno, []int64{c.CardID})
				back = len(r.Done)
				return err
			},
		)
		k.must(taken)
		if (published == nil) == (back == 1) || published != nil && !errors.Is(published, moderation.ErrOver) {
			t.Fatalf("round %d: published %v, taken back %d", i, published, back)
		}
	}
	taken := k.count(`select count(*) from card_versions where status = 'withdrawn'`)
	k.want(rounds-taken, `select count(*) from card_decisions`)
	t.Logf("published %d, taken back %d", rounds-taken, taken)
}

func TestOfTwoModeratorsOneDecides(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i, c := range k.queueUp(2, water, 1, rounds) {
		a, b := both(
			func() error { return k.Publish(ctx, timur, c) },
			func() error { return k.Return(ctx, nodira, c, moderation.ReturnDraft{Reasons: []int64{1}}) },
		)
		lost := errors.Join(a, b)
		if (a == nil) == (b == nil) || !errors.Is(lost, moderation.ErrOver) {
			t.Fatalf("round %d: %v and %v", i, a, b)
		}
	}
	k.want(rounds, `select count(*) from card_decisions`)
}

// TestTwoPassTheSameCards pass a page crosswise: neither waits for ever.
func TestTwoPassTheSameCards(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	cs := k.queueUp(2, water, 1, 50)
	forth, back := make([]moderation.Ref, len(cs)), make([]moderation.Ref, len(cs))
	for i, c := range cs {
		forth[i], back[len(cs)-1-i] = c.Ref, c.Ref
	}
	for range 20 {
		var n, m int
		a, b := both(
			func() (err error) { n, err = k.Pass(ctx, timur, nodira.StaffID, "", forth); return err },
			func() (err error) { m, err = k.Pass(ctx, jasur, lola.StaffID, "", back); return err },
		)
		// Lola directs the organization: nothing of it can be hers.
		if a != nil || b != nil || n != 50 || m != 0 {
			t.Fatalf("%d %v, %d %v", n, a, m, b)
		}
		k.exec(`delete from card_claims`)
	}
	for range 20 {
		var n, m int
		a, b := both(
			func() (err error) { n, err = k.Pass(ctx, timur, nodira.StaffID, "", forth); return err },
			func() (err error) { m, err = k.Pass(ctx, nodira, jasur.StaffID, "", back); return err },
		)
		if a != nil || b != nil || n+m < 50 {
			t.Fatalf("%d %v, %d %v", n, a, m, b)
		}
		k.want(50, `select count(*) from card_claims`)
		k.exec(`delete from card_claims`)
	}
}
