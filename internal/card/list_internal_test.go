package card

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// letters are those that folding leaves.
var letters = rapid.SampledFrom([]rune("abcdefghijklmnoprstuvyz"))

func TestOneTypingErrorLeavesASpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		meant := []rune(rapid.StringOfN(letters, 5, 14, -1).Draw(t, "meant"))
		typed := slices.Clone(meant)
		at := rapid.IntRange(0, len(meant)-1).Draw(t, "at")
		switch rapid.IntRange(0, 3).Draw(t, "error") {
		case 0:
			typed[at] = letters.Draw(t, "wrong")
		case 1:
			typed = slices.Delete(typed, at, at+1)
		case 2:
			typed = slices.Insert(typed, at, letters.Draw(t, "more"))
		default:
			if at+1 < len(typed) {
				typed[at], typed[at+1] = typed[at+1], typed[at]
			}
		}
		for _, s := range spellings(string(typed)) {
			if strings.Contains(string(meant), s) {
				return
			}
		}
		t.Fatalf("%s typed as %s is not found by %v", string(meant), string(typed), spellings(string(typed)))
	})
}

func TestEveryBeginningOfAGTINFindsIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.SampledFrom([]int{8, 12, 13, 14}).Draw(t, "length")
		body := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), length-1, length-1, -1).Draw(t, "body")
		digit, err := gs1.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		written := body + string(digit)
		stored := strings.Repeat("0", gtinDigits-length) + written
		begin := written[:rapid.IntRange(minNumber, length).Draw(t, "typed")]
		s := readSearch(begin[:2] + " " + begin[2:4] + "-" + begin[4:])
		found := slices.ContainsFunc(s.ranges, func(r [2]string) bool { return r[0] <= stored && stored <= r[1] })
		if !found || len(s.words) > 0 {
			t.Fatalf("%s does not find %s: %+v", begin, stored, s)
		}
	})
}

func TestAnActOnManyGoesPartByPart(t *testing.T) {
	t.Parallel()
	ids := make([]int64, 2*MaxAtOnce+1)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	calls := 0
	failAt := func(call int) func([]int64) (Result, error) {
		calls = 0
		return func(part []int64) (Result, error) {
			if calls++; calls == call {
				return Result{}, ErrChanged
			}
			return Result{Done: part}, nil
		}
	}
	if r, err := inParts(ids, failAt(0)); err != nil || !slices.Equal(r.Done, ids) || calls != 3 {
		t.Errorf("all: %d done in %d calls, %v", len(r.Done), calls, err)
	}
	if _, err := inParts(ids, failAt(1)); !errors.Is(err, ErrChanged) {
		t.Errorf("what goes wrong at once is the answer: %v", err)
	}
	r, err := inParts(ids, failAt(2))
	if err != nil || len(r.Done) != MaxAtOnce || len(r.Left) != MaxAtOnce+1 || calls != 2 || !errors.Is(r.Left[0].Why, ErrChanged) {
		t.Errorf("later: %d done, %d left in %d calls, %v", len(r.Done), len(r.Left), calls, err)
	}
}

// TestTabsAreCountedInTheIndex asks for plans that read no card to count it.
func TestTabsAreCountedInTheIndex(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		for _, sql := range []string{
			`set local synchronous_commit = on`, // what is not on the disk yet is not marked as visible to all
			`alter table cards drop constraint cards_org_fkey`,
			`insert into cards (org_id, id, gtin, group_id, packaging, country, name_uz, name_ru, fold, editing)
			select 1 + n % 5, n, lpad(n::text, 14, '0'), 13, 'UNIT', case when n % 9 = 0 then '' else 'UZ' end, 'Suv ' || n, 'Вода ' || n, repeat('voda suv ', 20),
				case when n % 3 = 0 then 'returned' else 'draft' end
			from generate_series(1, 6000) n`,
		} {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `vacuum analyze cards`); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]Filter{"all": {}, "group": {GroupID: 13}, "country": {Country: NoCountry}, "by status": {Order: ByStatus}} {
		spy := &explainer{Querier: db}
		f.Size = 25
		if _, _, err := selectPage(t.Context(), spy, ask(2, perm.Scope{AllGroups: true}, f.Clean()), spot{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(spy.plans[0], "Index Only Scan using cards_tabs_idx") || strings.Contains(spy.plans[0], "Seq Scan on cards") {
			t.Errorf("%s:\n%s", name, spy.plans[0])
		}
	}
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"", "молоко", "47800", "\x00", "%_\\", strings.Repeat("я", 300), "' or 1=1 --", "a\u202eb"} {
		f.Add(seed, "none", "2025-01-01", "-name")
	}
	f.Fuzz(func(t *testing.T, query, country, day, order string) {
		c := Filter{Query: query, Country: country, From: day, Until: day, Order: Order(order), Tab: Tab(country), Packaging: Packaging(day), Size: 25}.Clean()
		if again := c.Clean(); again.Query != c.Query || again.Country != c.Country || again.From != c.From || again.Order != c.Order || again.Tab != c.Tab {
			t.Errorf("cleaned twice: %+v then %+v", c, again)
		}
		s := readSearch(c.Query)
		if strings.ContainsRune(c.Query, 0) || len([]rune(c.Query)) > maxQuery || len(s.words) > maxWords {
			t.Errorf("%q leaves %q, %+v", query, c.Query, s)
		}
		for _, w := range s.words {
			if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
				t.Errorf("%q is looked for as %q", query, w)
			}
		}
	})
}
