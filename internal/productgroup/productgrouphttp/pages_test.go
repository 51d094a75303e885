package productgrouphttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/productgroup/productgrouphttp"
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

// newSite has an administrator (3) and a clerk (4) in organization 2, another
// administrator there who is not in all groups (5), and staff of each role.
func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	nothing := func(*http.Request, productgroup.OrgGroup) (templ.Component, error) { return nil, nil }
	h := productgrouphttp.Handlers{Groups: &productgroup.Service{DB: db, Link: member.LinkGroupTx}, Sessions: sessions, Requests: nothing}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		in := func(w session.Who) http.HandlerFunc {
			return wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), w) })
		}
		for id := int64(3); id <= 5; id++ {
			r.Post(fmt.Sprintf("/in/%d", id), in(session.Who{AccountID: id, OrgID: 2, MemberID: id}))
		}
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
	})}
	s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Odam ' || n, n::text::bytea, '', 'en' from generate_series(3, 5) n`)
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (2, '300000002', 'mchj', 'Org', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`)
	s.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups)
		select 2, n, n, 'business', 'Odam ' || n, '', 'active', n = 3 from generate_series(3, 5) n`)
	s.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin'), (2, 4, 'default'), (2, 5, 'default'), (2, 5, 'org_admin')`)
	for i, role := range perm.StaffRoles() {
		s.exec(`insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
	}
	return s
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
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

func answers(group, issuer string) url.Values {
	return url.Values{"group": {group}, "issuer": {issuer}}
}

func TestAGroupIsAddedAndRead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, clerk := s.as("3"), s.as("4")
	wantPage(t, admin.Get("/org/groups"), 200, "", "No product groups yet", `href="/org/groups/new"`)
	p := admin.Get("/org/groups/new?group=13")
	wantPage(t, p, 200, "", `value="13" selected`, "You cannot change this answer later", `name="issuer" value="yes"`)
	if strings.Contains(p.Body, " checked") {
		t.Error("the issuer question has an answer to begin with")
	}
	wantPage(t, admin.Post("/org/groups/new", nil), 422, "", "Error:", `href="#group"`, `href="#issuer"`)
	wantPage(t, admin.Post("/org/groups/new", answers("13", "")), 422, "", `value="13" selected`, `href="#issuer"`)
	wantPage(t, admin.Post("/org/groups/new", answers("13", "maybe")), 422, "", `href="#issuer"`)
	wantPage(t, admin.Post("/org/groups/new", answers("999", "yes")), 422, "", `href="#group"`)
	wantPage(t, admin.Post("/org/groups/new", answers("13", "yes")), 303, "/org/groups/13")
	wantPage(t, admin.Get("/org/groups/13"), 200, "", "Water and soft drinks", "Active", "Added a product group", "Odam 3")
	wantPage(t, s.as("5").Post("/org/groups/new", answers("13", "no")), 409, "", "has this group already")
	p = clerk.Get("/org/groups")
	wantPage(t, p, 200, "", "Water and soft drinks", "Still to add", "Tobacco products")
	if strings.Contains(p.Body, "/org/groups/new") {
		t.Error("who may not add a group is offered to")
	}
	p = clerk.Get("/org/groups.csv")
	wantPage(t, p, 200, "", "\ufeffProduct group;Status;Issuer;Connected\r\nWater and soft drinks;Active;Yes;")
	p = clerk.Get("/org/groups/13")
	wantPage(t, p, 200, "", "Water and soft drinks")
	if strings.Contains(p.Body, "Added a product group") {
		t.Error("who may not read events reads the history")
	}
	wantPage(t, clerk.Get("/org/groups/new"), 403, "")
	wantPage(t, clerk.Post("/org/groups/new", answers("3", "no")), 403, "")
	wantPage(t, admin.Get("/org/groups/3"), 404, "")

	var linked []int64
	if err := s.db.QueryRow(t.Context(), `select array_agg(member_id order by member_id) from member_groups where org_id = 2 and group_id = 13`).Scan(&linked); err != nil || fmt.Sprint(linked) != "[5]" && fmt.Sprint(linked) != "[3 5]" {
		t.Errorf("linked are %v, %v; want the administrator who is not in all groups", linked, err)
	}
}

func TestTheButtonGoesWhenAllGroupsAreAdded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`insert into org_product_groups (org_id, group_id, issuer, status) select 2, id, false, 'active' from product_groups where id <> 53`)
	admin := s.as("3")
	wantPage(t, admin.Get("/org/groups/new"), 200, "", `type="radio" name="group" value="53"`)
	wantPage(t, admin.Post("/org/groups/new", answers("53", "no")), 303, "/org/groups/53")
	p := admin.Get("/org/groups")
	wantPage(t, p, 200, "", "All product groups are added")
	if strings.Contains(p.Body, "/org/groups/new") {
		t.Error("the button is still there")
	}
	wantPage(t, admin.Get("/org/groups/new"), 200, "", "All product groups are added")
}

func entry(id, slug, en, version string) url.Values {
	return url.Values{"id": {id}, "slug": {slug}, "uz": {en + " uz"}, "ru": {en + " ru"}, "en": {en}, "version": {version}}
}

func TestTheDictionary(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as("op_registrar")
	wantPage(t, timur.Get("/op/dictionaries"), 200, "", `href="/op/dictionaries/groups"`)
	wantPage(t, timur.Get("/op/dictionaries/groups"), 200, "", "Tobacco products", "vegetableoil")
	wantPage(t, timur.Get("/op/dictionaries/groups/new"), 200, "", `name="slug"`)
	wantPage(t, timur.Post("/op/dictionaries/groups/new", entry("x", "Milk!", "", "")), 422, "", "Error:", `href="#id"`, `href="#slug"`, `href="#en"`, `value="Milk!"`)
	wantPage(t, timur.Post("/op/dictionaries/groups/new", entry("13", "milk", "Milk", "")), 409, "", "with this number already")
	wantPage(t, timur.Post("/op/dictionaries/groups/new", entry("14", "milk", "Milk <b>", "")), 303, "/op/dictionaries/groups")
	admin := s.as("3")
	wantPage(t, admin.Get("/org/groups/new"), 200, "", "Milk &lt;b&gt;") // at once in this process
	wantPage(t, timur.Get("/op/dictionaries/groups/14"), 200, "", `value="milk"`, `name="version" value="1"`)
	wantPage(t, timur.Post("/op/dictionaries/groups/14", entry("99", "dairy", "Dairy", "1")), 303, "/op/dictionaries/groups")
	wantPage(t, s.as("op_admin").Post("/op/dictionaries/groups/14", entry("14", "dairy", "Milk and more", "1")), 409, "",
		"has changed this group meanwhile", "Dairy", `value="Milk and more"`, `name="version" value="2"`)
	wantPage(t, admin.Post("/org/groups/new", answers("14", "no")), 303, "/org/groups/14")
	wantPage(t, timur.Post("/op/dictionaries/groups/14", entry("14", "milk", "Dairy", "2")), 409, "", `href="#slug"`)
	for _, bad := range []string{"0", "x", "999", "65550"} {
		wantPage(t, timur.Get("/op/dictionaries/groups/"+bad), 404, "")
		wantPage(t, timur.Post("/op/dictionaries/groups/"+bad, entry("14", "milk", "Dairy", "2")), 404, "")
	}
	for _, role := range perm.StaffRoles() {
		want := 403
		if role.Rights().Has(perm.OpDictionaryManage) {
			want = 200
		}
		p := s.as(string(role)).Get("/op/dictionaries")
		if p.Status != 200 || strings.Contains(p.Body, "/op/dictionaries/groups") != (want == 200) {
			t.Errorf("%s: %d, %.500s", role, p.Status, p.Body)
		}
		for _, path := range []string{"/op/dictionaries/groups", "/op/dictionaries/groups/new", "/op/dictionaries/groups/13"} {
			wantPage(t, s.as(string(role)).Get(path), want, "")
		}
	}
	wantPage(t, admin.Get("/op/dictionaries"), 404, "")
	wantPage(t, admin.Post("/op/dictionaries/groups/new", entry("15", "x2", "X", "")), 404, "")
}
