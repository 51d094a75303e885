// Package helpview draws the articles and the glossary.
package helpview

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kabinet/internal/help"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Contents is the start of help, with what was searched for, if anything was.
type Contents struct {
	Library *help.Library
	Query   string
	Found   []help.Found
}

// titled is an article of the contents.
func titled(ctx context.Context, l *help.Library, slug string) ui.Link {
	a, err := l.Article(i18n.From(ctx), slug)
	if err != nil {
		return ui.Link{}
	}
	return ui.Link{Text: a.Title, URL: help.Prefix + slug}
}

// Reading is one article.
type Reading struct {
	help.Article
	Library *help.Library
	Thanked bool // the reader has just said whether it helped
}

// headings are the parts of an article, for its own contents.
func (r Reading) headings() (links []ui.Link) {
	for _, b := range r.Blocks {
		if b.Shape == help.Heading {
			links = append(links, ui.Link{Text: words(b.Lines[0]), URL: "#" + b.ID})
		}
	}
	return links
}

func words(line []help.Span) string {
	var b strings.Builder
	for _, s := range line {
		b.WriteString(s.Text)
	}
	return b.String()
}

// helped are the two buttons.
func (r Reading) helped(ctx context.Context) []ui.Action {
	act := func(key, value string) ui.Action {
		return ui.Action{Text: i18n.T(ctx, key), URL: help.Prefix + r.Slug, Post: true, Values: []ui.Hidden{{Name: "helped", Value: value}}}
	}
	return []ui.Action{act("help.yes", "yes"), act("help.no", "no")}
}

// crumbs lead back to the contents.
func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "help.title"), URL: "/help"}}
}

// Said is what readers said of the articles.
type Said struct {
	All     []help.Opinion
	Library *help.Library
}

// worst lists what helped the least share of its readers first.
func (s Said) worst() []help.Opinion {
	all := slices.Clone(s.All)
	slices.SortStableFunc(all, func(a, b help.Opinion) int { return cmp.Compare(share(a), share(b)) })
	return all
}

func share(o help.Opinion) float64 { return float64(o.Yes) / float64(max(o.Yes+o.No, 1)) }
