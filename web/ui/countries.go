package ui

import (
	"context"
	"slices"
	"sync"

	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
)

// Countries are the lines of a select of countries: home and those near to it
// first, since nearly every answer is one of them, then the rest in the order of
// names. The list is everybody's: who adds to it copies it first.
func Countries(ctx context.Context) []Option {
	lang := i18n.From(ctx).Code()
	if os, ok := countryLines.Load(lang); ok {
		return os.([]Option)
	}
	os := slices.Clip(countries(ctx, lang))
	countryLines.Store(lang, os)
	return os
}

// countryLines are the lines by language: to sort 249 countries anew was a quarter of
// what a list of cards allocates.
var countryLines sync.Map

func countries(ctx context.Context, lang string) []Option {
	var os []Option
	near := map[string]bool{}
	for _, c := range country.Near() {
		near[c.Code] = true
		os = append(os, Option{Value: c.Code, Text: c.Name(lang), Group: i18n.T(ctx, "ui.country.near")})
	}
	for _, c := range country.All(lang) {
		if !near[c.Code] {
			os = append(os, Option{Value: c.Code, Text: c.Name(lang), Group: i18n.T(ctx, "ui.country.others")})
		}
	}
	return os
}
