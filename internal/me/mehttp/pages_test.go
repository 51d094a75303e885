package mehttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/me"
	"kabinet/internal/me/mehttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/staff"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := mehttp.Handlers{Me: &me.Service{Sessions: sessions}, Accounts: &account.Service{DB: db, Box: httptesting.Box(t)}, People: &staff.Service{DB: db, Box: httptesting.Box(t)}, Sessions: sessions}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		in := func(w session.Who) http.HandlerFunc {
			return wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), w) })
		}
		r.Post("/in/1", in(session.Who{AccountID: 1, OrgID: 2, MemberID: 3}))
		r.Post("/in/4", in(session.Who{AccountID: 4, OrgID: 2, MemberID: 5}))
		r.Post("/in/staff", in(session.Who{StaffID: 7}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
		})
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw))
			h.Staff(r, wrap)
		})
	})}
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno Sodiqova', 'a', 'a', 'uz'), (4, 'Aziz Karimov', 'b', 'b', 'uz')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '301000001', 'MChJ', 'Yangi Bogʻ', 'Янги Бог', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status)
			values (2, 3, 1, 'business', 'Barno Sodiqova', '', 'active'), (2, 5, 4, 'business', 'Aziz Karimov', '', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 5, 'default')`,
		`insert into staff (id, name, pinfl_mac, roles, language) values (7, 'Timur Rashidov', 's', '{op_watcher}', 'uz')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return s
}

func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	return b
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

var endButton = regexp.MustCompile(`action="(/[a-z/]*sessions/[0-9a-f-]+/end)"`)

// ends lists the addresses by which sessions of a page can be ended.
func ends(p httptesting.Page) (paths []string) {
	for _, m := range endButton.FindAllStringSubmatch(p.Body, -1) {
		paths = append(paths, m[1])
	}
	return paths
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for base, who := range map[string]string{"/me/sessions": "1", "/op/me/sessions": "staff"} {
		t.Run("of "+who+" are listed, this one marked, and ended one by one", func(t *testing.T) {
			here, there := s.as(who), s.as(who)
			p := here.Get(base)
			wantPage(t, p, 200, "", "Shu seans")
			if got := ends(p); len(got) != 1 {
				t.Fatalf("%d sessions can be ended, want the other one", len(got))
			}
			wantPage(t, there.Get(base), 200, "", "")
			wantPage(t, here.Post(ends(p)[0], nil), 303, base, "")
			if p := there.Get(base); p.Status != 303 {
				t.Errorf("the ended session still opens pages: %d", p.Status)
			}
			wantPage(t, here.Post(ends(p)[0], nil), 404, "", "me.no_session")
		})

		t.Run("of "+who+" are ended all at once but this one", func(t *testing.T) {
			here, others := s.as(who), []*httptesting.Browser{s.as(who), s.as(who)}
			wantPage(t, here.Post(base+"/end-others", nil), 303, base, "")
			wantPage(t, here.Get(base), 200, "", "")
			for _, b := range others {
				if p := b.Get(base); p.Status != 303 {
					t.Errorf("another session still opens pages: %d", p.Status)
				}
			}
			lines := s.count(`select count(*) from audit_log where action = 'session.end'`)
			wantPage(t, here.Post(base+"/end-others", nil), 303, base, "")
			if n := s.count(`select count(*) from audit_log where action = 'session.end'`); n != lines {
				t.Error("ending nothing left a line in the log")
			}
		})
	}

	t.Run("of others cannot be ended", func(t *testing.T) {
		hers, his, staff := s.as("1"), s.as("4"), s.as("staff")
		id := s.count(`select count(*) from sessions where account_id = 4`)
		if id == 0 {
			t.Fatal("no session to protect")
		}
		var foreign string
		if err := s.db.QueryRow(t.Context(), `select id::text from sessions where account_id = 4`).Scan(&foreign); err != nil {
			t.Fatal(err)
		}
		wantPage(t, hers.Post("/me/sessions/"+foreign+"/end", nil), 404, "", "")
		wantPage(t, staff.Post("/op/me/sessions/"+foreign+"/end", nil), 404, "", "")
		hers.Post("/me/sessions/end-others", nil)
		wantPage(t, his.Get("/me"), 200, "", "Aziz Karimov")
		for _, bad := range []string{"x", "%27", "00000000-0000-0000-0000-000000000000"} {
			wantPage(t, hers.Post("/me/sessions/"+bad+"/end", nil), 404, "", "")
		}
	})

	t.Run("end with a line that says who and how many", func(t *testing.T) {
		here := s.as("4")
		s.as("4")
		here.Post("/me/sessions/end-others", nil)
		const q = `select count(*) from audit_log where action = 'session.end' and org_id = 2 and actor_name = 'Aziz Karimov' and (details->>'ended')::int >= 1`
		if n := s.count(q); n != 1 {
			t.Errorf("%d lines, want 1", n)
		}
	})
}

func TestDisplay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("1")
	wantPage(t, b.Get("/me"), 200, "", "Barno Sodiqova")

	t.Run("is changed at once, also the language of this device", func(t *testing.T) {
		p := b.Post("/me/display", url.Values{"language": {"en"}, "theme": {"dark"}, "density": {"compact"}})
		wantPage(t, p, 303, "/me?lang=en", "")
		wantPage(t, b.Get(p.Location), 303, "/me", "")
		p = b.Get("/me")
		wantPage(t, p, 200, "", `lang="en"`)
		if n := s.count(`select count(*) from accounts where id = 1 and language = 'en' and theme = 'dark' and density = 'compact'`); n != 1 {
			t.Error("not stored")
		}
		for _, value := range []string{"en", "dark", "compact"} {
			if !regexp.MustCompile(fmt.Sprintf(`value="%s"[^>]* checked`, value)).MatchString(p.Body) {
				t.Errorf("%s is not chosen on the page", value)
			}
		}
	})

	t.Run("refuses a density there is not", func(t *testing.T) {
		p := b.Post("/me/display", url.Values{"language": {"en"}, "theme": {"dark"}, "density": {"tight"}})
		wantPage(t, p, 422, "", `href="#density"`)
	})

	t.Run("refuses what there is not, and keeps the rest", func(t *testing.T) {
		p := b.Post("/me/display", url.Values{"language": {"fr"}, "theme": {"light"}, "density": {"comfortable"}})
		wantPage(t, p, 422, "", `href="#language"`)
		if n := s.count(`select count(*) from accounts where id = 1 and theme = 'dark'`); n != 1 {
			t.Error("half of a refused form was stored")
		}
	})
}

func TestStaffHaveADisplayToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("staff")
	wantPage(t, b.Get("/op/me"), 200, "", "Timur Rashidov")
	p := b.Post("/op/me/display", url.Values{"language": {"en"}, "theme": {"dark"}, "density": {"compact"}})
	wantPage(t, p, 303, "/op/me?lang=en", "")
	wantPage(t, b.Get(p.Location), 303, "/op/me", "")
	p = b.Get("/op/me")
	for _, value := range []string{"en", "dark", "compact"} {
		if !regexp.MustCompile(fmt.Sprintf(`value="%s"[^>]* checked`, value)).MatchString(p.Body) {
			t.Errorf("%s is not chosen on the page", value)
		}
	}
	if n := s.count(`select count(*) from staff where id = 7 and language = 'en' and theme = 'dark' and density = 'compact'`); n != 1 {
		t.Error("not stored")
	}
	if n := s.count(`select count(*) from audit_log where action = 'staff.display' and target = 'staff:7' and details->>'density' = 'compact'`); n != 1 {
		t.Error("not in the log")
	}
	wantPage(t, b.Post("/op/me/display", url.Values{"language": {"en"}, "theme": {"pink"}, "density": {"compact"}}), 422, "", `href="#theme"`)
	if p := s.as("1").Post("/op/me/display", url.Values{"language": {"en"}, "theme": {"dark"}, "density": {"compact"}}); p.Status < 400 {
		t.Errorf("a member changes the display of staff: %d", p.Status)
	}
}
