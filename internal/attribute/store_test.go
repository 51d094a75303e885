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
	if b, err = attribute.BookAt(ctx, db, 99, 0); err != nil || b.Group != 99 {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err = attribute.BookAt(ctx, db, 99, 1); !errors.Is(err, attribute.ErrNoSet) {
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
		at, err := attribute.BookAt(t.Context(), db, g, 1)
		if diff := cmp.Diff(b, at, cmp.AllowUnexported(attribute.Book{})); err != nil || diff != "" {
			t.Errorf("group %d: version 1 is not the newest: %v\n%s", g, err, diff)
		}
	}
}
