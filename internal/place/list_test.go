package place_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kabinet/internal/core/page"
	"kabinet/internal/place"
)

func TestFind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := d.add("Ombor 2", "Doʻkon 7", "Ўқув маркази")
	shop := draft("Shop 9")
	shop.Activities, shop.Region, shop.Code, shop.GLN = []string{"sales"}, "TK", "S-9", "4780000000014"
	_, err := d.places.Create(t.Context(), barno, "", shop)
	d.must(err)
	d.must(d.places.Block(t.Context(), barno, ids[0], place.BlockForm{Confirm: "Ombor 2"}))
	for name, tt := range map[string]struct {
		filter place.Filter
		want   string
	}{
		"all by name":                  {place.Filter{}, "Doʻkon 7, Main place, Yunusobod, Ombor 2, Shop 9, Ўқув маркази"},
		"turned":                       {place.Filter{Order: place.ByNameZA}, "Ўқув маркази, Shop 9, Ombor 2, Main place, Yunusobod, Doʻkon 7"},
		"newest first":                 {place.Filter{Order: place.Newest}, "Shop 9, Ўқув маркази, Doʻkon 7, Ombor 2, Main place, Yunusobod"},
		"active":                       {place.Filter{Status: place.Active, Order: place.Oldest}, "Main place, Yunusobod, Doʻkon 7, Ўқув маркази, Shop 9"},
		"blocked":                      {place.Filter{Status: place.Blocked}, "Ombor 2"},
		"of a region":                  {place.Filter{Region: "TK"}, "Main place, Yunusobod, Shop 9"},
		"with an activity":             {place.Filter{Activity: place.Sales}, "Main place, Yunusobod, Shop 9"},
		"a name in the other script":   {place.Filter{Query: "дукон"}, ""},
		"a name with another mark":     {place.Filter{Query: "do'kon"}, "Doʻkon 7"},
		"Cyrillic typed in Latin":      {place.Filter{Query: "oquv mark"}, "Ўқув маркази"},
		"a part of the address":        {place.Filter{Query: "bobur yunus"}, "Main place, Yunusobod"},
		"a number":                     {place.Filter{Query: fmt.Sprint(ids[1])}, "Doʻkon 7"},
		"an own code":                  {place.Filter{Query: "S-9"}, "Shop 9"},
		"a GLN with spaces":            {place.Filter{Query: "478 0000 00001 4"}, "Shop 9"},
		"nothing":                      {place.Filter{Query: "smetanna"}, ""},
		"signs are no wildcards":       {place.Filter{Query: "%"}, ""},
		"unknown values do not narrow": {place.Filter{Region: "ZZ", Activity: "x", Status: "x", Order: "x", Query: "shop"}, "Shop 9"},
	} {
		if got := d.names(tt.filter); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	p, err := d.places.Find(t.Context(), clerk, place.Filter{Size: 25, Region: "SA"})
	if err != nil || p.Counts[place.Active] != 2 || p.Counts[place.Blocked] != 1 || p.Total(place.Filter{}) != 3 || !p.Any {
		t.Errorf("%+v, %v", p.Counts, err)
	}
	if p, err := d.places.Find(t.Context(), other, place.Filter{Size: 25}); err != nil || len(p.Rows) != 1 {
		t.Errorf("a stranger sees %d places, %v", len(p.Rows), err)
	}
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin, likeness)
		select 2, 9000 + n, 'Ombor ' || n % 7, '{sales}', 'SA', 'x', 'y', false, 'active', 'manual', n::text from generate_series(1, 60) n`)
	for _, o := range []place.Order{place.ByName, place.ByNameZA, place.Newest, place.Oldest} {
		seen := map[int32]bool{}
		f := place.Filter{Order: o, Size: 25}
		for pages := 0; ; pages++ {
			p, err := d.places.Find(t.Context(), barno, f)
			d.must(err)
			for _, r := range p.Rows {
				if seen[r.ID] {
					t.Errorf("%s: %d comes twice", o, r.ID)
				}
				seen[r.ID] = true
			}
			if f.After = p.Next; p.Next == "" || pages > 5 {
				break
			}
		}
		if len(seen) != 61 {
			t.Errorf("%s: %d places, want 61", o, len(seen))
		}
	}
	if _, err := d.places.Find(t.Context(), barno, place.Filter{Size: 25, After: "???"}); !errors.Is(err, page.ErrCursor) {
		t.Errorf("a broken cursor: %v", err)
	}
	if all, err := d.places.Export(t.Context(), barno, place.Filter{}); err != nil || len(all) != 61 {
		t.Errorf("%d exported, %v", len(all), err)
	}
}

func TestOddSearches(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, q := range []string{"'", `\`, "_", "%%%", strings.Repeat("x ", 5000), "99999999999999999999", "\u202e", "<script>"} {
		if got := d.names(place.Filter{Query: q}); got != "" {
			t.Errorf("%q finds %q", q, got)
		}
	}
}
