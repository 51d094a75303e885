package place_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
	"kabinet/internal/place"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		edit       func(*place.Draft)
		field, key string // both empty: accepted
	}{
		{"complete", func(*place.Draft) {}, "", ""},
		{"no street", func(d *place.Draft) { d.Street = "" }, "", ""},
		{"no country is ours", func(d *place.Draft) { d.Country = "" }, "", ""},
		{"abroad", func(d *place.Draft) { d.Country = "KZ" }, "", ""},
		{"a GLN with spaces", func(d *place.Draft) { d.GLN = "478 0000 00001 4" }, "", ""},
		{"all activities", func(d *place.Draft) { d.Activities = []string{"sales", "production", "storage"} }, "", ""},
		{"markup", func(d *place.Draft) { d.Name = "<b>Ombor</b>" }, "name", "text.markup"},
		{"a sign of markup alone", func(d *place.Draft) { d.Name = "Ombor < 5" }, "", ""},
		{"no name", func(d *place.Draft) { d.Name = " \u200b " }, "name", "place.form.name_missing"},
		{"a name of 121 letters", func(d *place.Draft) { d.Name = strings.Repeat("ў", 121) }, "name", "text.long"},
		{"a name of 120 letters", func(d *place.Draft) { d.Name = strings.Repeat("ў", 120) }, "", ""},
		{"a zero character", func(d *place.Draft) { d.Name = "a\x00b" }, "name", "text.unprintable"},
		{"broken UTF-8", func(d *place.Draft) { d.Street = "a\xffb" }, "street", "text.unprintable"},
		{"text turned around", func(d *place.Draft) { d.District = "a\u202eb" }, "district", "text.unprintable"},
		{"a link in a name that stands in letters", func(d *place.Draft) { d.Name = "https://evil.example" }, "name", "place.form.name_link"},
		{"no activity", func(d *place.Draft) { d.Activities = nil }, "activities", "place.form.activity_missing"},
		{"an unknown activity", func(d *place.Draft) { d.Activities = []string{"sales", "dancing"} }, "activities", "place.form.activity"},
		{"no region", func(d *place.Draft) { d.Region = "" }, "region", "place.form.region_missing"},
		{"an unknown region", func(d *place.Draft) { d.Region = "ZZ" }, "region", "place.form.region_missing"},
		{"an unknown country", func(d *place.Draft) { d.Country = "Atlantis" }, "country", "country.unknown"},
		{"no district", func(d *place.Draft) { d.District = "" }, "district", "place.form.district_missing"},
		{"a GLN of the wrong length", func(d *place.Draft) { d.GLN = "478" }, "gln", "gs1.gln"},
		{"a GLN with a slip", func(d *place.Draft) { d.GLN = "4780000000015" }, "gln", "gs1.check"},
		{"a code of 61 letters", func(d *place.Draft) { d.Code = strings.Repeat("x", 61) }, "code", "text.long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draft("Ombor")
			tt.edit(&d)
			_, err := d.Open()
			wrong, _ := fault.ComplaintsOf(err)
			switch {
			case tt.key == "" && err != nil:
				t.Errorf("refused: %v %+v", err, wrong)
			case tt.key != "" && (len(wrong) != 1 || wrong[0].Field != tt.field || wrong[0].Key != tt.key):
				t.Errorf("%+v", wrong)
			}
		})
	}
}

func TestOpenMendsWhatNobodyMisses(t *testing.T) {
	t.Parallel()
	f, err := place.Draft{
		Name: "  Do'kon\u00a0 2 ", Activities: []string{"sales", "production", "sales"}, Country: "kazakhstan", Region: "uz-sa",
		District: "Qo`qon", GLN: "478-0000-00001-4", Code: " W-1 ",
	}.Open()
	want := place.Fields{
		Name: "Doʻkon 2", Activities: []place.Activity{place.Production, place.Sales}, Country: "KZ", Region: "SA",
		District: "Qoʻqon", GLN: "4780000000014", Code: "W-1",
	}
	if d := cmp.Diff(want, f); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
	if again, err := f.Draft().Open(); err != nil || cmp.Diff(f, again) != "" {
		t.Errorf("what is stored is not accepted again: %v\n%s", err, cmp.Diff(f, again))
	}
}

func TestAllComplaintsComeAtOnce(t *testing.T) {
	t.Parallel()
	_, err := place.Draft{}.Open()
	if wrong, _ := fault.ComplaintsOf(err); len(wrong) != 4 {
		t.Errorf("%+v", wrong)
	}
}

func TestFormKey(t *testing.T) {
	t.Parallel()
	if place.FormKey("", draft("a")) != "" {
		t.Error("a form without a ticket has a key")
	}
	first, again := place.FormKey("t", draft("a")), place.FormKey("t", draft("a"))
	if changed := place.FormKey("t", draft("b")); first != again || first == changed {
		t.Errorf("a form is %s, sent again %s, changed %s", first, again, changed)
	}
}
