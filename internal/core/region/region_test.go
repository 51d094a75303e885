package region_test

import (
	"errors"
	"testing"

	"kabinet/internal/core/region"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"SA": "SA", "uz-sa": "SA", "Samarqand viloyati": "SA", "самаркандская область": "SA", "SAMARKAND REGION": "SA",
		"Fargʻona viloyati": "FA", "Farg'ona viloyati": "FA", "Farg‘ona viloyati": "FA", " город Ташкент ": "TK",
		"Qoraqalpog`iston Respublikasi": "QR",
	} {
		got, err := region.Parse(in)
		if err != nil || got.Code != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, got.Code, err, want)
		}
	}
	for _, in := range []string{"", " ", "UZ-", "ZZ", "Moskva", "'"} {
		if _, err := region.Parse(in); !errors.Is(err, region.ErrUnknown) {
			t.Errorf("Parse(%q): %v", in, err)
		}
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range region.All() {
		for _, lang := range []string{"uz", "ru", "en"} {
			again, err := region.Parse(r.Name(lang))
			if err != nil || again.Code != r.Code {
				t.Errorf("%s: name in %s leads to %q, %v", r.Code, lang, again.Code, err)
			}
		}
		seen[r.Code] = true
	}
	if len(seen) != 14 {
		t.Errorf("%d regions, want 14", len(seen))
	}
}
