//go:build dev

package main

import (
	"fmt"
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
	r.press("apikey.value.saved")
	r.see("apikey.flash.saved")
	if n := r.Clicks(); n > 5 {
		r.t.Errorf("the key took %d clicks, not 5", n)
	}
	r.examine("key")
	if status := r.asks(c, value); status != "200" {
		r.t.Errorf("the key is answered with %s", status)
	}
	r.replacesKey(c, value)
	r.toursKeys()
}

// asks calls the Open API with a key and gives the status of the answer.
func (r reader) asks(c company, key string) string {
	r.t.Helper()
	return r.Eval(fmt.Sprintf(`fetch("/public/api/v1/party/parties/%s/status", { headers: { Authorization: "Bearer %s" }, credentials: "omit" })
		.then(r => String(r.status))`, c.tin, key))
}

// replacesKey makes another key a quarter of an hour after the last signature:
// the portal asks for the key, then goes on with what was typed.
func (r reader) replacesKey(c company, old string) {
	r.t.Helper()
	if _, err := r.portal.DB.Exec(r.t.Context(), `
		update sessions s set proved_at = now() - interval '16 minutes' from organizations o where o.org_id = s.org_id and o.tin = $1`, c.tin); err != nil {
		r.t.Fatal(err)
	}
	r.open("/me/keys/new")
	r.Retype("#name", "1C <ombor>")
	r.press("apikey.replace.submit")
	r.see("signin.confirm.title")
	r.see("apikey.act.create")
	r.Expect("403")
	r.examine("confirm-act")
	r.findKeys()
	r.choose(c.key...)
	r.sign()
	r.Wait("#key")
	r.See("1C <ombor>")
	fresh := r.Text("#key")
	if a, b := r.asks(c, old), r.asks(c, fresh); a != "401" || b != "200" || old == fresh {
		r.t.Errorf("the old key is answered with %s, the new one with %s", a, b)
	}
	r.press("apikey.value.saved")
	r.see("apikey.flash.saved")
	r.Expect("401")
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
