package systemhttp_test

import (
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/system"
	"kabinet/internal/system/systemhttp"
	"kabinet/web/layout"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// letter is a job that nobody works here.
type letter struct {
	ID int64 `json:"id"`
}

func (letter) Kind() string { return "letter.send" }

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	h := systemhttp.Handlers{System: &system.Service{DB: db}, Sessions: sessions}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{id}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{StaffID: map[string]int64{"admin": 1, "watcher": 2}[chi.URLParam(r, "id")]})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer)
			h.Routes(r, wrap)
		})
	})}
	s.exec(`insert into staff (id, name, pinfl_mac, roles, language) values (1, 'Timur Rashidov', 'a', '{op_admin}', 'en'), (2, 'Lola Ergasheva', 'b', '{op_watcher}', 'en')`)
	return s
}

// viewer tells the pages what the reader may do, as the portal does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Staff: true, Rights: i.Rights})))
	})
}

func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	return b
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) inTx(fn func(pg.Tx) error) {
	s.t.Helper()
	if err := pg.InTx(s.t.Context(), s.db, fn); err != nil {
		s.t.Fatal(err)
	}
}

// job stores a job in a state and gives its address.
func (s site) job(state string) string {
	s.t.Helper()
	var id int64
	s.inTx(func(tx pg.Tx) error {
		if err := jobs.Enqueue(s.t.Context(), tx, letter{ID: 17}); err != nil {
			return err
		}
		return tx.QueryRow(s.t.Context(), `select max(id) from river_job`).Scan(&id)
	})
	const q = `
		update river_job
		set state = $2::text::river_job_state, finalized_at = case when $2 in ('completed', 'cancelled', 'discarded') then now() end,
		    errors = array['{"at": "2025-12-04T04:41:00Z", "attempt": 1, "error": "550 no such <mailbox>", "trace": ""}']::jsonb[]
		where id = $1`
	s.exec(q, id, state)
	return fmt.Sprintf("/op/jobs/%d", id)
}

func (s site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func wantPage(t *testing.T, p httptesting.Page, status int, location, text string) {
	t.Helper()
	if p.Status != status || p.Location != location || !strings.Contains(p.Body, text) {
		t.Errorf("got %d to %q, want %d to %q with %q:\n%s", p.Status, p.Location, status, location, text, p.Body)
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (301000000 + n)::text, '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', case when n <= 3 then 'active' else 'imported' end, '', ''
		from generate_series(1, 1204) n`)
	s.job("discarded")
	s.job("retryable")
	p := s.as("watcher").Get("/op")
	for _, want := range []string{`<a href="/op/orgs?status=active">3</a>`, "1\u00a0201", `<a href="/op/jobs?state=discarded">Jobs failed for good</a>`, "1 more is to be retried"} {
		wantPage(t, p, 200, "", want)
	}
}

func TestQueues(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.as("admin")
	wantPage(t, admin.Get("/op"), 200, "", "Nothing waits")

	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (1, '301000001', '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`)
	s.exec(`insert into support_requests (org_id, id, kind, title, member_id, member_name, last_id, last_text, first_due_at, due_at)
		select 1, n, 'other', 'Savol', 1, 'Odam 1', n, 'Nima?', now() - interval '1 hour', now() + (n - 3) * interval '1 day' from generate_series(1, 1200) n`)
	s.exec(`insert into requests (org_id, id, kind, subject, status, member_id, member_name) values (1, 1, 'issuer', '13', 'open', 1, 'Odam 1')`)
	s.job("discarded")
	p := admin.Get("/op")
	for _, want := range []string{
		`<a href="/op/support">Questions</a>`, "<span>1\u00a0000+</span>", `<a href="/op/requests">`, `<a href="/op/jobs?state=discarded">Jobs failed for good</a>`,
	} {
		wantPage(t, p, 200, "", want)
	}
	if strings.Contains(p.Body, "in moderation") {
		t.Error("an empty queue stands on the page")
	}
	all, err := (&system.Service{DB: s.db}).AllQueues(t.Context())
	if err != nil || len(all) != 6 || all[0].Late != 3 || all[0].Waiting != system.MaxWaiting+1 {
		t.Errorf("%+v, %v", all, err)
	}
	moderator := actor.Operator{StaffID: 1, SessionKey: "s", Rights: perm.RoleOpModerator.Rights()}
	if mine := system.Mine(moderator, all); len(mine) != 1 || mine[0].Task != system.Cards {
		t.Errorf("%+v", mine)
	}
}

func TestJobs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, watcher := s.as("admin"), s.as("watcher")
	failed, done := s.job("discarded"), s.job("completed")

	t.Run("are listed by state and kind, with the latest error", func(t *testing.T) {
		p := watcher.Get("/op/jobs?state=discarded")
		wantPage(t, p, 200, "", "550 no such &lt;mailbox&gt;")
		if strings.Contains(p.Body, done+`"`) || !strings.Contains(p.Body, failed+`"`) {
			t.Error("want the failed job and not the done one")
		}
		wantPage(t, watcher.Get("/op/jobs?kind=letter.send"), 200, "", failed)
		wantPage(t, watcher.Get("/op/jobs?kind=other"), 200, "", "No jobs")
		wantPage(t, watcher.Get("/op/jobs?state=made_up"), 200, "", "No jobs")
		wantPage(t, watcher.Get("/op/jobs?after=%21"), 400, "", "fault.cursor")
	})

	t.Run("go on page after page", func(t *testing.T) {
		for range 30 {
			s.job("available")
		}
		p := watcher.Get("/op/jobs?state=available&per=25")
		if n := strings.Count(p.Body, `<th role="rowheader"`); n != 25 {
			t.Errorf("%d rows, want 25", n)
		}
		_, rest, _ := strings.Cut(p.Body, `rel="next"`)
		if rest == "" {
			t.Fatal("no next page")
		}
		at := strings.LastIndex(p.Body[:len(p.Body)-len(rest)], `href="`) + len(`href="`)
		next, _, _ := strings.Cut(p.Body[at:], `"`)
		p = watcher.Get(strings.ReplaceAll(next, "&amp;", "&"))
		if n := strings.Count(p.Body, `<th role="rowheader"`); n != 5 || strings.Contains(p.Body, `rel="next"`) {
			t.Errorf("%d rows on the last page, want 5 and no further page", n)
		}
	})

	t.Run("show what went wrong, and what may be done about it to whom who may", func(t *testing.T) {
		wantPage(t, admin.Get(failed), 200, "", failed+"/retry")
		p := watcher.Get(failed)
		wantPage(t, p, 200, "", "550 no such &lt;mailbox&gt;")
		if strings.Contains(p.Body, "/retry") {
			t.Error("a watcher is offered to retry")
		}
		if p := admin.Get(done); strings.Contains(p.Body, "/retry") || strings.Contains(p.Body, "/cancel") {
			t.Error("a done job is offered to be changed")
		}
	})

	t.Run("are retried and cancelled by administrators, in the log", func(t *testing.T) {
		wantPage(t, watcher.Post(failed+"/retry", nil), 403, "", "fault.forbidden")
		wantPage(t, admin.Post(failed+"/retry", nil), 303, failed, "")
		if n := s.count(`select count(*) from river_job where state = 'available' and '/op/jobs/' || id = $1`, failed); n != 1 {
			t.Error("the job does not wait for a worker")
		}
		wantPage(t, watcher.Post(failed+"/cancel", nil), 403, "", "fault.forbidden")
		wantPage(t, admin.Post(failed+"/cancel", nil), 303, failed, "")
		if n := s.count(`select count(*) from audit_log where action in ('job.retry', 'job.cancel') and actor_name = 'Timur Rashidov' and '/op/jobs/' || split_part(target, ':', 2) = $1`, failed); n != 2 {
			t.Errorf("%d lines in the log, want 2", n)
		}
	})

	t.Run("that ended meanwhile are shown as they are", func(t *testing.T) {
		wantPage(t, admin.Post(done+"/retry", nil), 409, "", "cannot be retried")
		wantPage(t, admin.Post(done+"/cancel", nil), 409, "", "cannot be cancelled")
	})

	t.Run("that there are not", func(t *testing.T) {
		for _, id := range []string{"0", "x", "99999999999999999999"} {
			wantPage(t, admin.Get("/op/jobs/"+id), 404, "", "")
			wantPage(t, admin.Post("/op/jobs/"+id+"/retry", nil), 404, "", "")
		}
	})
}

func TestAudit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (2, '301000001', '', 'Yangi Bogʻ', 'Янги Бог', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`)
	s.exec(`insert into tin_registry (tin, org_id) values ('301000001', 2)`)
	line := func(name string, e audit.Entry) {
		who := actor.Subject{Kind: "member", ID: "3", Name: name, Origin: actor.Origin{IP: "192.0.2.7"}}
		s.inTx(func(tx pg.Tx) error { return audit.Record(t.Context(), tx, who, e) })
	}
	line("Barno Sodiqova", audit.Entry{OrgID: 2, Action: "signin.enter", Target: "member:3"})
	line("=cmd|' /C calc'!A0", audit.Entry{Action: "staff.add", Target: "staff:9", Details: map[string]string{"name": "a;b\"c"}})
	b := s.as("watcher")

	t.Run("is read in words, with the organization", func(t *testing.T) {
		p := b.Get("/op/audit")
		for _, want := range []string{"Signed in", "Added a member of staff", "Yangi Bogʻ", "301\u00a0000\u00a0001", "192.0.2.7"} {
			wantPage(t, p, 200, "", want)
		}
	})

	t.Run("is narrowed to a person, a kind of act, an organization", func(t *testing.T) {
		for query, want := range map[string]string{
			"actor=barno": "member:3", "action=signin.": "member:3", "tin=301+000+001": "member:3", "action=staff.": "staff:9",
		} {
			p := b.Get("/op/audit?" + query)
			wantPage(t, p, 200, "", want)
			if strings.Contains(p.Body, "member:3") == strings.Contains(p.Body, "staff:9") {
				t.Errorf("%s does not narrow the list", query)
			}
		}
		wantPage(t, b.Get("/op/audit?actor=nobody"), 200, "", "No events")
	})

	t.Run("says what is wrong with a tax number and keeps the filter", func(t *testing.T) {
		for _, tin := range []string{"123", "301000009"} {
			p := b.Get("/op/audit?tin=" + tin + "&actor=barno")
			wantPage(t, p, 422, "", `href="#tin"`)
			wantPage(t, p, 422, "", `value="barno"`)
		}
	})

	t.Run("is downloaded as a table that runs nothing", func(t *testing.T) {
		p := b.Get("/op/audit.csv")
		if p.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("headers = %v", p.Header)
		}
		body, marked := strings.CutPrefix(p.Body, "\ufeff")
		r := csv.NewReader(strings.NewReader(body))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || !marked || len(rows) != 3 {
			t.Fatalf("%d rows, mark %t: %v", len(rows), marked, err)
		}
		newest := rows[1]
		if newest[3] != "'=cmd|' /C calc'!A0" || newest[5] != "staff.add" || newest[7] != `{"name": "a;b\"c"}` {
			t.Errorf("row = %q", newest)
		}
		if rows[2][1] != "301000001" || rows[2][2] != "Yangi Bogʻ" {
			t.Errorf("row = %q", rows[2])
		}
		narrow := b.Get("/op/audit.csv?actor=barno").Body
		if strings.Contains(narrow, "staff.add") {
			t.Error("the download holds what the filter leaves out")
		}
	})
}
