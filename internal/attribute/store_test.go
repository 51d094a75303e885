package attribute_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/attribute"
	"kabinet/internal/platform/pg/pgtest"
)

func TestABookOfAGroupWithoutSet(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	if _, err := db.Exec(ctx, `insert into product_groups (id, slug, name_uz, name_ru, name_en) values (99, 'toys', 'Oʻyinchoqlar', 'Игрушки', 'Toys')`); err != nil {
		t.Fatal(err)
	}
	b, err := attribute.BookOf(ctx, db, 99)
	if err != nil || b.Group != 99 || b.Set.Version != 0 || b.Set.Group != 99 {
		t.Errorf("%+v, %v", b, err)
	}
	if b, err = attribute.BookAt(ctx, db, 99, 0, nil); err != nil || b.Group != 99 {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err = attribute.BookAt(ctx, db, 99, 1, nil); !errors.Is(err, attribute.ErrNoSet) {
		t.Errorf("got %v", err)
	}
}

// groups are those of the marking system (domain.md 2.3).
var groups = []int16{3, 7, 10, 11, 13, 15, 17, 18, 19, 33, 53}

func TestEveryGroupHasItsBook(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	books, err := attribute.BooksOf(t.Context(), db, groups)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		b := books[g]
		if b.Group != g || b.Set.Group != g || b.Set.Version != 1 || len(b.Set.Attributes) < 8 || len(b.Categories) < 4 || len(b.HS) < 6 || len(b.IKPU) < 4 {
			t.Errorf("group %d: version %d, %d attributes, %d categories, %d HS codes, %d IKPU codes",
				g, b.Set.Version, len(b.Set.Attributes), len(b.Categories), len(b.HS), len(b.IKPU))
		}
		for _, c := range b.HS {
			if found, ok := b.FindHS(c.Code); !ok || found != c {
				t.Errorf("group %d: HS code %s is not found", g, c.Code)
			}
		}
		at, err := attribute.BookAt(t.Context(), db, g, 1, codes(b))
		if diff := cmp.Diff(b, at, cmp.AllowUnexported(attribute.Book{})); err != nil || diff != "" {
			t.Errorf("group %d: version 1 is not the newest: %v\n%s", g, err, diff)
		}
		short, err := attribute.BookFor(t.Context(), db, g, nil)
		if diff := cmp.Diff(b, short, cmp.AllowUnexported(attribute.Book{})); err != nil || diff != "" {
			t.Errorf("group %d: short dictionaries are not whole: %v\n%s", g, err, diff)
		}
	}
}

// codes are all that a book has.
func codes(b attribute.Book) []string {
	var all []string
	for _, l := range attribute.Lists() {
		for _, c := range b.Of(l) {
			all = append(all, c.Code)
		}
	}
	return all
}

func TestALongDictionaryIsNotReadForOneCard(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	const fill = `
		insert into card_codes (group_id, list, code, name_uz, name_ru, fold, off_at)
		select 13, 'hs', (9000000000 + n)::text, 'Suv turi ' || n, 'Вид воды ' || n, (9000000000 + n)::text || ' suv turi vid vodi ' || n, case when n = 2 then now() end
		from generate_series(1, $1::int) n`
	if _, err := db.Exec(ctx, fill, attribute.MaxChoices+5); err != nil {
		t.Fatal(err)
	}
	b, err := attribute.BookFor(ctx, db, 13, []string{"9000000001", "9000000002", "9000000099"})
	if err != nil || !b.Long(attribute.HS) || !b.Chooses(attribute.HS) || b.Long(attribute.IKPU) || len(b.IKPU) == 0 {
		t.Errorf("HS codes %v, IKPU %d, %v", b.HS, len(b.IKPU), err)
	}
	if len(b.HS) != 1 || b.HS[0].Code != "9000000001" || b.Name(attribute.HS, "9000000002").Uz != "Suv turi 2" {
		t.Errorf("it has %v, and calls the one switched off %q", b.HS, b.Name(attribute.HS, "9000000002").Uz)
	}
	found, more, err := attribute.Find(ctx, db, 13, attribute.HS, "turi вид", 20)
	if err != nil || len(found) != 20 || !more || found[1].Code != "9000000003" {
		t.Errorf("found %v, more %v, %v", found, more, err)
	}
	if code, err := attribute.Called(ctx, db, 13, attribute.HS, "Suv turi 7"); err != nil || code != "9000000007" {
		t.Errorf("%q, %v", code, err)
	}
}
