package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/golden"
)

var inBraces = regexp.MustCompile(`\{[^}]+\}|\*`)

// ofPrograms are the routes that programs call.
var ofPrograms = regexp.MustCompile(`^/(api|public/api|feeds)/`)

// closedRoutes asks every route as nobody in particular, and lists those that
// maintenance keeps closed. A program is answered with a problem, a person with a
// page in each language; both are told when it ends.
func closedRoutes(t *testing.T, a *App) []string {
	t.Helper()
	var closed []string
	err := chi.Walk(a.handler.(chi.Router), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		r := httptest.NewRequest(method, inBraces.ReplaceAllString(route, "1"), nil)
		r.Header.Set("Accept-Language", "ru")
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r.WithContext(t.Context()))
		if w.Code != http.StatusServiceUnavailable {
			return nil
		}
		closed = append(closed, fmt.Sprintf("%-7s %s", method, route))
		program := ofPrograms.MatchString(route)
		switch {
		case w.Header().Get("Retry-After") == "":
			t.Errorf("%s %s does not say when", method, route)
		case program && w.Header().Get("Content-Type") != "application/problem+json":
			t.Errorf("%s %s answers a program with %s", method, route, w.Header().Get("Content-Type"))
		case !program && method != http.MethodHead && !strings.Contains(w.Body.String(), "Технические работы до"):
			t.Errorf("%s %s does not say why:\n%.300s", method, route, w.Body)
		case w.Header().Get("Set-Cookie") != "" && strings.Contains(w.Header().Get("Set-Cookie"), "session"):
			t.Errorf("%s %s touched the session", method, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Slice(closed, func(i, j int) bool { return closed[i][8:]+closed[i] < closed[j][8:]+closed[j] })
	return slices.Compact(closed)
}

// TestMaintenanceMatrix: what each mode closes is a reviewed list over all
// routes, and nothing is closed otherwise.
func TestMaintenanceMatrix(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"read_only", "closed", "planned", "over"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			var errs bytes.Buffer
			a := testApp(t, slog.New(slog.NewTextHandler(&errs, &slog.HandlerOptions{Level: slog.LevelError})))
			kept, from, until := mode, "now()", "now() + interval '1 hour'"
			switch mode {
			case "planned":
				kept, from = "closed", "now() + interval '30 minutes'"
			case "over":
				kept, from, until = "closed", "now() - interval '1 hour'", "now()"
			}
			_, err := a.db.Exec(t.Context(), `insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
				values ($1, now() - interval '2 days', `+from+`, `+until+`, 'Baza yangilanadi', 'Обновление базы', 'Timur')`, kept)
			if err != nil {
				t.Fatal(err)
			}
			closed := closedRoutes(t, a)
			if errs.Len() > 0 { // what is planned is no error
				t.Errorf("in the log:\n%.1000s", errs.String())
			}
			if mode == "planned" || mode == "over" {
				if len(closed) > 0 {
					t.Errorf("closed: %v", closed)
				}
				return
			}
			golden.Check(t, "maintenance_"+mode+".txt", strings.Join(closed, "\n")+"\n")
		})
	}
}

// TestEveryPageAnnounces: the banner stands on public pages and names the time
// of Tashkent.
func TestEveryPageAnnounces(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	_, err := a.db.Exec(t.Context(), `insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
		values ('closed', now(), '2099-11-25T17:00Z', '2099-11-25T18:30Z', 'Baza yangilanadi', 'Обновление базы', 'Timur')`)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{
		"en": "Maintenance 25.11.2099, 22:00 – 23:30", "ru": "Технические работы 25.11.2099, 22:00 – 23:30", "uz": "Texnik ishlar 25.11.2099, 22:00 – 23:30",
	} {
		for _, path := range []string{"/", "/sign-in", "/activate", "/status", "/nowhere"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			a.handler.ServeHTTP(w, r.WithContext(t.Context()))
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s in %s does not announce", path, lang)
			}
		}
	}
}
