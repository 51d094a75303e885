package layout_test

import (
	"strings"
	"testing"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// Menus are remembered as drawn: what one reader may see must not show up for
// another, and what changes must show at once.
func TestAMenuIsThatOfItsReader(t *testing.T) {
	t.Parallel()
	all, few := perm.Rights([]string{"op_admin"}), perm.Of(perm.OpOrgRead)
	for range 2 {
		for _, l := range i18n.Langs() {
			for path, current := range map[string]string{"/op": "/op", "/op/orgs?q=/op": "/op/orgs"} {
				for name, c := range map[string]struct {
					rights perm.Set
					staff  int // links to the page of staff, one in each menu
				}{"an administrator": {all, 2}, "a reader": {few, 0}} {
					ctx := layout.WithViewer(i18n.With(t.Context(), l), layout.Viewer{Path: path, Name: "Timur", Staff: true, Rights: c.rights})
					var b strings.Builder
					if err := layout.Staff(layout.Page{Title: "x"}).Render(ctx, &b); err != nil {
						t.Fatal(err)
					}
					got := b.String()
					if n := strings.Count(got, `href="/op/staff"`); n != c.staff {
						t.Errorf("%s at %s in %s: %d links to staff, want %d", name, path, l.Code(), n, c.staff)
					}
					if n := strings.Count(got, `<a href="`+current+`" aria-current="page">`+i18n.Text(l, map[string]string{"/op": "layout.nav.overview", "/op/orgs": "layout.nav.orgs"}[current])); n != 2 {
						t.Errorf("%s at %s in %s: %d marks of the current page, want 2", name, path, l.Code(), n)
					}
				}
			}
		}
	}
}

func TestACountInTheMenuIsTheOneOfNow(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 4, 0, 3} {
		got := uitest.Render(t, i18n.En, layout.Frame(layout.Page{Area: layout.Portal, Nav: []layout.NavItem{{Text: "Requests", URL: "/r", Count: n}}}))
		if shown := strings.Contains(got, `class="cnt"`); shown != (n > 0) || n > 0 && !strings.Contains(got, `class="cnt">`+string(rune('0'+n))) {
			t.Errorf("%d: %s", n, between(got, `class="nav"`, "</ul>"))
		}
	}
}
