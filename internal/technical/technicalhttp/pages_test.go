package technicalhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/session"
	"kabinet/internal/technical/technicalhttp"
)

// administrator opens the pages as somebody with the roles.
func (d *desk) administrator(id int64, roles ...string) *httptesting.Browser {
	d.t.Helper()
	d.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, 'Barno', convert_to($2, 'UTF8'), 'a', 'en')`, id, fmt.Sprint(id))
	d.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values (1, $1, $1, 'business', 'Barno', '', 'active')`, id)
	d.exec(`insert into member_roles (org_id, member_id, role) select 1, $1, unnest($2::text[])`, id, roles)
	sessions := session.New(d.db, session.Config{Idle: 30 * time.Minute, Absolute: time.Hour})
	site := httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		technicalhttp.Handlers{Technical: d.service, Sessions: sessions}.Routes(r, wrap)
		r.Get("/enter", wrap(func(w http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{AccountID: id, OrgID: orgID, MemberID: id})
		}))
	})
	b := httptesting.NewBrowser(d.t, site)
	b.Get("/enter")
	return b
}

func TestAnAdministratorLimitsAddresses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.administrator(10, "default", "org_admin")
	const path = "/org/users/21/technical"
	page := b.Get(path)
	for _, text := range []string{d.login, "Line 1", "Last used", "never", "from anywhere", "Active"} {
		if page.Status != 200 || !strings.Contains(page.Body, text) {
			t.Errorf("%d, no %q", page.Status, text)
		}
	}
	if got := b.Post(path, url.Values{"addresses": {"192.0.2.77/24\n198.51.100.7"}, "version": {"1"}}); got.Location != path {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if n := d.number(`select count(*) from technical_users where addresses = '{192.0.2.0/24,198.51.100.7/32}' and version = 2`); n != 1 {
		t.Error("not stored")
	}
	if n := d.number(`select count(*) from audit_log where action = 'technical.restrict' and target = 'member:21' and details->'networks'->'after'->>1 = '198.51.100.7/32'`); n != 1 {
		t.Errorf("%d lines", n)
	}
	if got := b.Post(path, url.Values{"addresses": {"the office"}, "version": {"2"}}); got.Status != 422 || !strings.Contains(got.Body, "the") || !strings.Contains(got.Body, "is neither an address nor a network") {
		t.Errorf("nonsense: %d", got.Status)
	}
	if got := b.Post(path, url.Values{"addresses": {"192.0.2.9"}, "version": {"1"}}); got.Status != 409 || !strings.Contains(got.Body, "192.0.2.0/24, 198.51.100.7/32") || !strings.Contains(got.Body, "192.0.2.9") {
		t.Errorf("two at once: %d %s", got.Status, got.Body)
	}
	if got := b.Post(path, url.Values{"addresses": {""}, "version": {"2"}}); got.Location != path || d.number(`select count(*) from technical_users where addresses = '{}'`) != 1 {
		t.Errorf("an empty list: %d", got.Status)
	}
	d.signIn(d.login, secret)
	if page := b.Get(path); !strings.Contains(page.Body, "from 198.51.100.7") {
		t.Error("the last use is not shown")
	}
}

func TestWhoMaySeeATechnicalUser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.administrator(10, "default", "org_admin")
	for _, path := range []string{"/org/users/10/technical", "/org/users/999/technical", "/org/users/x/technical", "/org/users/99999999999999999999/technical"} {
		if got := b.Get(path); got.Status != 404 {
			t.Errorf("%s: %d", path, got.Status)
		}
		if got := b.Post(path, url.Values{"version": {"1"}}); got.Status != 404 {
			t.Errorf("POST %s: %d", path, got.Status)
		}
	}
	clerk := d.administrator(11, "default")
	if got := clerk.Get("/org/users/21/technical"); got.Status != 403 {
		t.Errorf("a clerk: %d", got.Status)
	}
	if got := clerk.Post("/org/users/21/technical", url.Values{"version": {"1"}}); got.Status != 403 {
		t.Errorf("a clerk's form: %d", got.Status)
	}
	d.exec(`insert into members (org_id, id, kind, name, email, status) values (1, 30, 'technical', 'New', '', 'not_activated')`)
	if got := b.Get("/org/users/30/technical"); got.Status != 200 || strings.Contains(got.Body, `name="addresses"`) || !strings.Contains(got.Body, "made with the first invitation") {
		t.Errorf("one that was never invited: %d", got.Status)
	}
}
