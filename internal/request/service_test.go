package request_test

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"testing"

	"kabinet/internal/gs1prefix"
	"kabinet/internal/productgroup"
	"kabinet/internal/request"
)

func TestAnIssuerFlagFromTheRequestToTheDecision(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	id, err := k.AskIssuer(ctx, barno, 13, "We bottle water since May")
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.AskIssuer(ctx, barno, 13, "Again")
	wrong(t, err, "about", request.ErrOpen)
	wantErr(t, k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve}), nil)
	k.want(1, `select count(*) from org_product_groups where org_id = 2 and group_id = 13 and issuer`)
	k.want(1, `select count(*) from requests where org_id = 2 and id = $1 and status = 'approved' and decided_name = 'Timur' and decided_at is not null`, id)
	k.want(3, `select count(*) from audit_log where org_id = 2 and action in ('request.open', 'request.approve', 'group.issuer')`)
	k.want(1, `select count(*) from notices where org_id = 2 and member_id = 3 and kind = 'decision' and key = 'request.notice.issuer_approved.' and path = '/org/groups/13/issuer'`)

	back, err := k.AskIssuer(ctx, barno, 13, "We sold the plant")
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, k.Decide(ctx, timur, 2, back, request.Decision{Verdict: request.Refuse, Answer: "Codes are open"}), nil)
	k.want(1, `select count(*) from org_product_groups where org_id = 2 and group_id = 13 and issuer`)
	k.want(1, `select count(*) from notices where key = 'request.notice.issuer_refused.' and args::text like '%Codes are open%'`)
	past, err := k.Of(ctx, barno, "13", request.Issuer)
	if err != nil || len(past) != 2 || past[0].Answer != "Codes are open" || past[0].Wanted || !past[1].Wanted {
		t.Errorf("%+v, %v", past, err)
	}
}

func TestIssuerRefusals(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	_, err := k.AskIssuer(ctx, barno, 13, " ")
	if got := keys(err); !slices.Equal(got, []string{"about request.issuer.about_missing"}) {
		t.Error(got)
	}
	_, err = k.AskIssuer(ctx, barno, 3, "Not ours")
	wantErr(t, err, productgroup.ErrNotFound)
	_, err = k.AskIssuer(ctx, barno, 15, "Blocked")
	wantErr(t, err, productgroup.ErrBlocked)
	_, err = k.AskIssuer(ctx, aziz, 13, "Of another organization")
	wantErr(t, err, productgroup.ErrNotFound)
	k.want(0, `select count(*) from requests`)
}

func TestANumberFromTheRequestToTheRegister(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	prefix := k.ask(barno, request.Prefix, "4780077")
	gtin := k.ask(barno, request.GTIN, "4780094510086")
	for _, id := range []int64{prefix, gtin} {
		wantErr(t, k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve, Answer: "Welcome"}), nil)
	}
	k.want(1, `select count(*) from gs1_prefixes where org_id = 2 and prefix = '4780077' and status = 'active'`)
	k.want(1, `select count(*) from gs1_prefix_registry where prefix = '4780077' and org_id = 2`)
	k.want(1, `select count(*) from gs1_gtins where org_id = 2 and gtin = '04780094510086' and status = 'active'`)
	k.want(1, `select count(*) from gs1_gtin_registry where gtin = '04780094510086' and org_id = 2`)
	k.want(2, `select count(*) from audit_log where org_id = 2 and action = 'prefix.register' and actor_kind = 'staff'`)
	k.want(2, `select count(*) from notices where key = 'request.notice.number_approved.'`)

	d, content, err := k.Read(ctx, barno, prefix)
	if err != nil || d.MediaType != "image/png" || d.Name != "letter.png" || d.Extension() != ".png" {
		t.Fatalf("%+v, %v", d, err)
	}
	stored, err := io.ReadAll(content)
	sent, _ := io.ReadAll(picture().File)
	if err != nil || !bytes.Equal(stored, sent) {
		t.Errorf("%d bytes come back of %d: %v", len(stored), len(sent), err)
	}
}

func TestNumbersThatAreNotFree(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.ask(barno, request.Prefix, "4780055")
	for _, tt := range []struct {
		kind   request.Kind
		number string
		want   error
		key    string
	}{
		{request.Prefix, "4780001", gs1prefix.ErrOwn, "gs1prefix.own"},
		{request.Prefix, "4780002", gs1prefix.ErrOthers, "gs1prefix.others"},
		{request.Prefix, "4780055", request.ErrOpen, "request.already_open"},
		{request.GTIN, withCheck("478000100001"), gs1prefix.ErrOwn, "gs1prefix.own"},
		{request.GTIN, withCheck("478000200001"), gs1prefix.ErrOthers, "gs1prefix.others"},
	} {
		_, err := k.AskNumber(t.Context(), barno, request.NumberDraft{Kind: string(tt.kind), Number: tt.number}, picture())
		if got := keys(err); !slices.Equal(got, []string{"number " + tt.key}) {
			t.Errorf("%s: %v, %v", tt.number, got, err)
		}
	}
	k.want(1, `select count(*) from requests`)
	k.want(1, `select count(*) from blobs`) // a refused request leaves no file behind
}

func TestAnOrganizationAsksSoMuchAndNoMore(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for i := range 20 {
		k.ask(barno, request.Prefix, "47810"+strconv.Itoa(10+i))
	}
	_, err := k.AskNumber(t.Context(), barno, request.NumberDraft{Kind: "gs1_prefix", Number: "4789999"}, picture())
	wrong(t, err, "number", request.ErrMany)
	k.ask(aziz, request.Prefix, "4789999") // others are not held up
	k.exec(`update requests set status = 'withdrawn' where org_id = 2`)
	for i := range 20 {
		k.ask(barno, request.Prefix, "47820"+strconv.Itoa(10+i))
	}
	k.exec(`update requests set status = 'withdrawn' where org_id = 2`)
	_, err = k.AskNumber(t.Context(), barno, request.NumberDraft{Kind: "gs1_prefix", Number: "478300"}, picture())
	wrong(t, err, "number", request.ErrMany)
	k.exec(`update requests set created_at = now() - interval '25 hours' where org_id = 2`)
	k.ask(barno, request.Prefix, "478300")
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	id := k.ask(barno, request.Prefix, "4780077")
	wantErr(t, k.Withdraw(ctx, aziz, id), request.ErrNotFound)
	wantErr(t, k.Withdraw(ctx, barno, id), nil)
	wantErr(t, k.Withdraw(ctx, barno, id), request.ErrDecided)
	wantErr(t, k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve}), request.ErrDecided)
	k.want(0, `select count(*) from gs1_prefixes where prefix = '4780077'`)
	k.want(1, `select count(*) from audit_log where action = 'request.withdraw'`)
	k.ask(barno, request.Prefix, "4780077") // it can be asked for again
}

func TestStrangersFindNothing(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	id := k.ask(barno, request.Prefix, "4780077")
	_, err := k.Get(ctx, aziz, id)
	wantErr(t, err, request.ErrNotFound)
	_, _, err = k.Read(ctx, aziz, id)
	wantErr(t, err, request.ErrNotFound)
	_, err = k.Find(ctx, timur, 9, id) // the organization of another request
	wantErr(t, err, request.ErrNotFound)
	_, _, err = k.ReadFor(ctx, timur, 9, id)
	wantErr(t, err, request.ErrNotFound)
	wantErr(t, k.Decide(ctx, timur, 9, id, request.Decision{Verdict: request.Approve}), request.ErrNotFound)
	wantErr(t, k.Claim(ctx, timur, 9, id), request.ErrNotFound)
	if rs, err := k.Of(ctx, aziz, "", request.Kinds()...); err != nil || len(rs) != 0 {
		t.Errorf("%v, %v", rs, err)
	}
}

func TestAClaimHoldsForFifteenMinutes(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	id := k.ask(barno, request.Prefix, "4780077")
	wantErr(t, k.Claim(ctx, timur, 2, id), nil)
	wantErr(t, k.Claim(ctx, timur, 2, id), nil)
	wantErr(t, k.Claim(ctx, nodira, 2, id), request.ErrClaimed)
	wantErr(t, k.Decide(ctx, nodira, 2, id, request.Decision{Verdict: request.Approve}), request.ErrClaimed)
	if _, ok, err := k.Next(ctx, nodira); ok || err != nil {
		t.Errorf("what is claimed is next for another: %v", err)
	}
	k.exec(`update requests set claimed_at = now() - interval '15 minutes 1 second'`)
	if i, ok, err := k.Next(ctx, nodira); !ok || err != nil || i.ID != id {
		t.Errorf("what lapsed is not next: %v, %v", ok, err)
	}
	wantErr(t, k.Claim(ctx, nodira, 2, id), nil)
	wantErr(t, k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Approve}), request.ErrClaimed)
	wantErr(t, k.Decide(ctx, nodira, 2, id, request.Decision{Verdict: request.Approve}), nil)
	wantErr(t, k.Claim(ctx, nodira, 2, id), request.ErrDecided)
}

func TestWhatTurnedOutToBeTakenIsNotApproved(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	ours, theirs := k.ask(barno, request.Prefix, "4780077"), k.ask(aziz, request.Prefix, "4780077")
	wantErr(t, k.Decide(ctx, timur, 2, ours, request.Decision{Verdict: request.Approve}), nil)
	wrong(t, k.Decide(ctx, timur, 9, theirs, request.Decision{Verdict: request.Approve}), "verdict", gs1prefix.ErrOthers)
	k.want(1, `select count(*) from requests where id = $1 and status = 'open'`, theirs)
	wantErr(t, k.Decide(ctx, timur, 9, theirs, request.Decision{Verdict: request.Refuse, Answer: "It is registered"}), nil)
	k.want(0, `select count(*) from audit_log where org_id = 9 and action = 'prefix.register'`)
}

func TestTheQueue(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	var ids []int64
	for i := range 3 {
		ids = append(ids, k.ask(barno, request.Prefix, "478001"+strconv.Itoa(i)))
	}
	ids = append(ids, k.ask(aziz, request.GTIN, "4780094510086"))
	list := func(f request.Filter) ([]int64, request.Page) {
		p, err := k.List(ctx, timur, f)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, r := range p.Rows {
			got = append(got, r.ID)
		}
		return got, p
	}
	first, p := list(request.Filter{Size: 3})
	second, last := list(request.Filter{Size: 3, After: p.Next})
	if !slices.Equal(first, ids[:3]) || !slices.Equal(second, ids[3:]) || last.Next != "" || p.Counts[request.Open].N != 4 {
		t.Errorf("%v, then %v, of %v", first, second, ids)
	}
	for _, id := range ids[:2] {
		wantErr(t, k.Decide(ctx, timur, 2, id, request.Decision{Verdict: request.Refuse, Answer: "=1+1"}), nil)
	}
	for name, tt := range map[string]struct {
		f    request.Filter
		want []int64
	}{
		"decided ones begin with the newest": {request.Filter{Status: request.Refused}, []int64{ids[1], ids[0]}},
		"by kind":                            {request.Filter{Kind: request.GTIN}, ids[3:]},
		"by the beginning of a tax number":   {request.Filter{Query: "300 000 00 9"}, ids[3:]},
		"by no tax number":                   {request.Filter{Query: "milk"}, nil},
	} {
		if got, _ := list(tt.f); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// Timur is among the people of organization 2, then the director of 9.
func TestStaffDecideAboutNoOrganizationOfTheirOwn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	own, theirs := k.ask(barno, request.Prefix, "4781001"), k.ask(aziz, request.Prefix, "4781002")
	k.exec(`update members set pinfl_mac = 's', status = 'blocked' where org_id = 2`)
	if o, err := k.Find(ctx, timur, 2, own); err != nil || !o.Own {
		t.Errorf("own: %v, %v", o.Own, err)
	}
	wantErr(t, k.Claim(ctx, timur, 2, own), request.ErrOwn)
	wantErr(t, k.Decide(ctx, timur, 2, own, request.Decision{Verdict: request.Approve}), request.ErrOwn)
	if i, ok, err := k.Next(ctx, timur); err != nil || !ok || i.ID != theirs {
		t.Errorf("next: %d %v %v", i.ID, ok, err)
	}
	k.exec(`update organizations set director_pinfl_mac = 's' where org_id = 9`)
	wantErr(t, k.Claim(ctx, timur, 9, theirs), request.ErrOwn)
	wantErr(t, k.Decide(ctx, nodira, 2, own, request.Decision{Verdict: request.Approve}), nil)
}
