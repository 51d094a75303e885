//go:build dev

package main

import (
	"net/http"
	"strings"
)

// makesKey is the way of an administrator from Home to a key and a call with it,
// in at most five clicks; then to another key, for which the portal asks for the
// EDS key again, and to its end.
func (r reader) makesKey(c company) {
	r.t.Helper()
	r.open("/me/keys")
	r.see("apikey.first")
	r.examine("keys-none")
	r.open("/home")
	r.Count()
	r.Click(`main a[href="/me/keys"]`)
	r.At("/me/keys")
	r.press("apikey.create")
	r.At("/me/keys/new")
	r.examine("key-new")
	r.press("apikey.new.submit")
	r.Wait("#key")
	r.examine("key-value")
	value := r.Text("#key")
	r.Click(`[data-copy="#key"]`)
	r.copied()
	r.press("apikey.value.saved")
	r.see("apikey.flash.saved")
	r.within(5, 0, "making an API key")
	r.examine("key")
	r.Eval(`history.back() || ""`)
	r.Until("the way back", `document.readyState == "complete" && !document.querySelector("#key")`)
	if r.Sees(value) {
		r.t.Error("the way back shows the key")
	}
	for _, path := range []string{c.tin + "/status", c.tin + "/api-keys/check"} {
		if status := r.api(path, value); status != http.StatusOK {
			r.t.Errorf("%s answers the key with %d", path, status)
		}
	}
	fresh := r.replacesKey(c, value)
	r.toursKeys()
	r.revokesKey(c, fresh)
}

// copied waits until the page says what became of copying: its words move what
// stands below them.
func (r reader) copied() {
	r.t.Helper()
	r.Until("what became of copying", `document.querySelector('[data-copy="#key"]').parentElement.querySelector("[role=status]").textContent.trim()`)
}

// revokesKey ends a key: the next call with it is refused.
func (r reader) revokesKey(c company, key string) {
	r.t.Helper()
	r.open("/me/keys")
	r.Press(`1C & "ombor"`)
	r.press("apikey.revoke")
	r.see("apikey.revoke.text")
	r.examine("key-revoke")
	r.press("apikey.revoke")
	r.see("apikey.flash.revoked")
	if status := r.api(c.tin+"/status", key); status != http.StatusUnauthorized {
		r.t.Errorf("a revoked key is answered with %d", status)
	}
	r.examine("key-revoked")
}

// replacesKey makes another key a quarter of an hour after the last signature:
// the portal asks for the key, then goes on with what was typed.
func (r reader) replacesKey(c company, old string) (fresh string) {
	r.t.Helper()
	if _, err := r.portal.DB.Exec(r.t.Context(), `
		update sessions s set proved_at = now() - interval '16 minutes' from organizations o where o.org_id = s.org_id and o.tin = $1`, c.tin); err != nil {
		r.t.Fatal(err)
	}
	r.open("/me/keys/new")
	r.examine("key-replace")
	r.Retype("#name", `1C & "ombor"`)
	r.press("apikey.replace.submit")
	r.see("signin.confirm.title")
	r.see("apikey.act.create")
	r.examine("confirm-act")
	r.findKeys()
	r.choose(c.key...)
	r.sign()
	r.Wait("#key")
	r.See(`1C & "ombor"`)
	fresh = r.Text("#key")
	if a, b := r.api(c.tin+"/status", old), r.api(c.tin+"/status", fresh); a != http.StatusUnauthorized || b != http.StatusOK || old == fresh {
		r.t.Errorf("the old key is answered with %d, the new one with %d", a, b)
	}
	r.press("apikey.value.saved")
	r.see("apikey.flash.saved")
	return fresh
}

// toursKeys looks at the pages that these ways did not lead past.
func (r reader) toursKeys() {
	r.t.Helper()
	one := strings.TrimPrefix(r.Path(), "/me/keys/")
	for _, path := range []string{
		"/me/keys", "/me/keys/" + one + "/revoke", "/org/keys", "/org/keys?q=yoq", "/org/keys/" + one, "/org/keys/" + one + "/revoke", "/confirm", "/public/api/docs",
	} {
		r.open(path)
		r.examine("keys" + strings.NewReplacer("/", "-", "?", "-").Replace(path))
	}
}
