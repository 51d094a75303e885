package aic_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/account"
	"kabinet/internal/aic"
	"kabinet/internal/core/actor"
	"kabinet/internal/feed"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/proof"
)

func TestDisbanding(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	first, second := y.formed(1), y.formed(2)
	y.taken(said(2, 2, "declared", nil))
	p, err := y.aics.Preview(t.Context(), declarant, []int64{second, first, first, 999})
	y.must(err)
	if p.Codes != 402 || len(p.AICs) != 2 || len(p.Left) != 1 || !errors.Is(p.Left[0].Why, aic.ErrNotFound) || len(p.Frees) != 2 || p.Frees[0].GTIN != gloves || p.Frees[0].Codes != 400 {
		t.Errorf("%+v", p)
	}
	for _, word := range []string{number(1), number(2), "402", "GTIN " + gloves + ": 400", "301000002"} {
		if !strings.Contains(p.Statement, word) {
			t.Errorf("%q is not in what is signed:\n%s", word, p.Statement)
		}
	}
	done, err := y.aics.Disband(t.Context(), declarant, []int64{first, second}, y.signed(declarant, second, first))
	if err != nil || len(done) != 2 {
		t.Fatal(done, err)
	}
	r := y.get(first)
	if r.State != aic.Disbanded || r.By != declarant.Name || r.At.IsZero() || r.Document == 0 {
		t.Errorf("%+v", r)
	}
	if err := y.aics.Proof.Check(t.Context(), y.db, 2, r.Signature, eds.Client{}); err != nil {
		t.Errorf("what was signed is good later too: %v", err)
	}
	e, err := proof.EvidenceOf(t.Context(), y.db, 2, r.Signature)
	if err != nil || !strings.HasPrefix(e.Body, "kabinet.example: ") || !strings.Contains(e.Body, number(2)) {
		t.Errorf("%+v, %v", e, err)
	}
	for what, want := range map[string]int{
		`select count(*) from audit_log where action = 'aic.disband'`: 2, `select count(*) from notices where key = 'aic.notice.disbanded.'`: 1,
		`select count(*) from documents where org_id = 2 and kind = 'CUSTOMS_CODE_WITHDRAWAL'`: 1, `select count(*) from eds_signatures where purpose = 'aic'`: 1,
	} {
		if n := y.count(what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	if out := y.taken(said(1, 2, "released", nil)); out != feed.Taken {
		t.Fatal(out)
	}
	if r := y.get(first); r.State != aic.Disbanded || r.Late != aic.Released || y.count(`select count(*) from notices where key = 'aic.notice.late.'`) != 1 {
		t.Errorf("what comes too late is noted and takes nothing back: %+v", r)
	}
}

func TestWhoDisbands(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	id, gone := y.formed(1), y.formed(2)
	y.taken(said(2, 3, "released", nil))
	challenge := func(a actor.Actor, ids ...int64) error {
		_, err := y.aics.Challenge(t.Context(), a, ids)
		return err
	}
	for name, c := range map[string]struct{ err, want error }{
		"without the right":    {challenge(observer, id), actor.ErrForbidden},
		"in another group":     {challenge(druggist, id), actor.ErrGroup},
		"another organization": {challenge(stranger, id), aic.ErrNotFound},
		"released":             {challenge(declarant, id, gone), aic.ErrState},
		"nothing":              {challenge(declarant), aic.ErrNothing},
		"too many":             {challenge(declarant, many()...), aic.ErrMany},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	asked, err := y.aics.Challenge(t.Context(), declarant, []int64{id})
	y.must(err)
	if _, err := y.aics.Disband(t.Context(), declarant, []int64{id}, y.sign(y.keys[druggist.SessionKey], asked)); !errors.Is(err, account.ErrOtherPerson) {
		t.Errorf("with a colleague's key: %v", err)
	}
	other := y.formed(3)
	if _, err := y.aics.Disband(t.Context(), declarant, []int64{other}, y.signed(declarant, id)); !errors.Is(err, aic.ErrChanged) {
		t.Errorf("another than was signed for: %v", err)
	}
	in := y.signed(declarant, id)
	y.exec(`delete from member_roles where member_id = 3 and role = 'doc_aic'`)
	if _, err := y.aics.Disband(t.Context(), declarant, []int64{id}, in); !errors.Is(err, gate.ErrChanged) {
		t.Errorf("when the role is gone: %v", err)
	}
	if n := y.count(`select count(*) from aics where status = 'disbanded'`); n != 0 {
		t.Errorf("%d were disbanded", n)
	}
}

func many() []int64 {
	ids := make([]int64, aic.MaxAtOnce+1)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	return ids
}

// TestDisbandingMeetsTheDeclaration lets a person disband an AIC at the moment in
// which customs put it into a declaration: it is one or the other, and never a
// declaration that nobody was shown.
func TestDisbandingMeetsTheDeclaration(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	var disbanded, declared int
	for n := range 200 {
		id := y.formed(n)
		in := y.signed(declarant, id)
		state := []string{"declared", "released"}[n%2]
		var wg sync.WaitGroup
		var err error
		wg.Go(func() { _, err = y.aics.Disband(t.Context(), declarant, []int64{id}, in) })
		wg.Go(func() { y.taken(said(n, 2, state, nil)) })
		wg.Wait()
		r := y.get(id)
		switch {
		case err == nil && r.State == aic.Disbanded && r.Late == aic.State(state):
			disbanded++
		case (errors.Is(err, aic.ErrChanged) || errors.Is(err, aic.ErrState)) && r.State == aic.State(state) && r.At.IsZero():
			declared++
		default:
			t.Fatalf("round %d: %v, %+v", n, err, r.AIC)
		}
	}
	if signatures := y.count(`select count(*) from eds_signatures`); signatures != disbanded || disbanded+declared != 200 {
		t.Errorf("%d disbanded, %d declared, %d signatures", disbanded, declared, signatures)
	}
}
