//go:build dev

package main

import (
	"fmt"
	"strconv"
)

// disagrees looks at forms with which somebody else was quicker: both versions
// are shown.
func (r reader) disagrees() {
	r.t.Helper()
	const of = ` join organizations o using (org_id) where o.tin = '` + string(companyTIN) + `' and `
	place := "/org/places/" + r.id(`select max(p.id) from places p`+of+`p.status = 'active'`)
	user := "/org/users/" + r.id(`select max(m.id) from members m`+of+`m.kind = 'business'`)
	r.clashes("/org/names", "profile-clash")
	r.clashes(place+"/edit", "places-clash")
	r.clashes(user+"/edit", "users-clash")
}

// clashes sends a form that shows an earlier version than the stored one.
func (r reader) clashes(path, name string) {
	r.t.Helper()
	r.open(path)
	r.Eval(`(() => {
		const form = document.querySelector("main form.form");
		form.querySelector("input[name=version]").value = "0";
		form.querySelector("input[type=text]").value += " 2";
		return "";
	})()`)
	r.Click("main form.form button.go")
	r.errs()
	r.examine(name)
}

// leavesThePage is away until the session is about to end, and until it has.
func (r reader) leavesThePage() {
	r.t.Helper()
	away := func(seconds int) {
		r.Eval(fmt.Sprintf(`localStorage.setItem("used", Date.now() - %d000); document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); ""`, seconds))
	}
	r.open("/org")
	away(27*60 + 1)
	r.Until("the question whether to stay", `document.querySelector("#ending[open] > div:first-child")?.checkVisibility()`)
	r.examine("session-ending")
	r.Click("#ending button")
	r.Until("the page as before", `!document.querySelector("#ending[open]")`)
	away(30 * 60)
	r.Until("word of the end", `document.querySelector("#ending[open] > div:last-child")?.checkVisibility()`)
	r.examine("session-ended")
	r.Click("#ending > div:last-child button")
	r.Until("the page as before", `!document.querySelector("#ending[open]")`)
}

// actsOnUsers looks at what is done with several users at once.
func (r reader) actsOnUsers() {
	r.t.Helper()
	r.open("/org/users")
	r.press("member.many.role")
	r.see("member.many.nothing")
	r.examine("users-many-none")
	r.looksAt("users", "/org/users/bulk/invite?all=yes", "/org/users/bulk/role?all=yes", "/org/users/bulk/block?ids=0")
	r.complains("/org/users/bulk/block?all=yes", "users-many-wrong")
	me := r.id(`select min(m.id) from members m join organizations o using (org_id) where o.tin = '` + string(companyTIN) + `'`)
	one := r.id(`select max(m.id) from members m join organizations o using (org_id) where o.tin = '` + string(companyTIN) + `' and m.status <> 'blocked' and m.id <> ` + me)
	r.open("/org/users")
	for _, id := range []string{me, one} {
		r.Click(`input[name=id][value=` + strconv.Quote(id) + `]`)
	}
	r.press("member.many.block")
	r.Wait("#reason")
	r.Type("#reason", "Left the company")
	r.Click("main form.form button.stop")
	r.see("member.flash.many_block")
	r.examine("users-many-blocked")
}
