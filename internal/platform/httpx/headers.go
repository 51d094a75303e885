package httpx

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

const policyStart = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"

// Headers sets what every answer carries (security.md 1.1, 1.4). All answers
// share the values: Set and Add put a new one in the place of a shared one.
func Headers(secure bool) func(http.Handler) http.Handler {
	type field struct {
		name  string
		value []string
	}
	every := []field{
		{"Content-Security-Policy", []string{policyStart}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"X-Frame-Options", []string{"DENY"}},
		{"Referrer-Policy", []string{"same-origin"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Embedder-Policy", []string{"require-corp"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=()"}},
	}
	if secure {
		every = append(every, field{"Strict-Transport-Security", []string{"max-age=31536000; includeSubDomains"}})
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for _, f := range every {
				h[f.name] = f.value
			}
			next.ServeHTTP(w, r)
		})
	}
}

// AllowConnect lets the scripts of this one answer reach more endpoints: pages
// that sign talk to the E-IMZO program on the person's own computer.
func AllowConnect(w http.ResponseWriter, endpoints ...string) {
	w.Header().Set("Content-Security-Policy", policyStart+" "+strings.Join(endpoints, " "))
}

// NoTransferTricks answers a chunked request as the last one of its connection.
// A request that says its length in two ways looks like any chunked one here:
// net/http believes the chunks and drops the other length. Whatever a proxy in
// front took for the rest of its body, and we would take for a second request,
// is never read (request smuggling, security.md 1.7).
func NoTransferTricks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func parseQuery(r *http.Request) (url.Values, error) { return url.ParseQuery(r.URL.RawQuery) }

// bodyFault names what was wrong with a body.
func bodyFault(err error) error {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return errTooLarge.Because(err)
	}
	return errBadForm.Because(err)
}
