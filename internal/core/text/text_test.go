package text_test

import (
	"errors"
	"strings"
	"testing"

	"kabinet/internal/core/text"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", " \t\n": "", "a": "a", "  a\u00a0 b\u2003c\r\n": "a b c", "a\u200bb\ufeff": "ab", "<b>& ʻʼ’«»№": "<b>& ʻʼ’«»№",
	} {
		if got, err := text.Line(in, 20); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "\n\n": "", "a\r\nb": "a\nb", "\na\n\nb ": "a\n\nb", "a\tb": "a\tb"} {
		if got, err := text.Lines(in, 20); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"a\x00", "a\x07", "a\xff", "a\u202eb", "a\u200fb", "a\ue000", "\ufffd"} {
		_, one := text.Line(bad, 20)
		_, many := text.Lines(bad, 20)
		if !errors.Is(one, text.ErrUnprintable) || !errors.Is(many, text.ErrUnprintable) {
			t.Errorf("%q: %v, %v", bad, one, many)
		}
	}
	if _, err := text.Line(strings.Repeat("ў", 20), 20); err != nil {
		t.Errorf("20 letters are too many: %v", err)
	}
	if _, err := text.Line(strings.Repeat("ў", 21), 20); !errors.Is(err, text.ErrLong) {
		t.Errorf("21 letters: %v", err)
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

func FuzzLines(f *testing.F) {
	f.Add("a\r\n\x00b")
	f.Fuzz(func(t *testing.T, s string) {
		once, err := text.Lines(s, 1000)
		if twice, again := text.Lines(once, 1000); err == nil && (twice != once || again != nil) {
			t.Errorf("%q becomes %q, then %q, %v", s, once, twice, again)
		}
	})
}
