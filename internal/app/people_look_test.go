//go:build dev

package app

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/browsertest"
)

// pictures, when given, is where every page that is examined is drawn.
var pictures = flag.String("pictures", "", "folder for pictures of the pages about users")

const peopleStage = `
	insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, true, 'active'), (1, 3, false, 'active') on conflict do nothing;
	insert into members (org_id, id, kind, name, name_ru, name_en, position, email, status, all_groups, search, blocked_reason, blocked_at) values
		(1, 901, 'business', 'Karimova Dilnoza Baxtiyor qizi', 'Каримова Дилноза', 'Karimova Dilnoza', 'Bosh hisobchi', 'dilnoza.karimova@zarafshonsut.example', 'not_activated', true, 'karimova', '', null),
		(1, 902, 'technical', 'Yuksalish 2', 'Юксалиш 2', 'Yuksalish 2', '', 'it@zarafshonsut.example', 'active', false, 'yuksalish', '', null),
		(1, 903, 'business', 'Oʻrinboyev Gʻulomjon', 'Уринбоев Гуломжон', 'Orinboyev Gulomjon', '', 'g@zarafshonsut.example', 'blocked', false, 'orinboyev', 'Ishdan ketdi', now());
	insert into member_roles (org_id, member_id, role) select 1, 901, r from unnest('{default,observer,order_observer,doc_correction,doc_withdrawal}'::text[]) r;
	insert into member_roles (org_id, member_id, role) values (1, 902, 'default'), (1, 902, 'doc_application'), (1, 903, 'default');
	insert into member_groups (org_id, member_id, group_id) values (1, 902, 13);
	insert into access_requests (org_id, id, member_id, kind, subject, note, status, reason, decided_at, decided_by) values
		(1, 1, 4, 'role', 'card_editor', 'Kartochka tayyorlashim kerak', 'open', '', null, null), (1, 2, 4, 'group', '13', '', 'refused', 'Boshqa guruhda ishlaysiz', now(), 1);
	delete from member_roles where member_id = 4 and role = 'org_admin'`

// TestPagesAboutUsersHoldTogether examines every page and state in Chromium:
// axe, nothing inline, nothing wider than the window, in two widths.
func TestPagesAboutUsersHoldTogether(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	for _, sql := range []string{stage, peopleStage} {
		if _, err := a.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	admin := identity{name: "admin", account: 1, org: 1, member: 1}
	for who, pages := range map[identity][]string{
		admin: {
			"/org/users", "/org/users?q=nobody", "/org/users/new", "/org/users/901", "/org/users/902", "/org/users/903", "/org/users/901/edit",
			"/org/users/901/roles", "/org/users/902/scope", "/org/users/1/block", "/org/users/import", "/org/roles", "/org/requests",
			"/org/requests?status=decided", "/org/requests/1/refuse", "/me/access", "/me/access/take?kind=role&thing=observer", "/me/access/ask?kind=role&thing=observer", "/org/authorizations",
		},
		{name: "clerk", account: 4, org: 1, member: 4}: {"/me/access", "/org/users", "/org/roles"},
	} {
		tab := chromium.Open(t)
		a.enter(t, tab, server.URL, who)
		for _, path := range pages {
			if path == "/org/authorizations" || who.name == "clerk" && path == "/org/users" {
				tab.Expect("403")
			}
			tab.Go(server.URL + path)
			a.examine(t, tab, who.name, path)
		}
	}
}

// enter puts the session of somebody into a tab.
func (a *App) enter(t *testing.T, tab *browsertest.Tab, at string, who identity) {
	t.Helper()
	tab.Expect("404")
	tab.Go(at + "/assets/")
	tab.Eval(fmt.Sprintf(`document.cookie = "kabinet=%s; path=/"`, a.session(t, who)))
}

func (a *App) examine(t *testing.T, tab *browsertest.Tab, who, path string) {
	t.Helper()
	for _, width := range []int64{browsertest.Wide, browsertest.Phone} {
		tab.Look(width, browsertest.Light)
		if o := tab.Overflow(); o != "" {
			t.Errorf("%s %d: too wide: %s", path, width, o)
		}
		for _, f := range tab.Axe() {
			t.Errorf("%s %d: %s", path, width, f)
		}
		if *pictures != "" {
			name := fmt.Sprintf("%s%s_%d.png", who, strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path), width)
			if err := os.WriteFile(filepath.Join(*pictures, name), tab.Picture(), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	if i := tab.Inline(); i != "" {
		t.Errorf("%s: %s", path, i)
	}
}

// TestClicksAboutUsers are those of ux.md 4.4, from the signed-in Home.
func TestClicksAboutUsers(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	if _, err := a.db.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	for number, lang := range []string{"uz", "ru", "en"} {
		if _, err := a.db.Exec(t.Context(), `update accounts set language = $1`, lang); err != nil {
			t.Fatal(err)
		}
		tab := chromium.Open(t)
		a.enter(t, tab, server.URL, identity{name: "admin", account: 1, org: 1, member: 1})
		tab.Go(server.URL + "/home")
		tab.Count()
		tab.Click(`#tasks a[href^="/org/users"]`)
		tab.Until("users", `location.pathname.startsWith("/org/users")`)
		if tab.Path() == "/org/users" {
			tab.Click(`a[href="/org/users/new"]`)
		}
		for field, text := range map[string]string{
			"name": "Karimova Dilnoza", "name_ru": "Каримова Дилноза", "name_en": "Karimova Dilnoza",
			"email": "dilnoza@company.example", "pinfl": fmt.Sprintf("4120385001001%d", number),
		} {
			tab.Type("#"+field, text)
		}
		tab.Click(`input[name="preset"][value="accountant"]`)
		tab.Click(`.savebar .btn.go`)
		tab.Until("the user's page", `/^.org.users.\d+$/.test(location.pathname)`)
		tab.See("Karimova Dilnoza")
		if n := tab.Clicks(); n > 4 {
			t.Errorf("%s: a user with roles takes %d clicks, 4 at most", lang, n)
		}
		if _, err := a.db.Exec(t.Context(), `delete from member_roles where member_id = 1 and role = 'provider_manager'`); err != nil {
			t.Fatal(err)
		}
		a.enter(t, tab, server.URL, identity{name: "admin", account: 1, org: 1, member: 1})
		tab.Expect("403")
		tab.Go(server.URL + "/org/authorizations")
		tab.Count()
		tab.Click(`.problem .btn.go`)
		tab.At("/me/access/take")
		tab.Click(`.savebar .btn.go`)
		tab.At("/org/authorizations")
		if n := tab.Clicks(); n > 2 {
			t.Errorf("%s: a missing role of one's own takes %d clicks, 2 at most", lang, n)
		}
	}
}
