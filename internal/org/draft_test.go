package org

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
)

func goodDraft() Draft {
	return Draft{
		TIN: "302 118 447", NameUz: "“Zarafshon Sut”  MChJ", NameRu: "ООО «Зарафшон Сут»", Form: "MChJ",
		Director: "Oʻrinboyev Gʻulomjon\nRustamovich", PINFL: "3120380 0010017",
		Email: " buxgalteriya@zarafshonsut.example ", Phone: "(90) 123-45-67",
		Region: "Самаркандская обл.", District: "Samarqand shahri", Street: "Bogʻishamol koʻchasi, 12-uy",
	}
}

func TestDraftOpen(t *testing.T) {
	t.Parallel()
	t.Run("makes one text of what people write in many ways", func(t *testing.T) {
		t.Parallel()
		got, err := goodDraft().Open()
		want := Record{
			TIN: "302118447", NameUz: "“Zarafshon Sut” MChJ", NameRu: "ООО «Зарафшон Сут»", Form: MChJ,
			Director: "Oʻrinboyev Gʻulomjon Rustamovich", PINFL: "31203800010017",
			Email: "buxgalteriya@zarafshonsut.example", Phone: "+998901234567",
			Region: "SA", District: "Samarqand shahri", Street: "Bogʻishamol koʻchasi, 12-uy", Language: "uz",
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("record (-want +got)\n%s", diff)
		}
	})
	tests := []struct {
		name       string
		edit       func(*Draft)
		field, key string // both empty: accepted
	}{
		{"a TIN with a letter", func(d *Draft) { d.TIN = "30211844I" }, "tin", "org.draft.tin"},
		{"a person's TIN for a company", func(d *Draft) { d.TIN = "512345671" }, "tin", "org.draft.tin_company"},
		{"a person's TIN for a sole trader", func(d *Draft) { d.TIN, d.Form = "512345671", "ИП" }, "", ""},
		{"a company's TIN for a sole trader", func(d *Draft) { d.Form = "yatt" }, "tin", "org.draft.tin_person"},
		{"a name of 300 letters", func(d *Draft) { d.NameUz = strings.Repeat("ў", 300) }, "", ""},
		{"a name of 301 letters", func(d *Draft) { d.NameUz = strings.Repeat("ў", 301) }, "name_uz", "org.draft.long"},
		{"a name of spaces", func(d *Draft) { d.NameRu = " \u00a0\t" }, "name_ru", "org.draft.empty"},
		{"a name that turns its direction", func(d *Draft) { d.NameUz = "\u202eMChJ" }, "name_uz", "org.draft.unprintable"},
		{"a name with a mark without width", func(d *Draft) { d.NameUz = "\ufeffSut\u200b" }, "", ""},
		{"bytes that are no text", func(d *Draft) { d.Street = "\xff" }, "street", "org.draft.unprintable"},
		{"a name that is a link", func(d *Draft) { d.NameUz = "Sut hTTps://evil.example MChJ" }, "name_uz", "org.draft.web_address"},
		{"a name with a web address, joined by a mark without width", func(d *Draft) { d.NameEn = "ww\u200bw.evil.example" }, "name_en", "org.draft.web_address"},
		{"a director with a web address", func(d *Draft) { d.Director = "Karimov www.evil.example" }, "director", "org.draft.web_address"},
		{"a street with a web address", func(d *Draft) { d.Street = "ftp://evil.example" }, "street", "org.draft.web_address"},
		{"a street with a bare domain", func(d *Draft) { d.Street = "Amir Temur 1, evil.uz/pay" }, "street", "org.draft.web_address"},
		{"a name with dots and colons", func(d *Draft) { d.NameEn = "Misol.uz: Sut // www" }, "", ""},
		{"a director without a given name", func(d *Draft) { d.Director = "Karimov" }, "director", "org.draft.director"},
		{"a birthday that never was", func(d *Draft) { d.PINFL = "33002800010017" }, "director_pinfl", "org.draft.pinfl"},
		{"the Kelvin sign in an address", func(d *Draft) { d.Email = "\u212aarim@misol.example" }, "email", "org.draft.email_letters"},
		{"two addresses", func(d *Draft) { d.Email = "a@misol.example; b@misol.example" }, "email", "org.draft.email_several"},
		{"a foreign number", func(d *Draft) { d.Phone = "+7 901 123-45-67" }, "phone", "org.draft.phone"},
		{"a region by its code", func(d *Draft) { d.Region = "uz-qr" }, "", ""},
		{"no region at all", func(d *Draft) { d.Region = "Samarkandiya" }, "region", "org.draft.region"},
		{"a language by its name", func(d *Draft) { d.Language = "Русский" }, "", ""},
		{"another language", func(d *Draft) { d.Language = "de" }, "language", "org.draft.language"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := goodDraft()
			tt.edit(&d)
			_, err := d.Open()
			wrong, _ := fault.ComplaintsOf(err)
			switch {
			case tt.key == "" && err != nil:
				t.Errorf("refused: %v", wrong)
			case tt.key != "" && (len(wrong) != 1 || wrong[0].Field != tt.field || wrong[0].Key != tt.key):
				t.Errorf("got %v, want %s on %s", wrong, tt.key, tt.field)
			}
		})
	}
	t.Run("an empty draft complains about every field it needs", func(t *testing.T) {
		t.Parallel()
		_, err := Draft{}.Open()
		wrong, _ := fault.ComplaintsOf(err)
		if len(wrong) != 11 {
			t.Errorf("%d complaints: %v", len(wrong), wrong)
		}
	})
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	good := []string{"a@b.uz", "first.last+tag@sub.company.example", "x_y-z@a-b.example", strings.Repeat("l", 64) + "@b.example"}
	for _, s := range good {
		if got, err := ParseEmail(s); err != nil || got != s {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	bad := []string{
		"", "@", "a@", "@b.uz", "a@b", "a@b.", "a@.uz", "a@-b.uz", "a@b-.uz", ".a@b.uz", "a.@b.uz", "a..b@c.uz", "a b@c.uz",
		"a@b.12", "a@b_c.uz", "a@b.u", "\"a\"@b.uz", "a@b.uz\r\nBcc: c@d.uz", strings.Repeat("l", 65) + "@b.example",
	}
	for _, s := range bad {
		if got, err := ParseEmail(s); err == nil {
			t.Errorf("%q is taken as %q", s, got)
		}
	}
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"+998 90 123-45-67", "998901234567", "90 1234567", "(90) 123.45.67", "+998901234567"} {
		if got, err := ParsePhone(s); err != nil || got != "+998901234567" {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "12345", "+7 901 123-45-67", "9989012345678", "90+1234567", "99890123456", "90 123-45-67 Ali", "٩٠١٢٣٤٥٦٧"} {
		if got, err := ParsePhone(s); err == nil {
			t.Errorf("%q is taken as %q", s, got)
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	seen := map[string]Form{}
	for _, n := range formNames() {
		for _, s := range append(strings.Fields(n.also), n.uz, n.ru, n.en, string(n.form)) {
			if got, ok := ParseForm(s); !ok || got != n.form {
				t.Errorf("%q is %q, want %q", s, got, n.form)
			}
			key := strings.ReplaceAll(Fold(s), " ", "")
			if other, ok := seen[key]; ok && other != n.form {
				t.Errorf("%q means both %s and %s", s, other, n.form)
			}
			seen[key] = n.form
		}
		if n.form.Name("uz") != n.uz || n.form.Name("ru") != n.ru || n.form.Name("en") != n.en {
			t.Errorf("%s has other names", n.form)
		}
	}
	if f, ok := ParseForm("OOOO"); ok {
		t.Errorf("OOOO is taken as %s", f)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	same := [][]string{
		{"Zarafshon Sut", "ЗАРАФШОН СУТ", "«Zarafshon»  sut"},
		{"Gʻijduvon", "Gʼijduvon", "G'ijduvon", "G‘ijduvon", "Ғиждувон", "Gijduvon"},
		{"Xorazm", "Хоразм", "Horazm"},
		{"Qoʻqon", "Қўқон", "Kokon"},
		{"Oʻzbekiston", "Ўзбекистон"},
		{"\u212aarim", "Karim", "Карим"},
		{"İstanbul", "istanbul"},
	}
	for _, group := range same {
		for _, s := range group[1:] {
			if Fold(s) != Fold(group[0]) {
				t.Errorf("%q is %q, %q is %q", s, Fold(s), group[0], Fold(group[0]))
			}
		}
	}
	if got := Fold("«Щётка»\u00a0№1"); got != "shyotka 1" {
		t.Errorf("got %q", got)
	}
}

func TestDirectorMatches(t *testing.T) {
	t.Parallel()
	o := Org{TIN: "302118447", DirectorMAC: []byte("mac")}
	if !DirectorMatches(o, "302118447", []byte("mac")) || !DirectorMatches(o, "302118447", []byte("new"), []byte("mac")) {
		t.Error("the director is not known")
	}
	if DirectorMatches(o, "305667718", []byte("mac")) || DirectorMatches(o, "302118447", []byte("other")) || DirectorMatches(o, "302118447") || DirectorMatches(Org{}, "", nil) {
		t.Error("somebody else is taken for the director")
	}
}

func FuzzDraftOpen(f *testing.F) {
	d := goodDraft()
	f.Add(d.TIN, d.NameUz, d.Form, d.Director, d.PINFL, d.Email, d.Phone, d.Region, d.Language)
	f.Add("", "\x00", "ЯТТ", "a b", "1", "a@b.c", "+", "UZ-", "\xff")
	f.Fuzz(func(t *testing.T, tin, name, form, director, pinfl, email, phone, region, language string) {
		d := goodDraft()
		d.TIN, d.NameUz, d.Form, d.Director, d.PINFL = tin, name, form, director, pinfl
		d.Email, d.Phone, d.Region, d.Language = email, phone, region, language
		r, err := d.Open()
		if err != nil {
			if wrong, ok := fault.ComplaintsOf(err); !ok || len(wrong) == 0 {
				t.Fatalf("refused without a complaint: %v", err)
			}
			return
		}
		again := Draft{
			TIN: string(r.TIN), NameUz: r.NameUz, NameRu: r.NameRu, NameEn: r.NameEn, Form: string(r.Form), Director: r.Director,
			PINFL: string(r.PINFL), Email: r.Email, Phone: r.Phone, Region: r.Region, District: r.District, Street: r.Street, Language: r.Language,
		}
		same, err := again.Open()
		if err != nil || same != r {
			t.Fatalf("a record does not open to itself: %v\n%+v\n%+v", err, r, same)
		}
		for _, s := range []string{r.NameUz, r.Director, r.Email, Fold(name)} {
			if strings.ContainsAny(s, "\x00\n") || strings.ContainsRune(s, '\ufffd') {
				t.Fatalf("kept %q", s)
			}
		}
	})
}
