package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/menu"
)

// TestReturnedCardsAreCountedInTheMenu: for who may see them, where they may.
func TestReturnedCardsAreCountedInTheMenu(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.exec(t, stage)
	people(t, a)
	a.exec(t, `insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, true, 'active'), (1, 15, true, 'active')`)
	a.exec(t, `insert into cards (org_id, id, gtin, group_id, packaging, editing, archived_at) values
		(1, 1, '04780001000010', 13, 'UNIT', 'returned', null), (1, 2, '04780001000027', 15, 'UNIT', 'returned', null),
		(1, 3, '04780001000034', 13, 'UNIT', 'returned', now()), (1, 4, '04780001000041', 13, 'UNIT', 'draft', null)`)
	who := map[string]identity{}
	for _, i := range identities() {
		who[i.name] = i
	}
	editor, observer := who[string(perm.RoleCardEditor)], who[string(perm.RoleCardObserver)]
	a.exec(t, `update members set all_groups = id <> $1 where org_id = 1`, editor.member)
	a.exec(t, `insert into member_groups (org_id, member_id, group_id) values (1, $1, 13)`, editor.member)
	for name, tt := range map[string]struct {
		who  identity
		want string
	}{
		"all groups":      {observer, `class="cnt hot">2 <span`},
		"one group":       {editor, `class="cnt hot">1 <span`},
		"another company": {who["stranger"], ""},
		"without a right": {who["admin"], ""},
	} {
		body := a.get(t, tt.who, "/me").Body.String()
		if tt.want != "" && !strings.Contains(body, tt.want) || tt.want == "" && strings.Contains(body, "cnt hot") {
			t.Errorf("%s: the menu has no %q", name, tt.want)
		}
	}
}

// TestCountsAreForgotten: the map holds only those at work.
func TestCountsAreForgotten(t *testing.T) {
	t.Parallel()
	old := clock.System().Add(-time.Minute)
	c := counts{known: map[string]counted{"gone": {menu.Counts{Returned: 3}, old}}, swept: old}
	if _, ok := c.get("gone"); ok {
		t.Error("a count of a minute ago is believed")
	}
	c.put("here", menu.Counts{Unread: 2})
	if n, ok := c.get("here"); !ok || n.Unread != 2 || len(c.known) != 1 {
		t.Errorf("%+v, %t of %d", n, ok, len(c.known))
	}
	c.drop("here")
	if _, ok := c.get("here"); ok {
		t.Error("what was dropped is known")
	}
}
