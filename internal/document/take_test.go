package document_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	get := func(a actor.Actor, source string) document.Record {
		t.Helper()
		r, err := d.docs.Get(t.Context(), a, int64(d.count(`select id from documents where org_id = $1 and source_id = $2`, a.OrgID, source)))
		d.must(err)
		return r
	}
	t.Run("an invoice is a document of each party", func(t *testing.T) {
		d.must(d.take(message("a", 1, nil)))
		in, out := get(acceptor, "a"), get(stranger, "a")
		if in.Side != document.In || out.Side != document.Out || in.Party.TIN != sellerTIN || out.Party.TIN != buyerTIN {
			t.Errorf("%+v\n%+v", in.Document, out.Document)
		}
		if in.Amount != 112000050 || in.VAT != 12000050 || in.Codes != 2 || in.Wrong != 1 || in.GroupID != waterID || in.Status != document.Success {
			t.Errorf("%+v", in.Document)
		}
		if !in.Pending() || out.Pending() || in.Deadline.Sub(in.Versions[0].OccurredAt) != 24*time.Hour {
			t.Errorf("in waits until %v, out %s", in.Deadline, out.Answer)
		}
		if len(in.Lines) != 1 || in.Lines[0].Quantity != "100" || len(in.Results) != 2 || in.Results[0].Reason != "code-not-found" || !in.Unseen["04780101000012"] {
			t.Errorf("%+v %+v %v", in.Lines, in.Results, in.Unseen)
		}
	})
	t.Run("the same again is a duplicate, something else a conflict", func(t *testing.T) {
		m := message("b", 1, nil)
		d.must(d.take(m))
		if err := d.take(m); !errors.Is(err, feed.ErrDuplicate) {
			t.Errorf("again: %v", err)
		}
		m.Body = body(map[string]any{"number": "EHF-2"})
		if err := d.take(m); !errors.Is(err, feed.ErrConflict) {
			t.Errorf("another body: %v", err)
		}
		if n := d.count(`select count(*) from document_versions v join documents d on d.org_id = v.org_id and d.id = v.document_id where d.source_id = 'b'`); n != 2 {
			t.Errorf("%d versions of two parties", n)
		}
	})
	t.Run("a later version is shown, an earlier one only kept", func(t *testing.T) {
		d.must(d.take(message("c", 5, map[string]any{"number": "five"})))
		if err := d.take(message("c", 3, map[string]any{"number": "three", "codes": []any{}})); !errors.Is(err, feed.ErrOlder) {
			t.Errorf("older: %v", err)
		}
		if r := get(acceptor, "c"); r.Number != "five" || len(r.Versions) != 2 || r.Codes != 2 || !r.Versions[0].Shown || r.Versions[1].Version != 3 {
			t.Errorf("%+v %+v", r.Document, r.Versions)
		}
		d.must(d.take(message("c", 7, map[string]any{"number": "seven", "lines": []any{}, "codes": []any{}, "amount": "5"})))
		if r := get(acceptor, "c"); r.Number != "seven" || r.LineCount != 0 || len(r.Results) != 0 || r.Amount != 500 || r.Version != 7 || len(r.Versions) != 3 {
			t.Errorf("%+v %+v", r.Document, r.Versions)
		}
	})
	t.Run("nobody's until somebody is here", func(t *testing.T) {
		other := func(m *feed.Message) {
			m.TIN = "301000077"
			m.Body = body(map[string]any{"seller": map[string]any{"tin": "301000078"}, "buyer": map[string]any{"tin": "301000077"}})
		}
		m := message("d", 1, nil)
		other(&m)
		if err := d.take(m); !errors.Is(err, feed.ErrNobodys) {
			t.Errorf("%v", err)
		}
	})
	t.Run("corrected to another buyer, it waits no longer with the first", func(t *testing.T) {
		d.incoming("moved", nil)
		answered := accept(d.incoming("moved too", nil))
		d.must(d.docs.Answer(t.Context(), acceptor, answered, d.signed(acceptor, answered)))
		for _, id := range []string{"moved", "moved too"} {
			m := message(id, 2, map[string]any{"buyer": map[string]any{"tin": "301000077", "name": "Boshqa MChJ"}})
			m.TIN = sellerTIN
			d.must(d.take(m))
		}
		if r := get(acceptor, "moved"); r.Pending() || r.Answer != document.NoAnswer || r.Version != 1 || len(r.Versions) != 1 {
			t.Errorf("%+v, %d versions", r.Document, len(r.Versions))
		}
		if r := get(acceptor, "moved too"); r.Answer != document.Accepted {
			t.Errorf("an answer given before is now %q", r.Answer)
		}
		if err := d.take(message("moved", 1, nil)); !errors.Is(err, feed.ErrDuplicate) || get(acceptor, "moved").Pending() {
			t.Errorf("the first version again: %v", err)
		}
		if n := d.count(`select count(*) from audit_log where action = 'document.leave'`); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
	})
	t.Run("links lead both ways, whichever came first", func(t *testing.T) {
		d.must(d.take(message("corr", 1, map[string]any{"type": "CORRECTED_INVOICE", "original": "orig", "answer": nil})))
		if r := get(acceptor, "corr"); len(r.Links) != 1 || r.Links[0].Other != nil || r.Links[0].Ref != "orig" {
			t.Errorf("before: %+v", r.Links)
		}
		d.must(d.take(message("orig", 1, nil)))
		if r := get(acceptor, "corr"); len(r.Links) != 1 || r.Links[0].Other == nil || r.Links[0].Other.SourceID != "orig" {
			t.Errorf("after: %+v", r.Links)
		}
		if r := get(acceptor, "orig"); len(r.Links) != 1 || !r.Links[0].Back || r.Links[0].Other.SourceID != "corr" {
			t.Errorf("back: %+v", r.Links)
		}
	})
	t.Run("nobody sends links in letters of ours", func(t *testing.T) {
		d.incoming("phish", map[string]any{"number": "pay at https://evil.example/in", "seller": map[string]any{"tin": sellerTIN, "name": "www.evil.example"}})
		if r := get(acceptor, "phish"); r.Number != "pay at https://evil.example/in" {
			t.Errorf("the page says %q", r.Number)
		}
		if n := d.count(`select count(*) from notices where path like '/documents/%' and args::text like '%evil%'`); n != 0 {
			t.Errorf("%d letters do", n)
		}
		if n := d.count(`select count(*) from notices where args @> '["…", "` + sellerTIN + `"]'`); n == 0 {
			t.Error("nobody was told")
		}
	})
	t.Run("links lead to nothing out of reach", func(t *testing.T) {
		d.must(d.take(message("smoke", 1, map[string]any{"productGroup": "tobacco", "number": "hidden"})))
		d.must(d.take(message("water", 1, map[string]any{"type": "CORRECTED_INVOICE", "original": "smoke", "answer": nil})))
		d.must(d.take(message("smoke too", 1, map[string]any{"type": "CORRECTED_INVOICE", "original": "water", "answer": nil, "productGroup": "tobacco"})))
		if r := get(clerk, "water"); len(r.Links) != 1 || r.Links[0].Other != nil || r.Links[0].Ref != "smoke" {
			t.Errorf("the clerk of water sees %+v", r.Links)
		}
		if r := get(acceptor, "water"); len(r.Links) != 2 || r.Links[0].Other == nil || r.Links[1].Other == nil {
			t.Errorf("who reaches all groups sees %+v", r.Links)
		}
	})
	t.Run("a declaration finds its AIC by number", func(t *testing.T) {
		aic := feed.Message{Feed: "customs", SourceID: "k1", Kind: feed.AIC, TIN: buyerTIN, OccurredAt: time.Now(), Body: json.RawMessage(`{"type":"CUSTOMS_CODE_REGISTRATION","number":"0000030100000220112600001","status":"success","codesCount":40}`)}
		gtd := feed.Message{Feed: "customs", SourceID: "g1", Kind: feed.Declaration, TIN: buyerTIN, OccurredAt: time.Now(), Body: json.RawMessage(`{"type":"ORIGINAL_CUSTOMS_DECLARATION","number":"26002/201126/0001","status":"success","aic":["0000030100000220112600001"],"facts":{"country":"TR","unheard":{}}}`)}
		d.must(d.take(gtd))
		d.must(d.take(aic))
		if r := get(acceptor, "g1"); len(r.Links) != 1 || r.Links[0].Other == nil || r.Facts["country"] != "TR" || r.Side != document.NoSide {
			t.Errorf("%+v %v", r.Links, r.Facts)
		}
		if r := get(acceptor, "k1"); len(r.Links) != 1 || !r.Links[0].Back || r.Codes != 40 {
			t.Errorf("%+v", r.Links)
		}
	})
	t.Run("the source's own answer counts, and ours is final", func(t *testing.T) {
		id := d.incoming("e", nil)
		d.must(d.take(message("e", 2, map[string]any{"answer": map[string]any{"state": "REJECTED", "reason": "wrong sum"}})))
		if r := get(acceptor, "e"); r.ID != id || r.Answer != document.Rejected || r.Via != document.ViaSource || r.Reason != "wrong sum" || r.AnsweredTo != 2 {
			t.Errorf("%+v", r.Answering)
		}
		if r := get(stranger, "e"); r.Answer != document.Rejected {
			t.Errorf("the seller reads %s", r.Answer)
		}
		d.must(d.take(message("e", 3, nil)))
		if r := get(acceptor, "e"); r.Answer != document.Rejected || r.Version != 3 || r.AnsweredTo != 2 {
			t.Errorf("%+v", r.Answering)
		}
	})
	t.Run("a correction takes no time away, a clock ahead gives none", func(t *testing.T) {
		m := message("f", 1, nil)
		m.OccurredAt = m.OccurredAt.Add(72 * time.Hour)
		d.must(d.take(m))
		first := get(acceptor, "f")
		if left := first.Deadline.Sub(first.Now); left > 24*time.Hour || left < 23*time.Hour {
			t.Errorf("%v left", left)
		}
		m = message("f", 2, map[string]any{"answer": map[string]any{"state": "WAITING", "until": time.Now().Add(time.Hour).Format(time.RFC3339)}})
		d.must(d.take(m))
		if r := get(acceptor, "f"); !r.Deadline.Equal(first.Deadline) {
			t.Errorf("%v after %v", r.Deadline, first.Deadline)
		}
	})
}

func TestPoison(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, tt := range map[string]struct {
		body json.RawMessage
		want string
	}{
		"no JSON":          {json.RawMessage(`{`), "JSON"},
		"a list":           {json.RawMessage(`[1]`), "must be"},
		"an unknown type":  {body(map[string]any{"type": "LOVE_LETTER"}), "type: unknown"},
		"another feed's":   {body(map[string]any{"type": "AGGREGATION", "answer": nil}), "type: not of this feed"},
		"no number":        {body(map[string]any{"number": " "}), "number: missing"},
		"markup is text":   {body(map[string]any{"number": strings.Repeat("<b>", 50)}), "number: no plain text"},
		"a turned name":    {body(map[string]any{"number": "A\u202eB"}), "number: no plain text"},
		"an odd status":    {body(map[string]any{"status": "REVIEW"}), "status: unknown"},
		"an odd sum":       {body(map[string]any{"amount": "1e9"}), "amount: "},
		"a sum too fine":   {body(map[string]any{"amount": "1.005"}), "amount: "},
		"an odd TIN":       {body(map[string]any{"seller": map[string]any{"tin": "12"}}), "seller.tin: "},
		"no buyer":         {body(map[string]any{"buyer": nil}), "seller and buyer: "},
		"an odd group":     {body(map[string]any{"productGroup": "fog"}), "productGroup: unknown"},
		"an odd GTIN":      {body(map[string]any{"lines": []any{map[string]any{"name": "x", "gtin": "123"}}}), "lines[0].gtin: "},
		"a code of none":   {body(map[string]any{"codes": []any{map[string]any{"code": "", "result": "ERROR"}}}), "codes[0].code: "},
		"an odd result":    {body(map[string]any{"codes": []any{map[string]any{"code": "x", "result": "MAYBE"}}}), "codes[0].result: "},
		"a line of none":   {body(map[string]any{"codes": []any{map[string]any{"code": "x", "result": "ERROR", "line": 7}}}), "codes[0].line: "},
		"an odd date":      {body(map[string]any{"date": "0001-01-01"}), "date: "},
		"an odd signature": {body(map[string]any{"signatures": []any{map[string]any{"content": "%", "pkcs7": "MIAG"}}}), "signatures[0].content: "},
		"an odd answer":    {body(map[string]any{"answer": map[string]any{"state": "SHRUGGED"}}), "answer.state: "},
	} {
		m := message("p", 1, nil)
		m.Body = tt.body
		err := d.take(m)
		if o, known := feed.OutcomeOf(err); !known || o != feed.Poisoned || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if n := d.count(`select count(*) from documents`); n != 0 {
		t.Errorf("%d documents of poison", n)
	}
}

// TestTheSameMessageFromTwoSides hands one message over twice at the same moment.
func TestTheSameMessageFromTwoSides(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range 50 {
		m := message("m"+string(rune('A'+n)), 1, nil)
		var taken, duplicate int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				err := d.take(m)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case errors.Is(err, feed.ErrDuplicate):
					duplicate++
				default:
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if taken != 1 || duplicate != 1 {
			t.Fatalf("round %d: %d taken, %d duplicates", n, taken, duplicate)
		}
	}
	if n := d.count(`select count(*) from notices where member_id = 3`); n != 50 {
		t.Errorf("%d notices of 50 invoices", n)
	}
}

func TestOwnDocuments(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := document.Own{
		OrgID: 2, Key: "aic.disband:15", Kind: document.AICWithdrawal, GroupID: waterID, Number: "0000030100000220112600001", At: time.Now(),
		Status: document.InProcess, Count: 12, Links: []document.Link{{Relation: document.ToAIC, Ref: "0000030100000220112600001"}},
	}
	keep := func() (id int64) {
		t.Helper()
		d.must(pg.InTx(t.Context(), d.db, func(tx pg.Tx) (err error) { id, err = document.OwnTx(t.Context(), tx, own); return err }))
		return id
	}
	id := keep()
	if keep() != id {
		t.Error("a second document of the same key")
	}
	own.Status = document.Success
	keep()
	r, err := d.docs.Get(t.Context(), observer, id)
	if err != nil || r.Status != document.Success || r.Version != 2 || len(r.Versions) != 2 || r.Codes != 12 || r.Feed != document.FeedPortal {
		t.Errorf("%+v, %v", r, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(body(nil)))
	f.Add([]byte(`{"type":"AGGREGATION","number":"1","status":"ERROR","amount":-0.01,"facts":{"series":7}}`))
	f.Add([]byte(`{"amount":{}}`))
	f.Add([]byte(`{"codes":[{"code":"\u001d"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := document.Decode(b)
		if err != nil {
			return
		}
		if c.Number == "" || c.CodesCount < len(c.Codes) || strings.ContainsRune(c.Number, 0) {
			t.Errorf("%+v", c)
		}
	})
}
