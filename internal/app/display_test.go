package app

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestDensity: what a person chose holds on every page of the account from the
// next one on, and on nobody else's.
func TestDensity(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.exec(t, stage)
	a.exec(t, `insert into account_members (account_id, org_id, member_id) select account_id, org_id, id from members`)
	const mark = `data-density="compact"`
	people := map[string]identity{}
	for _, who := range identities() {
		people[who.name] = who
	}
	choose := func(density string) {
		t.Helper()
		form := url.Values{"language": {"en"}, "theme": {"system"}, "density": {density}}
		if w := a.send(t, people["admin"], "/me/display", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	}
	pages := []string{"/home", "/me", "/me/sessions", "/org", "/org/users", "/org/places", "/org/groups", "/org/events"}
	shows := func(who, page string, want bool) {
		t.Helper()
		w := a.get(t, people[who], page)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), mark) != want {
			t.Errorf("%s of %s: %d, compact: %t", page, who, w.Code, !want)
		}
	}
	for _, page := range pages {
		shows("admin", page, false)
	}
	choose("compact")
	for _, page := range pages {
		shows("admin", page, true)
		shows("stranger", page, false)
	}
	watcher := people["op_watcher"]
	a.exec(t, `insert into staff (id, name, pinfl_mac, roles) values ($1, 'W', '\x01', '{op_watcher}')`, watcher.staffID)
	shows("op_watcher", "/op/orgs", false)
	form := url.Values{"language": {"en"}, "theme": {"dark"}, "density": {"compact"}}
	if w := a.send(t, watcher, "/op/me/display", form); w.Code != http.StatusSeeOther {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	shows("op_watcher", "/op/orgs", true)
	choose("comfortable")
	shows("admin", "/org/users", false)
}
