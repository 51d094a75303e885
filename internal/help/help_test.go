package help_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kabinet/internal/help"
	"kabinet/internal/platform/i18n"
	articles "kabinet/web/help"
)

func library(t testing.TB) *help.Library {
	t.Helper()
	l, err := help.Load(articles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func slugs() (all []string) {
	for _, s := range help.Contents() {
		all = append(all, s.Slugs...)
	}
	return all
}

// shape is an article without its words: what has to be the same in every
// language.
func shape(a help.Article) (lines []string) {
	for _, b := range a.Blocks {
		lines = append(lines, fmt.Sprint(b.Shape, " ", len(b.Lines)))
	}
	return append(lines, a.Links()...)
}

func TestArticlesSayTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, slug := range slugs() {
		uz, err := l.Article(i18n.Uz, slug)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []i18n.Lang{i18n.Ru, i18n.En} {
			other, err := l.Article(lang, slug)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := shape(other), shape(uz); !slices.Equal(got, want) {
				t.Errorf("%s in %s is put together otherwise than in Uzbek:\n%v\n%v", slug, lang.Code(), got, want)
			}
			if other.Title == uz.Title && slug != "gs1" {
				t.Errorf("%s in %s is not translated", slug, lang.Code())
			}
		}
	}
}

func TestNoFileIsForgottenAndNoLinkIsDead(t *testing.T) {
	t.Parallel()
	l := library(t)
	files, err := fs.Glob(articles.Files, "*/*.md")
	if err != nil || len(files) != 3*len(slugs()) {
		t.Errorf("%d files for %d articles, %v", len(files), len(slugs()), err)
	}
	ids := map[string]bool{}
	for _, term := range l.Terms(i18n.Uz) {
		if ids[term.ID] {
			t.Errorf("%s stands twice in the glossary", term.ID)
		}
		ids[term.ID] = true
		for _, lang := range i18n.Langs() {
			if w := term.In(lang); w.Term == "" || w.Text == "" {
				t.Errorf("%s says nothing in %s", term.ID, lang.Code())
			}
		}
	}
	for _, slug := range slugs() {
		a, _ := l.Article(i18n.En, slug)
		for _, url := range a.Links() {
			rest, inHelp := strings.CutPrefix(url, help.Prefix)
			id, isTerm := strings.CutPrefix(rest, help.GlossarySlug+"#")
			switch {
			case !strings.HasPrefix(url, "/"):
				t.Errorf("%s leads away from the portal, to %s", slug, url)
			case inHelp && isTerm && !ids[id], inHelp && !isTerm && !slices.Contains(slugs(), rest):
				t.Errorf("%s leads nowhere, to %s", slug, url)
			}
		}
	}
}

// Markup that nobody draws would stand in the text.
func TestNothingLooksLikeMarkup(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, lang := range i18n.Langs() {
		for _, slug := range slugs() {
			a, _ := l.Article(lang, slug)
			for _, b := range a.Blocks {
				for _, line := range b.Lines {
					for _, s := range line {
						if strings.ContainsAny(s.Text, "*[]_`#<>") || strings.Contains(s.Text, "](") {
							t.Errorf("%s in %s: %q", slug, lang.Code(), s.Text)
						}
						if lang == i18n.Uz && strings.ContainsAny(s.Text, "'‘’`") {
							t.Errorf("%s: a wrong apostrophe in %q", slug, s.Text)
						}
					}
				}
			}
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, tt := range []struct {
		lang  i18n.Lang
		query string
		want  string // the first result, "" for none
	}{
		{i18n.Ru, "эмитент", "/help/groups"},
		{i18n.Uz, "Эмитент белгиси", "/help/groups"}, // Cyrillic for a Latin text
		{i18n.Uz, "faoliyat joylari", "/help/places"},
		{i18n.Uz, "ro'yxatdan o'tkazish", "/help/register"}, // another apostrophe
		{i18n.En, "API key", "/help/api-keys"},
		{i18n.En, "EDS", "/help/eds-key"},
		{i18n.En, "crypto tail", "/help/glossary#crypto-tail"},
		{i18n.En, "quantum marmalade", ""},
		{i18n.En, " \x00\u202e ", ""},
		{i18n.En, strings.Repeat("card ", 10_000), "/help/cards"},
	} {
		found := l.Search(tt.lang, tt.query)
		got := ""
		if len(found) > 0 {
			got = found[0].URL
		}
		if got != tt.want || len(found) > help.MaxFound {
			t.Errorf("%.40q: %q of %d, want %q", tt.query, got, len(found), tt.want)
		}
	}
}

func TestFor(t *testing.T) { //nolint:paralleltest // counts allocations
	l := library(t)
	for path, want := range map[string]string{
		"/": "start", "/cards": "cards", "/cards/17": "cards", "/cards/17/check": "moderation", "/cards/import/4": "card-files",
		"/org/users/{id}/roles": "roles", "/org/users/5": "users", "/org": "profile", "/op/cards/{card}/publish": "operator-cards", "/org/": "profile",
	} {
		if got, ok := l.For(path); got != want || !ok {
			t.Errorf("%s: %s (%t), want %s", path, got, ok, want)
		}
	}
	if got, ok := l.For("/nowhere/at/all"); got != "start" || ok {
		t.Errorf("a page nobody wrote about: %s, %t", got, ok)
	}
	if n := testing.AllocsPerRun(100, func() { l.For("/org/users/5/roles") }); n > 0 {
		t.Errorf("%v allocations for every page", n)
	}
}

func TestWhatDoesNotReadIsAnError(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no title": "Text", "no paragraph": "# Title\n## Heading", "a broken list": "# Title\nText\n\n- one\ntwo", "nothing": "", "too many blank lines": "# Title\nText\n\n\n\nMore",
	} {
		files := fstest.MapFS{}
		for _, lang := range i18n.Langs() {
			for _, slug := range slugs() {
				files[lang.Code()+"/"+slug+".md"] = &fstest.MapFile{Data: []byte("# Title\nText")}
			}
		}
		files["glossary.json"] = &fstest.MapFile{Data: []byte("[]")}
		if _, err := help.Load(files); err != nil {
			t.Fatal(err)
		}
		files["ru/users.md"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := help.Load(files); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	l := library(b)
	for b.Loop() {
		l.Search(i18n.Ru, "как пригласить пользователя")
	}
}
