// Package region lists the fourteen regions of Uzbekistan.
//
// The codes are ISO 3166-2:UZ without the country prefix: twelve regions, the
// Republic of Karakalpakstan (QR) and the city of Tashkent (TK).
package region

import (
	"strings"

	"kabinet/internal/core/fault"
)

// ErrUnknown says that a text names none of the regions.
var ErrUnknown = fault.New(fault.Invalid, "region.unknown")

// Region is one of the fourteen, with its name in the three languages.
type Region struct {
	Code       string // two letters, ISO 3166-2:UZ
	Uz, Ru, En string
}

var all = []Region{
	{"AN", "Andijon viloyati", "Андижанская область", "Andijan Region"},
	{"BU", "Buxoro viloyati", "Бухарская область", "Bukhara Region"},
	{"FA", "Fargʻona viloyati", "Ферганская область", "Fergana Region"},
	{"JI", "Jizzax viloyati", "Джизакская область", "Jizzakh Region"},
	{"NG", "Namangan viloyati", "Наманганская область", "Namangan Region"},
	{"NW", "Navoiy viloyati", "Навоийская область", "Navoiy Region"},
	{"QA", "Qashqadaryo viloyati", "Кашкадарьинская область", "Qashqadaryo Region"},
	{"QR", "Qoraqalpogʻiston Respublikasi", "Республика Каракалпакстан", "Republic of Karakalpakstan"},
	{"SA", "Samarqand viloyati", "Самаркандская область", "Samarkand Region"},
	{"SI", "Sirdaryo viloyati", "Сырдарьинская область", "Sirdaryo Region"},
	{"SU", "Surxondaryo viloyati", "Сурхандарьинская область", "Surxondaryo Region"},
	{"TK", "Toshkent shahri", "город Ташкент", "Tashkent City"},
	{"TO", "Toshkent viloyati", "Ташкентская область", "Tashkent Region"},
	{"XO", "Xorazm viloyati", "Хорезмская область", "Xorazm Region"},
}

// All gives the regions in the order of their codes.
func All() []Region { return append([]Region(nil), all...) }

// Parse finds a region by code ("SA", "UZ-SA") or by its name in any of the
// three languages, whatever the case and the apostrophe.
func Parse(s string) (Region, error) {
	for _, r := range all {
		if r.Code == s { // as it is stored: each row of a list asks
			return r, nil
		}
	}
	want := fold(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "UZ-"))
	for _, r := range all {
		for _, name := range []string{r.Code, r.Uz, r.Ru, r.En} {
			if want != "" && fold(name) == want {
				return r, nil
			}
		}
	}
	return Region{}, ErrUnknown
}

// Name is the region's name in a language ("uz", "ru" or "en").
func (r Region) Name(lang string) string {
	switch lang {
	case "ru":
		return r.Ru
	case "en":
		return r.En
	}
	return r.Uz
}

var apostrophes = strings.NewReplacer("ʻ", "", "ʼ", "", "‘", "", "’", "", "'", "", "`", "", "´", "")

func fold(s string) string { return strings.ToLower(apostrophes.Replace(strings.TrimSpace(s))) }
