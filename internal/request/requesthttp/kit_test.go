package requesthttp_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
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
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gs1prefix/gs1prefixhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/productgroup/productgrouphttp"
	"kabinet/internal/request"
	"kabinet/internal/request/requesthttp"
	"kabinet/web/layout"
	"kabinet/web/static"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// site is the rooms about groups, prefixes and requests with two organizations:
// Barno (administrator) and Karim (clerk) work in 2, Aziz administers 9.
type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	groups := &productgroup.Service{DB: db}
	requests := requesthttp.Handlers{Requests: &request.Service{DB: db}, Groups: groups, Sessions: sessions, Now: clock.System}
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
			productgrouphttp.Handlers{Groups: groups, Sessions: sessions, Requests: requests.OfGroup}.Routes(r, wrap)
			gs1prefixhttp.Handlers{Prefixes: &gs1prefix.Service{DB: db}, Sessions: sessions, Requests: requests.OfNumbers}.Routes(r, wrap)
			requests.Routes(r, wrap)
		})
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer)
			requests.Staff(r, wrap)
		})
	})}
	s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'en'), (4, 'Karim', 'b', 'b', 'en'), (10, 'Aziz', 'c', 'c', 'en')`)
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Org <' || n || '>', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`)
	s.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	s.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values
		(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (2, 4, 4, 'business', 'Karim', '', 'active'), (9, 10, 10, 'business', 'Aziz', '', 'active')`)
	s.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin'), (2, 4, 'default'), (9, 10, 'default'), (9, 10, 'org_admin')`)
	s.exec(`insert into org_product_groups (org_id, group_id, issuer, status) values (2, 13, false, 'active'), (2, 15, true, 'blocked'), (9, 3, true, 'active')`)
	s.exec(`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780001', 'active'), (9, '4780002', 'active')`)
	s.exec(`insert into gs1_prefix_registry (prefix, org_id) select prefix, org_id from gs1_prefixes`)
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
		t.Errorf("got %d to %q, want %d to %q:\n%s", p.Status, p.Location, status, location, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%.3000s", text, p.Body[max(0, strings.Index(p.Body, "<h1")):])
		}
	}
}

func picture() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))) // a buffer takes everything
	return b.Bytes()
}

// file sends the form for a number; without a name there is no file.
func file(b *httptesting.Browser, values url.Values, name string, content []byte) httptesting.Page {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, vs := range values {
		_ = form.WriteField(field, vs[0])
	}
	if name != "" {
		part, _ := form.CreateFormFile("file", name)
		_, _ = part.Write(content)
	}
	_ = form.Close()
	return b.Send("/org/gs1/new", form.FormDataContentType(), &body)
}

func number(kind, digits string) url.Values {
	return url.Values{"kind": {kind}, "number": {digits}, "about": {"See the <second> page"}}
}

// ask files a request and gives its page.
func ask(t *testing.T, b *httptesting.Browser, digits string) string {
	t.Helper()
	p := file(b, number("gs1_prefix", digits), "letter.png", picture())
	if p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	return p.Location
}

// desk is the page of a member's request for staff.
func desk(orgID int, page string) string {
	return fmt.Sprintf("/op/requests/%d/%s", orgID, page[strings.LastIndex(page, "/")+1:])
}
