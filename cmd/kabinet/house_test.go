//go:build dev

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/platform/i18n"
)

// Who comes to the portal without a letter.
var (
	keyZebo   = []string{"Toʻrayeva Zebo"}
	keyClosed = []string{"Sobirov Dilshod"}
	keyJasur  = []string{"Hakimov Jasur"}
)

// signsIn is the way of a member who works already.
func (r reader) signsIn(key []string) {
	r.t.Helper()
	r.open("/sign-in")
	r.findKeys()
	r.choose(key...)
	r.sign()
	r.At("/home")
}

// looksAt opens pages and examines them.
func (r reader) looksAt(area string, paths ...string) {
	r.t.Helper()
	for _, path := range paths {
		r.open(path)
		r.examine(area + strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-").Replace(path))
	}
}

// isAtWork is a day of the company at work: its director sits at several
// computers, until the next one takes over.
func (w *whole) isAtWork(t *testing.T) {
	t.Run("beside each other", func(t *testing.T) {
		for name, works := range map[string]func(reader){"house": reader.keepsHouse, "cards": reader.keepsCards, "papers": reader.keepsPapers} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r := w.sit(t, i18n.Ru)
				r.signsIn(keyUlugbek)
				r.Press("Рус") // the browser remembers it
				r.see("onboarding.title")
				works(r)
			})
		}
	})
	w.sit(t, i18n.Uz).takesCompanyOver()
}

// keepsHouse is the director of the company at work on every page about it.
func (r reader) keepsHouse() {
	r.t.Helper()
	r.limits()
	r.keepsProfile()
	r.keepsPlaces()
	r.keepsUsers()
	r.disagrees()
	r.actsOnUsers()
	r.takesRole()
	r.authorizes()
	r.looksAt("house", "/home", "/org/events", "/org/events?about=member", "/org/events?actor=nobody", "/org/keys", "/me", "/me/access", "/notices", "/me/letters")
}

// keepsPapers is the director on every page about what comes from others and goes
// to them.
func (r reader) keepsPapers() {
	r.t.Helper()
	r.agrees()
	r.readsDocuments()
	r.readsReceipts()
	r.writesOperator()
	r.readsNotices()
	r.readsWithoutScripts()
}

// keepsProfile looks at the profile and every form of it, also with complaints.
func (r reader) keepsProfile() {
	r.t.Helper()
	bank := "/org/bank/" + r.id(`select b.id from bank_accounts b join organizations o using (org_id) where o.tin = '`+string(companyTIN)+`'`)
	r.looksAt("profile", "/org", "/org/names", "/org/contacts", "/org/address", "/org/residency", "/org/email", "/org/bank/new", bank, "/org/history")
	r.complains("/org/names", "profile-names-wrong")
	r.complains("/org/contacts", "profile-contacts-wrong")
	r.complains("/org/address", "profile-address-wrong")
	r.complains("/org/bank/new", "profile-bank-wrong")
	r.complains("/org/email", "profile-email-wrong")
	r.Type("#email", "yangi@registon-tibbiyot-500.example")
	r.Click("#other form button.go")
	r.see("profile.email.sent")
	r.looksAt("profile-waits", "/org/email", "/org")
	r.leavesThePage()
}

// keepsPlaces goes through the life of a place and a file of places.
func (r reader) keepsPlaces() {
	r.t.Helper()
	r.addsPlace()
	place := r.Path()
	r.looksAt("house", "/org/places", "/org/places?q=yoq", place, place+"/edit", place+"/main", place+"/block", "/org/places/import")
	r.complains(place+"/edit", "places-edit-wrong")
	r.complains("/org/places/import", "places-import-none")
	r.Attach("#file", r.file("places.csv", "Name;Activities;Region;District\nOmbor 3;Storage;SA;Urgut\n;dancing;ZZ;\n"))
	r.press("place.import.check")
	r.see("place.import.not_yet")
	r.examine("places-import-checked")
	r.Click(`main form[action$="/apply"] button`)
	r.see("place.flash.imported")
	r.examine("places-import-done")
	r.open(place + "/main")
	r.press("place.make_main")
	r.see("place.flash.main")
	r.complains(place+"/block", "places-block-wrong")
}

// keepsUsers looks at users in every state and takes a file of them in.
func (r reader) keepsUsers() {
	r.t.Helper()
	const of = ` from members m join organizations o using (org_id) where o.tin = '` + string(companyTIN) + `' and `
	me := "/org/users/" + r.id(`select min(m.id)`+of+`m.kind = 'business'`)
	user := "/org/users/" + r.id(`select max(m.id)`+of+`m.kind = 'business'`)
	program := "/org/users/" + r.id(`select max(m.id)`+of+`m.kind = 'technical'`)
	r.looksAt("house", "/org/users", "/org/users?q=yoq", "/org/users/import", "/org/roles", "/org/requests")
	r.looksAt("user", user, user+"/edit", user+"/roles", user+"/scope", user+"/block")
	r.looksAt("me", me, me+"/block")
	r.looksAt("program", program, program+"/roles", program+"/technical")
	r.complains(user+"/edit", "users-edit-wrong")
	r.complains("/org/users/import", "users-import-none")
	r.Attach("#file", r.file("users.csv", "name;name_ru;name_en;pinfl;email;preset\n"+
		"Rahimov Sardor Akmalovich;Рахимов Сардор Акмалович;Rahimov Sardor;31402860070094;sardor@registon-tibbiyot-500.example;accountant\n;;;1;no;\n"))
	r.press("member.import.check")
	r.see("member.import.errors")
	r.examine("users-import-checked")
	r.Click(`main form[action^="/org/users/import/"] .savebar button`)
	r.see("member.flash.imported")
	r.examine("users-import-done")
	r.complains(user+"/block", "users-block-wrong")
	r.Type("#reason", "Left the company")
	r.press("member.block.submit")
	r.see("member.flash.blocked")
	r.examine("users-blocked")
	r.open("/org/users")
	r.examine("users-all")
}

// authorizes lets a provider work for the company, and ends it.
func (r reader) authorizes() {
	r.t.Helper()
	if _, err := r.portal.DB.Exec(r.t.Context(), `
		with provider as (update organizations set status = 'active', activated_at = now() where tin = $1 returning org_id)
		insert into org_product_groups (org_id, group_id, issuer, status)
		select p.org_id, g.group_id, false, 'active' from provider p, org_product_groups g join organizations o using (org_id)
		where o.tin = $2 on conflict do nothing`, saidova.tin, string(companyTIN)); err != nil {
		r.t.Fatal(err)
	}
	r.open("/org/authorizations/new")
	r.examine("authorizations-new")
	r.Type("#tin", saidova.tin)
	r.press("provider.continue")
	r.Wait("#until")
	r.examine("authorizations-form")
	r.press("provider.submit")
	r.Wait("#summary")
	r.examine("authorizations-wrong")
	r.Click(`input[name=groups]`)
	r.Click(`input[name=tasks][value=utilisation]`) // codes are ordered only where one is an issuer
	r.Eval(`document.querySelector("#until").value = "2027-12-31"`)
	r.press("provider.submit")
	r.see("provider.flash.created")
	r.examine("authorizations-record")
	one := r.Path()
	r.looksAt("house", "/org/authorizations", "/org/authorizations?q=yoq", "/org/authorizations?side=received")
	r.open(one + "/revoke")
	r.examine("authorizations-revoke")
	r.complains(one+"/revoke", "authorizations-revoke-wrong")
	r.Type("#reason", "The contract ended")
	r.press("provider.revoke")
	r.see("provider.flash.revoked")
	r.examine("authorizations-revoked")
}

// file makes a file to be sent.
func (r reader) file(name, text string) string {
	r.t.Helper()
	path := filepath.Join(r.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

// takesCompanyOver is the new director of the company, whom the register names.
func (r reader) takesCompanyOver() {
	r.t.Helper()
	r.looksAt("public", "/director", "/director/recorded")
	r.open("/director")
	r.findKeys()
	r.choose(keyUlugbek...)
	r.sign()
	r.Until("a refusal", `document.readyState == "complete" && document.title.startsWith(`+quoted(r.words("layout.title.error"))+`)`)
	r.examine("director-refused")
	r.findKeys()
	r.choose(keyJasur...)
	r.sign()
	r.At("/home")
	r.examine("director-home")
}

// registers is the way of a company that the old records do not know; another
// one is refused, since the register calls it liquidated.
func (r reader) registers() {
	r.t.Helper()
	r.looksAt("public", "/register", "/offer", "/register/contacts")
	r.open("/register")
	r.findKeys()
	r.choose(keyClosed...)
	r.sign()
	r.See(r.words("enroll.refuse.liquidated", "tin", "308 120 954"))
	r.examine("register-refused")
	r.findKeys()
	r.choose(keyZebo...)
	r.sign()
	r.At("/register/found")
	r.examine("register-found")
	r.press("enroll.continue")
	r.At("/register/contacts")
	r.examine("register-contacts")
	r.complains("/register/contacts", "register-contacts-wrong")
	r.Type("#email", "info@hisor-bulogi.example")
	r.Type("#phone", "+998901234567")
	r.press("enroll.continue")
	r.At("/register/place")
	r.examine("register-place")
	r.complains("/register/place", "register-place-wrong")
	r.Click(`input[name=activities]`)
	r.Retype("#district", "Shahrisabz shahri")
	r.Retype("#street", "Ipak yoʻli koʻchasi, 18-uy")
	r.press("enroll.continue")
	r.accepts()
}

// accepts signs the offer and types the code from the letter.
func (r reader) accepts() {
	r.t.Helper()
	r.At("/register/offer")
	r.examine("register-offer")
	r.press("enroll.offer.button")
	r.Wait("#summary")
	r.examine("register-offer-wrong")
	r.Click(`input[name=accept]`)
	r.press("enroll.offer.button")
	r.At("/register/sign")
	r.examine("register-sign")
	r.findKeys()
	r.choose(keyZebo...)
	r.sign()
	r.At("/register/confirm")
	r.examine("register-confirm")
	r.Type("#code", "0000-0000-0000-0000\r")
	r.see("enroll.confirm.wrong", "left", 4)
	r.examine("register-confirm-wrong")
	r.Retype("#code", r.portal.codeTo(r.t, "info@hisor-bulogi.example"))
	r.press("enroll.confirm.button")
	r.At("/home")
	r.see("enroll.done")
	r.examine("register-home")
}
