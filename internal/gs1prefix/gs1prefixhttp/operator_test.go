package gs1prefixhttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gs1prefix/gs1prefixhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// newSite has two organizations, 300000002 and 300000009, a member of the first
// and staff of each role.
func newSite(t *testing.T) func(who string) *httptesting.Browser {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	nothing := func(*http.Request) (templ.Component, error) { return nil, nil }
	h := gs1prefixhttp.Handlers{Prefixes: &gs1prefix.Service{DB: db}, Sessions: sessions, Requests: nothing}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Org <' || n || '>', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`)
	exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'en')`)
	exec(`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 3, 3, 'business', 'Barno', '', 'active')`)
	exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin')`)
	for i, role := range perm.StaffRoles() {
		exec(`insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
	}
	site := httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		in := func(w session.Who) http.HandlerFunc {
			return wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), w) })
		}
		r.Post("/in/barno", in(session.Who{AccountID: 3, OrgID: 2, MemberID: 3}))
		for i, role := range perm.StaffRoles() {
			r.Post("/in/"+string(role), in(session.Who{StaffID: int64(20 + i)}))
		}
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
		})
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw))
			h.Staff(r, wrap)
		})
	})
	return func(who string) *httptesting.Browser {
		b := httptesting.NewBrowser(t, site)
		b.Post("/in/"+who, nil)
		b.Get("/in/x?lang=en")
		return b
	}
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

func TestStaffKeepThePrefixesOfAnOrganization(t *testing.T) {
	t.Parallel()
	as := newSite(t)
	timur, barno := as("op_registrar"), as("barno")
	const page = "/op/orgs/300000002/prefixes"
	digits := func(s string) url.Values { return url.Values{"digits": {s}} }
	wantPage(t, timur.Get(page), 200, "", "Org &lt;2&gt;", "No prefixes", `name="digits"`)
	wantPage(t, barno.Get("/org/gs1"), 200, "", "No prefixes yet")
	for typed, text := range map[string]string{
		"": "478 and 1 to 9 more digits", "460001": "478 and 1 to 9 more digits", `"><b>`: "&#34;&gt;&lt;b&gt;",
		"4780094510085": "check digit", "4607063428121": "not from Uzbekistan",
	} {
		wantPage(t, timur.Post(page, digits(typed)), 422, "", "Error:", `href="#digits"`, text)
	}
	wantPage(t, timur.Post(page, digits("478 0001")), 303, page)
	wantPage(t, timur.Post(page, digits("4780001")), 409, "", "has 4780001 already")
	wantPage(t, timur.Post("/op/orgs/300000009/prefixes", digits("4780001")), 409, "", "registered for another organization")
	wantPage(t, timur.Post(page, digits("4780094510086")), 303, page)
	wantPage(t, barno.Get("/org/gs1"), 200, "", "4780001", "04780094510086", "Single GTIN", "Active")

	wantPage(t, timur.Get(page+"/4780001/block"), 200, "", "Block 4780001?", `method="post"`)
	wantPage(t, timur.Post(page+"/4780001/block", nil), 422, "", "Error:", `href="#reason"`)
	wantPage(t, timur.Post(page+"/4780001/block", url.Values{"reason": {"Membership <ended>"}}), 303, page)
	wantPage(t, timur.Post(page+"/4780001/block", url.Values{"reason": {"Twice"}}), 303, page)
	wantPage(t, barno.Get("/org/gs1"), 200, "", "Blocked", "Membership &lt;ended&gt;")
	wantPage(t, barno.Get("/org/gs1?gtin=4780001000013"), 200, "", "the operator has blocked it")
	wantPage(t, timur.Post(page+"/4780001/unblock", nil), 303, page)
	wantPage(t, timur.Get(page), 200, "", page+"/4780001/block", page+"/04780094510086/block")
	for _, bad := range []string{"/op/orgs/300000008/prefixes", "/op/orgs/x/prefixes", page + "/4789999/block", "/op/orgs/300000009/prefixes/4780001/block"} {
		wantPage(t, timur.Get(bad), 404, "")
	}
	wantPage(t, timur.Post("/op/orgs/300000009/prefixes/4780001/block", url.Values{"reason": {"Not theirs"}}), 404, "")
	wantPage(t, timur.Post("/op/orgs/300000009/prefixes/4780001/unblock", nil), 404, "")
	wantPage(t, timur.Post("/op/orgs/300000008/prefixes", digits("4780002")), 404, "")
}

func TestOnlyWhoMayKeepsPrefixes(t *testing.T) {
	t.Parallel()
	as := newSite(t)
	const page = "/op/orgs/300000002/prefixes"
	for _, role := range perm.StaffRoles() {
		if role.Rights().Has(perm.OpPrefixManage) {
			continue
		}
		b := as(string(role))
		wantPage(t, b.Get(page), 403, "")
		wantPage(t, b.Post(page, url.Values{"digits": {"4780001"}}), 403, "")
		wantPage(t, b.Post(page+"/4780001/block", url.Values{"reason": {"x"}}), 403, "")
		wantPage(t, b.Post(page+"/4780001/unblock", nil), 403, "")
	}
	wantPage(t, as("barno").Get(page), 404, "")
	wantPage(t, as("barno").Post(page, url.Values{"digits": {"4780001"}}), 404, "")
}
