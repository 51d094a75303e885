package taxid_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/taxid"
)

func TestParseTIN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"302118447", "302118447"},
		{" 302 118 447 ", "302118447"},
		{"302\u00a0118\u00a0447", "302118447"},
		{"302-118-447", "302118447"},
		{"412345671", "412345671"},
		{"", ""},
		{"30211844", ""},
		{"3021184470", ""},
		{"102118447", ""},
		{"002118447", ""},
		{"30211844a", ""},
		{"３０２１１８４４７", ""},
		{"302118447\x00", ""},
		{"-302118447x", ""},
	} {
		got, err := taxid.ParseTIN(c.in)
		if string(got) != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, taxid.ErrTIN) {
			t.Errorf("ParseTIN(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestParsePINFL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in string
		ok bool
	}{
		{"31203800010017", true},
		{"3120380 001-0017", true},
		{"52902000010011", true},  // 29 February 2000
		{"32902010010011", false}, // 1901 had none
		{"33113800010017", false}, // no 31st of month 13
		{"71203800010017", false},
		{"01203800010017", false},
		{"3120380001001", false},
		{"312038000100170", false},
		{"3120380001001x", false},
		{"", false},
	} {
		_, err := taxid.ParsePINFL(c.in)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, taxid.ErrPINFL) {
			t.Errorf("ParsePINFL(%q): %v, want ok %v", c.in, err, c.ok)
		}
	}
}

func TestPINFLDoesNotPrintItself(t *testing.T) {
	t.Parallel()
	p, err := taxid.ParsePINFL("31203800010017")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%s", "%+v"} {
		if s := fmt.Sprintf(verb, struct{ P taxid.PINFL }{p}); strings.Contains(s, "80001") {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}

func TestTINGrouping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[2-9][0-9]{8}`).Draw(t, "tin")
		tin, err := taxid.ParseTIN(digits)
		if err != nil {
			t.Fatal(err)
		}
		again, err := taxid.ParseTIN(tin.Grouped())
		if err != nil || again != tin || len([]rune(tin.Grouped())) != 11 {
			t.Fatalf("%q is shown as %q and read back as %q, %v", tin, tin.Grouped(), again, err)
		}
		if tin.Natural() != strings.ContainsRune("4567", rune(digits[0])) {
			t.Fatalf("%q natural: %v", tin, tin.Natural())
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("302 118 447")
	f.Add("31203800010017")
	f.Fuzz(func(t *testing.T, s string) {
		if tin, err := taxid.ParseTIN(s); err == nil && len(tin) != 9 {
			t.Errorf("%q gives %q", s, tin)
		}
		if p, err := taxid.ParsePINFL(s); err == nil && len(p) != 14 {
			t.Errorf("%q gives %d digits", s, len(p))
		}
	})
}
