package document_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/golden"
	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/proof"
)

func TestAnswering(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	get := func(a actor.Actor, id int64) document.Record {
		t.Helper()
		r, err := d.docs.Get(ctx, a, id)
		d.must(err)
		return r
	}
	t.Run("accepted with a signature that stays verifiable", func(t *testing.T) {
		id := d.incoming("accept", nil)
		d.must(d.docs.Answer(ctx, acceptor, accept(id), d.signed(acceptor, accept(id))))
		r := get(observer, id)
		if r.Answer != document.Accepted || r.Via != document.ViaPortal || r.AnsweredBy != "Member 3" || r.AnsweredTo != 1 || len(r.Signatures) != 1 || r.Owed == nil {
			t.Fatalf("%+v", r)
		}
		s := r.Signatures[0]
		k, err := d.docs.SignatureOf(ctx, observer, id, s.ID)
		if err != nil || !strings.Contains(string(k.Signed), "EHF-1") || !strings.Contains(string(k.Signed), r.Versions[0].SHA256) {
			t.Errorf("%q, %v", k.Signed, err)
		}
		if message, err := d.docs.Container(ctx, acceptor, id, s.ID); err != nil || len(message) < 500 {
			t.Errorf("%d bytes of a signature, %v", len(message), err)
		}
		if _, err := d.docs.Container(ctx, observer, id, s.ID); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a signature message for an observer: %v", err)
		}
		if err := d.docs.CheckSignature(ctx, observer, id, s.ID); err != nil {
			t.Errorf("good: %v", err)
		}
		d.exec(`update eds_signatures set body = replace(body, 'EHF-1', 'EHF-2')`)
		if err := d.docs.CheckSignature(ctx, observer, id, s.ID); !errors.Is(err, proof.ErrChallenge) {
			t.Errorf("spoiled: %v", err)
		}
		if err := d.docs.CheckSignature(ctx, stranger, id, s.ID); !errors.Is(err, document.ErrNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		if n := d.count(`select count(*) from audit_log where action = 'document.accept' and target = $1`, fmt.Sprint("document:", id)); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
		d.must(d.docs.Deliver(ctx))
		o := d.told.got[len(d.told.got)-1]
		if o.SourceID != "accept" || o.Answer != document.Accepted || o.BuyerTIN != buyerTIN || o.Signed == "" || len(o.Container) == 0 {
			t.Errorf("%+v", o)
		}
		if get(acceptor, id).Owed.Delivered.IsZero() {
			t.Error("not noted as told")
		}
	})
	t.Run("one signature over several", func(t *testing.T) {
		one, two := d.incoming("many 1", nil), d.incoming("many 2", map[string]any{"number": "EHF-77"})
		r := reject("two boxes are missing", two, one, two)
		d.must(d.docs.Answer(ctx, acceptor, r, d.signed(acceptor, r)))
		for _, id := range []int64{one, two} {
			if r := get(acceptor, id); r.Answer != document.Rejected || r.Reason != "two boxes are missing" || len(r.Signatures) != 1 {
				t.Errorf("%+v", r)
			}
		}
		if n := d.count(`select count(distinct signature_id) from document_signatures where document_id = any ($1)`, []int64{one, two}); n != 1 {
			t.Errorf("%d signatures", n)
		}
	})
	t.Run("what changed while it was signed is not answered", func(t *testing.T) {
		id := d.incoming("changed", nil)
		in := d.signed(acceptor, accept(id))
		d.must(d.take(message("changed", 2, map[string]any{"amount": "7"})))
		if err := d.docs.Answer(ctx, acceptor, accept(id), in); !errors.Is(err, document.ErrVersion) {
			t.Errorf("%v", err)
		}
		c, err := d.docs.Compare(ctx, acceptor, id, 1)
		if err != nil || c.Then.Amount != 112000050 || c.Now.Amount != 700 || c.Current.Version != 2 {
			t.Errorf("%+v, %v", c, err)
		}
		if get(acceptor, id).Answer != document.Waiting {
			t.Error("answered")
		}
	})
	t.Run("a source that has another answer", func(t *testing.T) {
		id := d.incoming("refused", nil)
		r := reject("too late", id)
		d.must(d.docs.Answer(ctx, acceptor, r, d.signed(acceptor, r)))
		d.told.fail = document.Refusal("accepted by silence")
		d.must(d.docs.Deliver(ctx))
		d.told.fail = nil
		if got := get(acceptor, id); got.Owed.Refused != "accepted by silence" || got.Answer != document.Rejected {
			t.Errorf("%+v", got.Owed)
		}
		d.must(d.take(message("refused", 2, map[string]any{"answer": map[string]any{"state": "ACCEPTED"}})))
		if got := get(acceptor, id); got.Answer != document.Accepted || got.Via != document.ViaSource {
			t.Errorf("%+v", got.Answering)
		}
	})
	t.Run("a source that is away is told later", func(t *testing.T) {
		id := d.incoming("away", nil)
		d.must(d.docs.Answer(ctx, acceptor, accept(id), d.signed(acceptor, accept(id))))
		d.told.fail = errors.New("HTTP 503")
		d.must(d.docs.Deliver(ctx))
		if o := get(acceptor, id).Owed; o.Tries != 1 || o.Trouble != "HTTP 503" || !o.Delivered.IsZero() {
			t.Errorf("%+v", o)
		}
		d.told.fail = nil
		d.must(d.docs.Deliver(ctx)) // its time has not come
		if o := get(acceptor, id).Owed; o.Tries != 1 {
			t.Errorf("%+v", o)
		}
		d.exec(`update document_answers set next_at = now() where document_id = $1`, id)
		d.must(d.docs.Deliver(ctx))
		if o := get(acceptor, id).Owed; o.Tries != 2 || o.Delivered.IsZero() || o.Trouble != "" {
			t.Errorf("%+v", o)
		}
	})
	t.Run("silence accepts", func(t *testing.T) {
		id := d.incoming("silence", nil)
		in := d.signed(acceptor, accept(id))
		d.ends(id, -time.Second)
		if err := d.docs.Answer(ctx, acceptor, accept(id), in); !errors.Is(err, document.ErrLate) {
			t.Errorf("late: %v", err)
		}
		d.must(d.docs.Expire(ctx))
		d.must(d.docs.Expire(ctx))
		r := get(acceptor, id)
		if r.Answer != document.Accepted || r.Via != document.ViaDeadline || !r.AnsweredAt.Equal(r.Deadline) || r.Owed == nil {
			t.Errorf("%+v", r.Answering)
		}
		if _, err := d.docs.Prepare(ctx, acceptor, accept(id)); !errors.Is(err, document.ErrLate) {
			t.Errorf("afterwards: %v", err)
		}
		if n := d.count(`select count(*) from notices where key = 'document.notice.auto.' and member_id = 3`); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
	t.Run("six hours before the end people are reminded, once", func(t *testing.T) {
		id := d.incoming("soon", nil)
		d.exec(`update documents set received_at = now() - interval '20 hours' where id = $1`, id)
		d.ends(id, 5*time.Hour)
		d.must(d.docs.Remind(ctx))
		d.must(d.docs.Remind(ctx))
		var told []string
		rows, err := d.db.Query(ctx, `select member_id::text from notices where key = 'document.notice.soon.' order by 1`)
		d.must(err)
		for rows.Next() {
			var s string
			d.must(rows.Scan(&s))
			told = append(told, s)
		}
		if strings.Join(told, " ") != "3 4 6" { // who may answer water; not the observer
			t.Errorf("told %v", told)
		}
	})
}

// TestWhoMayAnswerWhat is the table of states, acts and rights.
func TestWhoMayAnswerWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := map[string]int64{
		"waiting": d.incoming("waiting", nil), "of tobacco": d.incoming("tobacco", map[string]any{"productGroup": "tobacco"}), "of no group": d.incoming("none", map[string]any{"productGroup": nil}),
		"rejected": d.incoming("rejected", map[string]any{"answer": map[string]any{"state": "REJECTED"}}), "of no answer": d.incoming("quiet", map[string]any{"answer": nil}),
		"overdue": d.incoming("over", nil), "by silence": d.incoming("silent", nil),
	}
	d.ends(ids["by silence"], -time.Minute)
	d.must(d.docs.Expire(t.Context()))
	d.ends(ids["overdue"], -time.Second)
	d.must(d.take(message("out", 1, map[string]any{"seller": map[string]any{"tin": buyerTIN}, "buyer": map[string]any{"tin": sellerTIN}})))
	ids["outgoing"] = int64(d.count(`select id from documents where org_id = 2 and source_id = 'out'`))
	ids["nobody's"] = 999_999
	for who, tt := range map[string]struct {
		actor actor.Actor
		want  map[string]error
	}{
		"acceptor": {acceptor, map[string]error{
			"waiting": nil, "of tobacco": nil, "of no group": nil, "rejected": document.ErrState, "of no answer": document.ErrState,
			"overdue": document.ErrLate, "by silence": document.ErrLate, "outgoing": document.ErrState, "nobody's": document.ErrNotFound,
		}},
		"clerk of water": {clerk, map[string]error{
			"waiting": nil, "of tobacco": actor.ErrGroup, "of no group": document.ErrNotFound, "overdue": document.ErrLate, "nobody's": document.ErrNotFound,
		}},
		"administrator": {second, map[string]error{"waiting": nil, "rejected": document.ErrState}},
		"observer":      {observer, map[string]error{"waiting": actor.ErrForbidden, "nobody's": actor.ErrForbidden}},
		"stranger":      {stranger, map[string]error{"waiting": document.ErrNotFound, "of tobacco": document.ErrNotFound}},
	} {
		for what, want := range tt.want {
			for _, r := range []document.Request{accept(ids[what]), reject("a reason", ids[what])} {
				if _, err := d.docs.Prepare(t.Context(), tt.actor, r); !errors.Is(err, want) || want == nil && err != nil {
					t.Errorf("%s, %s, %s: %v, want %v", who, r.Act, what, err, want)
				}
			}
		}
	}
	for name, r := range map[string]struct {
		document.Request
		want error
	}{
		"no reason":      {reject(" a ", ids["waiting"]), document.ErrReason},
		"nothing":        {accept(), document.ErrNothing},
		"too many":       {accept(make101()...), document.ErrMany},
		"an odd act":     {document.Request{Act: "burn", IDs: []int64{1}}, document.ErrAct},
		"one with two":   {accept(ids["waiting"], ids["rejected"]), document.ErrState},
		"a stranger too": {accept(ids["waiting"], 999_999), document.ErrNotFound},
	} {
		if _, err := d.docs.Prepare(t.Context(), acceptor, r.Request); !errors.Is(err, r.want) {
			t.Errorf("%s: %v, want %v", name, err, r.want)
		}
	}
	t.Run("only with one's own key", func(t *testing.T) {
		c, err := d.docs.Challenge(t.Context(), acceptor, accept(ids["waiting"]))
		d.must(err)
		if err := d.docs.Answer(t.Context(), acceptor, accept(ids["waiting"]), d.sign(second, c)); !errors.Is(err, account.ErrOtherPerson) {
			t.Errorf("%v", err)
		}
	})
	t.Run("who lost the right or the group meanwhile is refused", func(t *testing.T) {
		in := d.signed(clerk, accept(ids["waiting"]))
		d.exec(`delete from member_groups where member_id = 4`)
		if err := d.docs.Answer(t.Context(), clerk, accept(ids["waiting"]), in); !errors.Is(err, actor.ErrGroup) {
			t.Errorf("%v", err)
		}
		in = d.signed(acceptor, accept(ids["waiting"]))
		d.exec(`delete from member_roles where member_id = 3`)
		if err := d.docs.Answer(t.Context(), acceptor, accept(ids["waiting"]), in); err == nil {
			t.Error("answered without the right")
		}
	})
}

func make101() []int64 {
	ids := make([]int64, document.MaxAtOnce+1)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	return ids
}

const rounds = 200

// TestAnswersMeet lets an acceptance, a rejection and the job at the deadline meet:
// exactly one of them is what became of the invoice.
func TestAnswersMeet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := make([]int64, rounds)
	for n := range ids {
		ids[n] = d.incoming(fmt.Sprint("race ", n), map[string]any{"lines": nil, "codes": nil})
	}
	for n, id := range ids {
		yes, no := d.signed(acceptor, accept(id)), d.signed(second, reject("wrong goods", id))
		late := n%2 == 0
		if late {
			d.ends(id, 0)
		}
		var wg sync.WaitGroup
		start := make(chan struct{})
		errs := make([]error, 3)
		for i, do := range []func() error{
			func() error { return d.docs.Answer(context.WithoutCancel(t.Context()), acceptor, accept(id), yes) },
			func() error {
				return d.docs.Answer(context.WithoutCancel(t.Context()), second, reject("wrong goods", id), no)
			},
			func() error { return d.docs.Expire(context.WithoutCancel(t.Context())) },
		} {
			wg.Go(func() { <-start; errs[i] = do() })
		}
		close(start)
		wg.Wait()
		won := 0
		for _, err := range errs[:2] {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, document.ErrState) && !errors.Is(err, document.ErrLate):
				t.Fatalf("round %d: %v", n, err)
			}
		}
		if errs[2] != nil {
			t.Fatalf("round %d: the job: %v", n, errs[2])
		}
		if late { // the job passes over what an answer holds, and comes again
			d.must(d.docs.Expire(t.Context()))
		}
		silent := d.count(`select count(*) from documents where id = $1 and answered_via = 'deadline'`, id)
		if won+silent != 1 || late && silent != 1 {
			t.Fatalf("round %d: %d people and silence %d won", n, won, silent)
		}
	}
	if n := d.count(`select count(*) from document_answers`); n != rounds {
		t.Errorf("%d answers owed of %d", n, rounds)
	}
	if n := d.count(`select count(*) from audit_log where action in ('document.accept', 'document.reject', 'document.expire')`); n != rounds {
		t.Errorf("%d lines of %d", n, rounds)
	}
}

// TestTwoTellersTellOnce delivers from two processes at the same moment.
func TestTwoTellersTellOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var ids []int64
	for n := range 20 {
		ids = append(ids, d.incoming(fmt.Sprint("tell ", n), nil))
	}
	d.must(d.docs.Answer(t.Context(), acceptor, accept(ids...), d.signed(acceptor, accept(ids...))))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := d.docs.Deliver(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]int{}
	for _, o := range d.told.got {
		seen[o.SourceID]++
	}
	if len(seen) != 20 || len(d.told.got) != 20 {
		t.Errorf("%d told, %d of them different", len(d.told.got), len(seen))
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one := d.incoming("one", nil)
	two := d.incoming("two", map[string]any{"type": "CORRECTED_INVOICE", "number": "EHF-2", "amount": 5, "vat": nil, "codes": nil})
	d.exec(`update document_versions set sha256 = decode(repeat('ab', 32), 'hex')`)
	for _, lang := range i18n.Langs() {
		ctx := i18n.With(t.Context(), lang)
		for name, r := range map[string]document.Request{"accept": accept(one), "reject_many": reject("Two boxes are missing", one, two)} {
			p, err := d.docs.Prepare(ctx, acceptor, r)
			d.must(err)
			golden.Check(t, "statement_"+name+"."+lang.Code()+".txt", p.Statement+"\n")
		}
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	has := func() bool {
		has, err := document.Has(t.Context(), d.db, 2)
		d.must(err)
		return has
	}
	if has() {
		t.Error("documents of nothing")
	}
	d.incoming("first", nil)
	if !has() {
		t.Error("no document after one came")
	}
}
