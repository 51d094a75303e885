package help

import (
	"cmp"
	"slices"
	"strings"

	"kabinet/internal/core/fold"
	"kabinet/internal/platform/i18n"
)

// entry is an article or a term as the search knows it.
type entry struct {
	url   string
	title string
	text  string // of which a piece is shown
	head  string // folded title
	parts string // folded headings, or the other names of a term
	body  string // folded text
}

// Found is something that was searched for.
type Found struct {
	URL   string
	Title string
	Text  string
	score int
}

// maxQuery bounds what is searched for; nobody asks in more letters.
const maxQuery = 200

// MaxFound is how many results are shown.
const MaxFound = 20

func (l *Library) makeIndex() {
	for _, lang := range i18n.Langs() {
		for _, s := range Contents() {
			for _, slug := range s.Slugs {
				l.index[lang] = append(l.index[lang], ofArticle(l.articles[lang][slug]))
			}
		}
		for _, t := range l.terms {
			w := t.In(lang)
			l.index[lang] = append(l.index[lang], entry{
				url: Prefix + GlossarySlug + "#" + t.ID, title: w.Term, text: w.Text,
				head: " " + fold.Text(w.Term), parts: " " + fold.Text(w.Also), body: " " + fold.Text(w.Text),
			})
		}
	}
}

func ofArticle(a Article) entry {
	var parts, body strings.Builder
	for _, b := range a.Blocks {
		into := &body
		if b.Shape == Heading {
			into = &parts
		}
		for _, line := range b.Lines {
			into.WriteString(" " + fold.Text(plain(line)))
		}
	}
	return entry{url: Prefix + a.Slug, title: a.Title, text: a.Lead, head: " " + fold.Text(a.Title), parts: parts.String(), body: body.String()}
}

// Search finds articles and terms that hold every word of a query, or words that
// begin so, in either script. Those with the words in their title come first.
func (l *Library) Search(lang i18n.Lang, query string) []Found {
	words := strings.Fields(fold.Text(cut(query)))
	if len(words) == 0 {
		return nil
	}
	var found []Found
	for _, e := range l.index[lang] {
		if score := e.score(words); score > 0 {
			found = append(found, Found{e.url, e.title, e.text, score})
		}
	}
	slices.SortStableFunc(found, func(a, b Found) int { return cmp.Compare(b.score, a.score) })
	return found[:min(len(found), MaxFound)]
}

func cut(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), maxQuery)])
}

// score is 0 unless every word is found.
func (e entry) score(words []string) (sum int) {
	for _, w := range words {
		best := 0
		for _, in := range []struct {
			text   string
			weight int
		}{{e.head, 10}, {e.parts, 4}, {e.body, 1}} {
			if strings.Contains(in.text, " "+w) {
				best = max(best, in.weight)
			}
		}
		if best == 0 {
			return 0
		}
		sum += best
	}
	return sum
}

// compareWords orders terms as a reader looks for them: by their letters, not by
// capitals and apostrophes.
func compareWords(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}
