package card_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/text"
	"kabinet/internal/gs1prefix"
)

// waterBook is a small book of its own: rules are tested without a database.
func waterBook() attribute.Book {
	w := func(s string) attribute.Words { return attribute.Words{Uz: s, Ru: s + " (ru)", En: s + " (en)"} }
	return attribute.Book{
		Group: waterID,
		Set: attribute.Set{Group: waterID, Version: 3, Attributes: []attribute.Attribute{
			{Code: "product_type", Kind: attribute.Choice, Required: true, Label: w("Turi"), Options: []attribute.Option{{Code: "drinking", Label: w("Ichimlik suvi")}, {Code: "mineral", Label: w("Mineral suv")}}},
			{Code: "volume", Kind: attribute.Decimal, Unit: "l", Required: true, Min: "0.05", Max: "50", Label: w("Hajmi")},
			{Code: "uses", Kind: attribute.Choices, Label: w("Uchun"), Options: []attribute.Option{{Code: "home", Label: w("Uy")}, {Code: "office", Label: w("Idora")}}},
			{Code: "sugar", Kind: attribute.Flag, Required: true, Label: w("Qand")},
			{Code: "until", Kind: attribute.Date, Label: w("Muddati")},
			{Code: "shelf_life", Kind: attribute.Integer, Label: w("Kun")},
			{Code: "flavour", Kind: attribute.Text, Length: 40, Label: w("Taʼmi")},
		}},
		Categories: []attribute.Code{{Code: "drinking", Name: w("Ichimlik suvi")}, {Code: "mineral", Name: w("Mineral suv")}},
		HS:         []attribute.Code{{Code: "2201101900", Name: w("Mineral suv")}, {Code: "2201900000", Name: w("Boshqa suv")}},
		IKPU:       []attribute.Code{{Code: "02201001001000000", Name: w("Suv")}},
	}
}

func complaint(err error, field string) string {
	cs, _ := fault.ComplaintsOf(err)
	c, _ := cs.On(field)
	return c.Key
}

func TestOpen(t *testing.T) {
	t.Parallel()
	least := card.Typed{card.FieldGTIN: "4780094510086", card.FieldPackaging: "unit"}
	c, err := least.Open(waterBook())
	if err != nil || c.GTIN != "04780094510086" || c.Packaging != card.Unit || c.Group != waterID || c.Set != 3 || c.Attributes != nil {
		t.Errorf("the least: %+v, %v", c, err)
	}
	for _, tt := range []struct{ field, typed, want string }{
		{card.FieldGTIN, "", "card.gtin_missing"},
		{card.FieldGTIN, "4780094510085", "card.gtin_check"},
		{card.FieldGTIN, "478009451009", "card.gtin_check"},
		{card.FieldGTIN, "47800945100", "gs1.gtin"},
		{card.FieldGTIN, "4.78009E+12", "gs1.gtin"},
		{card.FieldGTIN, "94780094510089", "card.gtin_variable"},
		{card.FieldGTIN, "96385074", ""},
		{card.FieldGTIN, "036000291452", ""},
		{card.FieldGTIN, "4 780094 510086", ""},
		{card.FieldPackaging, "", "card.packaging_missing"},
		{card.FieldPackaging, "ACC", "card.packaging_unknown"},
		{card.FieldPackaging, " box_lv_1", ""},
		{card.FieldCategory, "mineral", ""},
		{card.FieldCategory, "MINERAL SUV (RU)", ""},
		{card.FieldCategory, "beer", "card.category_unknown"},
		{card.FieldHS, "2201 10 190 0", ""},
		{card.FieldHS, "2201.90.0000", ""},
		{card.FieldHS, "2203000100", "card.hs_unknown"},
		{card.FieldIKPU, "0220100100100000", "card.ikpu_unknown"},
		{card.FieldCountry, "Ўзбекистон", ""},
		{card.FieldCountry, "XX", "country.unknown"},
		{card.FieldNameUz, strings.Repeat("a", 251), "text.long"},
		{card.FieldNameRu, "Вода\u202e", "text.unprintable"},
		{card.FieldNameEn, "Water\x00", "text.unprintable"},
		{card.FieldNameEn, "\xff", "text.unprintable"},
		{card.FieldBrand, "www.zilol.example", "card.linked"},
		{card.FieldManufacturer, "https://zilol.example", "card.linked"},
		{card.FieldClaimsAddress, strings.Repeat("a", 301), "text.long"},
		{"attr.volume", "0,5", ""},
		{"attr.volume", "51", "attribute.wrong.max"},
		{"attr.product_type", "beer", "attribute.wrong.option"},
		{"attr.flavour", "http://x", "card.linked"},
		{"attr.nothing", "\x00", ""}, // no attribute of this group: nobody reads it
	} {
		_, err := with(least, tt.field, tt.typed).Open(waterBook())
		if got := complaint(err, tt.field); got != tt.want || tt.want == "" && err != nil {
			t.Errorf("%s %q: %q (%v), want %q", tt.field, tt.typed, got, err, tt.want)
		}
	}
}

// TestNumbersOfRealPackages are those of domain.md 4.5, with what the check digit,
// the level of packaging and the country say of them.
func TestNumbersOfRealPackages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		number string
		unit   bool // may count a unit
		ours   bool // given out by GS1 Uzbekistan
	}{
		{"04780101164394", true, true},
		{"04870216760007", true, false},
		{"04899215122371", true, false},
		{"34780094510087", false, true},
		{"04607063428121", true, false},
		{"4780094510086", true, true},
		{"4780000000014", true, true},
	} {
		c, err := card.Typed{card.FieldGTIN: tt.number, card.FieldPackaging: "UNIT"}.Open(waterBook())
		if (err == nil) != tt.unit {
			t.Errorf("%s as a unit: %v", tt.number, err)
		}
		if c, err = (card.Typed{card.FieldGTIN: tt.number, card.FieldPackaging: "GROUP"}).Open(waterBook()); err != nil || len(c.GTIN) != 14 {
			t.Errorf("%s as a group: %v", tt.number, err)
		}
		if gs1prefix.FromUzbekistan(c.GTIN) != tt.ours {
			t.Errorf("%s of Uzbekistan: %t", tt.number, !tt.ours)
		}
		if tt.unit != (c.GTIN[0] == '0') {
			t.Errorf("%s begins with %c", tt.number, c.GTIN[0])
		}
	}
}

func TestTheExpectedCheckDigitIsNamed(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"4780094510085": "6", "34780094510080": "7", "96385070": "4", "4 780094-510080": "6"} {
		_, err := card.ParseGTIN(typed)
		f, _ := fault.As(err)
		if f == nil || !card.ErrCheckDigit.Is(f) || f.Args[1] != want {
			t.Errorf("%s: %v", typed, err)
		}
	}
}

func TestPackagingAndTheFirstDigit(t *testing.T) {
	t.Parallel()
	const group = "34780094510087"
	for _, tt := range []struct {
		gtin, packaging, complaint string
		warnings                   int
	}{
		{"4780094510086", "UNIT", "", 0},
		{"4780094510086", "SET", "", 0},
		{"4780094510086", "GROUP", "", 1},
		{"4780094510086", "BOX_LV_2", "", 1},
		{group, "UNIT", "card.packaging_unit", 0},
		{group, "GROUP", "", 0},
		{group, "SET", "", 0},
		{group, "BOX_LV_1", "", 0},
	} {
		c, err := card.Typed{card.FieldGTIN: tt.gtin, card.FieldPackaging: tt.packaging}.Open(waterBook())
		if got := complaint(err, card.FieldPackaging); got != tt.complaint || len(c.Warnings()) != tt.warnings {
			t.Errorf("%s as %s: %q, %+v", tt.gtin, tt.packaging, got, c.Warnings())
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	c, err := card.Typed{card.FieldGTIN: "4780094510086", card.FieldPackaging: "UNIT", card.FieldProducer: "Zarafshon"}.Open(waterBook())
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, m := range c.Missing(waterBook()) {
		fields = append(fields, m.Field)
	}
	want := "category hs ikpu name_uz name_ru country manufacturer manufacturer_address producer_address claims claims_address " +
		"attr.product_type attr.volume attr.sugar photos"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	whole, err := bottle(1).Open(waterBook())
	if err != nil {
		t.Fatal(err)
	}
	whole.Photos = []card.Photo{{ID: 1, Side: card.Front}}
	if lacks := whole.Missing(waterBook()); len(lacks) != 0 {
		t.Errorf("a whole card lacks %+v", lacks)
	}
	if lacks := whole.Missing(attribute.Book{Group: waterID}); len(lacks) != 0 {
		t.Errorf("without a book it lacks %+v", lacks)
	}
}

// typedCards gives what people might type: valid and hostile fields side by side.
func typedCards() *rapid.Generator[card.Typed] {
	hostile := []string{"", " ", "o'g'il", "Oʻ\u200b'", "\x00", "\xff\xfe", "\u202eabc", "<b>x</b>", "https://a.example", strings.Repeat("я", 260), "0,5", "да", "2026-01-31", "31.01.2026", "home, Idora", "12"}
	return rapid.Custom(func(t *rapid.T) card.Typed {
		typed := card.Typed{}
		set := waterBook().Set
		fields := card.Fields()
		for _, a := range set.Attributes {
			fields = append(fields, card.AttributePrefix+a.Code)
		}
		for _, f := range fields {
			typed[f] = rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(t, f)
		}
		body := rapid.StringMatching(`[0-8][0-9]{12}`).Draw(t, "body")
		digit, err := gs1.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		typed[card.FieldGTIN] = body + string(digit)
		typed[card.FieldPackaging] = rapid.SampledFrom([]string{"UNIT", "GROUP", "set"}).Draw(t, "packaging")
		typed[card.FieldCountry] = rapid.SampledFrom([]string{"", "UZ", "Россия", "xx"}).Draw(t, "country")
		typed[card.FieldCategory] = rapid.SampledFrom([]string{"", "mineral", "Mineral suv"}).Draw(t, "category")
		typed[card.FieldHS] = rapid.SampledFrom([]string{"", "2201900000"}).Draw(t, "hs")
		return typed
	})
}

// TestOpeningWhatAFormShowsGivesTheSame: nothing is lost or mended twice between
// a card and its form.
func TestOpeningWhatAFormShowsGivesTheSame(t *testing.T) {
	t.Parallel()
	opened := 0
	rapid.Check(t, func(t *rapid.T) {
		typed := typedCards().Draw(t, "typed")
		c, err := typed.Open(waterBook())
		if cs, ok := fault.ComplaintsOf(err); ok { // mend what was complained of and go on
			for _, complaint := range cs {
				delete(typed, complaint.Field)
			}
			typed[card.FieldPackaging] = "GROUP"
			c, err = typed.Open(waterBook())
		}
		if err != nil {
			return // the number itself
		}
		opened++
		again, err := c.Typed().Open(waterBook())
		if err != nil || !reflect.DeepEqual(again, c) || again.SHA256() != c.SHA256() {
			t.Fatalf("%+v\nthen %+v, %v", c, again, err)
		}
	})
	if opened == 0 {
		t.Error("nothing was ever opened")
	}
}

// FuzzOpen finds nothing that panics, nor a card whose texts could be anything but
// text.
func FuzzOpen(f *testing.F) {
	f.Add("4780094510086", "UNIT", "Suv", "UZ", "drinking", "0.5", "home")
	f.Add("", "\x00", "\u202e", "\xff", "<script>", "https://x", "1e9")
	f.Add("34780094510087", "box_lv_1", "Oʻ\u200b'", "Ўзбекистон", "Mineral suv", "0,50", "home;home")
	f.Fuzz(func(t *testing.T, gtin, packaging, name, country, category, volume, uses string) {
		typed := card.Typed{
			card.FieldGTIN: gtin, card.FieldPackaging: packaging, card.FieldNameUz: name, card.FieldNameRu: name, card.FieldBrand: volume,
			card.FieldManufacturer: name, card.FieldClaimsAddress: uses, card.FieldCountry: country, card.FieldCategory: category,
			card.FieldHS: category, card.FieldIKPU: volume, "attr.volume": volume, "attr.uses": uses, "attr.flavour": name, "attr.until": country,
		}
		c, err := typed.Open(waterBook())
		if err != nil {
			return
		}
		if len(c.GTIN) != 14 || !gs1.Valid(string(c.GTIN)) || c.GTIN[0] == '9' {
			t.Errorf("GTIN %q of %q", c.GTIN, gtin)
		}
		for _, s := range slices.Collect(maps.Values(c.Typed())) {
			bad := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
			if !utf8.ValidString(s) || strings.ContainsFunc(s, bad) || text.Linked(s) {
				t.Errorf("kept %q", s)
			}
		}
	})
}
