package document_test

import (
	"fmt"
	"testing"

	"kabinet/internal/document"
)

// TestEveryClassIsFound holds the digits that the database keeps to those that lists
// ask for: of documents of every kind, side, answer and status each filter finds as
// many as the texts say.
func TestEveryClassIsFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`
		insert into documents (org_id, id, feed, source_id, version, kind, side, number, at, amount, codes, status, answer, deadline_at, answered_at)
		select 2, row_number() over (), 'edo', kind || side || answer || status, 1, kind, side, 'N', now(), 100, 1, status, answer, now(),
			case when answer in ('accepted', 'rejected') then now() end
		from unnest($1::text[]) kind, unnest(array['', 'in', 'out']) side, unnest(array['none', 'waiting', 'accepted', 'rejected']) answer,
			unnest(array['created', 'validating', 'in_process', 'success', 'partially_processed', 'error']) status
		where answer <> 'waiting' or side = 'in'`, document.Kinds())
	type asked struct {
		filter document.Filter
		where  string
	}
	var all []asked
	for _, k := range document.Kinds() {
		all = append(all, asked{document.Filter{Kind: k}, fmt.Sprintf("kind = '%s'", k)})
	}
	for _, s := range []document.Side{document.In, document.Out} {
		all = append(all, asked{document.Filter{Side: s}, fmt.Sprintf("side = '%s'", s)})
	}
	for _, a := range []document.Answer{document.Waiting, document.Accepted, document.Rejected} {
		all = append(all, asked{document.Filter{Answer: a}, fmt.Sprintf("answer = '%s'", a)})
	}
	for _, s := range document.ShownStatuses()[1:] {
		all = append(all, asked{document.Filter{Status: s}, fmt.Sprintf("status = '%s'", s)})
	}
	all = append(all, asked{document.Filter{Status: document.Review}, `status in ('created', 'validating', 'in_process')`}, asked{document.Filter{Action: true}, `answer = 'waiting'`},
		asked{document.Filter{}, `true`})
	for _, a := range all {
		a.filter.Size = 1
		p, err := d.docs.Find(t.Context(), observer, a.filter)
		d.must(err)
		of := func(more string) int {
			return d.count(`select count(*) from documents where ` + a.where + ` and ` + more)
		}
		if got, want := p.Counts[document.TabAll].N, of(`true`); got != want || len(p.Rows) != 1 {
			t.Errorf("%s: %d, want %d; %d rows", a.where, got, want, len(p.Rows))
		}
		if p.Action.N != of(`answer = 'waiting'`) || p.Totals.In != int64(100*of(`side = 'in'`)) || p.Totals.Out != int64(100*of(`side = 'out'`)) || p.Totals.Other != int64(100*of(`side = ''`)) || p.Totals.Codes != int64(of(`true`)) {
			t.Errorf("%s: %+v, %+v", a.where, p.Action, p.Totals)
		}
	}
	for _, tab := range document.Tabs()[1:] {
		p, err := d.docs.Find(t.Context(), observer, document.Filter{Tab: tab, Size: 1})
		d.must(err)
		want := 0
		for _, k := range tab.Kinds() {
			want += d.count(`select count(*) from documents where kind = $1`, k)
			if p, err := d.docs.Find(t.Context(), observer, document.Filter{Tab: tab, Kind: k, Size: 1}); err != nil || len(p.Rows) != 1 || p.Rows[0].Kind != k {
				t.Errorf("%s of %s: %+v, %v", k, tab, p.Rows, err)
			}
		}
		if p.Counts[tab].N != want || len(p.Rows) != 1 {
			t.Errorf("%s: %d, want %d", tab, p.Counts[tab].N, want)
		}
	}
}
