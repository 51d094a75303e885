package document_test

import (
	"fmt"
	"maps"
	"testing"

	"kabinet/internal/core/marking"
	"kabinet/internal/document"
	"kabinet/internal/feed"
)

// Codes of a bottle of water and of a pack of it, in forms that receipts have.
const (
	bottle      = "010478010100001221abcdefghij'12"
	otherBottle = "010478010100001221abcdefghij'13"
	juice       = "010478010100002921abcdefghij'12"
	pack        = "013478010100001321abcdefghij'99"
	pallet      = "00047800000100000013"
	tail        = "\x1d91EE06\x1d92MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
)

func coded(codes ...string) []any {
	all := make([]any, len(codes))
	for i, c := range codes {
		all[i] = map[string]any{"code": c, "result": "SUCCESS"}
	}
	return all
}

func TestWhichCodesDocumentsBrought(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	water := map[string]any{"gtin": "04780101000012", "name": "Suv"}
	nameless := map[string]any{"name": "Suv"}
	swapped := map[string]any{"seller": map[string]any{"tin": buyerTIN}, "buyer": map[string]any{"tin": sellerTIN}}
	refused := []any{map[string]any{"code": bottle, "result": "ERROR", "reason": "code-not-found"}}
	for name, c := range map[string]struct {
		kind    document.Kind
		changes map[string]any
		want    string // which of bottle, otherBottle, juice
	}{
		"named":                             {document.Invoice, map[string]any{"codes": coded(bottle)}, "1--"},
		"named with its tail":               {document.Invoice, map[string]any{"codes": coded(bottle + tail)}, "1--"},
		"refused":                           {document.Invoice, map[string]any{"codes": append(refused, coded(juice)...)}, "--1"},
		"rejected":                          {document.Invoice, map[string]any{"codes": coded(bottle), "answer": map[string]any{"state": "REJECTED"}}, "---"},
		"sold":                              {document.Invoice, merged(swapped, map[string]any{"codes": coded(bottle)}), "---"},
		"failed":                            {document.Invoice, map[string]any{"codes": coded(bottle), "status": "ERROR"}, "---"},
		"applied":                           {document.Utilisation, map[string]any{"codes": coded(bottle, juice)}, "1-1"},
		"withdrawn":                         {document.Withdrawal, map[string]any{"codes": coded(bottle)}, "---"},
		"not all of them named":             {document.Invoice, map[string]any{"codes": coded(bottle), "codesCount": 2}, "11-"},
		"none of them named":                {document.Invoice, map[string]any{"codes": nil, "codesCount": 2}, "11-"},
		"none named, by lines":              {document.Invoice, map[string]any{"codes": nil, "lines": []any{merged(water, map[string]any{"codes": 5})}}, "11-"},
		"nothing said of codes":             {document.Invoice, map[string]any{"codes": nil, "lines": []any{water}}, "11-"},
		"nothing said of codes or products": {document.Invoice, map[string]any{"codes": nil, "lines": []any{nameless}}, "---"},
		"so many of any product":            {document.Invoice, map[string]any{"codes": nil, "lines": []any{nameless}, "codesCount": 5}, "111"},
		"of a pallet":                       {document.Invoice, map[string]any{"codes": coded(pallet), "lines": []any{water}}, "11-"},
		"in a pack":                         {document.Invoice, map[string]any{"codes": coded(pack), "lines": []any{nameless}}, "11-"},
		"what is no code":                   {document.Invoice, map[string]any{"codes": coded("код"), "lines": []any{water}}, "11-"},
		"none named of what was withdrawn":  {document.Withdrawal, map[string]any{"codes": nil, "codesCount": 9}, "---"},
	} {
		m := message(name, 1, map[string]any{"type": c.kind, "lines": []any{water}, "answer": nil})
		if !c.kind.IsInvoice() {
			m.Kind, m.Feed = feed.Operation, "operations"
		}
		m.Body = body(merged(map[string]any{"type": c.kind, "lines": []any{water}, "answer": nil, "tin": buyerTIN}, c.changes))
		d.must(d.take(m))
		came, err := document.Brought(t.Context(), d.db, 2, []marking.Code{bottle, otherBottle + tail, juice})
		d.must(err)
		got := ""
		for _, code := range []marking.Code{bottle, otherBottle + tail, juice} {
			got += map[bool]string{true: "1", false: "-"}[came[code]]
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if came, err := document.Brought(t.Context(), d.db, 9, []marking.Code{bottle}); err != nil || came[bottle] != (name == "sold") {
			t.Errorf("%s: the other party: %v, %v", name, came, err)
		}
		d.exec(`truncate documents cascade`)
	}
}

func merged(all ...map[string]any) map[string]any {
	m := map[string]any{}
	for _, one := range all {
		maps.Copy(m, one)
	}
	return m
}

// TestANewerVersionBringsWhatItSays lets a correction name another code.
func TestANewerVersionBringsWhatItSays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	brought := func() string {
		came, err := document.Brought(t.Context(), d.db, 2, []marking.Code{bottle, juice})
		d.must(err)
		return fmt.Sprint(came[bottle], came[juice])
	}
	for i, step := range []struct {
		changes map[string]any
		want    string
	}{
		{map[string]any{"codes": coded(bottle)}, "true false"},
		{map[string]any{"codes": coded(juice)}, "false true"},
		{map[string]any{"codes": nil, "codesCount": 1}, "true false"},
		{map[string]any{"codes": coded(juice), "answer": map[string]any{"state": "REJECTED"}}, "false false"},
	} {
		d.must(d.take(message("EHF-9", int64(i+1), merged(map[string]any{"lines": []any{map[string]any{"gtin": "04780101000012", "name": "Suv"}}, "answer": nil}, step.changes))))
		if got := brought(); got != step.want {
			t.Errorf("version %d: %s, want %s", i+1, got, step.want)
		}
	}
}
