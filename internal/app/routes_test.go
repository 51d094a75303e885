package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/golden"
)

// TestRouteTable is rule R11: what the portal answers is a reviewed list of
// method, pattern and area.
func TestRouteTable(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	var lines []string
	err := chi.Walk(a.handler.(chi.Router), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		lines = append(lines, fmt.Sprintf("%-7s %-42s %s", method, route, area(route)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Slice(lines, func(i, j int) bool { return lines[i][8:]+lines[i] < lines[j][8:]+lines[j] })
	golden.Check(t, "routes.txt", strings.Join(lines, "\n")+"\n")
}

// open are the beginnings of routes that nobody needs to be signed in for.
var open = []string{
	"/sign-in", "/sign-out", "/activate", "/join", "/register", "/director", "/offer", "/confirm", "/op/sign-in", "/status", "/help",
	"/assets/", "/favicon.ico", "/robots.txt", "/.well-known/", "/public/api/", "/api/", "/feeds/",
}

// area says who may open a route; TestAccess asks every route whether that is
// so. A new route is a member's page until somebody says that it is open.
func area(route string) string {
	switch {
	case route == "/" || slices.ContainsFunc(open, func(p string) bool { return strings.HasPrefix(route, p) }):
		return "public"
	case route == "/op", strings.HasPrefix(route, "/op/"):
		return "staff"
	}
	return "member"
}
