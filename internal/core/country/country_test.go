package country_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"

	"kabinet/internal/core/country"
)

var code = regexp.MustCompile(`^[A-Z]{2}$`)

func TestTheListIsWhole(t *testing.T) {
	t.Parallel()
	all := country.All("uz")
	if len(all) != 249 {
		t.Errorf("%d countries", len(all))
	}
	for _, c := range all {
		if !code.MatchString(c.Code) || c.Uz == "" || c.Ru == "" || c.En == "" {
			t.Errorf("%+v", c)
		}
		for _, name := range []string{c.Code, c.Uz, c.Ru, c.En} {
			if found, err := country.Parse(name); err != nil || found != c {
				t.Errorf("%q is %+v, want %+v", name, found, c)
			}
		}
	}
	if !slices.IsSortedFunc(country.All("ru"), func(a, b country.Country) int { return compare(a.Ru, b.Ru) }) {
		t.Error("the Russian list is not in the order of its names")
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"UZ": "UZ", "uz": "UZ", " O'zbekiston ": "UZ", "Ўзбекистон": "UZ", "узбекистан": "UZ", "KAZAKHSTAN": "KZ", "Қозоғистон": "KZ",
	} {
		if c, err := country.Parse(in); err != nil || c.Code != want {
			t.Errorf("%q is %q, %v", in, c.Code, err)
		}
	}
	for _, in := range []string{"", "XX", "Atlantis", "\x00", "1"} {
		if c, err := country.Parse(in); !errors.Is(err, country.ErrUnknown) {
			t.Errorf("%q is %+v", in, c)
		}
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	near := country.Near()
	if near[0].Code != country.Home || slices.ContainsFunc(near, func(c country.Country) bool { return c.Uz == "" }) {
		t.Errorf("%+v", near)
	}
}
