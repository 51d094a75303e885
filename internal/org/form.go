package org

import (
	"strings"
	"sync"
)

// Form is the code of a legal form; the list is closed, a new form is a change
// of this file.
type Form string

// The legal forms. The codes are the Uzbek abbreviations in common use.
const (
	MChJ    Form = "mchj"     // limited liability company
	QMJ     Form = "qmj"      // additional liability company
	AJ      Form = "aj"       // joint-stock company
	XK      Form = "xk"       // private enterprise
	OK      Form = "ok"       // family enterprise
	QK      Form = "qk"       // joint venture
	ChEK    Form = "chek"     // foreign enterprise
	DK      Form = "dk"       // state enterprise
	DUK     Form = "duk"      // state unitary enterprise
	FX      Form = "fx"       // farm
	DX      Form = "dx"       // smallholding
	Coop    Form = "koop"     // production cooperative
	Inst    Form = "muassasa" // institution
	NGO     Form = "nnt"      // non-profit organization
	Branch  Form = "filial"   // branch
	Mission Form = "vakolat"  // representative office
	YaTT    Form = "yatt"     // sole trader: a natural person in business
)

// formName is a legal form with its names and the ways people write it.
type formName struct {
	form       Form
	uz, ru, en string
	also       string // abbreviations, separated by spaces
}

func formNames() []formName {
	return []formName{
		{MChJ, "masʼuliyati cheklangan jamiyat", "общество с ограниченной ответственностью", "limited liability company", "mchj ooo llc мчж ltd"},
		{QMJ, "qoʻshimcha masʼuliyatli jamiyat", "общество с дополнительной ответственностью", "additional liability company", "qmj одо қмж alc"},
		{AJ, "aksiyadorlik jamiyati", "акционерное общество", "joint-stock company", "aj ао аж jsc"},
		{XK, "xususiy korxona", "частное предприятие", "private enterprise", "xk чп хк pe"},
		{OK, "oilaviy korxona", "семейное предприятие", "family enterprise", "ok ок fe"},
		{QK, "qoʻshma korxona", "совместное предприятие", "joint venture", "qk сп қк jv"},
		{ChEK, "chet el korxonasi", "иностранное предприятие", "foreign enterprise", "chek чэк"},
		{DK, "davlat korxonasi", "государственное предприятие", "state enterprise", "dk гп дк se"},
		{DUK, "davlat unitar korxonasi", "государственное унитарное предприятие", "state unitary enterprise", "duk гуп дук sue"},
		{FX, "fermer xoʻjaligi", "фермерское хозяйство", "farm", "fx фх"},
		{DX, "dehqon xoʻjaligi", "дехканское хозяйство", "smallholding", "dx дх"},
		{Coop, "ishlab chiqarish kooperativi", "производственный кооператив", "production cooperative", "koop кооператив kooperativ пк"},
		{Inst, "muassasa", "учреждение", "institution", "muassasa муассаса"},
		{NGO, "nodavlat notijorat tashkilot", "негосударственная некоммерческая организация", "non-profit organization", "nnt ннт нно ngo"},
		{Branch, "filial", "филиал", "branch", "filial"},
		{Mission, "vakolatxona", "представительство", "representative office", "vakolat"},
		{YaTT, "yakka tartibdagi tadbirkor", "индивидуальный предприниматель", "sole trader", "yatt ип ятт"},
	}
}

// Name is the legal form in a language ("uz", "ru" or "en").
func (f Form) Name(lang string) string {
	n, ok := formsByCode()[f]
	if !ok {
		return string(f)
	}
	return [...]string{n.uz, n.ru, n.en}[langIndex(lang)]
}

// formsByCode is made once: each row of a list asks for a name.
var formsByCode = sync.OnceValue(func() map[Form]formName {
	byCode := map[Form]formName{}
	for _, n := range formNames() {
		byCode[n.form] = n
	}
	return byCode
})

// Person reports whether the form is that of a natural person, whose tax
// number is a person's too.
func (f Form) Person() bool { return f == YaTT }

func langIndex(lang string) int {
	switch lang {
	case "ru":
		return 1
	case "en":
		return 2
	}
	return 0
}

// ParseForm reads a legal form by its code, an abbreviation or its full name
// in any of the three languages, in either script, whatever the case.
func ParseForm(s string) (Form, bool) {
	want := strings.ReplaceAll(Fold(s), " ", "")
	if want == "" {
		return "", false
	}
	f, ok := formsByName()[want]
	return f, ok
}

// formsByName is made once, of every way to write a form.
var formsByName = sync.OnceValue(func() map[string]Form {
	byName := map[string]Form{}
	for _, n := range formNames() {
		for _, name := range append(strings.Fields(n.also), n.uz, n.ru, n.en, string(n.form)) {
			byName[strings.ReplaceAll(Fold(name), " ", "")] = n.form
		}
	}
	return byName
})
