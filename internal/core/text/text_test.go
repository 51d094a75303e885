package text_test

import (
	"testing"

	"kabinet/internal/core/text"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", " \t\n": "", "a": "a", "  a\u00a0 b\u2003c\r\n": "a b c", "a\u200bb\ufeff": "ab",
	} {
		if got := text.Line(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "\n\n": "", "a\r\nb": "a\nb", "a \r\r\n\n\n b": "a\n\nb", "\na\n": "a", "a\tb": "a b",
	} {
		if got := text.Lines(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestUzbek(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Yog'-moy": "Yogʻ-moy", "O`g‘it": "Oʻgʻit", "a’lo": "aʼlo", "'x": "'x", "Suv": "Suv",
	} {
		if got := text.Uzbek(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "Suv va ichimliklar", "Вода\nи напитки", "<b>&", "ʻʼ’«»№"} {
		if !text.Fit(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"a\x00", "a\x07", "a\xff", "a\u202eb", "a\u200fb", "a\ue000", "\ufffd"} {
		if text.Fit(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a\r\n\x00b")
	f.Fuzz(func(t *testing.T, s string) {
		once := text.Lines(s)
		if twice := text.Lines(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
	})
}
