package apikeyhttp_test

import (
	"context"
	"encoding/csv"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/apikey"
	"kabinet/internal/apikey/apikeyhttp"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// site is an organization with an administrator (1), a maker of keys (2) and a
// user who is neither (3), and another organization with an administrator (4).
type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	h := apikeyhttp.Handlers{
		Keys: &apikey.Service{DB: db, Box: httptesting.Box(t)}, Sessions: sessions, BaseURL: "https://kabinet.example", Now: clock.System,
	}
	who := map[string]session.Who{
		"1": {AccountID: 1, OrgID: 1, MemberID: 11}, "2": {AccountID: 2, OrgID: 1, MemberID: 12},
		"3": {AccountID: 3, OrgID: 1, MemberID: 13}, "4": {AccountID: 4, OrgID: 2, MemberID: 14},
	}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{n}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), who[chi.URLParam(r, "n")])
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), viewer)
			h.Routes(r, wrap)
		})
	})}
	for id, tin := range map[int]string{1: "301000001", 2: "301000002"} {
		s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, 'mchj', 'Zarafshon Sut', 'Зарафшан Сут', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`, id, tin)
	}
	for n, name := range []string{"Barno Sodiqova", "Aziz Karimov", "Dilshod <Umarov>", "Nodira Yoʻldosheva"} {
		org := 1 + n/3
		s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'a', 'uz')`, n+1, name, []byte(name))
		s.exec(`insert into members (org_id, id, account_id, kind, name, email, status, search) values ($1, $2, $3, 'business', $4, '', 'active', lower($4))`, org, n+11, n+1, name)
		s.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default')`, org, n+11)
	}
	s.exec(`insert into member_roles (org_id, member_id, role) values (1, 11, 'org_admin'), (1, 12, 'key_manager'), (2, 14, 'org_admin'), (2, 14, 'key_manager')`)
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights, OrgName: i.OrgNames.Uz}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(context.WithoutCancel(s.t.Context()), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) as(n string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+n, nil)
	b.Get("/me/keys?lang=en")
	return b
}

func want(t *testing.T, p httptesting.Page, status int, texts ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("status %d to %q, want %d:\n%.1500s", p.Status, p.Location, status, p.Body)
	}
	body := html.UnescapeString(p.Body)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %q:\n%.6000s", text, p.Body)
		}
	}
	if i := strings.Index(p.Body, "apikey."); i >= 0 && p.Status == 200 {
		t.Errorf("the page lacks words: %.80s", p.Body[i:])
	}
}

var secret = regexp.MustCompile(`<output id="key"[^>]*>(kbn_[0-9A-Za-z]{42})</output>`)

func TestAKeyFromItsFormToItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("2")
	want(t, b.Get("/me/keys"), 200, "You have no key yet", `href="/me/keys/new"`)
	want(t, b.Get("/me/keys/new"), 200, "New API key", `value="30"`, "Main program")
	want(t, b.Post("/me/keys", url.Values{"name": {" "}, "days": {"31"}}), 422, `href="#name"`, `href="#days"`, "Give the key a name")
	p := b.Post("/me/keys", url.Values{"name": {"1C & <3"}, "days": {"14"}})
	want(t, p, 303)
	page := b.Get(p.Location)
	want(t, page, 200, "I have saved it", "curl -H 'Authorization: Bearer kbn_", "https://kabinet.example/public/api/v1/party/parties/301000001/status", "1C & <3")
	value := secret.FindStringSubmatch(page.Body)
	if value == nil || page.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("no key, or one that is kept: %v", page.Header)
	}

	t.Run("is shown again to this browser only, until it is saved", func(t *testing.T) {
		if again := secret.FindStringSubmatch(b.Get(p.Location).Body); again == nil || again[1] != value[1] {
			t.Error("not on loading the page anew")
		}
		want(t, s.as("2").Get(p.Location), 303)
		want(t, s.as("1").Get(p.Location), 404)
		saved := b.Post(strings.Replace(p.Location, "/value", "/saved", 1), nil)
		want(t, saved, 303)
		if back := b.Get(p.Location); back.Status != 303 || back.Location != saved.Location {
			t.Errorf("the way back leads to %d %q", back.Status, back.Location)
		}
		one := b.Get(saved.Location)
		want(t, one, 200, "14 days left", "Valid", "kbn_")
		if strings.Contains(one.Body, value[1]) || strings.Contains(b.Get("/me/keys").Body, value[1]) {
			t.Error("the value stands on another page")
		}
	})

	t.Run("is replaced", func(t *testing.T) {
		form := b.Get("/me/keys/new")
		want(t, form, 200, "stops working the moment", `name="replace"`, "1C & <3")
		want(t, b.Post("/me/keys", url.Values{"name": {"x"}, "days": {"7"}}), 409, "You have a valid key already", `name="replace"`)
		old := regexp.MustCompile(`name="replace" value="(\d+)"`).FindStringSubmatch(form.Body)[1]
		want(t, b.Post("/me/keys", url.Values{"name": {"Yangi"}, "days": {"7"}, "replace": {old}}), 303)
		want(t, b.Get("/me/keys"), 200, "Yangi", "Replaced", "Valid")
		want(t, b.Post("/me/keys", url.Values{"name": {"x"}, "days": {"7"}, "replace": {old}}), 409, "not valid any more")
	})

	t.Run("is revoked after a question", func(t *testing.T) {
		var id string
		if err := s.db.QueryRow(t.Context(), `select id::text from api_keys where ended_at is null`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		want(t, b.Get("/me/keys/"+id+"/revoke"), 200, "Revoke the key “Yangi”?", "cannot be undone")
		want(t, b.Post("/me/keys/"+id+"/revoke", nil), 303)
		want(t, b.Post("/me/keys/"+id+"/revoke", nil), 409, "apikey.ended")
		want(t, b.Get("/me/keys/"+id+"/revoke"), 409, "apikey.ended")
		want(t, b.Get("/me/keys/"+id), 200, "Revoked", "Aziz Karimov")
	})
}

func TestWhoSeesWhichKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, maker, user, foreign := s.as("1"), s.as("2"), s.as("3"), s.as("4")
	p := maker.Post("/me/keys", url.Values{"name": {"=1C"}, "days": {"30"}})
	id := strings.Split(p.Location, "/")[3]

	t.Run("an administrator takes the role together with the key", func(t *testing.T) {
		want(t, admin.Get("/me/keys/new"), 200, "the role is given to you together with the key", `name="grant"`)
		want(t, admin.Post("/me/keys", url.Values{"name": {"x"}, "days": {"30"}}), 403, "fault.forbidden")
		want(t, admin.Post("/me/keys", url.Values{"name": {"x"}, "days": {"30"}, "grant": {"yes"}}), 303)
	})
	t.Run("others are refused", func(t *testing.T) {
		want(t, user.Get("/me/keys"), 200, "You have no key yet")
		want(t, user.Get("/me/keys/new"), 403, "fault.forbidden")
		want(t, user.Post("/me/keys", url.Values{"name": {"x"}, "days": {"30"}, "grant": {"yes"}}), 403, "fault.forbidden")
		for _, b := range []*httptesting.Browser{maker, user} {
			want(t, b.Get("/org/keys"), 403, "fault.forbidden")
			want(t, b.Get("/org/keys.csv"), 403, "fault.forbidden")
			want(t, b.Get("/org/keys/"+id), 403, "fault.forbidden")
			want(t, b.Post("/org/keys/"+id+"/revoke", url.Values{"reason": {"x"}}), 403, "fault.forbidden")
		}
	})
	t.Run("keys of others are not found", func(t *testing.T) {
		for _, b := range []*httptesting.Browser{admin, user, foreign} {
			for _, tail := range []string{"", "/value", "/revoke"} {
				want(t, b.Get("/me/keys/"+id+tail), 404, "apikey.unknown")
			}
			for _, tail := range []string{"/saved", "/revoke"} {
				want(t, b.Post("/me/keys/"+id+tail, nil), 404, "apikey.unknown")
			}
		}
		want(t, foreign.Get("/org/keys/"+id), 404, "apikey.unknown")
		want(t, foreign.Post("/org/keys/"+id+"/revoke", url.Values{"reason": {"x"}}), 404, "apikey.unknown")
		for _, bad := range []string{"0", "-1", "x", "99999999999999999999", "%27", "1e3"} {
			want(t, maker.Get("/me/keys/"+bad), 404)
			want(t, maker.Post("/me/keys/"+bad+"/revoke", nil), 404)
			want(t, admin.Get("/org/keys/"+bad), 404)
		}
	})
	t.Run("an administrator sees, exports and revokes all", func(t *testing.T) {
		want(t, admin.Get("/org/keys"), 200, "Aziz Karimov", "Barno Sodiqova", "30 days left", "Not used yet", "/org/keys.csv")
		if body := admin.Get("/org/keys").Body; strings.Contains(body, "Nodira") {
			t.Error("keys of another organization")
		}
		want(t, admin.Get("/org/keys?q=aziz"), 200, "Aziz Karimov", "Search: aziz")
		want(t, admin.Get("/org/keys?q=qqq"), 200, "No keys found")
		want(t, admin.Get("/org/keys?status=expired"), 200, "No keys found")
		want(t, admin.Get("/org/keys?status=zzz&per=7"), 200, "Aziz Karimov")
		want(t, admin.Get("/org/keys?after=!"), 400)
		file := admin.Get("/org/keys.csv?status=valid")
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\ufeff")))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil || len(lines) != 3 || lines[2][1] != "'=1C" || file.Header.Get("Content-Disposition") == "" {
			t.Errorf("%v %v", lines, err)
		}
		want(t, admin.Get("/org/keys/"+id+"/revoke"), 200, "The owner gets it by mail", "=1C")
		want(t, admin.Post("/org/keys/"+id+"/revoke", url.Values{"reason": {" "}}), 422, `href="#reason"`)
		want(t, admin.Post("/org/keys/"+id+"/revoke", url.Values{"reason": {"left < the company"}}), 303)
		want(t, admin.Get("/org/keys/"+id), 200, "left < the company", "Barno Sodiqova")
		want(t, admin.Post("/org/keys/"+id+"/revoke", url.Values{"reason": {"x"}}), 409, "apikey.ended")
	})
	t.Run("an organization without keys is told what they are for", func(t *testing.T) {
		want(t, foreign.Get("/org/keys"), 200, "No user has made a key yet")
	})
}

func TestASensitivePageSaysSoBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("2")
	if strings.Contains(b.Get("/me/keys/new").Body, "asked for your EDS key") {
		t.Error("too early")
	}
	s.exec(`update sessions set proved_at = now() - interval '14 minutes 30 seconds'`)
	want(t, b.Get("/me/keys/new"), 200, "asked for your EDS key")
	s.exec(`update sessions set proved_at = now() - interval '15 minutes 1 second'`)
	want(t, b.Post("/me/keys", url.Values{"name": {"x"}, "days": {"30"}}), 403, "fault.prove")
}

func TestAValueIsOfOneSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("2")
	p := b.Post("/me/keys", url.Values{"name": {"x"}, "days": {"30"}})
	want(t, b.Get(p.Location), 200, "I have saved it")
	b.Post("/in/2", nil)
	want(t, b.Get(p.Location), 303)
}
