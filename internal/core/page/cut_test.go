package page_test

import (
	"slices"
	"strconv"
	"testing"

	"kabinet/internal/core/page"
)

func TestCut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows, shown []int
		next        string
	}{
		"nothing":              {nil, nil, ""},
		"a page not full":      {[]int{1}, []int{1}, ""},
		"a full last page":     {[]int{1, 2}, []int{1, 2}, ""},
		"one row beyond it":    {[]int{1, 2, 3}, []int{1, 2}, "2"},
		"more than were asked": {[]int{1, 2, 3, 4}, []int{1, 2}, "2"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if shown, next := page.Cut(tt.rows, 2, strconv.Itoa); !slices.Equal(shown, tt.shown) || next != tt.next {
				t.Errorf("got %v and next %q, want %v and %q", shown, next, tt.shown, tt.next)
			}
		})
	}
}

// TestTurned turns through five rows, two a page, as a list does: on to the end and
// back to the start.
func TestTurned(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows          []int
		after, before string
		shown         []int
		prev, next    string
	}{
		"the first page":               {[]int{1, 2, 3}, "", "", []int{1, 2}, "", "2"},
		"on to the second":             {[]int{3, 4, 5}, "2", "", []int{3, 4}, "3", "4"},
		"on to the last":               {[]int{5}, "4", "", []int{5}, "5", ""},
		"back to the second":           {[]int{2, 3, 4}, "", "5", []int{3, 4}, "3", "4"},
		"back to the first":            {[]int{1, 2}, "", "3", []int{1, 2}, "", "2"},
		"all on one page":              {[]int{1, 2}, "", "", []int{1, 2}, "", ""},
		"after what has gone":          {nil, "5", "", nil, "", ""},
		"before the first of the list": {nil, "", "1", nil, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown, prev, next := page.Turned(tt.rows, 2, tt.after, tt.before, strconv.Itoa)
			if !slices.Equal(shown, tt.shown) || prev != tt.prev || next != tt.next {
				t.Errorf("got %v between %q and %q, want %v between %q and %q", shown, prev, next, tt.shown, tt.prev, tt.next)
			}
		})
	}
}

func TestUpTo(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]page.Count{0: {}, 1000: {N: 1000}, 1001: {N: 1000, More: true}} {
		if got := page.UpTo(1000, n); got != want {
			t.Errorf("UpTo(1000, %d) = %v, want %v", n, got, want)
		}
	}
}
