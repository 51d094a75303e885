package gs1_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/gs1"
)

// TestCheckDigit has the numbers of real packages and of domain.md 4.5.
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	for _, number := range []string{
		"04780101164394", "04870216760007", "04899215122371", "34780094510087", "04607063428121", "4780094510086", "4780000000014",
		"047800000100000013", "106141411234567897", // SSCC
		"96385074",      // GTIN-8
		"036000291452",  // GTIN-12
		"6291041500213", // GTIN-13
	} {
		body, last := number[:len(number)-1], number[len(number)-1]
		if got, err := gs1.CheckDigit(body); err != nil || got != last {
			t.Errorf("CheckDigit(%s) = %c, %v; want %c", body, got, err, last)
		}
		if !gs1.Valid(number) {
			t.Errorf("Valid(%s) is false", number)
		}
	}
}

func TestCheckDigitRefusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "12a", "-1", "１２３", "1 2", "123\x00", strings.Repeat("1", 18)} {
		if _, err := gs1.CheckDigit(s); !errors.Is(err, gs1.ErrDigits) {
			t.Errorf("CheckDigit(%q): %v", s, err)
		}
	}
}

func TestParseGTIN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{"34780094510087", "34780094510087", nil},
		{"4780094510086", "04780094510086", nil},
		{" 4 780094 510086 ", "04780094510086", nil},
		{"4-780094-51008-6", "04780094510086", nil},
		{"036000291452", "00036000291452", nil},
		{"96385074", "00000096385074", nil},
		{"4780094510087", "", gs1.ErrCheck},
		{"4870094510086", "", gs1.ErrCheck},
		{"", "", gs1.ErrGTIN},
		{"478009451009", "", gs1.ErrCheck},
		{"47800945100", "", gs1.ErrGTIN},
		{"0000000000000", "", gs1.ErrGTIN},
		{"4780094510O86", "", gs1.ErrGTIN},
		{"４７８００９４５１００８６", "", gs1.ErrGTIN},
		{"4780094510086\x00", "", gs1.ErrGTIN},
		{"047800000100000013", "", gs1.ErrGTIN},
	} {
		if got, err := gs1.ParseGTIN(c.in); string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseGTIN(%q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestParseGLN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{"4780000000014", "4780000000014", nil},
		{"478 0000 00001 4", "4780000000014", nil},
		{"4780000000015", "", gs1.ErrCheck},
		{"04780000000014", "", gs1.ErrGLN},
		{"96385074", "", gs1.ErrGLN},
		{"0000000000000", "", gs1.ErrGLN},
		{"478000000001x", "", gs1.ErrGLN},
	} {
		if got, err := gs1.ParseGLN(c.in); string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseGLN(%q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestUnder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gtin   gs1.GTIN
		prefix string
		want   bool
	}{
		{"04780094510086", "478", true},
		{"34780094510087", "4780094", true}, // a group of the same goods
		{"04780094510086", "4780095", false},
		{"04607063428121", "478", false},
		{"00478009451008", "478", false},
		{"04780094510086", "", false},
		{"", "478", false},
	} {
		if got := c.gtin.Under(c.prefix); got != c.want {
			t.Errorf("%s under %q: %v", c.gtin, c.prefix, got)
		}
	}
}

// numbers gives bare digits of one of the lengths that have a check digit.
func numbers() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		n := rapid.SampledFrom([]int{7, 11, 12, 13, 16, 17}).Draw(t, "length")
		body := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), n, n, -1).Draw(t, "body")
		c, err := gs1.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		return body + string(c)
	})
}

func TestEveryNumberWithItsCheckDigitIsValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if s := numbers().Draw(t, "number"); !gs1.Valid(s) {
			t.Fatal(s)
		}
	})
}

// One wrong digit is the slip the check digit is made for: it never passes.
func TestOneWrongDigitNeverPasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := []byte(numbers().Draw(t, "number"))
		i := rapid.IntRange(0, len(s)-1).Draw(t, "place")
		s[i] = '0' + (s[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if gs1.Valid(string(s)) {
			t.Fatalf("%s passes", s)
		}
	})
}

// Neighbours that changed places are found unless they differ by five: 3a+b and
// 3b+a then end with the same digit.
func TestSwappedNeighboursAreFoundUnlessTheyDifferByFive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := []byte(numbers().Draw(t, "number"))
		i := rapid.IntRange(0, len(s)-2).Draw(t, "place")
		d := (int(s[i]) - int(s[i+1]) + 10) % 5
		s[i], s[i+1] = s[i+1], s[i]
		if gs1.Valid(string(s)) != (d == 0) {
			t.Fatalf("%s: valid is %v", s, d != 0)
		}
	})
}

// Filling with zeros keeps the check digit, so the four lengths of a GTIN are
// one number.
func TestAGTINIsTheSameNumberInEveryLength(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{7, 11, 12, 13}).Draw(t, "length")
		body := rapid.StringOfN(rapid.RuneFrom([]rune("123456789")), n, n, -1).Draw(t, "body")
		c, _ := gs1.CheckDigit(body)
		short := body + string(c)
		long, err := gs1.ParseGTIN(short)
		if err != nil || len(long) != 14 || !gs1.Valid(string(long)) {
			t.Fatalf("%s: %q, %v", short, long, err)
		}
		if again, err := gs1.ParseGTIN(string(long)); err != nil || again != long {
			t.Fatalf("%s: %q, %v", long, again, err)
		}
	})
}

// FuzzParse finds no text that panics, and none that is accepted without being
// fourteen (thirteen) digits whose check digit fits.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"4780094510086", "34780094510087", "96385074", "", " 4-7", "\xff\xfe", "４７８", "0000000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if g, err := gs1.ParseGTIN(s); err == nil && (len(g) != 14 || !gs1.Valid(string(g))) {
			t.Errorf("GTIN %q from %q", g, s)
		}
		if g, err := gs1.ParseGLN(s); err == nil && (len(g) != 13 || !gs1.Valid(string(g))) {
			t.Errorf("GLN %q from %q", g, s)
		}
	})
}
