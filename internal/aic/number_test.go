package aic_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/internal/aic"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		err      error
	}{
		"of domain.md 2.11":        {"0000030779729213102200004", "0000030779729213102200004", nil},
		"as pages show it":         {"00000307797292\u00a0131022\u00a000004", "0000030779729213102200004", nil},
		"copied with hyphens":      {" 00000307797292-131022-00004\r\n", "0000030779729213102200004", nil},
		"of a person":              {"3120380001001713102200004", "3120380001001713102200004", nil},
		"the leap day":             {"0000030779729229022400001", "0000030779729229022400001", nil},
		"no leap day":              {"0000030779729229022300001", "", aic.ErrDay},
		"a month 13":               {"0000030779729201132200001", "", aic.ErrDay},
		"nobody's":                 {"0000010779729213102200004", "", aic.ErrHolder},
		"a tax number not padded":  {"3077972920000013102200004", "", aic.ErrHolder},
		"too short":                {"000003077972921310220000", "", aic.ErrNumber},
		"too long":                 {"00000307797292131022000041", "", aic.ErrNumber},
		"letters":                  {"00000307797292131022O0004", "", aic.ErrNumber},
		"digits of another script": {"٠٠٠٠٠٣٠٧٧٩٧٢٩٢١٣١٠٢٢٠٠٠٠٤", "", aic.ErrNumber},
		"nothing":                  {"", "", aic.ErrNumber},
	} {
		if got, err := aic.ParseNumber(c.in); string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestANumberIsItsParts puts numbers together and takes them apart.
func TestANumberIsItsParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tin := fmt.Sprintf("%d%08d", rapid.IntRange(2, 9).Draw(t, "kind"), rapid.IntRange(0, 99_999_999).Draw(t, "rest"))
		day := time.Date(2000, 1, 1+rapid.IntRange(0, 36_524).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		counter := fmt.Sprintf("%05d", rapid.IntRange(0, 99_999).Draw(t, "counter"))
		n, err := aic.ParseNumber("00000" + tin + day.Format("020106") + counter)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := n.TIN(); !ok || string(got) != tin || n.Day().Format(time.DateOnly) != day.Format(time.DateOnly) || n.Counter() != counter {
			t.Fatalf("%s: %s, %s, %s", n, got, n.Day(), n.Counter())
		}
		if again, err := aic.ParseNumber(n.Grouped()); again != n || err != nil {
			t.Fatalf("%q is not read again: %v", n.Grouped(), err)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"0000030779729213102200004", "3120380001001713102200004", "00000307797292 131022 00004", "", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := aic.ParseNumber(s)
		if err == nil && (len(n) != 25 || n.Day().IsZero() || n.Owner()+n.Date()+n.Counter() != string(n)) {
			t.Errorf("%q is read as %q", s, n)
		}
	})
}
