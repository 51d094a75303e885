package request_test

import (
	"strconv"
	"sync"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/request"
)

const rounds = 200

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

// oneOf wants exactly one of two to win and the other to be told why not.
func oneOf(t *testing.T, round int, a, b error, loser string) {
	t.Helper()
	lost := a
	if lost == nil {
		lost = b
	}
	f, ok := fault.As(lost)
	if (a == nil) == (b == nil) || !ok || f.Key != loser {
		t.Fatalf("round %d: %v and %v, want one to win and the other to hear %s", round, a, b, loser)
	}
}

func TestOfTwoDecisionsOneWins(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i := range rounds {
		if i%20 == 0 {
			k.exec(`update requests set created_at = now() - interval '2 days'`)
		}
		id := k.ask(barno, request.Prefix, "4781"+strconv.Itoa(1000+i))
		approve := func() error { return k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve}) }
		refuse := func() error {
			return k.Decide(ctx, nodira, 2, id, request.Decision{Verdict: request.Refuse, Answer: "No"})
		}
		a, b := both(approve, refuse)
		oneOf(t, i, a, b, "request.decided")
		registered := k.count(`select count(*) from gs1_prefixes where prefix = $1`, "4781"+strconv.Itoa(1000+i))
		approved := k.count(`select count(*) from requests where id = $1 and status = 'approved'`, id)
		if registered != approved || (a == nil) != (approved == 1) {
			t.Fatalf("round %d: %d registered, %d approved", i, registered, approved)
		}
	}
	k.want(rounds, `select count(*) from audit_log where action in ('request.approve', 'request.refuse')`)
	k.want(rounds, `select count(*) from notices where kind = 'decision'`)
}

func TestADecisionAndAWithdrawalNeverBothHold(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i := range rounds {
		if i%20 == 0 {
			k.exec(`update requests set created_at = now() - interval '2 days'`)
		}
		id := k.ask(barno, request.GTIN, gtin(i))
		a, b := both(
			func() error { return k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve}) },
			func() error { return k.Withdraw(ctx, barno, id) },
		)
		oneOf(t, i, a, b, "request.decided")
	}
	approved := k.count(`select count(*) from requests where status = 'approved'`)
	k.want(approved, `select count(*) from gs1_gtins`)
}

// gtin makes the n-th number for tests.
func gtin(n int) string { return withCheck("478005" + strconv.Itoa(100000+n)) }

// withCheck adds the check digit.
func withCheck(body string) string {
	digit, _ := gs1.CheckDigit(body) // digits only
	return body + string(digit)
}

func TestOneNumberIsRegisteredForOneOrganization(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i := range rounds {
		if i%20 == 0 {
			k.exec(`update requests set created_at = now() - interval '2 days', status = case when status = 'open' then 'withdrawn' else status end`)
		}
		kind, number := request.Prefix, "4782"+strconv.Itoa(1000+i)
		if i%2 == 1 {
			kind, number = request.GTIN, gtin(i)
		}
		ours, theirs := k.ask(barno, kind, number), k.ask(aziz, kind, number)
		decide := func(op actor.Operator, orgID, id int64) func() error {
			return func() error { return k.Decide(ctx, op, orgID, id, request.Decision{Verdict: request.Approve}) }
		}
		a, b := both(decide(timur, 2, ours), decide(nodira, 9, theirs))
		oneOf(t, i, a, b, "gs1prefix.others")
	}
	k.want(rounds, `select count(*) from (select 1 from gs1_prefixes where prefix like '4782%' union all select 1 from gs1_gtins) all_of_them`)
}

func TestDoubleSubmitLeavesOneRequest(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	for i := range rounds {
		ask := func() error { _, err := k.AskIssuer(ctx, barno, 13, "Twice"); return err }
		a, b := both(ask, ask)
		oneOf(t, i, a, b, "request.already_open")
		k.want(1, `select count(*) from requests where status = 'open'`)
		k.exec(`update requests set status = 'withdrawn', created_at = now() - interval '2 days'`)
	}
}

func TestManyRequestsAtOnceAreNoMoreThanAllowed(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for i := range 15 {
		k.ask(barno, request.Prefix, "47810"+strconv.Itoa(10+i))
	}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			_, err := k.AskNumber(t.Context(), barno, request.NumberDraft{Kind: "gs1_prefix", Number: "47820" + strconv.Itoa(10+i)}, picture())
			if f, ok := fault.As(err); err != nil && (!ok || f.Key != request.ErrMany.Key) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	k.want(20, `select count(*) from requests where status = 'open'`)
	k.want(20, `select count(*) from blobs`)
}
