package card_test

import (
	"errors"
	"fmt"
	"testing"

	"kabinet/internal/card"
)

// What was left out is told card by card, so results may be long: nobody fills
// the database with them.
func TestResultsOfAPersonAreKeptWithinBounds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	nothing := func(ids []int64) (card.Result, error) {
		return card.Result{Left: []card.LeftOut{{ID: ids[0], Why: card.ErrNotFound}}}, nil
	}
	do := func(ticket string) string {
		t.Helper()
		id, err := d.cards.Many(ctx, publisher, "archive", ticket, []int64{1}, nothing)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := do("first")
	for n := range 105 {
		do(fmt.Sprint(n))
	}
	last := do("last")
	if again := do("last"); again != last {
		t.Error("a form sent twice has two results")
	}
	var kept int
	if err := d.db.QueryRow(ctx, `select count(*) from card_bulks`).Scan(&kept); err != nil || kept != 100 {
		t.Errorf("%d results kept, %v", kept, err)
	}
	if _, err := d.cards.Bulk(ctx, publisher, first); !errors.Is(err, card.ErrNoBulk) {
		t.Errorf("the oldest: %v", err)
	}
	if b, err := d.cards.Bulk(ctx, publisher, last); err != nil || len(b.Skipped) != 1 {
		t.Errorf("the newest: %+v, %v", b, err)
	}
}
