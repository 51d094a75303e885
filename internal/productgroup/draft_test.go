package productgroup

import (
	"strings"
	"testing"

	"kabinet/internal/core/fault"
)

// complaints are those of an error, "field key".
func complaints(err error) string {
	cs, _ := fault.ComplaintsOf(err)
	all := make([]string, 0, len(cs))
	for _, c := range cs {
		all = append(all, c.Field+" "+strings.TrimPrefix(c.Key, "productgroup."))
	}
	return strings.Join(all, ", ")
}

func TestDraftOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		group, issuer, want string
	}{
		{"13", "yes", ""},
		{"15", "no", ""},
		{"", "", "group new.group_missing, issuer new.issuer_missing"},
		{"13", "", "issuer new.issuer_missing"},
		{"13", "on", "issuer new.issuer_missing"},
		{"14", "yes", "group new.group_unknown"},
		{"water", "yes", "group new.group_unknown"},
		{"65549", "yes", "group new.group_unknown"}, // 13 in 16 bits
		{"13\x00", "yes", "group new.group_unknown"},
	} {
		c, err := Draft{tt.group, tt.issuer}.Open(dictionary())
		if got := complaints(err); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt, got, tt.want)
		}
		if err == nil && c.Issuer != (tt.issuer == Yes) {
			t.Errorf("%+v: %+v", tt, c)
		}
	}
}

func TestEntryOpen(t *testing.T) {
	t.Parallel()
	good := Entry{ID: "14", Slug: "milk", Uz: "Sut va yog'", Ru: "Молоко", En: "Milk"}
	g, err := good.Open(dictionary())
	if err != nil || g != (Group{ID: 14, Slug: "milk", Uz: "Sut va yogʻ", Ru: "Молоко", En: "Milk"}) {
		t.Fatalf("%+v, %v", g, err)
	}
	for name, tt := range map[string]struct {
		edit func(*Entry)
		want string
	}{
		"nothing":                {func(e *Entry) { *e = Entry{} }, "id entry.id_shape, slug entry.slug_shape, uz entry.name_missing, ru entry.name_missing, en entry.name_missing"},
		"a number below one":     {func(e *Entry) { e.ID = "0" }, "id entry.id_shape"},
		"a number above 16 bits": {func(e *Entry) { e.ID = "32768" }, "id entry.id_shape"},
		"capitals":               {func(e *Entry) { e.Slug = "Milk" }, "slug entry.slug_shape"},
		"a path":                 {func(e *Entry) { e.Slug = "../milk" }, "slug entry.slug_shape"},
		"a long name in the API": {func(e *Entry) { e.Slug = strings.Repeat("a", 33) }, "slug entry.slug_shape"},
		"the slug of another":    {func(e *Entry) { e.Slug = "water" }, "slug entry.name_taken"},
		"the name of another":    {func(e *Entry) { e.Ru = "пиво" }, "ru entry.name_taken"},
		"a long name":            {func(e *Entry) { e.En = strings.Repeat("a", 121) }, "en text.long"},
		"a name that turns":      {func(e *Entry) { e.En = "a\u202eb" }, "en text.unprintable"},
		"its own name and slug": {func(e *Entry) {
			*e = Entry{ID: "13", Slug: "water", Uz: "Suv", Ru: "Вода и напитки", En: "Water"}
		}, ""},
		"blanks around everything": {func(e *Entry) { e.ID, e.Slug, e.Uz = " 14 ", " milk ", " Sut " }, ""},
	} {
		e := good
		tt.edit(&e)
		if _, err := e.Open(dictionary()); complaints(err) != tt.want {
			t.Errorf("%s: %q, want %q", name, complaints(err), tt.want)
		}
	}
}
