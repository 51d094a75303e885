package receipt_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/page"
	"kabinet/internal/receipt"
)

// shop has 30 sales of water on 30 days, the number of the day being that of the
// receipt; 40 is a sale of beer, 41 a return of nothing, 42 a sale of tea. Another
// organization sold a bottle too.
func shop(t *testing.T) *till {
	t.Helper()
	d := newTill(t)
	for i := range 30 {
		m := said(fmt.Sprint(i+1), map[string]any{"time": moment.AddDate(0, 0, -i).Format(time.RFC3339), "total": 100})
		d.taken(m)
	}
	d.taken(said("40", map[string]any{"lines": []map[string]any{line("Pivo", beerCode)}, "terminal": "UZ2"}))
	d.taken(returned("41", "99"))
	d.taken(said("42", map[string]any{"lines": []map[string]any{line("Choy", teaCode)}}))
	theirs := said("50", nil)
	theirs.TIN = "301000009"
	d.taken(theirs)
	return d
}

func numbers(p receipt.Page) string {
	all := make([]string, len(p.Rows))
	for i, r := range p.Rows {
		all[i] = r.Number
	}
	return strings.Join(all, " ")
}

func TestTheListIsNarrowed(t *testing.T) {
	t.Parallel()
	d := shop(t)
	for name, c := range map[string]struct {
		who    actor.Actor
		f      receipt.Filter
		want   string
		totals receipt.Totals
	}{
		"a period":            {observer, receipt.Filter{From: "2026-03-03", Until: "2026-03-04"}, "2 3", receipt.Totals{Sales: 2, SalesSum: 200}},
		"the oldest first":    {observer, receipt.Filter{From: "2026-03-03", Until: "2026-03-04", Oldest: true}, "3 2", receipt.Totals{Sales: 2, SalesSum: 200}},
		"returns":             {observer, receipt.Filter{Kind: receipt.Return}, "41", receipt.Totals{Returns: 1, ReturnsSum: 450000, Unmatched: 1}},
		"what does not fit":   {observer, receipt.Filter{Match: receipt.Unmatched}, "42 41", receipt.Totals{Sales: 1, SalesSum: 450000, Returns: 1, ReturnsSum: 450000, Unmatched: 2}},
		"one reason":          {observer, receipt.Filter{Match: "no_card"}, "42", receipt.Totals{Sales: 1, SalesSum: 450000, Unmatched: 1}},
		"what fits":           {observer, receipt.Filter{Match: receipt.Matched, From: "2026-03-05"}, "40 1", receipt.Totals{Sales: 2, SalesSum: 450100}},
		"a terminal":          {observer, receipt.Filter{Terminal: " UZ2 "}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"terminal and number": {observer, receipt.Filter{Terminal: "UZ170703123456", Number: "7"}, "7", receipt.Totals{Sales: 1, SalesSum: 100}},
		"a number":            {observer, receipt.Filter{Number: "40"}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"a fiscal sign":       {observer, receipt.Filter{Number: "900000000042"}, "42", receipt.Totals{Sales: 1, SalesSum: 450000, Unmatched: 1}},
		"a code":              {observer, receipt.Filter{Code: beerCode}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"identification code": {observer, receipt.Filter{Code: "01" + beer + "21qKkdi+S"}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"a spoilt code":       {observer, receipt.Filter{Code: " 01" + beer + "21qKkdi+S93U3g5 "}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"a code in a period":  {observer, receipt.Filter{Code: beerCode, Until: "2026-03-01"}, "", receipt.Totals{}},
		"nobody's code":       {observer, receipt.Filter{Code: strings.ReplaceAll(beerCode, "qK", "Kq")}, "", receipt.Totals{}},
		"a group":             {observer, receipt.Filter{GroupID: 15}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"own groups":          {brewer, receipt.Filter{}, "40", receipt.Totals{Sales: 1, SalesSum: 450000}},
		"another's code":      {stranger, receipt.Filter{Code: beerCode}, "", receipt.Totals{}},
		"another's":           {stranger, receipt.Filter{}, "50", receipt.Totals{Sales: 1, SalesSum: 450000, Unmatched: 1}},
		"nonsense":            {stranger, receipt.Filter{Kind: "x", Match: "x", Terminal: "' or 1=1 --"}, "", receipt.Totals{}},
	} {
		p := d.find(c.who, c.f)
		if got := numbers(p); got != c.want || cmp.Diff(c.totals, p.Totals) != "" || !p.Any {
			t.Errorf("%s: %q, %+v; want %q, %+v", name, got, p.Totals, c.want, c.totals)
		}
	}
	if p := d.find(observer, receipt.Filter{Code: " " + beerCode}); cmp.Diff([]marking.Change{marking.Spaces}, p.Changes) != "" {
		t.Errorf("what reading a code altered: %v", p.Changes)
	}
}

func TestTheListComplains(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	for name, c := range map[string]struct {
		f     receipt.Filter
		field string
	}{
		"a day that is none":        {receipt.Filter{From: "2026-02-31"}, "from"},
		"an end before the start":   {receipt.Filter{From: "2026-03-02", Until: "2026-03-01"}, "to"},
		"half a code":               {receipt.Filter{Code: "0104780101"}, "code"},
		"a code in Cyrillic":        {receipt.Filter{Code: "010478010100001221абвгд"}, "code"},
		"digits of another script":  {receipt.Filter{Until: "٠٤.١٢.٢٠٢٥"}, "to"},
		"a day before there is one": {receipt.Filter{From: "0001-01-01"}, "from"},
	} {
		_, err := d.receipts.Find(t.Context(), observer, c.f)
		if cs, ok := fault.ComplaintsOf(err); !ok || len(cs) != 1 || cs[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, cursor := range []string{"%%%", page.Encode(map[string]any{"t": "x"}), page.Encode(1)} {
		if _, err := d.receipts.Find(t.Context(), observer, receipt.Filter{After: cursor}); !errors.Is(err, page.ErrCursor) {
			t.Errorf("a cut address: %v", err)
		}
	}
	if p := d.find(observer, receipt.Filter{}); p.Any || len(p.Rows) != 0 {
		t.Errorf("%+v", p)
	}
}

func TestPagesLeadThereAndBack(t *testing.T) {
	t.Parallel()
	d := shop(t)
	d.exec(`update receipts set issued_at = '2026-03-05T00:00:00Z' where number::int between 5 and 12`) // equals
	for _, f := range []receipt.Filter{{Size: 10}, {Size: 10, Oldest: true}} {
		forth, back := []string{}, []string{}
		var p receipt.Page
		for {
			var err error
			if p, err = d.receipts.Find(t.Context(), observer, f); err != nil {
				t.Fatal(err)
			}
			forth = append(forth, numbers(p))
			if p.Next == "" {
				break
			}
			f.After = p.Next
		}
		for f.After = ""; ; {
			back = append([]string{numbers(p)}, back...)
			if p.Prev == "" {
				break
			}
			f.Before = p.Prev
			var err error
			if p, err = d.receipts.Find(t.Context(), observer, f); err != nil {
				t.Fatal(err)
			}
		}
		if all := strings.Fields(strings.Join(forth, " ")); len(all) != 33 || strings.Join(strings.Fields(strings.Join(back, " ")), " ") != strings.Join(all, " ") {
			t.Errorf("forth %q, back %q", forth, back)
		}
	}
}

func TestWhoReadsReceipts(t *testing.T) {
	t.Parallel()
	d := shop(t)
	id := d.one("40").ID
	nobody := observer
	nobody.Rights = [4]uint64{}
	for name, c := range map[string]struct {
		who  actor.Actor
		want error
	}{"a reader": {observer, nil}, "whose group it is": {brewer, nil}, "another group": {waterman, actor.ErrGroup}, "another organization": {stranger, receipt.ErrNotFound}, "without the right": {nobody, actor.ErrForbidden}} {
		if _, err := d.receipts.Get(t.Context(), c.who, id); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.receipts.Find(t.Context(), nobody, receipt.Filter{}); !errors.Is(err, actor.ErrForbidden) {
		t.Error(err)
	}
	if err := d.receipts.Export(t.Context(), nobody, receipt.Filter{}, nil); !errors.Is(err, actor.ErrForbidden) {
		t.Error(err)
	}
	var n int
	if err := d.receipts.Export(t.Context(), brewer, receipt.Filter{}, func(receipt.Receipt) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
}
