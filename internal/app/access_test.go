package app

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/core/golden"
	"kabinet/internal/core/perm"
)

// identity is somebody who asks, as stored: ids of 0 are null.
type identity struct {
	name                          string
	account, org, member, staffID int64
	header                        string // Authorization, for programs
}

// firstRole is the number of the member with the first single role; the others
// follow in the order of perm.MemberRoles.
const firstRole = 20

// identities are the cast of the table: people of two organizations, each role
// of members alone and in its own person, staff of each role, programs.
func identities() []identity {
	all := []identity{
		{name: "visitor"},
		{name: "admin", account: 1, org: 1, member: 1},
		{name: "stranger", account: 2, org: 2, member: 2},
		{name: "blocked", account: 3, org: 1, member: 3},
		{name: "undecided", account: 4},
		{name: "program", header: "Bearer kabinet"},
	}
	for i, r := range perm.MemberRoles() {
		if r == perm.RoleOrgAdmin {
			continue // admin is
		}
		n := int64(firstRole + i)
		all = append(all, identity{name: string(r), account: n, org: 1, member: n})
	}
	for i, r := range perm.StaffRoles() {
		all = append(all, identity{name: string(r), staffID: int64(i + 1)})
	}
	return append(all, identity{name: "op_blocked", staffID: 9})
}

const stage = `
	insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
	select i, '30000000' || i, 'mchj', 'Tashkilot ' || i, 'Организация ' || i, 'Direktor', '\x01', '\x01',
		'a@org' || i || '.example', '+998901234567', 'SA', 'Samarqand', 'Koʻcha 1', 'uz', 'active', 'tashkilot', '\x01' from generate_series(1, 2) i;
	insert into tin_registry (tin, org_id) select tin, org_id from organizations;
	insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select i, 'Odam ' || i, '\x01', '\x01', 'uz' from generate_series(1, 60) i;
	insert into members (org_id, id, account_id, kind, name, email, status) values
		(1, 1, 1, 'business', 'Odam 1', 'a@org1.example', 'active'), (2, 2, 2, 'business', 'Odam 2', 'a@org2.example', 'active'),
		(1, 3, 3, 'business', 'Odam 3', 'c@org1.example', 'blocked'), (1, 4, 4, 'business', 'Odam 4', 'd@org1.example', 'active'), (2, 4, 4, 'business', 'Odam 4', 'd@org2.example', 'active');
	insert into member_roles (org_id, member_id, role) select org_id, id, r from members, unnest('{default,org_admin}'::text[]) r;
	insert into member_roles (org_id, member_id, role) values (2, 2, 'provider_manager'), (2, 2, 'key_manager'), (2, 2, 'card_publisher');
	insert into staff (id, name, pinfl_mac, roles, status) values (9, 'B', '\x09', '{op_admin}', 'blocked')`

// people makes one member for each role and one of staff for each.
func people(t *testing.T, a *App) {
	t.Helper()
	for i, r := range perm.MemberRoles() {
		a.exec(t, `insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places) values (1, $1, $1, 'business', $2, '', 'active', true, true)`, firstRole+i, string(r))
		a.exec(t, `insert into member_roles (org_id, member_id, role) select 1, $1, r from unnest($2::text[]) r`, firstRole+i, roles(r))
	}
	for i, r := range perm.StaffRoles() {
		a.exec(t, `insert into staff (id, name, pinfl_mac, roles) values ($1, $2, $3, array[$2])`, i+1, string(r), []byte{byte(i)})
	}
	a.exec(t, `insert into account_members (account_id, org_id, member_id) select account_id, org_id, id from members`)
}

// roles are those of the person who stands for one: nobody is without the
// default role.
func roles(r perm.Role) []string {
	if r == perm.RoleDefault {
		return []string{string(r)}
	}
	return []string{string(perm.RoleDefault), string(r)}
}

func (a *App) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := a.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// TestAccess asks every route of the table as everybody. What each gets is a
// reviewed file; the rules below hold whatever the file says.
func TestAccess(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.exec(t, stage)
	people(t, a)
	things(t, a)
	var table strings.Builder
	for _, route := range routeTable(t) {
		answers := map[int][]string{}
		for i, who := range identities() {
			if strings.HasPrefix(route.pattern, "/org/agreement/") || strings.HasPrefix(route.pattern, "/op/agreements/") {
				a.agreement(t)
			}
			if strings.HasPrefix(route.pattern, "/cards/") {
				a.card(t)
			}
			if strings.HasPrefix(route.pattern, "/support/{") || strings.HasPrefix(route.pattern, "/op/support/") {
				a.question(t)
			}
			w := a.ask(t, route, who, i)
			answers[w.Code] = append(answers[w.Code], who.name)
			judge(t, route, who, w)
		}
		fmt.Fprintf(&table, "%s %s\n", route.method, route.pattern)
		for _, code := range slices.Sorted(maps.Keys(answers)) {
			fmt.Fprintf(&table, "  %d %s\n", code, strings.Join(short(answers[code]), " "))
		}
	}
	golden.Check(t, "access.txt", table.String())
}

// short writes "members" for all single roles together and "staff" for all of
// staff: the file is to be read.
func short(names []string) []string {
	var members, staff []string
	for _, r := range perm.MemberRoles() {
		if r != perm.RoleOrgAdmin {
			members = append(members, string(r))
		}
	}
	for _, r := range perm.StaffRoles() {
		staff = append(staff, string(r))
	}
	return replaced(replaced(names, members, "members"), staff, "staff")
}

// replaced puts one word in the place of names that are all there.
func replaced(names, all []string, word string) []string {
	for _, n := range all {
		if !slices.Contains(names, n) {
			return names
		}
	}
	rest := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(all, n) })
	return append(rest, word)
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
func (a *App) ask(t *testing.T, to route, who identity, n int) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(to.method, to.path(), strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1", n+1) // limits are of addresses
	if who.header != "" {
		r.Header.Set("Authorization", who.header)
	}
	if who.account != 0 || who.staffID != 0 {
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

// everybodys takes away the parts of a path that name no thing of an organization.
var everybodys = strings.NewReplacer("{act}", "", "{task}", "")

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
	staff := who.staffID != 0 && who.name != "op_blocked"
	member := who.member != 0 && who.name != "blocked"
	if to.area == "staff" && !staff && opened(w) || to.area == "member" && !member && opened(w) {
		say("the area is not theirs")
	}
	if who.name == "stranger" && to.area == "member" && strings.Contains(everybodys.Replace(to.pattern), "{") && w.Code != http.StatusNotFound {
		say("another organization's thing is there for them")
	}
	if id := twice(w.Body.String()); id != "" {
		say("two parts of the page are called %s: a label or a link means the wrong one", id)
	}
	if to.area != "public" && w.Header().Get("Cache-Control") == "" {
		say("a private page may be kept by caches")
	}
}

// twice finds an id that a page has twice, "" when there is none.
func twice(body string) string {
	seen := map[string]bool{}
	for part := range strings.SplitSeq(body, ` id="`) {
		id, _, _ := strings.Cut(part, `"`)
		if seen[id] {
			return id
		}
		seen[id] = true
	}
	return ""
}

// opened reports whether the answer is more than a refusal or a way to the
// sign-in.
func opened(w *httptest.ResponseRecorder) bool {
	to := w.Header().Get("Location")
	return w.Code < 300 || w.Code < 400 && !strings.Contains(to, "/sign-in")
}
