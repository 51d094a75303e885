package helphttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/help"
	"kabinet/internal/help/helphttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	articles "kabinet/web/help"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

func TestHelp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	library, err := help.Load(articles.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `insert into staff (id, name, pinfl_mac, roles, language) values (7, 'Timur', 's', '{op_watcher}', 'uz')`); err != nil {
		t.Fatal(err)
	}
	h := helphttp.Handlers{Help: &help.Service{DB: db, Library: library}}
	site := httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{StaffID: 7})
		}))
		h.Public(r, wrap)
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw))
			h.Staff(r, wrap)
		})
	})
	b := httptesting.NewBrowser(t, site)
	want := func(p httptesting.Page, status int, location string, texts ...string) {
		t.Helper()
		for _, text := range append(texts, "") {
			if p.Status != status || p.Location != location || !strings.Contains(p.Body, text) {
				t.Errorf("%d to %q, want %d to %q with %q:\n%.3000s", p.Status, p.Location, status, location, text, p.Body)
			}
		}
	}
	want(b.Get("/help"), 200, "", `href="/help/users"`, `href="/help/glossary"`)
	want(b.Get("/help/users"), 200, "", "Taklifnomani", `id="s1"`, `href="#s2"`, `action="/help/users"`)
	want(b.Get("/help/glossary"), 200, "", `id="issuer"`, "KM emitenti")
	want(b.Get("/help?q=%D0%AD%D0%BC%D0%B8%D1%82%D0%B5%D0%BD%D1%82"), 200, "", `href="/help/groups"`)
	want(b.Get("/help?q=%3Cscript%3E"), 200, "", "&lt;script&gt;")
	want(b.Get("/help/nothing"), 404, "")
	want(b.Post("/help/nothing", url.Values{"helped": {"yes"}}), 404, "")
	for range 2 {
		want(b.Post("/help/users", url.Values{"helped": {"yes"}}), 303, "/help/users?thanks=1#helped")
	}
	want(b.Post("/help/users", url.Values{"helped": {"no"}}), 303, "/help/users?thanks=1#helped")
	want(b.Get("/help/users?thanks=1"), 200, "", "Rahmat")
	var yes, no int
	if err := db.QueryRow(t.Context(), `select yes, no from help_votes where slug = 'users' and language = 'uz'`).Scan(&yes, &no); err != nil || yes != 2 || no != 1 {
		t.Errorf("%d yes, %d no, %v", yes, no, err)
	}
	for range 30 {
		b.Post("/help/users", url.Values{"helped": {"yes"}})
	}
	want(b.Post("/help/users", url.Values{"helped": {"yes"}}), 429, "")
	b.Post("/in", nil)
	want(b.Get("/op/help"), 200, "", `href="/help/users"`)
}
