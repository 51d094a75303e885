package card_test

import (
	"errors"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
)

// Whoever writes a cursor moves within the list or is told that it is none; the
// database is asked nothing that it cannot read.
func TestCursorsThatSomebodyWrote(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	type spot struct {
		Order card.Order `json:"o"`
		Key   string     `json:"k"`
		ID    int64      `json:"i"`
	}
	for order, keys := range map[card.Order][]string{
		card.ByUpdated: {"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00+20:00", "infinity", "", "x"},
		card.ByStatus:  {"-32768", "32767", "32768", "x"},
		card.ByName:    {"", "\x00", "\xff", "ёʻ"},
		card.ByGTIN:    {"", "x", "99999999999999"},
	} {
		for _, key := range keys {
			for _, id := range []int64{-1 << 63, 1<<63 - 1} {
				for _, f := range []card.Filter{{After: page.Encode(spot{order, key, id})}, {Before: page.Encode(spot{order, key, id})}} {
					f.Order, f.Size = order, 25
					if _, err := d.cards.Find(t.Context(), publisher, f); err != nil && !errors.Is(err, page.ErrCursor) {
						t.Errorf("%s %q %d: %v (kind %d)", order, key, id, err, fault.KindOf(err))
					}
				}
			}
		}
	}
}
