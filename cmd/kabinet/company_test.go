//go:build dev

package main

import (
	"fmt"
	"net/http"
	"strings"
)

// colleague is who the director of a company lets in, by a key that has nothing
// to do with the company.
type colleague struct {
	name, ru, en, email, pinfl string
	key                        []string
	preset                     string
}

// colleagueOf is one for each of the directors.
func colleagueOf(c company) colleague {
	return map[string]colleague{
		zarafshon.tin: {"Yoʻldosheva Dilnoza Akmalovna", "Юлдашева Дилноза Акмаловна", "Yoldosheva Dilnoza", "dilnoza@zarafshonsut.example", "41509880010051", keyAccountant, "accountant"},
		registon.tin:  {"Saidova Malika Anvarovna", "Саидова Малика Анваровна", "Saidova Malika", "malika@registonfarm.example", "41811900040041", saidova.key, "warehouse"},
		orol.tin:      {"Normatov Otabek Ilhomovich", "Норматов Отабек Илхомович", "Normatov Otabek", "otabek@orolsuv.example", "30611920110116", keyOtabek, "production"},
	}[c.tin]
}

// setsUp is the first day of an administrator: a place, a group, a user, a right
// of the own, a key.
func (r reader) setsUp(c company) {
	r.t.Helper()
	r.addsPlace()
	r.addsGroup()
	r.asksOperator(prefixOf(c.lang))
	r.addsUser(colleagueOf(c))
	r.takesRole()
	r.makesKey(c)
}

// addsPlace goes from Home to a place that works: at most five clicks.
func (r reader) addsPlace() {
	r.t.Helper()
	r.complains("/org/places/new", "places-new-wrong")
	r.open("/home")
	r.Count()
	r.press("onboarding.task.places")
	r.At("/org/places")
	r.examine("places")
	r.press("place.new")
	r.At("/org/places/new")
	r.examine("places-new")
	r.Type("#name", "Ombor 2")
	r.Click(`input[name=activities]`)
	const fromTheList = 1 // a native list counts as one click
	r.Eval(`document.querySelector("#region").value = "TO"; ""`)
	r.Type("#district", "Chirchiq shahri")
	r.press("place.form.create")
	r.see("place.flash.created")
	r.within(5, fromTheList, "adding a place")
	r.examine("places-record")
}

// addsUser goes from Home to an invited user with the roles of a preset: at most
// four clicks.
func (r reader) addsUser(u colleague) {
	r.t.Helper()
	r.complains("/org/users/new", "users-new-wrong")
	r.open("/org/users")
	r.examine("users-alone")
	r.open("/home")
	r.Count()
	r.press("onboarding.task.users")
	r.At("/org/users/new")
	r.examine("users-new")
	for field, text := range map[string]string{"name": u.name, "name_ru": u.ru, "name_en": u.en, "email": u.email, "pinfl": u.pinfl} {
		r.Type("#"+field, text)
	}
	r.Click(fmt.Sprintf(`input[name=preset][value=%s]`, u.preset))
	r.press("member.new.submit")
	r.see("member.flash.added")
	r.within(4, 0, "adding a user with a preset")
	r.examine("users-record")
}

// takesRole goes from a refusal to the page that was refused, through a role
// that an administrator gives to himself: at most two clicks.
func (r reader) takesRole() {
	r.t.Helper()
	r.open("/org/authorizations")
	r.See(r.words("access.missing.role", "role", r.words("role.provider_manager")))
	r.examine("refused-take")
	r.Count()
	r.press("access.take.role")
	r.At("/me/access/take")
	r.examine("access-take")
	r.press("access.take.confirm")
	r.At("/org/authorizations")
	r.within(2, 0, "a missing role of one's own")
	r.examine("authorizations-none")
}

// comesIn is the way of the invited user in another browser, who sees only what
// the role allows and asks for more.
func (r reader) comesIn(u colleague) {
	r.t.Helper()
	r.joinsBy(r.portal.invitationTo(r.t, u.email), u.key)
	r.examine("colleague-home")
	r.open("/org")
	r.examine("colleague-org")
	for _, section := range []string{"users", "requests", "keys", "authorizations", "events"} {
		if r.Eval(fmt.Sprintf(`String(document.querySelector('a[href="/org/%s"]') !== null)`, section)) == "true" {
			r.t.Errorf("a user without the right is led to /org/%s", section)
		}
	}
	for _, path := range []string{"/org/places", "/org/groups", "/org/gs1", "/me/keys"} {
		r.open(path)
		r.examine("colleague" + strings.ReplaceAll(path, "/", "-"))
	}
	for _, path := range []string{"/org/places/new", "/org/groups/new", "/org/users", "/org/users/new", "/org/keys", "/org/events", "/org/requests", "/org/names"} {
		if status := r.Eval(fmt.Sprintf(`fetch(%q).then(r => String(r.status))`, path)); status != "403" {
			r.t.Errorf("%s answers a user without the right with %s", path, status)
		}
	}
	r.open("/me/access/ask?kind=role&thing=observer")
	r.examine("access-ask")
	r.asksFor("provider_manager", "/org/authorizations")
	r.asksFor("org_admin", "/org/users")
}

// asksFor asks the administrators for a role on the page that refuses for want
// of it.
func (r reader) asksFor(role, path string) {
	r.t.Helper()
	r.open(path)
	r.see("role." + role)
	r.examine("refused-ask-" + role)
	r.press("access.ask.role")
	r.see("access.flash.asked")
	r.examine("access-asked")
}

// answersColleague grants the older request with one click and refuses the other.
func (r reader) answersColleague() {
	r.t.Helper()
	r.open("/org/requests")
	r.examine("requests")
	refuse := r.Eval(`[...document.querySelectorAll("#requests tbody tr")].find(row => row.innerText.includes(` + quoted(r.words("role.org_admin")) + `)).querySelector('a[href$="/refuse"]').getAttribute("href")`)
	grant := strings.TrimSuffix(r.Eval(`[...document.querySelectorAll('#requests a[href$="/refuse"]')].map(a => a.getAttribute("href")).find(h => h !== `+quoted(refuse)+`)`), "/refuse") + "/grant"
	r.Click(fmt.Sprintf(`form[action=%q] button`, grant))
	r.see("access.flash.granted")
	r.complains(refuse, "requests-refuse-wrong")
	r.Type("#reason", "We have an administrator")
	r.press("access.refuse")
	r.see("access.flash.refused")
	r.open("/org/requests")
	r.examine("requests-none")
	r.open("/org/requests?status=decided")
	r.examine("requests-decided")
}

// isAnswered goes on without a new sign-in.
func (r reader) isAnswered() {
	r.t.Helper()
	r.open("/org/authorizations")
	r.see("provider.lead")
	r.open("/me/access")
	r.See("We have an administrator")
	r.examine("access-answered")
	r.open("/notices")
	r.examine("notices")
	r.open("/me/letters")
	r.examine("letters")
}

// complains sends the form of a page with its fields emptied and examines what
// comes back.
func (r reader) complains(path, name string) {
	r.t.Helper()
	r.open(path)
	r.Eval(`for (const e of document.querySelectorAll("main form.form :is(input[type=text], input[type=email], input[type=tel], input:not([type]), textarea)")) e.value = ""; ""`)
	r.Click("main form.form button:is(.go, .stop)")
	r.Wait("#summary")
	r.examine(name)
}

// api calls the Open API as programs do and gives the status of the answer.
func (r reader) api(path, key string) int {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.portal.URL+"/public/api/v1/party/parties/"+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }
