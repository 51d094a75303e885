package app

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"kabinet/internal/core/golden"
)

// identity is somebody who asks, as stored: ids of 0 are null.
type identity struct {
	name                          string
	account, org, member, staffID int64
}

// cast of the table. Members 1 and 2 work in different organizations, member 3
// was blocked while signed in, person 4 has yet to choose an organization.
func identities() []identity {
	return []identity{
		{name: "visitor"},
		{"admin", 1, 1, 1, 0},
		{"other", 2, 2, 2, 0},
		{"blocked", 3, 1, 3, 0},
		{"undecided", 4, 0, 0, 0},
		{name: "watcher", staffID: 1},
		{name: "support", staffID: 2},
		{name: "launcher", staffID: 3},
		{name: "opadmin", staffID: 4},
		{name: "opblocked", staffID: 5},
	}
}

const stage = `
	insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
	select i, '30000000' || i, 'mchj', 'Tashkilot ' || i, 'Организация ' || i, 'Direktor', '\x01', '\x01',
		'a@org' || i || '.example', '+998901234567', 'SA', 'Samarqand', 'Koʻcha 1', 'uz', 'active', 'tashkilot', '\x01' from generate_series(1, 2) i;
	insert into tin_registry (tin, org_id) select tin, org_id from organizations;
	insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select i, 'Odam ' || i, '\x01', '\x01', 'uz' from generate_series(1, 4) i;
	insert into members (org_id, id, account_id, kind, name, email, status) values
		(1, 1, 1, 'business', 'Odam 1', 'a@org1.example', 'active'), (2, 2, 2, 'business', 'Odam 2', 'a@org2.example', 'active'),
		(1, 3, 3, 'business', 'Odam 3', 'c@org1.example', 'blocked'), (1, 4, 4, 'business', 'Odam 4', 'd@org1.example', 'active'), (2, 4, 4, 'business', 'Odam 4', 'd@org2.example', 'active');
	insert into account_members (account_id, org_id, member_id) select account_id, org_id, id from members;
	insert into member_roles (org_id, member_id, role) select org_id, id, r from members, unnest('{default,org_admin}'::text[]) r;
	insert into staff (id, name, pinfl_mac, roles, status) values (1, 'W', '\x01', '{op_watcher}', 'active'), (2, 'S', '\x02', '{op_support}', 'active'),
		(3, 'L', '\x03', '{op_launcher}', 'active'), (4, 'A', '\x04', '{op_admin}', 'active'), (5, 'B', '\x05', '{op_admin}', 'blocked'), (6, 'C', '\x06', '{op_admin}', 'active')`

// TestAccess asks every route of the table as everybody. What each gets is a
// reviewed file; the rules below hold whatever the file says.
func TestAccess(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	if _, err := a.db.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, route := range routeTable(t) {
		fmt.Fprintf(&table, "%-4s %-32s", route.method, route.pattern)
		for _, who := range identities() {
			w := a.ask(t, route, who)
			fmt.Fprintf(&table, " %s=%d", who.name, w.Code)
			judge(t, route, who, w)
		}
		table.WriteByte('\n')
	}
	golden.Check(t, "access.txt", table.String())
}

type route struct{ method, pattern, area string }

// routeTable reads what TestRouteTable pins.
func routeTable(t *testing.T) (all []route) {
	t.Helper()
	b, err := os.ReadFile("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		all = append(all, route{f[0], f[1], f[2]})
	}
	return all
}

// ask sends the request with a session of its own, so that no answer depends on
// the one before.
func (a *App) ask(t *testing.T, to route, who identity) *httptest.ResponseRecorder {
	t.Helper()
	path := strings.NewReplacer("{token}", strings.Repeat("a", 32), "{tin}", "300000001", "{id}", "6", "*", "nothing").Replace(to.pattern)
	r := httptest.NewRequest(to.method, path, strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "192.0.2.1:1"
	if who.name != "visitor" {
		r.AddCookie(&http.Cookie{Name: "kabinet", Value: a.session(t, who)})
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w
}

func (a *App) session(t *testing.T, who identity) string {
	t.Helper()
	const q = `
		insert into sessions (token_hash, account_id, org_id, member_id, staff_id, data, expires_at)
		values ($1, nullif($2::bigint, 0), nullif($3::bigint, 0), nullif($4::bigint, 0), nullif($5::bigint, 0), $6, now() + interval '1 hour')`
	token := fmt.Sprintf("%s-%p-%d", who.name, t, sessionNumber.Add(1))
	sum := sha256.Sum256([]byte(token))
	data := fmt.Sprintf(`{"d":"2099-01-01T00:00:00Z","a":%d,"o":%d,"m":%d,"s":%d}`, who.account, who.org, who.member, who.staffID)
	if _, err := a.db.Exec(t.Context(), q, base64.RawURLEncoding.EncodeToString(sum[:]), who.account, who.org, who.member, who.staffID, []byte(data)); err != nil {
		t.Fatal(err)
	}
	return token
}

func judge(t *testing.T, to route, who identity, w *httptest.ResponseRecorder) {
	t.Helper()
	say := func(format string, args ...any) {
		t.Errorf("%s %s as %s answers %d: %s", to.method, to.pattern, who.name, w.Code, fmt.Sprintf(format, args...))
	}
	if w.Code >= 500 {
		say("a fault of ours")
	}
	for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"} {
		if w.Header().Get(h) == "" {
			say("no %s", h)
		}
	}
	staff := who.staffID != 0 && who.name != "opblocked"
	member := who.member != 0 && who.name != "blocked"
	if to.area == "staff" && !staff && opened(w) || to.area == "member" && !member && opened(w) {
		say("the area is not theirs")
	}
	if to.area != "public" && w.Header().Get("Cache-Control") == "" {
		say("a private page may be kept by caches")
	}
}

// opened reports whether the answer is more than a refusal or a way to the
// sign-in.
func opened(w *httptest.ResponseRecorder) bool {
	to := w.Header().Get("Location")
	return w.Code < 300 || w.Code < 400 && !strings.Contains(to, "/sign-in")
}
