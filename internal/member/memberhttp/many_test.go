package memberhttp_test

import (
	"net/url"
	"strings"
	"testing"
)

func TestManyUsersAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(1)
	want(t, b.Get("/org/users"), 200, `name="id" value="2"`, "Give a role…")

	t.Run("who ticks nobody is told so in the list they were in", func(t *testing.T) {
		want(t, b.Post("/org/users/bulk", url.Values{"act": {"block"}, "in": {"q=odam+2&evil=1"}}), 422, "Select at least one user", `value="odam 2"`)
	})

	t.Run("acts that are none are not found", func(t *testing.T) {
		for _, act := range []string{"", "delete", "../2"} {
			want(t, b.Post("/org/users/bulk", url.Values{"act": {act}, "id": {"2"}}), 404)
		}
		want(t, b.Get("/org/users/bulk/delete?ids=2"), 404)
		want(t, b.Post("/org/users/bulk/delete", url.Values{"ids": {"2"}}), 404)
	})

	t.Run("the page asks, names them and says who is left out", func(t *testing.T) {
		p := b.Post("/org/users/bulk", url.Values{"act": {"block"}, "id": {"1", "2", "3", "4", "x", "-1"}, "in": {"status=active&evil=1"}})
		if want := "/org/users/bulk/block?ids=1%2C2%2C3%2C4&in=status%3Dactive"; p.Location != want {
			t.Fatalf("leads to %q, want %q", p.Location, want)
		}
		want(t, b.Get(p.Location), 200, "Block 2 users?", "Odam 2", "Odam 3", "1 user is left out", "This is you", `name="ids" value="2,3"`)
		want(t, b.Get("/org/users/bulk/invite?ids=2"), 200, "The act fits none of the selected users", "The user is already active")
		want(t, b.Get("/org/users/bulk/invite?ids=4"), 200, "The act fits none")
		want(t, b.Get("/org/users/bulk/role?all=yes"), 200, "Give 3 users a role")
	})

	t.Run("complaints come back with what was typed", func(t *testing.T) {
		want(t, b.Post("/org/users/bulk/block", url.Values{"ids": {"2"}, "reason": {"www.evil.example"}}), 422, "Write the reason without addresses", `value="www.evil.example"`, "Block 1 user?")
		want(t, b.Post("/org/users/bulk/role", url.Values{"ids": {"2"}, "role": {"king"}}), 422, "Select the role to give")
	})

	t.Run("what is done leads back to the list", func(t *testing.T) {
		p := b.Post("/org/users/bulk/role", url.Values{"ids": {"2,3"}, "role": {"observer"}, "in": {"q=odam"}})
		if p.Status != 303 || p.Location != "/org/users?q=odam" {
			t.Fatalf("%d %q", p.Status, p.Location)
		}
		if n := s.count(`select count(*) from member_roles where role = 'observer' and member_id in (2, 3)`); n != 2 {
			t.Errorf("%d users have the role", n)
		}
		want(t, b.Post("/org/users/bulk/block", url.Values{"ids": {"1,3"}, "reason": {"left"}}), 422, "1 user is blocked", "This is you")
		want(t, s.as(3).Get("/org/users"), 303)
	})

	t.Run("who may not is refused, whatever the act", func(t *testing.T) {
		b := s.as(4)
		p := b.Get("/org/users")
		want(t, p, 200, "Odam 4")
		if strings.Contains(p.Body, "Give a role") || strings.Contains(p.Body, `name="id"`) {
			t.Error("who is alone has users to tick")
		}
		want(t, b.Get("/org/users/bulk/block?ids=2"), 200, "The act fits none")
		s.count(`with gone as (delete from member_roles where member_id = 4 and role = 'org_admin' returning 1) select count(*) from gone`)
		b = s.as(4)
		for _, act := range []string{"block", "nonsense"} {
			want(t, b.Get("/org/users/bulk/"+act+"?ids=2"), 403)
			want(t, b.Post("/org/users/bulk/"+act, url.Values{"ids": {"2"}}), 403)
			want(t, b.Post("/org/users/bulk", url.Values{"act": {act}, "id": {"2"}}), 403)
		}
	})
}
