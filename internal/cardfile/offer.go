package cardfile

import (
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
)

// dash stands between a code and its name in a drop-down; what follows it is not
// read.
const dash = " – "

func packagings(l i18n.Lang) []string {
	levels := card.Packagings()
	list := make([]string, len(levels))
	for i, p := range levels {
		list[i] = string(p) + dash + i18n.Text(l, "card.packaging."+string(p))
	}
	return list
}

// countries begins with those most trade is with.
func countries(l i18n.Lang) []string {
	var list []string
	seen := map[string]bool{}
	for _, c := range append(country.Near(), country.All(l.Code())...) {
		if !seen[c.Code] {
			seen[c.Code] = true
			list = append(list, c.Code+dash+c.Name(l.Code()))
		}
	}
	return list
}

func codes(l i18n.Lang, all []attribute.Code) []string {
	list := make([]string, len(all))
	for i, c := range all {
		list[i] = c.Code + dash + c.Name.In(l.Code())
	}
	return list
}

func labels(l i18n.Lang, a attribute.Attribute) []string {
	list := make([]string, len(a.Options))
	for i, o := range a.Options {
		list[i] = o.Label.In(l.Code())
	}
	return list
}

// code is what stands before the name in a value that a drop-down offered; what
// is no such value stays as it is.
func code(value string, known func(string) bool) string {
	for _, d := range []string{dash, " - ", " — "} {
		if before, _, ok := strings.Cut(value, d); ok && known(strings.TrimSpace(before)) {
			return strings.TrimSpace(before)
		}
	}
	return value
}
