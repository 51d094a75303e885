package httpx_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
)

func TestAreas(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	people(t, db)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	h := areas(sessions)
	as := func(t *testing.T, w session.Who) *http.Cookie {
		t.Helper()
		return signedIn(t, sessions, w)
	}
	member, chooser, operator := session.Who{AccountID: 1, OrgID: 2, MemberID: 3}, session.Who{AccountID: 1}, session.Who{StaffID: 4}
	nobody := session.Who{}
	tests := []struct {
		name, method, path string
		who                session.Who
		status             int
		location           string
	}{
		{"a member opens a page", "GET", "/org", member, 200, ""},
		{"a member sends a form", "POST", "/org", member, 200, ""},
		{"a visitor is led to the sign-in and back", "GET", "/org?q=%C5%8D&p=1", nobody, 303, "/sign-in?next=%2Forg%3Fq%3D%25C5%258D%26p%3D1"},
		{"a visitor's form is refused", "POST", "/org", nobody, 401, ""},
		{"who has yet to choose is led to the choice", "GET", "/org", chooser, 303, "/sign-in/organization?next=%2Forg"},
		{"who has yet to choose sends no form", "POST", "/org", chooser, 401, ""},
		{"staff find no page of members", "GET", "/org", operator, 404, ""},
		{"staff send no form of members", "POST", "/org", operator, 404, ""},
		{"staff open their page", "GET", "/op", operator, 200, ""},
		{"a visitor is led to the staff's sign-in", "GET", "/op", nobody, 303, "/op/sign-in?next=%2Fop"},
		{"a visitor's form for staff is refused", "POST", "/op", nobody, 401, ""},
		{"a member finds no page of the staff", "GET", "/op", member, 404, ""},
		{"a member sends no form of the staff", "POST", "/op", member, 404, ""},
		{"who has yet to choose finds no page of the staff", "GET", "/op", chooser, 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, nil)
			if tt.who != nobody {
				r.AddCookie(as(t, tt.who))
			}
			res := do(h, r)
			if res.StatusCode != tt.status || res.Header.Get("Location") != tt.location {
				t.Errorf("got %d to %q, want %d to %q", res.StatusCode, res.Header.Get("Location"), tt.status, tt.location)
			}
		})
	}

	t.Run("who was signed in until a moment ago is told so", func(t *testing.T) {
		r := get("/org")
		r.AddCookie(as(t, member))
		if _, err := db.Exec(t.Context(), `update sessions set expires_at = now()`); err != nil {
			t.Fatal(err)
		}
		if got := do(h, r).Header.Get("Location"); got != "/sign-in?ended=1&next=%2Forg" {
			t.Errorf("Location = %q", got)
		}
	})
}

func areas(sessions *session.Manager) http.Handler {
	r := chi.NewRouter()
	r.Use(sessions.Middleware(httpx.OriginOf, func(w http.ResponseWriter, r *http.Request, err error) { httpx.Fail(w, r, err, draw) }))
	page := httpx.Adapter(draw)(failing(nil))
	r.With(httpx.RequireMember(draw)).HandleFunc("/org", page)
	r.With(httpx.RequireStaff(draw)).HandleFunc("/op", page)
	return r
}

func signedIn(t *testing.T, sessions *session.Manager, w session.Who) *http.Cookie {
	t.Helper()
	in := sessions.Middleware(httpx.OriginOf, nil)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := sessions.SignIn(r.Context(), w); err != nil {
			t.Error(err)
		}
	}))
	cookies := do(in, get("/")).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies after signing in", len(cookies))
	}
	return cookies[0]
}

func people(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	for i, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno', 'a', 'a', 'ru')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '301000001', '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 3, 1, 'business', 'Barno', '', 'active')`,
		`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_watcher}')`,
	} {
		if _, err := db.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
			t.Fatal(fmt.Errorf("statement %d: %w", i, err))
		}
	}
}
