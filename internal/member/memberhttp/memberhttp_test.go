package memberhttp_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/member"
	"kabinet/internal/member/memberhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

type inviter struct{}

func (inviter) InviteTx(context.Context, pg.Tx, int64, int64) error          { return nil }
func (inviter) InvitedTx(context.Context, pg.Tx, int64, int64) (bool, error) { return false, nil }

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

const stage = `
	insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
	select n, (301000000 + n)::text, 'mchj', 'Yangi Bogʻ', 'Янги Бог', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from generate_series(1, 2) n;
	insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, true, 'active');
	insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
	select 1, n, 'Ombor ' || n, '{storage}', 'SA', 'x', 'x', n = 1, 'active', 'manual' from generate_series(1, 2) n;
	insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Odam ' || n, n::text::bytea, '', 'en' from generate_series(1, 4) n;
	insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places, search)
	select case n when 4 then 2 else 1 end, n, n, 'business', 'Odam ' || n, 'odam' || n || '@company.example', 'active', true, true, 'odam ' || n from generate_series(1, 4) n;
	insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members;
	insert into member_roles (org_id, member_id, role) values (1, 1, 'org_admin'), (1, 2, 'org_admin'), (2, 4, 'org_admin')`

func newSite(t *testing.T) site {
	t.Helper()
	s := site{t: t, db: pgtest.New(t)}
	if _, err := s.db.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	s.handler = s.process()
	return s
}

// process is the portal in one process of several, with sessions of its own in
// memory.
func (s site) process() http.Handler {
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 10 * time.Minute})
	listening, stop := context.WithCancel(s.t.Context())
	heard := make(chan struct{})
	go func() { defer close(heard); sessions.Listen(listening) }()
	s.t.Cleanup(func() { stop(); <-heard })
	svc := &member.Service{DB: s.db, Box: httptesting.Box(s.t), Inviter: inviter{}}
	h := memberhttp.Handlers{Members: svc, Sessions: sessions, Now: clock.System}
	return httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Use(viewer)
		r.Post("/in/{id}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			var id, org int64 = 0, 1
			if _, err := fmt.Sscan(chi.URLParam(r, "id"), &id); err != nil {
				return err
			}
			if id == 4 {
				org = 2
			}
			return sessions.SignIn(r.Context(), session.Who{AccountID: id, OrgID: org, MemberID: id})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
		})
	})
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s site) as(id int) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post(fmt.Sprintf("/in/%d", id), nil)
	return b
}

func (s site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func want(t *testing.T, p httptesting.Page, status int, texts ...string) {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d to %q, want %d\n%s", p.Status, p.Location, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q\n%s", text, p.Body)
		}
	}
}

var value = regexp.MustCompile(`name="form" value="([^"]+)"`)

// form is the one for a new user as a person fills it in.
func form(b *httptesting.Browser) url.Values {
	key := ""
	if m := value.FindStringSubmatch(b.Get("/org/users/new").Body); m != nil {
		key = m[1]
	}
	return url.Values{
		"form": {key}, "kind": {"business"}, "name": {"Karimova Dilnoza"}, "name_ru": {"Каримова Дилноза"}, "name_en": {"Karimova Dilnoza"},
		"email": {"dilnoza@company.example"}, "pinfl": {"4120 3850 0100 17"}, "language": {"ru"}, "preset": {"accountant"},
		"all_groups": {"all"}, "all_places": {"all"},
	}
}

func TestAUserIsAddedAndChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(1)
	want(t, b.Get("/org/users"), 200, "Odam 2", "this is you", "/org/users/new")
	want(t, b.Get("/org/users/new"), 200, `value="accountant"`, "Ombor 2", `name="form"`)
	typed := form(b)
	p := b.Post("/org/users", typed)
	want(t, p, 303)
	at := p.Location
	if again := b.Post("/org/users", typed); again.Location != at {
		t.Errorf("the form sent twice leads to %q and %q", at, again.Location)
	}
	want(t, b.Get(at), 200, "Karimova Dilnoza", "4120…0017", "Not activated", "Added a user", "Send the invitation again")
	t.Run("is found in the other script", func(t *testing.T) {
		want(t, b.Get("/org/users?q="+url.QueryEscape("дилноза")), 200, "Karimova Dilnoza", "1 row")
		want(t, b.Get("/org/users?q=nobody"), 200, "No user matches")
		if p := b.Get("/org/users?q=&status=active"); p.Location != "/org/users?status=active" {
			t.Errorf("empty parameters stay: %q", p.Location)
		}
	})
	t.Run("is sent as a file without formulas", func(t *testing.T) {
		if _, err := s.db.Exec(t.Context(), `update members set name_en = '=cmd()' where id = 2`); err != nil {
			t.Fatal(err)
		}
		p := b.Get("/org/users.csv")
		want(t, p, 200, "Karimova Dilnoza", "'=cmd()")
		if p.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Error(p.Header)
		}
	})
	t.Run("asks again with what was typed", func(t *testing.T) {
		typed := form(b)
		typed.Set("email", "a@b@c")
		typed.Set("name_ru", "")
		p := b.Post("/org/users", typed)
		want(t, p, 422, `href="#email"`, `value="a@b@c"`, `value="Каримова Дилноза"`, "check the one written from the Uzbek name")
	})
	t.Run("names who has the number", func(t *testing.T) {
		want(t, b.Post("/org/users", form(b)), 422, `href="#pinfl"`, `href="`+at+`"`)
	})
	t.Run("suggests names before anything is kept", func(t *testing.T) {
		typed := form(b)
		typed.Set("act", "fill")
		typed.Set("name_ru", "")
		users := s.count(`select count(*) from members`)
		want(t, b.Post("/org/users", typed), 200, `value="Каримова Дилноза"`)
		if s.count(`select count(*) from members`) != users {
			t.Error("filling in kept the user")
		}
	})
	t.Run("is changed, both versions shown when two do", func(t *testing.T) {
		version := fmt.Sprint(s.count(`select version from members where status = 'not_activated'`))
		edit := form(b)
		edit.Del("pinfl")
		edit.Set("version", version)
		edit.Set("name", "Karimova Dilnoza Baxtiyor qizi")
		want(t, b.Post(at+"/edit", edit), 303)
		edit.Set("name", "Somebody else")
		other := s.as(2)
		want(t, other.Post(at+"/edit", edit), 409, "Odam 1 changed this", "Somebody else", "Karimova Dilnoza Baxtiyor qizi")
		want(t, other.Post(at+"/roles", url.Values{"version": {version}, "roles": {"observer"}}), 409, "Stored now", "Observer")
	})
	t.Run("gets roles and scope", func(t *testing.T) {
		version := func() string {
			return fmt.Sprint(s.count(`select version from members where status = 'not_activated'`))
		}
		want(t, b.Get(at+"/roles"), 200, "Marking code issuer")
		want(t, b.Post(at+"/roles", url.Values{"version": {version()}, "roles": {"observer", "code_issuer"}}), 303)
		want(t, b.Post(at+"/scope", url.Values{"version": {version()}, "all_groups": {"some"}, "all_places": {"some"}, "places": {"2"}}), 303)
		want(t, b.Get(at), 200, "Ombor 2", "+ Marking code issuer", "− Order observer")
		want(t, b.Post(at+"/scope", url.Values{"version": {version()}, "all_groups": {"all"}, "all_places": {"some"}, "places": {"77"}}), 422, `href="#places"`)
	})
	t.Run("is invited again, blocked with a reason, unblocked", func(t *testing.T) {
		want(t, b.Post(at+"/invite", nil), 303)
		want(t, b.Get(at+"/block"), 200, "Reason")
		want(t, b.Post(at+"/block", nil), 422, `href="#reason"`)
		want(t, b.Post(at+"/block", url.Values{"reason": {"Left <b>"}}), 422, `href="#reason"`)
		want(t, b.Post(at+"/block", url.Values{"reason": {"Left & < 3"}}), 303)
		want(t, b.Get(at), 200, "Blocked", "Left &amp; &lt; 3")
		want(t, b.Get(at+"/block"), 409)
		want(t, b.Post(at+"/unblock", nil), 303)
		want(t, b.Get(at), 200, "Not activated")
	})
}

func TestOneselfIsBlockedOnPurposeOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(1)
	want(t, b.Get("/org/users/1/block"), 200, "This is you", `name="self"`)
	want(t, b.Post("/org/users/1/block", url.Values{"reason": {"x"}}), 422, `href="#self"`)
	want(t, b.Post("/org/users/1/block", url.Values{"reason": {"x"}, "self": {"yes"}}), 303)
	want(t, b.Get("/org/users"), 303)
	last := s.as(2)
	want(t, last.Post("/org/users/2/block", url.Values{"reason": {"x"}, "self": {"yes"}}), 409, "There must be an active administrator")
	want(t, last.Post("/org/users/2/roles", url.Values{"version": {"1"}}), 422, "There must be an active administrator")
}

func TestStrangersAndNonsenseAreNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, clerk := s.as(4), s.as(3)
	for _, id := range []string{"1", "0", "-1", "x", "99999999999999999999", "%27"} {
		for _, path := range []string{"", "/edit", "/roles", "/scope", "/block"} {
			want(t, b.Get("/org/users/"+id+path), 404)
			want(t, clerk.Get("/org/users/"+id+path), map[bool]int{true: 403, false: 404}[id == "1"])
		}
		for _, path := range []string{"/edit", "/roles", "/scope", "/unblock", "/invite"} {
			want(t, b.Post("/org/users/"+id+path, nil), 404)
		}
		want(t, b.Post("/org/users/"+id+"/block", url.Values{"reason": {"x"}}), 404)
	}
	for _, path := range []string{"/org/users", "/org/users/new", "/org/users.csv", "/org/users/import", "/org/users/import/template.csv"} {
		want(t, clerk.Get(path), 403)
	}
	want(t, clerk.Post("/org/users", form(b)), 403)
}

// TestHostileText puts everything bad into every field: a complaint, or kept as
// harmless text; never a fault of ours.
func TestHostileText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(1)
	good := form(b)
	for _, bad := range []string{
		"", " ", "\u202eevil", "<script>alert(1)</script>", "'; drop table members; --", strings.Repeat("Ў", 5000), "\u0000", "\u200b\u200b",
		"admin@\u212aompany.example", "=1+1", "💥", "https://evil.example", strings.Repeat("a", 100) + "@company.example", "\u2028",
	} {
		for field := range good {
			typed := maps.Clone(good)
			typed.Set(field, bad)
			typed.Set("pinfl", fmt.Sprintf("4120385%07d", s.count(`select count(*) from members`)))
			if field == "pinfl" {
				typed.Set("pinfl", bad)
			}
			if field != "form" {
				typed.Set("form", "")
			}
			p := b.Post("/org/users", typed)
			if p.Status >= 500 || p.Status == 400 && !strings.Contains(bad, "\u0000") {
				t.Errorf("%s = %q: %d %.200s", field, bad, p.Status, p.Body)
			}
			if strings.Contains(p.Body, "<script>alert") {
				t.Errorf("%s: markup lives", field)
			}
		}
		for _, path := range []string{"/org/users?q=", "/org/users?role=", "/org/users?after=", "/org/roles?after="} {
			if p := b.Get(path + url.QueryEscape(bad)); p.Status >= 500 {
				t.Errorf("%s%q: %d", path, bad, p.Status)
			}
		}
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.as(3).Get("/org/roles")
	want(t, p, 200, "Odam 1", "Organization administrator", "order and fetch codes", "this is you")
	want(t, s.as(3).Get("/org/roles.csv"), 200, "Odam 1", "yes")
}

// TestRightsActOnTheNextRequest: a role taken away is gone on the very next
// request, in the process that took it and in every other.
func TestRightsActOnTheNextRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, same := s.as(1), s.as(2)
	there := site{s.t, s.db, s.process()}
	other := there.as(2)
	soon(t, func() bool { // what was said before a process listens, it has not heard
		var ears int
		err := s.db.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and query like 'listen %'`).Scan(&ears)
		return err == nil && ears == 2
	})
	for _, b := range []*httptesting.Browser{same, other} {
		want(t, b.Get("/org/users"), 200) // now it is in memory
	}
	want(t, admin.Post("/org/users/2/roles", url.Values{"version": {"1"}, "roles": {"observer"}}), 303)
	want(t, same.Get("/org/users"), 403)
	want(t, other.Post("/org/users/3/unblock", nil), 403)
	soon(t, func() bool { return other.Get("/org/users").Status == 403 })
	t.Run("and a block ends the session", func(t *testing.T) {
		want(t, admin.Post("/org/users/2/block", url.Values{"reason": {"x"}}), 303)
		want(t, same.Get("/org/roles"), 303)
		soon(t, func() bool { return other.Get("/org/roles").Status == 303 })
	})
}

// soon waits for a message between processes, for less than memory lasts.
func soon(t *testing.T, ok func() bool) {
	t.Helper()
	begun := time.Now()
	for !ok() {
		if time.Since(begun) > time.Minute {
			t.Fatal("the other process still does not know")
		}
	}
	t.Logf("the other process knew after %v", time.Since(begun))
}

func TestImportPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(1)
	want(t, b.Get("/org/users/import"), 200, "template.xlsx")
	template := b.Get("/org/users/import/template.csv")
	want(t, template, 200, "Full name in Uzbek;")
	if p := b.Get("/org/users/import/template.xlsx"); p.Status != 200 || !strings.HasPrefix(p.Body, "PK") {
		t.Errorf("%d", p.Status)
	}
	p := b.PostFile("/org/users/import", "/", "file", "users.csv", []byte(template.Body))
	want(t, p, 303)
	want(t, b.Get(p.Location), 200, "Add 1 user")
	want(t, b.Post(p.Location, nil), 303)
	want(t, b.Get(p.Location), 200, "1 user is added")
	p = b.PostFile("/org/users/import", "/", "file", "bad.csv", []byte("name,email\nAziz,x\n"))
	want(t, b.Get(p.Location), 200, "nobody to add", "Write one address")
	want(t, b.PostFile("/org/users/import", "/", "file", "none.csv", nil), 422, `href="#file"`)
	want(t, b.Get("/org/users/import/nothing"), 404)
	want(t, b.Post("/org/users/import/nothing", nil), 404)
}
