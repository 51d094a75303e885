package receipt_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
	"kabinet/internal/receipt"
)

// bottles are codes of beer, which organization 2 buys from 9.
func bottles(serials ...string) []string {
	codes := make([]string, len(serials))
	for i, s := range serials {
		codes[i] = strings.Replace(beerCode, "qKkdi+S", s, 1)
	}
	return codes
}

// invoice hands over an invoice to organization 2 that names codes.
func (d *till) invoice(docs *document.Service, id string, version int64, codes ...string) {
	d.Helper()
	named := make([]any, len(codes))
	for i, c := range codes {
		named[i] = map[string]any{"code": c, "result": "SUCCESS"}
	}
	body, err := json.Marshal(map[string]any{
		"type": document.Invoice, "number": id, "status": "SUCCESS", "seller": map[string]any{"tin": "301000009"}, "buyer": map[string]any{"tin": "301000002"},
		"lines": []any{map[string]any{"gtin": beer, "name": "Pivo"}}, "codes": named,
	})
	if err == nil {
		err = pg.InTx(d.Context(), d.db, func(tx pg.Tx) error {
			return docs.TakeTx(d.Context(), tx, feed.Message{Feed: "edo", SourceID: id, Kind: feed.Invoice, Version: version, OccurredAt: moment, Body: body})
		})
	}
	if err != nil {
		d.Fatal(err)
	}
}

// TestACodeThatNoDocumentBrought lets receipts and invoices come in either order.
func TestACodeThatNoDocumentBrought(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	d.receipts.Known = document.Brought
	docs := &document.Service{DB: d.db, Proof: &proof.Service{}, Came: d.receipts.LookAgainTx}
	codes := bottles("aaaaaaa", "bbbbbbb", "ccccccc")
	jobs := func() int {
		return d.count(`select count(*) from river_job where kind = 'receipt.match' and args = '{"org_id": 2}'`)
	}
	listed := func(match string) string { return numbers(d.find(observer, receipt.Filter{Match: match})) }
	sell := func(number string, labels ...string) {
		d.taken(said(number, map[string]any{"lines": []map[string]any{line("Pivo", labels...)}}))
	}

	d.invoice(docs, "EHF-1", 1, codes[0])
	if n := jobs(); n != 0 {
		t.Errorf("%d jobs where nothing is unknown", n)
	}
	sell("1", codes[0])
	sell("2", codes[0], codes[1])
	sell("3", strings.ReplaceAll(codes[2], "\x1d", "")) // separators lost
	sell("4", waterCode)                                // a product of its own
	d.exec(`update receipts set issued_at = now() - number::int * interval '1 minute'`)
	if got := listed(receipt.Unknown.Name()); got != "2 3" {
		t.Errorf("unknown: %s", got)
	}
	if r := d.one("2"); r.Trouble != receipt.Unknown || r.First().Trouble != receipt.Unknown {
		t.Errorf("%v", r.Trouble.Each())
	}

	d.invoice(docs, "EHF-2", 1, codes[2])
	if n := jobs(); n != 1 {
		t.Fatalf("%d jobs after a document with codes", n)
	}
	d.invoice(docs, "EHF-3", 1, bottles("ddddddd")...)
	if n := jobs(); n != 1 {
		t.Errorf("%d jobs that do the same", n)
	}
	if r := d.one("3"); r.Trouble != 0 {
		t.Errorf("a record is looked at anew: %v", r.Trouble.Each())
	}
	if err := d.receipts.Match(t.Context(), receipt.MatchArgs{OrgID: 9}); err != nil || listed(receipt.Unknown.Name()) != "2 3" {
		t.Errorf("receipts of another organization were to be looked at: %v", err)
	}
	if err := d.receipts.Match(t.Context(), receipt.MatchArgs{OrgID: 2}); err != nil || listed(receipt.Unknown.Name()) != "2" || listed(receipt.Matched) != "1 3 4" {
		t.Errorf("after the document: %v, %s", err, listed(receipt.Unknown.Name()))
	}
	d.invoice(docs, "EHF-3", 2, codes[1]) // corrected
	if err := d.receipts.Match(t.Context(), receipt.MatchArgs{}); err != nil || listed(receipt.Unmatched) != "" {
		t.Errorf("after the correction: %v, %s", err, listed(receipt.Unmatched))
	}
	theirs := said("5", map[string]any{"lines": []map[string]any{line("Pivo", codes[1])}})
	theirs.TIN = "301000009"
	d.taken(theirs)
	if p := d.find(stranger, receipt.Filter{}); p.Rows[0].Trouble != 0 {
		t.Errorf("a product of its own needs no document: %v", p.Rows[0].Trouble.Each())
	}
}
