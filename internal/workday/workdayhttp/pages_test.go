package workdayhttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/workday"
	"kabinet/internal/workday/workdayhttp"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const root = "/op/dictionaries/calendar"

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

// newSite has staff of each role, in November 2026.
func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := workdayhttp.Handlers{Days: &workday.Service{DB: db}, Sessions: sessions, Now: clock.At(time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC))}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		for i, role := range perm.StaffRoles() {
			who := session.Who{StaffID: int64(20 + i)}
			r.Post("/in/"+string(role), wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), who) }))
		}
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw))
			h.Staff(r, wrap)
		})
	})}
	for i, role := range perm.StaffRoles() {
		_, err := db.Exec(t.Context(), `insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s site) as(who perm.Role) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+string(who), nil)
	b.Get("/in/x?lang=en")
	return b
}

func wantPage(t *testing.T, p httptesting.Page, status int, location string, texts ...string) {
	t.Helper()
	if p.Status != status || p.Location != location {
		t.Errorf("got %d to %q, want %d to %q: %.200s", p.Status, p.Location, status, location, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%.3000s", text, p.Body[max(0, strings.Index(p.Body, "<h1")):])
		}
	}
}

func day(day, working, en, version string) url.Values {
	return url.Values{"day": {day}, "working": {working}, "uz": {en + " uz"}, "ru": {en + " ru"}, "en": {en}, "version": {version}}
}

func TestTheCalendarIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as(perm.RoleOpRegistrar)
	wantPage(t, timur.Get(root), 200, "", "Working days of 2026", "252 days in the year", "20.03.2026", "Estimated", "Saturday", `href="`+root+`/2026-09-01"`, `href="`+root+`?year=2027"`)
	wantPage(t, timur.Get(root+"?year=2030"), 200, "", "No days for this year yet", "261 days in the year")
	wantPage(t, timur.Get(root+"/new"), 200, "", `name="day" type="date"`)
	wantPage(t, timur.Post(root+"/new", nil), 422, "", `href="#day"`, `href="#working"`, `href="#uz"`, `href="#en"`)
	wantPage(t, timur.Post(root+"/new", day("2026-02-31", "no", "Feast", "")), 422, "", `href="#day"`, `value="Feast uz"`)
	wantPage(t, timur.Post(root+"/new", day("2026-11-23", "yes", "Monday", "")), 422, "", "working days without being written in")
	wantPage(t, timur.Post(root+"/new", day("2026-09-01", "no", "Feast", "")), 409, "", "has this day already")
	wantPage(t, timur.Post(root+"/new", day("28.11.2026", "yes", "Worked <b>", "")), 303, root+"?year=2026")
	if !s.worked("2026-11-28") {
		t.Error("the Saturday is not worked")
	}
	wantPage(t, timur.Get(root), 200, "", "253 days in the year", "Worked &lt;b&gt;")
	wantPage(t, timur.Get(root+"/2026-11-28"), 200, "", `value="yes" id="working-2" checked`, `name="version" value="1"`)
	wantPage(t, timur.Post(root+"/2026-11-28", day("2020-01-01", "no", "Weekend", "1")), 303, root+"?year=2026")
	if s.worked("2026-11-28") {
		t.Error("the Saturday is worked still")
	}
	wantPage(t, s.as(perm.RoleOpAdmin).Post(root+"/2026-11-28", day("", "yes", "Mine", "1")), 409, "", "Somebody else has changed this day meanwhile", "Weekend", `value="Mine"`, `name="version" value="2"`)
	wantPage(t, timur.Post(root+"/2026-11-28", day("", "", "", "2")), 422, "", `href="#working"`)
	wantPage(t, timur.Get(root+"/2026-11-28/remove"), 200, "", "Remove 28.11.2026 from the calendar?", "Weekend")
	wantPage(t, timur.Post(root+"/2026-11-28/remove", url.Values{"version": {"1"}}), 409, "", "Somebody else has changed this day meanwhile", `name="version" value="2"`)
	wantPage(t, timur.Post(root+"/2026-11-28/remove", url.Values{"version": {"2"}}), 303, root+"?year=2026")
	wantPage(t, timur.Post(root+"/2026-11-28/remove", nil), 404, "")
	var log string
	if err := s.db.QueryRow(t.Context(), `select string_agg(action, ' ' order by id) from audit_log where target = 'day:2026-11-28'`).Scan(&log); err != nil || log != "calendar.add calendar.change calendar.remove" {
		t.Errorf("log: %q, %v", log, err)
	}
	for _, bad := range []string{"?year=1", "?year=x", "?year=2100", "/2026-11-29", "/x", "/2026-13-01", "/2026-11-29/remove", "/x/remove"} {
		wantPage(t, timur.Get(root+bad), 404, "")
	}
}

// worked asks whether a term that begins the day before ends on a day.
func (s site) worked(of string) bool {
	s.t.Helper()
	d, _ := workday.ParseDay(of)
	c, err := workday.Load(s.t.Context(), s.db, d, d)
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Working(d)
}

func TestWhoMayKeepTheCalendar(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, role := range perm.StaffRoles() {
		who := s.as(role)
		reads, edits := role.Rights().Has(perm.OpDictionaryRead), role.Rights().Has(perm.OpDictionaryManage)
		for _, path := range []string{"", "?year=2027", "/2026-09-01"} {
			if p := who.Get(root + path); (p.Status == 200) != reads {
				t.Errorf("%s reads %s: %d", role, path, p.Status)
			}
		}
		for _, path := range []string{"/new", "/2026-09-01/remove"} {
			if p := who.Get(root + path); (p.Status == 200) != edits {
				t.Errorf("%s opens %s: %d", role, path, p.Status)
			}
		}
		for _, path := range []string{"/new", "/2026-09-01", "/2026-12-08/remove"} {
			if p := who.Post(root+path, day("", "", "", "")); (p.Status == 403) == edits {
				t.Errorf("%s posts %s: %d", role, path, p.Status)
			}
		}
	}
}
