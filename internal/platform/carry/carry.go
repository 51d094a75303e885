// Package carry takes a form along through a page that asks for a signature
// first: before a sensitive act, and after a session that ended while the form
// was filled in.
//
// What was typed travels in the page itself, as hidden fields, and afterwards the
// browser sends it again to where it was going (307): the act's own handler does
// the rest, and knows nothing of this. Nothing is stored, so nobody can fill a
// store, and nobody but the browser that sent the form ever sees it (decision
// 0039).
package carry

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kabinet/internal/platform/httpx"
)

// Field is a field of a form.
type Field struct{ Name, Value string }

// What travels along is bounded, so that together with the signature it still
// is a form.
const (
	maxTyped  = 512 << 10
	maxFields = 2000
	maxPath   = 1000 // bytes of an address
)

// Typed are the fields of a form that travel along; ok is false when there are
// too many. What a panel adds is its own, and what is secret is typed again.
func Typed(form url.Values) (typed []Field, ok bool) {
	size := 0
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if own(name) {
			continue
		}
		for _, value := range form[name] {
			typed = append(typed, Field{name, value})
			size += len(name) + len(value)
		}
	}
	return typed, size <= maxTyped && len(typed) <= maxFields
}

func own(name string) bool {
	return name == "challenge" || name == "pkcs7" || strings.Contains(name, "password") || strings.Contains(name, "secret")
}

// To is the address to which the request's form was going, and what it said; ok
// is false where that cannot travel along, as files.
func To(r *http.Request) (to string, typed []Field, ok bool) {
	to = httpx.LocalPath(r.URL.RequestURI(), "")
	typed, ok = Typed(r.PostForm)
	if !ok || hasFiles(r) || to == "" || len(to) > maxPath {
		return "", nil, false
	}
	return to, typed, true
}

func hasFiles(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/")
}

// From is the page of ours from which the request came, "" when unknown.
func From(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return ""
	}
	from := httpx.LocalPath(u.RequestURI(), "")
	if len(from) > maxPath {
		return ""
	}
	return from
}

// GoOn makes the browser send the form again, to its own address.
func GoOn(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusTemporaryRedirect)
}
