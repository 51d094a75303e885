package gtinregistry_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gtinregistry"
)

var noon = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

const number gs1.GTIN = "04600682000013"

func good() gtinregistry.Raw {
	return gtinregistry.Raw{GTIN: "4600682000013", NameRu: "Вода «Родник»  0,5 л", NameEn: "Rodnik water", Brand: "Rodnik", Company: "Rodnik LLC", Country: "RU", AsOf: noon}
}

func TestAnEntryIsTakenAsFarAsItCanBeUsed(t *testing.T) {
	t.Parallel()
	e, err := good().Open(number)
	if err != nil || !e.Found || e.GTIN != number || e.NameRu != "Вода «Родник» 0,5 л" || e.Brand != "Rodnik" || e.Country != "RU" || !e.AsOf.Equal(noon) {
		t.Errorf("%+v, %v", e, err)
	}
	for name, spoil := range map[string]func(*gtinregistry.Raw){
		"bytes that are no text": func(r *gtinregistry.Raw) { r.NameRu = "\xff\xfe" },
		"a zero":                 func(r *gtinregistry.Raw) { r.NameRu = "a\x00b" },
		"a book":                 func(r *gtinregistry.Raw) { r.NameRu = strings.Repeat("я", 301) },
		"writing turned round":   func(r *gtinregistry.Raw) { r.NameRu = "\u202etxt" },
	} {
		r := good()
		spoil(&r)
		if e, err := r.Open(number); err != nil || e.NameRu != "" || e.NameEn != "Rodnik water" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	for _, code := range []string{"", "XX", "643", "RUS", "Россия", "R"} {
		r := good()
		r.Country = code
		if e, err := r.Open(number); err != nil || e.Country != "" {
			t.Errorf("%q: %q, %v", code, e.Country, err)
		}
	}
	for _, other := range []string{"", "4600682000020", "4600682000014", "x"} {
		r := good()
		r.GTIN = other
		if e, err := r.Open(number); !errors.Is(err, gtinregistry.ErrUnavailable) || e.Found {
			t.Errorf("about %q: %+v, %v", other, e, err)
		}
	}
}

func TestAFile(t *testing.T) {
	t.Parallel()
	const head = "gtin\tname_uz\tname_ru\tname_en\tbrand\tcompany\tcountry\n"
	f, err := gtinregistry.ReadFile(strings.NewReader(head+"4600682000013\t\tВода \"Родник\"\t\tРодник\tООО «Родник»\tRU\n"), clock.At(noon))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := f.Find(t.Context(), number); err != nil || !e.Found || e.NameRu != `Вода "Родник"` || !e.AsOf.Equal(noon) {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := f.Find(t.Context(), "04600682000020"); err != nil || e.Found || e.GTIN != "04600682000020" {
		t.Errorf("%+v, %v", e, err)
	}
	for name, text := range map[string]string{
		"nothing":          "",
		"no headings":      "4600682000013\t\t\t\t\t\t\n",
		"a wrong digit":    head + "4600682000014\t\t\t\t\t\t\n",
		"a column missing": head + "4600682000013\t\t\n",
	} {
		if _, err := gtinregistry.ReadFile(strings.NewReader(text), clock.At(noon)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := gtinregistry.OpenFile("no such file", clock.At(noon)); err == nil {
		t.Error("a file that is not there is taken")
	}
}

// TestTheInventedRegistry holds the file that development serves from.
func TestTheInventedRegistry(t *testing.T) {
	t.Parallel()
	f, err := gtinregistry.OpenFile(filepath.Join("..", "..", "testdata", "gtins.tsv"), clock.At(noon))
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Find(t.Context(), number)
	if err != nil || !e.Found || e.NameRu == "" || e.NameEn == "" || e.Brand == "" || e.Company == "" || e.Country != "RU" {
		t.Errorf("%+v, %v", e, err)
	}
}
