package supporthttp_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"mime/multipart"
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
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/session"
	"kabinet/internal/support"
	"kabinet/internal/support/supporthttp"
	"kabinet/web/layout"
	"kabinet/web/static"
	"kabinet/web/supportview"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// site is the rooms about questions with two organizations: Barno (administrator)
// and Karim (clerk) work in 2, Aziz administers 9; one of the staff for each role.
type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := supporthttp.Handlers{
		Support: &support.Service{DB: db, Pictures: picture.New()}, Sessions: sessions, Now: clock.System,
		Contacts: supportview.Contacts{Bot: "https://t.me/aslbelgisiuz_bot", Email: "support@kabinet.example", Phone: "+998712000000"},
	}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		in := func(w session.Who) http.HandlerFunc {
			return wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), w) })
		}
		r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
		r.Post("/in/barno", in(session.Who{AccountID: 3, OrgID: 2, MemberID: 3}))
		r.Post("/in/karim", in(session.Who{AccountID: 4, OrgID: 2, MemberID: 4}))
		r.Post("/in/aziz", in(session.Who{AccountID: 10, OrgID: 9, MemberID: 10}))
		for i, role := range perm.StaffRoles() {
			r.Post("/in/"+string(role), in(session.Who{StaffID: int64(20 + i)}))
		}
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), viewer)
			h.Routes(r, wrap)
		})
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer)
			h.Staff(r, wrap)
		})
	})}
	s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'en'), (4, 'Karim', 'b', 'b', 'en'), (10, 'Aziz', 'c', 'c', 'en')`)
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Org <' || n || '>', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`)
	s.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	s.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values
		(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (2, 4, 4, 'business', 'Karim', 'karim@org2.example', 'active'), (9, 10, 10, 'business', 'Aziz', '', 'active')`)
	s.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin'), (2, 4, 'default'), (9, 10, 'default'), (9, 10, 'org_admin')`)
	for i, role := range perm.StaffRoles() {
		s.exec(`insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
	}
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, OrgName: i.OrgNames.Uz, Staff: i.Staff(), Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// as opens a browser in which somebody is signed in, with pages in English.
func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/in/x?lang=en")
	return b
}

// wantPage checks an answer and that each text is on the page.
func wantPage(t *testing.T, p httptesting.Page, status int, location string, texts ...string) {
	t.Helper()
	if p.Status != status || p.Location != location {
		t.Errorf("got %d to %q, want %d to %q:\n%.2000s", p.Status, p.Location, status, location, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%.4000s", text, p.Body[max(0, strings.Index(p.Body, "<h1")):])
		}
	}
}

// send posts a form with files; pairs are their names and contents.
func send(b *httptesting.Browser, path string, values url.Values, files ...string) httptesting.Page {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, vs := range values {
		_ = form.WriteField(field, vs[0])
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, _ := form.CreateFormFile("files", files[i])
		_, _ = part.Write([]byte(files[i+1]))
	}
	_ = form.Close()
	return b.Send(path, form.FormDataContentType(), &body)
}

// ask makes a request and gives its page.
func ask(t *testing.T, b *httptesting.Browser, title string, files ...string) string {
	t.Helper()
	p := send(b, "/support/new", url.Values{"about": {"other"}, "title": {title}, "body": {"<script>alert(1)</script>\nhttps://evil.example/x"}}, files...)
	if p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	return p.Location
}

// desk is the page of a member's request for staff.
func desk(orgID int, page string) string {
	return fmt.Sprintf("/op/support/%d/%s", orgID, page[strings.LastIndex(page, "/")+1:])
}
