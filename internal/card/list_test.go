package card_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
)

// shelf is a database with cards in lists; the numbers of product groups are
// those of the dictionary.
type shelf struct {
	t     *testing.T
	db    *pgxpool.Pool
	cards *card.Service
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, db: pgtest.New(t)}
	s.cards = &card.Service{DB: s.db}
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
		from unnest(array[2, 9]) n`)
	return s
}

func (s *shelf) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// reader may see the cards of an organization in some groups; of none named, in all.
func reader(orgID int64, groups ...int16) actor.Actor {
	return actor.Actor{
		AccountID: 3, OrgID: orgID, MemberID: 3, Name: "Reader", SessionKey: "key",
		Rights: perm.Of(perm.CardRead, perm.CardLookup), Scope: perm.Scope{AllGroups: len(groups) == 0, Groups: groups},
	}
}

// put stands a card into the list; what is not said is that of a draft of water.
func (s *shelf) put(c card.Card) {
	s.t.Helper()
	if c.OrgID == 0 {
		c.OrgID = 2
	}
	if c.Standing == "" {
		c.Standing = card.New
	}
	if c.Editing == "" {
		c.Editing = card.Drafted
	}
	if c.GroupID == 0 {
		c.GroupID = waterID
	}
	if c.GTIN == "" {
		c.GTIN = number(int(c.ID))
	}
	words := fold.Words(c.NameUz, c.NameRu, c.NameEn, c.Brand) + " " + string(c.GTIN)
	s.exec(`insert into cards (org_id, id, gtin, standing, editing, live, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold,
			archived_at, changed_at)
		values ($1, $2::bigint, $3, $4::text, $5, case when $4::text <> 'new' then 1 end, $6, 'UNIT', $7, $8, $9, $10, $11, $12, case when $13 then now() end,
			timestamptz '2025-12-01 10:00+05' + $2::bigint * interval '1 hour')`,
		c.OrgID, c.ID, c.GTIN, c.Standing, c.Editing, c.GroupID, c.Country, c.NameUz, c.NameRu, c.NameEn, c.Brand, words, c.Archived)
}

// beerID is another product group of the dictionary.
const beerID = int16(15)

func number(n int) gs1.GTIN { return gs1.GTIN(fmt.Sprintf("047800000%05d", n)) }

func (s *shelf) find(a actor.Actor, f card.Filter) card.Page {
	s.t.Helper()
	if f.Size == 0 {
		f.Size = 25
	}
	p, err := s.cards.Find(s.t.Context(), a, f)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func ids(cards []card.Card) (all []int64) {
	for _, c := range cards {
		all = append(all, c.ID)
	}
	return all
}

func (s *shelf) goods() {
	s.t.Helper()
	for _, c := range []card.Card{
		{ID: 1, NameUz: "Smetana «Gʻijduvon»", NameRu: "Сметана «Гиждуван»", Brand: "Zarafshon", Country: "UZ"},
		{ID: 2, NameUz: "Qatiq", NameRu: "Катык", Country: "UZ", Standing: card.Published, Editing: card.Settled},
		{ID: 3, NameUz: "Oʻrik sharbati", NameRu: "Сок абрикосовый", NameEn: "Apricot juice", Standing: card.Published, Editing: card.Returned, GroupID: beerID},
		{ID: 4, NameUz: "Pivo", NameRu: "Пиво", Country: "RU", Standing: card.Blocked, Editing: card.Settled, GroupID: beerID},
		{ID: 5, NameUz: "Shakarli suv", NameRu: "Вода сладкая", Editing: card.Moderation},
		{ID: 6, NameUz: "Mineral suv 500 ml", NameRu: "Вода минеральная", Country: "TR", Archived: true},
		{ID: 7, OrgID: 9, NameUz: "Smetana", NameRu: "Сметана"},
	} {
		s.put(c)
	}
}

func TestTabsAndWhatTheyCount(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	for tab, want := range map[card.Tab][]int64{
		card.TabAll: {5, 4, 3, 2, 1}, card.TabReturned: {3}, card.TabDrafts: {1}, card.TabModeration: {5},
		card.TabPublished: {3, 2}, card.TabBlocked: {4}, card.TabArchive: {6},
	} {
		p := s.find(reader(2), card.Filter{Tab: tab})
		if diff := cmp.Diff(want, ids(p.Rows)); diff != "" {
			t.Errorf("%q: %s", tab, diff)
		}
		if p.Counts[tab].N != len(want) {
			t.Errorf("%q counts %d, want %d", tab, p.Counts[tab].N, len(want))
		}
	}
	if p := s.find(reader(2), card.Filter{Tab: "nonsense"}); len(p.Rows) != 5 {
		t.Errorf("an unknown tab shows %d", len(p.Rows))
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	for query, want := range map[string][]int64{
		"smetana": {1}, "СМЕТАНА": {1}, "gijduvon": {1}, "g'ijduvon smet": {1}, "Гиждувон": {1}, "zarafshon": {1}, "o'rik": {3}, "Ўрик": {3}, "juice": {3},
		"suv": {5}, "%": {5, 4, 3, 2, 1}, "smetana pivo": nil, "04780000000003": {3}, "4780000000003": {3}, "47800000000": {5, 4, 3, 2, 1}, "4780 0000-00003": {3},
		"999999999": nil, "  ": {5, 4, 3, 2, 1}, "500": nil,
	} {
		p := s.find(reader(2), card.Filter{Query: query})
		if p.Similar {
			t.Errorf("%q is answered by what is similar", query)
		}
		if diff := cmp.Diff(want, ids(p.Rows)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	if p := s.find(reader(2), card.Filter{Query: "500", Tab: card.TabArchive}); len(p.Rows) != 1 {
		t.Errorf("part of a name in the archive: %d", len(p.Rows))
	}
}

func TestATypingErrorFindsWhatIsSimilar(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	for _, query := range []string{"smetanna", "smetna", "smeatna", "semtana", "smetona", "сметанна", "smetanna gijduvon"} {
		p := s.find(reader(2), card.Filter{Query: query})
		if !p.Similar || len(p.Rows) == 0 || p.Rows[0].ID != 1 {
			t.Errorf("%q: %v, similar %v", query, ids(p.Rows), p.Similar)
		}
		if p.Total(card.Filter{}).N != 0 {
			t.Errorf("%q counts what is only similar", query)
		}
	}
	if p := s.find(reader(2), card.Filter{Query: "muzlatgich"}); p.Similar || len(p.Rows) != 0 {
		t.Errorf("nothing like it: %v", ids(p.Rows))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	for name, test := range map[string]struct {
		f    card.Filter
		want []int64
	}{
		"group":              {card.Filter{GroupID: beerID}, []int64{4, 3}},
		"country":            {card.Filter{Country: "ru"}, []int64{4}},
		"country by name":    {card.Filter{Country: "Oʻzbekiston"}, []int64{2, 1}},
		"no country":         {card.Filter{Country: card.NoCountry}, []int64{5, 3}},
		"unknown country":    {card.Filter{Country: "XX"}, []int64{5, 4, 3, 2, 1}},
		"packaging":          {card.Filter{Packaging: card.Set}, nil},
		"unknown packaging":  {card.Filter{Packaging: "sack"}, []int64{5, 4, 3, 2, 1}},
		"from":               {card.Filter{From: "2025-12-02"}, nil},
		"until":              {card.Filter{From: "2025-12-01", Until: "2025-12-01"}, []int64{5, 4, 3, 2, 1}},
		"no day":             {card.Filter{From: "yesterday", Until: "2025-02-31"}, []int64{5, 4, 3, 2, 1}},
		"country and search": {card.Filter{Country: "UZ", Query: "qatiq"}, []int64{2}},
	} {
		p := s.find(reader(2), test.f)
		if diff := cmp.Diff(test.want, ids(p.Rows)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestGroupsThatAreNotThePersonsAreNotThere(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	p := s.find(reader(2, beerID), card.Filter{})
	if diff := cmp.Diff([]int64{4, 3}, ids(p.Rows)); diff != "" || p.Counts[card.TabAll].N != 2 || p.Counts[card.TabArchive].N != 0 {
		t.Errorf("%s %+v", diff, p.Counts)
	}
	if p := s.find(reader(2, beerID), card.Filter{Query: "smetanna"}); len(p.Rows) != 0 {
		t.Errorf("similar ones of another group: %v", ids(p.Rows))
	}
	none := reader(2)
	none.Scope = perm.Scope{}
	if p := s.find(none, card.Filter{}); len(p.Rows) != 0 {
		t.Errorf("without any group: %v", ids(p.Rows))
	}
	cards, missing, err := s.cards.Chosen(t.Context(), reader(2, beerID), card.Selection{IDs: []int64{1, 3, 7, 7, 99, -1}})
	if err != nil || !slices.Equal(ids(cards), []int64{3}) || !slices.Equal(missing, []int64{1, 7, 99, -1}) {
		t.Errorf("chosen %v, missing %v, %v", ids(cards), missing, err)
	}
	if _, err := s.cards.Find(t.Context(), actor.Actor{SessionKey: "k", OrgID: 2}, card.Filter{Size: 25}); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
}

// TestPagesInEveryOrder goes through lists forth and back; the pages together are
// the list, in both directions.
func TestPagesInEveryOrder(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	letters := []string{"Olma", "Oʻrik", "Sabzi", "Shaftoli", "Choy", "Gʻoz", "Gul", "Anor", "", "Olma"}
	for i := range 23 {
		c := card.Card{ID: int64(i + 1), NameUz: letters[i%len(letters)], NameRu: strings.Repeat("я", i%3) + "б"}
		if i%4 == 0 {
			c.Editing = card.Returned
		}
		s.put(c)
	}
	for _, order := range []card.Order{card.ByUpdated, card.ByOldest, card.ByName, card.ByNameZA, card.ByGTIN, card.ByGTINZA, card.ByStatus, card.ByDone} {
		for _, lang := range []string{"uz", "ru"} {
			for _, query := range []string{"", "47800000"} {
				t.Run(string(order)+lang+query, func(t *testing.T) {
					f := card.Filter{Order: order, Lang: lang, Query: query, Size: 25}
					whole := ids(s.find(reader(2), f).Rows)
					f.Size = 5
					var forth, back []int64
					p := s.find(reader(2), f)
					for range 10 {
						forth = append(forth, ids(p.Rows)...)
						if p.Next == "" {
							break
						}
						f.After, f.Before = p.Next, ""
						p = s.find(reader(2), f)
					}
					for range 10 {
						back = append(slices.Clone(ids(p.Rows)), back...)
						if p.Prev == "" {
							break
						}
						f.After, f.Before = "", p.Prev
						p = s.find(reader(2), f)
					}
					if len(whole) != 23 || !slices.Equal(forth, whole) || !slices.Equal(back, whole) {
						t.Errorf("whole %v\nforth %v\nback  %v", whole, forth, back)
					}
				})
			}
		}
	}
}

func TestTheUzbekAlphabetEndsWithItsOwnLetters(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for i, name := range []string{"Choy", "Shaftoli", "Oʻrik", "Gʻoz", "Zira", "Sabzi", "Olma", "Gul", "Anor"} {
		s.put(card.Card{ID: int64(i + 1), NameUz: name})
	}
	var names []string
	for _, c := range s.find(reader(2), card.Filter{Order: card.ByName, Lang: "uz"}).Rows {
		names = append(names, c.NameUz)
	}
	if got := strings.Join(names, " "); got != "Anor Gul Olma Sabzi Zira Oʻrik Gʻoz Shaftoli Choy" {
		t.Error(got)
	}
}

func TestAPageBeyondTheEndIsTheLast(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	f := card.Filter{Order: card.ByGTIN, Size: 2}
	p := s.find(reader(2), f)
	f.After = p.Next
	f.After = s.find(reader(2), f).Next
	s.exec(`update cards set archived_at = now() where id = 5`)
	p = s.find(reader(2), f)
	if diff := cmp.Diff([]int64{3, 4}, ids(p.Rows)); diff != "" || p.Next != "" || p.Prev == "" {
		t.Errorf("%s next %q prev %q", diff, p.Next, p.Prev)
	}
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.goods()
	for _, key := range []map[string]any{
		{"o": "name", "k": "a", "i": 1},
		{"o": "-updated", "k": "yesterday", "i": 1},
		{"o": "-updated", "k": "", "i": 1},
		{"k": "2025-01-01T00:00:00Z"},
		{"o": "-updated", "k": "2025-01-01T00:00:00Z", "i": "x"},
	} {
		for _, f := range []card.Filter{{After: page.Encode(key), Size: 25}, {Before: page.Encode(key), Size: 25}} {
			if _, err := s.cards.Find(t.Context(), reader(2), f); !errors.Is(err, page.ErrCursor) {
				t.Errorf("%v: %v", key, err)
			}
		}
	}
	nul := card.Filter{Order: card.ByName, After: page.Encode(map[string]any{"o": "name", "k": "a\x00", "i": 1}), Size: 25}
	if _, err := s.cards.Find(t.Context(), reader(2), nul); !errors.Is(err, page.ErrCursor) {
		t.Errorf("a name that no database holds: %v", err)
	}
	for _, query := range []string{"\x00", "a\x00b", "\xff\xfe", strings.Repeat("я", 5000), "' or 1=1 --", "%_\\", "\u202eabc", "a b c d e f g h i j k"} {
		s.find(reader(2), card.Filter{Query: query})
	}
}
