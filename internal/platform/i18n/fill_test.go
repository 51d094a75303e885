package i18n

import (
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		args []any
		want string
	}{
		{"plain", []any{"n", 1}, "plain"},
		{"no values {n}", nil, "no values {n}"},
		{"{n} of {total}", []any{"n", 1200, "total", "many"}, "1\u00a0200 of many"},
		{"twice {a}{a}", []any{"a", "x"}, "twice xx"},
		{"a value that looks like one: {a}", []any{"a", "{b}", "b", "wrong"}, "a value that looks like one: {b}"},
		{"unknown {x} stays, {a} does not", []any{"a", "this"}, "unknown {x} stays, this does not"},
		{"open { and {a", []any{"a", "x"}, "open { and {a"},
		{"in { braces {a}", []any{"a", "x"}, "in { braces x"},
		{"odd {a}", []any{"a"}, "odd {a}"},
	}
	for _, tt := range tests {
		if got := fill(tt.text, tt.args); got != tt.want {
			t.Errorf("fill(%q, %v) = %q, want %q", tt.text, tt.args, got, tt.want)
		}
	}
}

func TestWishes(t *testing.T) {
	t.Parallel()
	var wishes Wishes
	for header, want := range map[string]Lang{
		"": Uz, "ru-RU,ru;q=0.9,en;q=0.5": Ru, "en-GB": En, "uz": Uz, "uz-Cyrl": Uz, "de": Uz, "kaa,ru;q=0.5": Ru, "*;;": Uz,
	} {
		for _, visit := range []string{"first", "second"} {
			if got := wishes.Match(header); got != want {
				t.Errorf("%s visit, %q = %s, want %s", visit, header, got.Code(), want.Code())
			}
		}
	}
	for i := range 3 * maxWishes {
		wishes.Match(strings.Repeat("x", i%200) + "-" + strings.Repeat("y", i/200))
	}
	if len(wishes.langs) > maxWishes {
		t.Errorf("remembers %d headers", len(wishes.langs))
	}
}
