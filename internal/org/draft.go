package org

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
)

// Fields of a draft, in the order in which a file and a complaint name them.
const (
	FieldTIN      = "tin"
	FieldNameUz   = "name_uz"
	FieldNameRu   = "name_ru"
	FieldNameEn   = "name_en"
	FieldForm     = "legal_form"
	FieldDirector = "director"
	FieldPINFL    = "director_pinfl"
	FieldEmail    = "email"
	FieldPhone    = "phone"
	FieldRegion   = "region"
	FieldDistrict = "district"
	FieldStreet   = "street"
	FieldLanguage = "language"
)

// Longest texts, in characters. Names in the state register stay under 300;
// the rest is what fits the letters and pages that show it.
const (
	maxName     = 300
	maxPerson   = 150
	maxEmail    = 254 // RFC 5321, 4.5.3.1.3 less the brackets
	maxDistrict = 100
	maxStreet   = 300
)

// Draft is what a row of a file, or a form, says about an organization.
type Draft struct {
	TIN, NameUz, NameRu, NameEn, Form string
	Director, PINFL                   string
	Email, Phone                      string
	Region, District, Street          string
	Language                          string // may be empty: Uzbek
}

// Record is a draft that passed every rule: what an import stores.
type Record struct {
	TIN                      taxid.TIN
	Form                     Form
	NameUz, NameRu, NameEn   string
	Director                 string
	PINFL                    taxid.PINFL
	Email, Phone             string
	Region, District, Street string
	Language                 string

	// Extra is what else was in the row and belongs to other packages; it only
	// counts for whether the row is the one that was stored last time.
	Extra string
}

// Open turns a draft into a record, or complains about every field at once.
func (d Draft) Open() (Record, error) {
	var f fault.Form
	r := Record{
		NameUz:   required(&f, FieldNameUz, d.NameUz, maxName),
		NameRu:   required(&f, FieldNameRu, d.NameRu, maxName),
		NameEn:   optional(&f, FieldNameEn, d.NameEn, maxName),
		District: required(&f, FieldDistrict, d.District, maxDistrict),
		Street:   required(&f, FieldStreet, d.Street, maxStreet),
	}
	r.openTIN(&f, d)
	r.openDirector(&f, d)
	r.refuseLinks(&f)
	r.openContacts(&f, d)
	r.openLanguage(&f, d.Language)
	return r, f.Err()
}

// refuseLinks keeps web addresses out of what stands in letters. The names are
// those of the state register, which knows companies called like their site.
func (r *Record) refuseLinks(f *fault.Form) {
	for _, t := range [...]struct {
		field, text string
		leads       func(string) bool
	}{
		{FieldNameUz, r.NameUz, text.Addressed},
		{FieldNameRu, r.NameRu, text.Addressed},
		{FieldNameEn, r.NameEn, text.Addressed},
		{FieldDirector, r.Director, text.Linked},
		{FieldDistrict, r.District, text.Linked},
		{FieldStreet, r.Street, text.Linked},
	} {
		f.Check(!t.leads(t.text), t.field, "org.draft.web_address")
	}
}

func (r *Record) openTIN(f *fault.Form, d Draft) {
	form := required(f, FieldForm, d.Form, maxName)
	if form != "" {
		var ok bool
		r.Form, ok = ParseForm(form)
		f.Check(ok, FieldForm, "org.draft.form")
	}
	number := required(f, FieldTIN, d.TIN, maxName)
	if number == "" {
		return
	}
	tin, err := taxid.ParseTIN(number)
	f.Check(err == nil, FieldTIN, "org.draft.tin")
	if err != nil {
		return
	}
	r.TIN = tin
	if r.Form == "" {
		return
	}
	f.Check(!r.Form.Person() || tin.Natural(), FieldTIN, "org.draft.tin_person")
	f.Check(r.Form.Person() || !tin.Natural(), FieldTIN, "org.draft.tin_company")
}

func (r *Record) openDirector(f *fault.Form, d Draft) {
	r.Director = required(f, FieldDirector, d.Director, maxPerson)
	if r.Director != "" {
		f.Check(fullName(r.Director), FieldDirector, "org.draft.director")
	}
	number := required(f, FieldPINFL, d.PINFL, maxName)
	if number == "" {
		return
	}
	pinfl, err := taxid.ParsePINFL(number)
	f.Check(err == nil, FieldPINFL, "org.draft.pinfl")
	r.PINFL = pinfl
}

func (r *Record) openContacts(f *fault.Form, d Draft) {
	if email := required(f, FieldEmail, d.Email, maxEmail); email != "" {
		var err error
		r.Email, err = ParseEmail(email)
		f.Add(FieldEmail, err)
	}
	if phone := required(f, FieldPhone, d.Phone, maxName); phone != "" {
		var err error
		r.Phone, err = ParsePhone(phone)
		f.Add(FieldPhone, err)
	}
	if place := required(f, FieldRegion, d.Region, maxName); place != "" {
		var ok bool
		r.Region, ok = parseRegion(place)
		f.Check(ok, FieldRegion, "org.draft.region")
	}
}

func (r *Record) openLanguage(f *fault.Form, s string) {
	switch strings.ToLower(clean(s)) {
	case "", "uz", "oʻzbekcha", "o'zbekcha", "узбекский", "uzbek":
		r.Language = "uz"
	case "ru", "ruscha", "русский", "russian":
		r.Language = "ru"
	case "en", "inglizcha", "английский", "english":
		r.Language = "en"
	default:
		f.Check(false, FieldLanguage, "org.draft.language")
	}
}

// required cleans a text that must be there; on a complaint it gives "".
func required(f *fault.Form, field, s string, most int) string {
	s = clean(s)
	f.Check(s != "", field, "org.draft.empty")
	return fits(f, field, s, most)
}

// optional cleans a text that may be missing.
func optional(f *fault.Form, field, s string, most int) string {
	return fits(f, field, clean(s), most)
}

func fits(f *fault.Form, field, s string, most int) string {
	n := utf8.RuneCountInString(s)
	f.Check(n <= most, field, "org.draft.long", "max", most, "n", n)
	f.Check(!strings.ContainsFunc(s, unprintable), field, "org.draft.unprintable")
	if n > most || strings.ContainsFunc(s, unprintable) {
		return ""
	}
	return s
}

// clean joins what line breaks, tabs and doubled spaces part, and drops marks
// without width that come along when text is copied from a page. Letters stay
// as they are: a name is printed as the state register has it.
func clean(s string) string {
	if plain(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(withoutWidth, s)), " ")
}

// plain reports whether clean has nothing to do, which is the common case.
func plain(s string) bool {
	after := byte(' ') // what stands before the first byte
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == 0xC2 || c == 0xE2 || c == 0xEF || c == ' ' && after == ' ' {
			return false
		}
		after = c
	}
	return after != ' ' || s == ""
}

func withoutWidth(r rune) rune {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad':
		return -1
	}
	return r
}

// unprintable finds control characters and the marks that turn the direction
// of text, with which a name could show as another.
func unprintable(r rune) bool {
	if ' ' <= r && r < 0x7f || 'а' <= r && r <= 'я' || 'А' <= r && r <= 'Я' {
		return false // nearly every letter there is
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || unicode.Is(unicode.Co, r)
}

// fullName wants at least a family name and a given name, in letters.
func fullName(s string) bool {
	words := strings.Fields(s)
	return len(words) >= 2 && !strings.ContainsFunc(s, unicode.IsDigit)
}

// parseRegion reads what region.Parse does, and the abbreviations of addresses
// too: "Самаркандская обл.", "г. Ташкент", "Samarqand vil.", "Toshkent sh.".
func parseRegion(s string) (code string, ok bool) {
	words := strings.Fields(Fold(s))
	for i, w := range words {
		switch w {
		case "obl":
			words[i] = "oblast"
		case "g":
			words[i] = "gorod"
		case "vil":
			words[i] = "viloyati"
		case "sh":
			words[i] = "shahri"
		}
	}
	code, ok = regionsByName()[strings.Join(words, " ")]
	return code, ok
}

// regionsByName is made once: an import asks for every row.
var regionsByName = sync.OnceValue(func() map[string]string {
	byName := map[string]string{}
	for _, r := range region.All() {
		for _, name := range []string{r.Code, "UZ-" + r.Code, r.Uz, r.Ru, r.En} {
			byName[Fold(name)] = r.Code
		}
	}
	return byName
})
