package help

import (
	"fmt"
	"regexp"
	"strings"
)

// An article is a text file: a title behind "# ", then blocks apart by blank
// lines. A block is a heading behind "## ", a list whose lines begin with "- ",
// steps whose lines begin with "1. ", a remark behind "> ", or a paragraph. In a
// line, **strong** and [words](address) are all there is; what else looks like
// markup is text.

// Shape is what a block is.
type Shape uint8

// The shapes.
const (
	Paragraph Shape = iota
	Heading
	Bullets
	Steps
	Remark
)

// Block is a part of an article.
type Block struct {
	Shape Shape
	ID    string   // of a heading: the same in all languages
	Lines [][]Span // one, but for lists
}

// Span is a piece of a line.
type Span struct {
	Text   string
	Strong bool
	URL    string // where it leads; empty for plain text
}

// Article is one article in one language.
type Article struct {
	Slug   string
	Title  string
	Lead   string // the first paragraph, as plain text
	Blocks []Block
}

// parse reads an article.
func parse(slug, text string) (Article, error) {
	title, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	title, ok := strings.CutPrefix(title, "# ")
	if !ok || title == "" {
		return Article{}, fmt.Errorf("%s begins with no title", slug)
	}
	a := Article{Slug: slug, Title: title}
	headings := 0
	for part := range strings.SplitSeq(strings.TrimSpace(rest), "\n\n") {
		b, err := block(strings.TrimSpace(part))
		if err != nil {
			return Article{}, fmt.Errorf("%s: %w", slug, err)
		}
		if b.Shape == Heading {
			headings++
			b.ID = fmt.Sprint("s", headings)
		}
		a.Blocks = append(a.Blocks, b)
	}
	if len(a.Blocks) == 0 || a.Blocks[0].Shape != Paragraph {
		return Article{}, fmt.Errorf("%s: the title is followed by no paragraph", slug)
	}
	a.Lead = plain(a.Blocks[0].Lines[0])
	return a, nil
}

func block(part string) (Block, error) {
	for _, m := range []struct {
		mark  string
		shape Shape
	}{{"## ", Heading}, {"- ", Bullets}, {"1. ", Steps}, {"> ", Remark}} {
		if !strings.HasPrefix(part, m.mark) {
			continue
		}
		b := Block{Shape: m.shape}
		for line := range strings.SplitSeq(part, "\n") {
			rest, ok := strings.CutPrefix(line, m.mark)
			if !ok {
				return Block{}, fmt.Errorf("the line %q does not begin with %q as those above it", line, m.mark)
			}
			b.Lines = append(b.Lines, spans(rest))
		}
		return b, nil
	}
	if part == "" {
		return Block{}, fmt.Errorf("two blank lines, or none but blank ones")
	}
	return Block{Lines: [][]Span{spans(strings.ReplaceAll(part, "\n", " "))}}, nil
}

var inline = regexp.MustCompile(`\*\*([^*]+)\*\*|\[([^\[\]]+)\]\(([^()\s]+)\)`)

// spans cuts a line at what is strong and what leads somewhere.
func spans(line string) (all []Span) {
	at := 0
	for _, m := range inline.FindAllStringSubmatchIndex(line, -1) {
		if m[0] > at {
			all = append(all, Span{Text: line[at:m[0]]})
		}
		if m[2] >= 0 {
			all = append(all, Span{Text: line[m[2]:m[3]], Strong: true})
		} else {
			all = append(all, Span{Text: line[m[4]:m[5]], URL: address(line[m[6]:m[7]])})
		}
		at = m[1]
	}
	if at < len(line) {
		all = append(all, Span{Text: line[at:]})
	}
	return all
}

// address makes an address of "help:users" and "glossary:issuer"; a page of the
// portal is written as it is, "/org/users".
func address(s string) string {
	if slug, ok := strings.CutPrefix(s, "help:"); ok {
		return Prefix + slug
	}
	if id, ok := strings.CutPrefix(s, "glossary:"); ok {
		return Prefix + GlossarySlug + "#" + id
	}
	return s
}

// plain is a line without its markup.
func plain(line []Span) string {
	var b strings.Builder
	for _, s := range line {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Links are the addresses an article leads to.
func (a Article) Links() (urls []string) {
	for _, b := range a.Blocks {
		for _, line := range b.Lines {
			for _, s := range line {
				if s.URL != "" {
					urls = append(urls, s.URL)
				}
			}
		}
	}
	return urls
}
