package card_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
)

// publishAll stands cards of two organizations into the shared catalogue, the
// higher their number the earlier.
func (s *shelf) publishAll() {
	s.t.Helper()
	s.exec(`insert into cards (org_id, id, gtin, standing, editing, live, group_id, packaging, country)
		select case when n % 2 = 0 then 2 else 9 end, n, '0478' || lpad(n::text, 10, '0'), 'published', 'none', 1, case when n % 3 = 0 then 15 else 13 end, 'UNIT', 'UZ'
		from generate_series(1, 30) n`)
	s.exec(`insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, published_at)
		select org_id, id, 1, gtin, group_id, packaging, case when id = 7 then 'TR' else country end, 'Suv ' || id, '', '', '', 'suv ' || id || ' smetana', now() - (id / 4) * interval '1 hour' from cards`)
}

func (s *shelf) shared(f card.CatalogueFilter) card.CataloguePage {
	s.t.Helper()
	if f.Size == 0 {
		f.Size = 25
	}
	p, err := s.cards.Catalogue(s.t.Context(), reader(9), f)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func goodsIDs(p card.CataloguePage) (all []int64) {
	for _, g := range p.Rows {
		all = append(all, g.CardID)
	}
	return all
}

func TestTheCatalogueGoesOnWhereAPageEnds(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.publishAll()
	for name, f := range map[string]card.CatalogueFilter{"all": {}, "found": {Query: "suv"}, "numbers": {Query: "4780000"}, "group": {GroupID: beerID}} {
		f.Size = 100
		whole := s.shared(f)
		f.Size = 4
		var parts []int64
		p := s.shared(f)
		for range 20 {
			parts = append(parts, goodsIDs(p)...)
			if p.Next == "" {
				break
			}
			f.After = p.Next
			p = s.shared(f)
		}
		if !slices.Equal(parts, goodsIDs(whole)) || len(parts) != whole.Count.N || len(parts) < 10 {
			t.Errorf("%s: page by page %v, at once %v, counted %d", name, parts, goodsIDs(whole), whole.Count.N)
		}
	}
}

func TestWhatTheCatalogueFinds(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.publishAll()
	for query, want := range map[string][]int64{
		"04780000000012": {12}, "4780000000012": {12}, "478000000001": {10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, "99999": nil, "suv 12": {12},
	} {
		if diff := cmp.Diff(want, goodsIDs(s.shared(card.CatalogueFilter{Query: query}))); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	if p := s.shared(card.CatalogueFilter{Country: "TR"}); len(p.Rows) != 1 || p.Rows[0].OwnerUz != "Zarafshon Sut" {
		t.Errorf("by country: %+v", p.Rows)
	}
	if p := s.shared(card.CatalogueFilter{Query: "smetanna"}); !p.Similar || len(p.Rows) != 25 || p.Count.N != 0 {
		t.Errorf("similar: %v, %d", p.Similar, len(p.Rows))
	}
}

func TestTheCatalogueRefuses(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.publishAll()
	for _, query := range []string{"a", "ab cd", "12", "%%%"} {
		if _, err := s.cards.Catalogue(t.Context(), reader(9), card.CatalogueFilter{Query: query, Size: 25}); !errors.Is(err, card.ErrShortSearch) {
			t.Errorf("%q: %v", query, err)
		}
	}
	for _, cursor := range []any{map[string]any{"t": "x"}, map[string]any{"g": "a\x00"}, map[string]any{"o": "1"}} {
		if _, err := s.cards.Catalogue(t.Context(), reader(9), card.CatalogueFilter{After: page.Encode(cursor), Size: 25}); !errors.Is(err, page.ErrCursor) {
			t.Errorf("%v: %v", cursor, err)
		}
	}
	if _, err := s.cards.Catalogue(t.Context(), actor.Actor{SessionKey: "k"}, card.CatalogueFilter{Size: 25}); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
	if _, err := s.cards.Catalogued(t.Context(), reader(9), 2, 1); !errors.Is(err, card.ErrNotFound) {
		t.Errorf("a card of another organization under this one's number: %v", err)
	}
	for _, name := range []string{"", "1", "a-b", "-1-2", "0-1", "1-", "1-2-3"} {
		if _, _, err := card.ParseGoods(name); !errors.Is(err, card.ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
