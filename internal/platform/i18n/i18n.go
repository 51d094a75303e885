// Package i18n puts words on message keys.
//
// The language travels with the request's context and with nothing else: not
// in a global, not in a shared template, so two people reading at once can
// never see each other's language. Messages are data (web/locales); a test
// holds the three languages complete and equal in placeholders.
package i18n

import (
	"context"
	"maps"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Lang is one of the portal's languages.
type Lang uint8

// The languages; Uzbek in Latin script is the first and the fallback.
const (
	Uz Lang = iota
	Ru
	En
)

// Langs lists the languages in the order of the switch on every page.
func Langs() []Lang { return []Lang{Uz, Ru, En} }

// Code is the two-letter code used in addresses, cookies and the database.
func (l Lang) Code() string { return [...]string{"uz", "ru", "en"}[l] }

// Tag is the value of the lang attribute.
func (l Lang) Tag() string { return [...]string{"uz-Latn", "ru", "en"}[l] }

// Name is the language in its own words, as the switch shows it.
func (l Lang) Name() string { return [...]string{"Oʻzbekcha", "Русский", "English"}[l] }

// Short is the three-letter form of the top bar.
func (l Lang) Short() string { return [...]string{"Oʻz", "Рус", "Eng"}[l] }

// Parse reads a code; ok is false for a language we do not have.
func Parse(code string) (l Lang, ok bool) {
	for _, l := range Langs() {
		if l.Code() == code {
			return l, true
		}
	}
	return Uz, false
}

// tags in the order of Langs; Uzbek in Cyrillic is listed because the matcher
// would otherwise send its readers to Russian (libraries.md 4).
var matcher = language.NewMatcher([]language.Tag{
	language.Make("uz-Latn"), language.Russian, language.English, language.Make("uz-Cyrl"),
})

// Match chooses by the Accept-Language header; no header means Uzbek.
func Match(header string) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return Uz
	}
	_, i, conf := matcher.Match(tags...)
	if conf == language.No || i == 3 {
		return Uz
	}
	return Lang(i) //nolint:gosec // G115: an index into the four tags above
}

type langKey struct{}

// With gives a context whose texts are in l.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, langKey{}, l) }

// From is the language of the context, Uzbek when nobody set one.
func From(ctx context.Context) Lang {
	l, _ := ctx.Value(langKey{}).(Lang)
	return l
}

// T is the message of a key in the context's language; args are name, value
// pairs for the {placeholders}. An unknown key shows as itself: visible in the
// page, never a failure.
func T(ctx context.Context, key string, args ...any) string {
	return Text(From(ctx), key, args...)
}

// N is the message of a key for a count, which also fills {n}.
func N(ctx context.Context, key string, n int, args ...any) string {
	return TextN(From(ctx), key, n, args...)
}

// Text is T for a given language, for letters and jobs.
func Text(l Lang, key string, args ...any) string {
	m, ok := catalog[l][key]
	if !ok {
		return key
	}
	return fill(m.other, args)
}

// TextN is N for a given language.
func TextN(l Lang, key string, n int, args ...any) string {
	m, ok := catalog[l][key]
	if !ok {
		return key
	}
	return fill(m.form(l, n), append([]any{"n", n}, args...))
}

// Forms are the plural forms of a message by the names of CLDR, with {n} in them: for
// a script that counts on where the server has begun.
func Forms(ctx context.Context, key string) map[string]string {
	m := catalog[From(ctx)][key]
	forms := map[string]string{"one": m.one, "few": m.few, "many": m.many, "other": m.other}
	maps.DeleteFunc(forms, func(_, words string) bool { return words == "" })
	return forms
}

// Has reports whether a key exists.
func Has(key string) bool {
	_, ok := catalog[Uz][key]
	return ok
}

// message is one text in its plural forms; other is the only one of a plain text.
type message struct{ one, few, many, other string }

func (m message) form(l Lang, n int) string {
	tag := [...]language.Tag{language.Uzbek, language.Russian, language.English}[l]
	s := m.other
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.One:
		s = m.one
	case plural.Few:
		s = m.few
	case plural.Many:
		s = m.many
	}
	if s == "" {
		return m.other
	}
	return s
}

// fill puts values into {placeholders}; one pass, so a value that looks like a
// placeholder stays text, as does a placeholder without a value.
func fill(s string, args []any) string {
	if len(args) == 0 {
		return s
	}
	before, rest, found := strings.Cut(s, "{")
	if !found {
		return s
	}
	var b strings.Builder
	for found {
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		value, known := argument(name, args)
		if !closed || !known {
			b.WriteByte('{')
			after = rest
		} else {
			b.WriteString(value)
		}
		before, rest, found = strings.Cut(after, "{")
	}
	b.WriteString(before)
	return b.String()
}

// argument finds a value among name, value pairs.
func argument(name string, args []any) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if text(args[i]) == name {
			return text(args[i+1]), true
		}
	}
	return "", false
}
