package readinesshttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/readiness"
	"kabinet/internal/readiness/readinesshttp"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

func TestTheOperatorsPages(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	exec := func(sql string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	svc := &readiness.Service{DB: db}
	h := readinesshttp.Handlers{Readiness: svc, Groups: &productgroup.Service{DB: db}, Sessions: sessions, Now: clock.System}
	site := httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		for name, id := range map[string]int64{"lola": 7, "timur": 8} {
			r.Post("/in/"+name, wrap(func(_ http.ResponseWriter, r *http.Request) error {
				return sessions.SignIn(r.Context(), session.Who{StaffID: id})
			}))
		}
		r.Group(func(r chi.Router) { r.Use(httpx.RequireStaff(httptesting.Draw)); h.Staff(r, wrap) })
	})
	exec(`insert into staff (id, name, pinfl_mac, roles, language) values (7, 'Lola', '\x07', '{op_support}', 'en'), (8, 'Timur', '\x08', '{op_watcher}', 'en')`)
	exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash, activated_at)
		select i, (300000000 + i)::text, 'mchj', '=<b>Org ' || i, 'Орг', 'D', '', '', 'i@org.example', '', 'SA', 'T', 'K', 'uz', 'active', '', '', now() - interval '20 days' from generate_series(1, 60) i`)
	if err := svc.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	as := func(who string) *httptesting.Browser {
		b := httptesting.NewBrowser(t, site)
		b.Post("/in/"+who, nil)
		b.Get("/x?lang=en")
		return b
	}
	want := func(p httptesting.Page, status int, texts ...string) {
		t.Helper()
		if p.Status != status {
			t.Errorf("%d to %q, want %d: %.300s", p.Status, p.Location, status, p.Body)
		}
		for _, text := range texts {
			if !strings.Contains(p.Body, text) {
				t.Errorf("no %q on the page", text)
			}
		}
	}
	lola, timur := as("lola"), as("timur")
	want(timur.Get("/op/readiness"), 200, "Data as of", "Check the actual address", ">60<")
	want(timur.Get("/op/readiness?region=TK"), 200, ">0<")
	want(timur.Get("/op/readiness?region=XX&group=-5&weeks=99999999&step=%3Cb%3E"), 200, "Where organizations are stuck")
	want(timur.Get("/op/readiness?step=address&weeks=2"), 200, "&lt;b&gt;Org", "after=")
	want(timur.Get("/op/readiness?step=users"), 200, "Nobody is stuck here")
	want(timur.Get("/op/readiness?step=address&after=x"), 400)
	want(timur.Get("/op/readiness.csv"), 200, "Check the actual address", "60")
	want(timur.Get("/op/readiness.csv?step=address"), 200, "'=<b>Org 1", "300000001")
	want(timur.Get("/op/readiness/remind?step=address"), 403)
	want(timur.Get("/op/readiness/reminders/99"), 404)
	want(timur.Get("/op/readiness/reminders/x"), 404)

	want(lola.Get("/op/readiness/remind?step=address"), 200, "Remind 60 organizations?", "Your account is not set up completely", "Кабинет настроен не до конца")
	want(lola.Get("/op/readiness/remind?step=activate"), 422)
	want(timur.Post("/op/readiness/remind", url.Values{"step": {"address"}, "counted": {"60"}}), 403)
	want(lola.Post("/op/readiness/remind", url.Values{"step": {"address"}, "counted": {"10"}}), 409, "has grown to 60")
	p := lola.Post("/op/readiness/remind", url.Values{"step": {"address"}, "counted": {"60"}})
	want(p, 303)
	want(timur.Get(p.Location), 200, "0 of 60 organizations", "Lola")
	want(timur.Get("/op/readiness"), 200, "Reminders")
}
