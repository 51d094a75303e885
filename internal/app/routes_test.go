package app

import (
	"fmt"
	"log/slog"
	"net/http"
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

// area says who may open a route; TestAccess asks every route whether that is so.
func area(route string) string {
	switch {
	case strings.HasPrefix(route, "/op/sign-in"):
		return "public"
	case route == "/op", strings.HasPrefix(route, "/op/"):
		return "staff"
	case strings.HasPrefix(route, "/home"), strings.HasPrefix(route, "/org"), route == "/me", strings.HasPrefix(route, "/me/"):
		return "member"
	}
	return "public"
}
