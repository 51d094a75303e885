// Package help is what the portal says about itself: an article for every kind
// of page and every step of the set-up, and a glossary, in three languages.
//
// Articles are part of the program, read once when it starts, so that help is
// there when all else is down, and is always that of the version one works with
// (decision 0037). The database only counts whether an article helped.
package help

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
)

// ErrNotFound says that there is no such article.
var ErrNotFound = fault.New(fault.NotFound, "fault.not_found")

// Where help is.
const (
	Prefix       = "/help/"
	GlossarySlug = "glossary"
)

// Section is a part of the contents; its words are "help.section.<Key>".
type Section struct {
	Key   string
	Slugs []string
}

// Contents lists the articles in their order.
func Contents() []Section {
	return []Section{
		{"start", []string{"start", "prepare", "activate", "register", "sign-in", "eds-key", "home"}},
		{"organization", []string{"profile", "groups", "places", "gs1", "agreement", "authorizations"}},
		{"people", []string{"users", "roles", "technical", "api-keys"}},
		{"goods", []string{"cards", "moderation", "card-files", "catalogue"}},
		{"documents", []string{"documents", "receipts", "aic"}},
		{"portal", []string{"notices", "support", "events", "me", "maintenance"}},
		{"operator", []string{"operator", "operator-cards", "operator-launch"}},
	}
}

// Term is a word of the glossary.
type Term struct {
	ID string `json:"id"`
	Uz Words  `json:"uz"`
	Ru Words  `json:"ru"`
	En Words  `json:"en"`
}

// Words are a term and its meaning in one language.
type Words struct {
	Term string `json:"term"`
	Text string `json:"text"`
	Also string `json:"also"` // other names and abbreviations one meets
}

// In is the term in a language.
func (t Term) In(l i18n.Lang) Words { return [...]Words{t.Uz, t.Ru, t.En}[l] }

// Library is all there is to read.
type Library struct {
	articles [3]map[string]Article
	terms    []Term
	index    [3][]entry
	shelves  *shelf
}

// Load reads the articles of all languages; a file that does not read is an
// error, and one that is missing.
func Load(files fs.FS) (*Library, error) {
	var l Library
	for _, lang := range i18n.Langs() {
		l.articles[lang] = map[string]Article{}
		for _, s := range Contents() {
			for _, slug := range s.Slugs {
				text, err := fs.ReadFile(files, lang.Code()+"/"+slug+".md")
				if err != nil {
					return nil, fmt.Errorf("help: %w", err)
				}
				a, err := parse(slug, string(text))
				if err != nil {
					return nil, fmt.Errorf("help in %s: %w", lang.Code(), err)
				}
				l.articles[lang][slug] = a
			}
		}
	}
	b, err := fs.ReadFile(files, "glossary.json")
	if err != nil {
		return nil, fmt.Errorf("help: %w", err)
	}
	if err := json.Unmarshal(b, &l.terms); err != nil {
		return nil, fmt.Errorf("glossary: %w", err)
	}
	l.makeIndex()
	l.shelves = shelves()
	return &l, nil
}

// Article gives an article in a language, or ErrNotFound.
func (l *Library) Article(lang i18n.Lang, slug string) (Article, error) {
	a, ok := l.articles[lang][slug]
	if !ok {
		return Article{}, ErrNotFound
	}
	return a, nil
}

// Terms are the words of the glossary in the order of a language.
func (l *Library) Terms(lang i18n.Lang) []Term {
	terms := slices.Clone(l.terms)
	slices.SortStableFunc(terms, func(a, b Term) int { return compareWords(a.In(lang).Term, b.In(lang).Term) })
	return terms
}

// Neighbours are the articles before and after one, empty at the ends.
func Neighbours(slug string) (before, after string) {
	var all []string
	for _, s := range Contents() {
		all = append(all, s.Slugs...)
	}
	i := slices.Index(all, slug)
	if i > 0 {
		before = all[i-1]
	}
	if i >= 0 && i < len(all)-1 {
		after = all[i+1]
	}
	return before, after
}
