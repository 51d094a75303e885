package card_test

import (
	"errors"
	"testing"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/core/clock"
)

func TestGoodsArePlanned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	day := clock.System().In(clock.Tashkent()).AddDate(0, 2, 0)
	was := d.get(id)
	r, err := d.cards.SetPlanned(t.Context(), publisher, []int64{id, 999}, day.Format("02.01.2006"))
	if err != nil || len(r.Done) != 1 || len(r.Left) != 1 || !errors.Is(r.Left[0].Why, card.ErrNotFound) {
		t.Fatalf("%+v, %v", r, err)
	}
	got := d.get(id)
	if got.PlannedOn != day.Format(time.DateOnly) || got.Revision != was.Revision || got.Version.Number != was.Version.Number {
		t.Errorf("%+v", got.Card)
	}
	if n := d.count(`select count(*) from audit_log where action = 'card.plan' and org_id = 2`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	if _, err := d.cards.SetPlanned(t.Context(), publisher, []int64{id}, " "); err != nil || d.get(id).PlannedOn != "" {
		t.Errorf("nothing is planned any more: %v", err)
	}
	for _, typed := range []string{"soon", "31.02.2027", "2001-01-01", "2999-01-01", "2027-01-01\x00", "1.1.27"} {
		if _, err := d.cards.SetPlanned(t.Context(), publisher, []int64{id}, typed); err == nil {
			t.Errorf("%q is a day", typed)
		}
	}
	if r, err := d.cards.SetPlanned(t.Context(), stranger, []int64{id}, ""); err != nil || len(r.Done) != 0 {
		t.Errorf("a stranger plans: %+v, %v", r, err)
	}
}
