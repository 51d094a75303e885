package document_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/golden"
	"kabinet/internal/core/page"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
)

// shelf is a desk with documents of many kinds, one a day back from today.
func shelf(t *testing.T) *desk {
	d := newDesk(t)
	operation := func(n int, kind document.Kind, group, status string) {
		m := feed.Message{Feed: "wms", SourceID: fmt.Sprint("op ", n), Kind: feed.Operation, TIN: buyerTIN, OccurredAt: time.Now().AddDate(0, 0, -n)}
		m.Body, _ = json.Marshal(map[string]any{"type": kind, "number": fmt.Sprint("OP-", n), "status": status, "productGroup": group, "codesCount": n, "date": m.OccurredAt.Format(time.RFC3339)})
		d.must(d.take(m))
	}
	for n := range 6 {
		operation(n, document.Aggregation, "water", "SUCCESS")
		operation(n+10, document.Utilisation, "tobacco", "ERROR")
	}
	operation(50, document.WriteOff, "water", "VALIDATING")
	for n := range 4 {
		at := time.Now().AddDate(0, 0, -n).Format(time.RFC3339)
		d.must(d.take(message(fmt.Sprint("in ", n), 1, map[string]any{"number": fmt.Sprint("EHF-", n), "amount": fmt.Sprint(n+1, ".00"), "date": at})))
	}
	return d
}

func numbers(ds []document.Document) (all []string) {
	for _, doc := range ds {
		all = append(all, doc.Number)
	}
	return all
}

func TestLists(t *testing.T) {
	t.Parallel()
	d := shelf(t)
	find := func(a actor.Actor, f document.Filter) document.Page {
		t.Helper()
		f.Size = max(f.Size, 25)
		p, err := d.docs.Find(t.Context(), a, f)
		d.must(err)
		return p
	}
	from, until := document.LastDays(time.Now(), 30)
	t.Run("counts and sums are of what the filter chooses", func(t *testing.T) {
		p := find(acceptor, document.Filter{From: from, Until: until})
		if p.Counts[document.TabAll].N != 16 || p.Counts[document.TabInvoices].N != 4 || p.Counts[document.TabAggregation].N != 6 || p.Counts[document.TabUtilisation].N != 6 || p.Counts[document.TabWithdrawal].N != 0 {
			t.Errorf("%+v", p.Counts)
		}
		if p.Totals.In != 1000 || p.Totals.Out != 0 || p.Totals.Other != 0 || p.Action.N != 4 {
			t.Errorf("%+v %+v", p.Totals, p.Action)
		}
		p = find(acceptor, document.Filter{Tab: document.TabInvoices})
		if p.Totals.In != 1000 || p.Totals.Codes != 8 || len(p.Rows) != 4 || !p.Unseen[p.Rows[0].ID] {
			t.Errorf("%+v", p)
		}
		if p := find(acceptor, document.Filter{}); p.Counts[document.TabAll].N != 17 {
			t.Errorf("all time: %+v", p.Counts)
		}
		if p := find(stranger, document.Filter{}); p.Counts[document.TabAll].N != 4 || p.Totals.Out != 1000 || p.Action.N != 0 {
			t.Errorf("the seller: %+v %+v", p.Counts, p.Totals)
		}
	})
	for name, tt := range map[string]struct {
		who    actor.Actor
		filter document.Filter
		want   []string
	}{
		"by a number":         {acceptor, document.Filter{Query: "ehf-2"}, []string{"EHF-2"}},
		"by a name":           {acceptor, document.Filter{Query: "тошкент улгуржи", Status: document.Success}, []string{"EHF-0", "EHF-1", "EHF-2", "EHF-3"}},
		"by a TIN":            {acceptor, document.Filter{Query: "302 000 009"}, nil},
		"by a whole TIN":      {acceptor, document.Filter{Query: sellerTIN}, []string{"EHF-0", "EHF-1", "EHF-2", "EHF-3"}},
		"under review":        {acceptor, document.Filter{Status: document.Review}, []string{"OP-50"}},
		"greatest first":      {acceptor, document.Filter{Order: document.ByAmount, Kind: document.Invoice}, []string{"EHF-3", "EHF-2", "EHF-1", "EHF-0"}},
		"smallest first":      {acceptor, document.Filter{Order: document.BySmallest, Kind: document.Invoice}, []string{"EHF-0", "EHF-1", "EHF-2", "EHF-3"}},
		"of a group":          {acceptor, document.Filter{GroupID: 3, Query: "op-15"}, []string{"OP-15"}},
		"out of reach":        {clerk, document.Filter{GroupID: 3}, nil},
		"waiting":             {clerk, document.Filter{Action: true}, []string{"EHF-0", "EHF-1", "EHF-2", "EHF-3"}},
		"of a source":         {acceptor, document.Filter{Feed: "edo", Side: document.In, Answer: document.Waiting}, []string{"EHF-0", "EHF-1", "EHF-2", "EHF-3"}},
		"of a day":            {acceptor, document.Filter{From: until, Until: until}, []string{"EHF-0", "OP-0"}},
		"what does not exist": {acceptor, document.Filter{Query: "%_' ; drop"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := numbers(find(tt.who, tt.filter).Rows); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	t.Run("pages go on where one ends, both ways", func(t *testing.T) {
		for _, order := range []document.Sorting{document.ByDate, document.ByOldest, document.ByAmount, document.BySmallest} {
			f := document.Filter{Order: order, Size: 5}
			all := numbers(find(acceptor, document.Filter{Order: order}).Rows)
			var forth, back []string
			var p document.Page
			for {
				var err error
				p, err = d.docs.Find(t.Context(), acceptor, f)
				d.must(err)
				forth = append(forth, numbers(p.Rows)...)
				if p.Next == "" {
					break
				}
				f.After = p.Next
			}
			f.After = ""
			for back = numbers(p.Rows); p.Prev != ""; back = append(numbers(p.Rows), back...) {
				f.Before = p.Prev
				var err error
				p, err = d.docs.Find(t.Context(), acceptor, f)
				d.must(err)
			}
			if !slices.Equal(forth, all) || !slices.Equal(back, all) {
				t.Errorf("%s:\n%v\n%v\n%v", order, all, forth, back)
			}
		}
		if _, err := d.docs.Find(t.Context(), acceptor, document.Filter{After: "e30"}); err == nil {
			t.Error("a cut cursor")
		}
		if _, err := d.docs.Find(t.Context(), acceptor, document.Filter{After: page.Encode(map[string]any{"o": "-date", "k": "0000-01-01T00:00:00Z", "i": 1})}); err == nil {
			t.Error("a cursor of year 0")
		}
	})
	t.Run("a file has all of it", func(t *testing.T) {
		ds, err := d.docs.Export(t.Context(), observer, document.Filter{Tab: document.TabAggregation})
		if err != nil || len(ds) != 6 {
			t.Errorf("%v, %v", numbers(ds), err)
		}
	})
	t.Run("a document of a group out of reach is not opened, another's not found", func(t *testing.T) {
		id := int64(d.count(`select id from documents where source_id = 'op 15'`))
		if _, err := d.docs.Get(t.Context(), clerk, id); err == nil {
			t.Error("opened")
		}
		if _, err := d.docs.Get(t.Context(), stranger, id); err == nil {
			t.Error("a stranger opened it")
		}
		for _, do := range []func(actor.Actor) error{
			func(a actor.Actor) error {
				return d.docs.CodesOf(t.Context(), a, id, false, func(document.Code) error { return nil })
			},
			func(a actor.Actor) error { _, _, err := d.docs.LinesOf(t.Context(), a, id); return err },
			func(a actor.Actor) error { _, _, err := d.docs.VersionOf(t.Context(), a, id, 0); return err },
			func(a actor.Actor) error { _, err := d.docs.SignatureOf(t.Context(), a, id, 1); return err },
		} {
			if do(clerk) == nil || do(stranger) == nil {
				t.Error("a part was given to somebody out of reach")
			}
		}
	})
	t.Run("absurd sums close no inbox", func(t *testing.T) {
		d.exec(`update documents set amount = 9e18 where side <> ''`)
		if p := find(acceptor, document.Filter{}); p.Totals.In != 9e18 || len(p.Rows) == 0 {
			t.Errorf("%+v", p.Totals)
		}
		d.exec(`update documents set amount = -9e18 where side <> ''`)
		if p := find(acceptor, document.Filter{}); p.Totals.In != -9e18 {
			t.Errorf("%+v", p.Totals)
		}
	})
}

// TestLetters are the words of every notice.
func TestLetters(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for _, what := range []string{"incoming", "soon", "auto", "refused"} {
			args := []any{"number", "EHF-17", "party", "Toshkent Ulgurji MChJ", "sum", i18n.Sum(112000050), "deadline", "23.11.2026, 14:05"}
			say := func(part string) string { return i18n.Text(lang, "document.notice."+what+"."+part, args...) }
			if n := len([]rune(say("subject"))); n > 60 {
				t.Errorf("%s %s: a subject of %d letters", lang.Code(), what, n)
			}
			golden.Check(t, "letter_"+what+"."+lang.Code()+".txt", say("subject")+"\n\n"+say("text")+"\n\n["+say("button")+"]\n")
		}
	}
}
