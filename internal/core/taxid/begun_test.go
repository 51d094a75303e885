package taxid_test

import (
	"testing"

	"kabinet/internal/core/taxid"
)

func TestBegun(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		low, top string
		ok       bool
	}{
		"3":                  {"300000000", "399999999", true},
		"302 118":            {"302118000", "302118999", true},
		" 302\u00a0118-447 ": {"302118447", "302118447", true},
		"":                   {},
		" - ":                {},
		"3021184470":         {},
		"30211844x":          {},
		"٣٠٢":                {}, // digits, but not of a tax number
	}
	for typed, want := range tests {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			low, top, ok := taxid.Begun(typed)
			if low != want.low || top != want.top || ok != want.ok {
				t.Errorf("got %q to %q, %t; want %q to %q, %t", low, top, ok, want.low, want.top, want.ok)
			}
		})
	}
}
