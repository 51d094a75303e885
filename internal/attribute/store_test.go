package attribute_test

import (
	"errors"
	"testing"

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
