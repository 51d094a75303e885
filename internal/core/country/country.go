// Package country lists the countries of ISO 3166-1 with their names in the
// three languages.
//
// countries.tsv has the 249 assigned codes; names are those of CLDR, with the
// Uzbek letters of this portal and the names that states have taken since.
package country

import (
	_ "embed" // countries.tsv
	"slices"
	"strings"
	"sync"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
)

// Home is the code of Uzbekistan.
const Home = "UZ"

// ErrUnknown says that a text names no country.
var ErrUnknown = fault.New(fault.Invalid, "country.unknown")

// Country is one of the list.
type Country struct {
	Code       string // two capital letters, ISO 3166-1 alpha-2
	Uz, Ru, En string
}

// Name is the country's name in a language ("uz", "ru" or "en").
func (c Country) Name(lang string) string {
	switch lang {
	case "ru":
		return c.Ru
	case "en":
		return c.En
	}
	return c.Uz
}

// All gives the countries in the order of their names in a language. The list is
// everybody's: who wants to change it copies it first.
func All(lang string) []Country {
	if list, ok := sorted()[lang]; ok {
		return list
	}
	return sorted()["uz"] // whose names a language without its own has
}

var sorted = sync.OnceValue(func() map[string][]Country {
	lists := map[string][]Country{}
	for _, lang := range []string{"uz", "ru", "en"} {
		list := slices.Clone(table())
		slices.SortFunc(list, func(a, b Country) int { return strings.Compare(a.Name(lang), b.Name(lang)) })
		lists[lang] = slices.Clip(list)
	}
	return lists
})

// Near gives home, its neighbours and those most trade is with: what stands
// first where one chooses from all.
func Near() []Country {
	near := make([]Country, 0, 12)
	for _, code := range []string{Home, "KZ", "KG", "TJ", "TM", "AF", "RU", "BY", "CN", "TR", "KR", "IR"} {
		near = append(near, byCode()[code])
	}
	return near
}

// Parse finds a country by its code or by its name in any of the three
// languages, whatever the case, the apostrophe and the script.
func Parse(s string) (Country, error) {
	if c, ok := byCode()[strings.ToUpper(strings.TrimSpace(s))]; ok {
		return c, nil
	}
	if c, ok := byName()[fold.Text(s)]; ok {
		return c, nil
	}
	return Country{}, ErrUnknown
}

//go:embed countries.tsv
var countries string

// table is made once.
var table = sync.OnceValue(func() []Country {
	var list []Country
	for line := range strings.Lines(countries) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		list = append(list, Country{Code: f[0], Uz: f[1], Ru: f[2], En: f[3]})
	}
	return list
})

var byCode = sync.OnceValue(func() map[string]Country {
	known := map[string]Country{}
	for _, c := range table() {
		known[c.Code] = c
	}
	return known
})

// byName knows names in the letters of the search, which would take one code
// for another: MX for MH.
var byName = sync.OnceValue(func() map[string]Country {
	known := map[string]Country{}
	for _, c := range table() {
		for _, name := range []string{c.Uz, c.Ru, c.En} {
			known[fold.Text(name)] = c
		}
	}
	return known
})
