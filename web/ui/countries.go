package ui

import (
	"context"

	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
)

// Countries are the lines of a select of countries: home and those near to it
// first, since nearly every answer is one of them, then the rest in the order of
// names.
func Countries(ctx context.Context) []Option {
	lang := i18n.From(ctx).Code()
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
