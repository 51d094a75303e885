package app

import (
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/help"
	"kabinet/internal/platform/i18n"
)

// TestEveryPageHasItsArticle: nobody who presses "Help for this page" is left
// with the contents, and no article leads to a page there is not.
func TestEveryPageHasItsArticle(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	library := a.rooms.pages.help.Help.Library
	router, _ := a.handler.(chi.Router)
	elsewhere := []string{"/assets/", "/.well-known/", "/api/", "/public/api/", "/feeds/", "/favicon.ico", "/robots.txt"}
	err := chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		program := slices.ContainsFunc(elsewhere, func(p string) bool { return strings.HasPrefix(route, p) })
		file := strings.Contains(path.Base(route), ".") // for office programs and calendars
		if _, ok := library.For(route); !ok && !program && !file && method == http.MethodGet {
			t.Errorf("no article is about %s; see pages in internal/help", route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range help.Contents() {
		for _, slug := range s.Slugs {
			article, err := library.Article(i18n.En, slug)
			if err != nil {
				t.Fatal(err)
			}
			for _, url := range article.Links() {
				to, _, _ := strings.Cut(url, "?")
				to, _, _ = strings.Cut(to, "#")
				if !router.Match(chi.NewRouteContext(), http.MethodGet, to) {
					t.Errorf("%s leads to %s, which is no page", slug, url)
				}
			}
		}
	}
}
