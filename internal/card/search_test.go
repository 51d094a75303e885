package card_test

import (
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/page"
)

// TestACommonWord searches for what more cards have than a search looks up.
func TestACommonWord(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.exec(`insert into cards (org_id, id, gtin, standing, editing, live, group_id, packaging, name_uz, name_ru, fold, changed_at)
		select 2, n, '0478' || lpad(n::text, 10, '0'), case when n % 3 = 0 then 'published' else 'new' end,
			case when n % 3 = 0 then 'none' when n = 1000 then 'returned' else 'draft' end, case when n % 3 = 0 then 1 end, 13, 'UNIT', 'Suv ' || n, 'Вода ' || n,
			'suv voda ' || n || ' 0478' || lpad(n::text, 10, '0'), timestamptz '2025-12-01 10:00+05' + n * interval '1 minute'
		from generate_series(1, 1200) n`)
	s.put(card.Card{ID: 5000, OrgID: 9, NameUz: "Suv"})
	for _, query := range []string{"suv", "vod uv", "047800"} {
		var all []int64
		f := card.Filter{Query: query, Size: 500}
		for range 3 {
			p := s.find(reader(2), f)
			all, f.After = append(all, ids(p.Rows)...), p.Next
			if p.Similar || !p.Counts[card.TabAll].More || p.Counts[card.TabAll].N < 500 || p.Counts[card.TabAll].N > 1200 {
				t.Errorf("%s: %+v", query, p.Counts)
			}
		}
		if len(all) != 1200 || all[0] != 1200 || all[1199] != 1 || f.After != "" {
			t.Errorf("%s: %d cards, then %q", query, len(all), f.After)
		}
	}
	for tab, want := range map[card.Tab]struct {
		rows  int
		count page.Count
	}{
		card.TabReturned: {1, page.Count{N: 1, More: true}}, card.TabBlocked: {0, page.Count{}}, card.TabArchive: {0, page.Count{}},
	} {
		p := s.find(reader(2), card.Filter{Query: "suv", Tab: tab})
		if len(p.Rows) != want.rows || p.Total(card.Filter{Tab: tab}) != want.count || p.Similar {
			t.Errorf("%s: %d rows of %+v", tab, len(p.Rows), p.Total(card.Filter{Tab: tab}))
		}
	}
	p := s.find(reader(2), card.Filter{Query: "suv", Order: card.ByName, Lang: "uz", Tab: card.TabPublished})
	if len(p.Rows) != 25 || p.Rows[0].NameUz != "Suv 1002" || p.Next == "" {
		t.Errorf("by name: %v", ids(p.Rows))
	}
	p = s.find(reader(2), card.Filter{Query: "suv", Order: card.ByName, Lang: "uz", Tab: card.TabPublished, Before: p.Next})
	if len(p.Rows) != 24 || p.Rows[0].NameUz != "Suv 1002" {
		t.Errorf("and back: %v", ids(p.Rows))
	}
	if p := s.find(reader(2), card.Filter{Query: "suv 77"}); p.Total(card.Filter{}).More || p.Total(card.Filter{}).N != len(p.Rows) {
		t.Errorf("few are counted: %+v, %d rows", p.Counts, len(p.Rows))
	}
}
