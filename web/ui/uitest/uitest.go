// Package uitest checks drawn HTML the way a careful reader would.
//
// The checks are those that need no browser: whole and well-formed markup,
// names for every control, ids that exist once and are found, nothing that the
// content policy forbids. What needs a browser is left to axe-core.
package uitest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"kabinet/internal/core/golden"
	"kabinet/internal/platform/i18n"
)

// Render draws a component in a language.
func Render(t testing.TB, l i18n.Lang, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(i18n.With(context.Background(), l), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

// Page checks a whole page.
func Page(t testing.TB, page string) {
	t.Helper()
	report(t, append(Faults(page), pageFaults(page)...))
}

// Part checks a piece of a page.
func Part(t testing.TB, part string) {
	t.Helper()
	report(t, Faults(part))
}

// Same compares a piece with testdata/<name>, one element per line, so that a
// change of the markup can be reviewed.
func Same(t testing.TB, name, part string) {
	t.Helper()
	golden.Check(t, name, Pretty(part))
}

func report(t testing.TB, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

// element is one start tag.
type element struct {
	tag   string
	attrs map[string]string
	text  string // what it holds, collected
	up    []string
}

func (e element) String() string { return "<" + e.tag + " " + fmt.Sprint(e.attrs) + ">" }

// void elements have no end tag.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true,
	"input": true, "link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

// read walks the markup and complains where tags do not match.
func read(markup string) (elements []*element, faults []string) {
	z := html.NewTokenizer(strings.NewReader(markup))
	var open []*element
	for {
		switch z.Next() {
		case html.ErrorToken:
			for _, e := range open {
				faults = append(faults, "never closed: "+e.String())
			}
			return elements, faults
		case html.StartTagToken, html.SelfClosingTagToken:
			e := start(z.Token(), open)
			elements = append(elements, e)
			if !void[e.tag] {
				open = append(open, e)
			}
		case html.EndTagToken:
			tag := z.Token().Data
			if len(open) == 0 || open[len(open)-1].tag != tag {
				return elements, append(faults, fmt.Sprintf("</%s> closes %v", tag, open))
			}
			open = open[:len(open)-1]
		case html.TextToken:
			text := z.Token().Data
			for _, e := range open {
				e.text += text
			}
		}
	}
}

func start(tok html.Token, open []*element) *element {
	e := &element{tag: tok.Data, attrs: map[string]string{}}
	for _, a := range tok.Attr {
		e.attrs[a.Key] = a.Val
	}
	for _, o := range open {
		e.up = append(e.up, o.tag)
	}
	return e
}

// Pretty puts one element on a line, indented by depth.
func Pretty(markup string) string {
	z := html.NewTokenizer(strings.NewReader(markup))
	var b strings.Builder
	depth := 0
	line := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			b.WriteString(strings.Repeat("  ", depth) + s + "\n")
		}
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.EndTagToken:
			depth--
			line(string(z.Raw()))
		case html.StartTagToken:
			raw := string(z.Raw())
			line(raw)
			if name, _ := z.TagName(); !void[string(name)] {
				depth++
			}
		default:
			line(string(z.Raw()))
		}
	}
}
