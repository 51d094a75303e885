package httpx

import (
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"kabinet/internal/core/fault"
)

var (
	errBadBytes = fault.New(fault.BadRequest, "fault.bad_bytes")
	errBadForm  = fault.New(fault.BadRequest, "fault.bad_form")
	errTooLarge = fault.New(fault.TooLarge, "fault.too_large")
)

// maxForm bounds an ordinary form; uploads have a limit of their own.
const maxForm = 1 << 20

// CleanBytes refuses NUL and broken UTF-8 in path and query once, at the edge:
// behind it every text is text (security.md 0, row 10). Cookies hold nothing
// but ASCII, net/http drops the others.
func CleanBytes(draw Draw) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !cleanRequest(r) {
				Fail(w, r, errBadBytes, draw)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func cleanRequest(r *http.Request) bool {
	if !Clean(r.URL.Path) {
		return false
	}
	if r.URL.RawQuery == "" {
		return true
	}
	query, err := parseQuery(r)
	return err == nil && cleanValues(query)
}

// Clean reports whether s is text: valid UTF-8 without NUL.
func Clean(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func cleanValues(values map[string][]string) bool {
	for name, vs := range values {
		if !Clean(name) {
			return false
		}
		for _, v := range vs {
			if !Clean(v) {
				return false
			}
		}
	}
	return true
}

// Forms reads the form of an unsafe request before the handler runs: too large,
// broken or not text is refused here, so that PostFormValue never hides an
// error. Multipart bodies are taken at the paths in uploads only (PathIn), whose
// handlers read and bound them: elsewhere PostFormValue would
// spool whatever is sent to the disk, and look at none of its bytes.
func Forms(draw Draw, uploads ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isMultipart(r) && PathIn(uploads, r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			if err := readForm(w, r); err != nil {
				Fail(w, r, err, draw)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	switch {
	case isRead(r):
		return nil
	case isMultipart(r):
		return errBadForm
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return bodyFault(err)
	}
	if !cleanValues(r.PostForm) {
		return errBadBytes
	}
	return nil
}

// isMultipart knows the bodies that net/http would take for a multipart form;
// what it cannot read at all, ParseForm refuses.
func isMultipart(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && strings.HasPrefix(kind, "multipart/")
}
