package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kabinet/internal/platform/httpx"
)

func TestPathIn(t *testing.T) {
	t.Parallel()
	patterns := []string{"/op/imports", "/cards/*/photos"}
	for path, want := range map[string]bool{
		"/op/imports": true, "/cards/7/photos": true, "/cards/{id}/photos": true,
		"/op/imports/": false, "/cards/photos": false, "/cards/7/8/photos": false, "/cards/7/photos/9": false, "/x/cards/7/photos": false, "": false,
	} {
		if got := httpx.PathIn(patterns, path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func TestAPhotographIsServedSoThatNothingInItRuns(t *testing.T) {
	t.Parallel()
	ask := func(tag string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		if err := httpx.JPEG(w, r, "04780101000017_front.jpg", "c0ffee", strings.NewReader("pixels")); err != nil {
			t.Fatal(err)
		}
		return w.Result()
	}
	for tag, status := range map[string]int{"": 200, `"other"`: 200, `"c0ffee"`: 304, `"a", W/"c0ffee"`: 304} {
		res := ask(tag)
		if res.StatusCode != status || res.Header.Get("ETag") != `"c0ffee"` {
			t.Errorf("%s: %s, %v", tag, res.Status, res.Header)
		}
		_ = res.Body.Close()
	}
	res := ask("")
	defer func() { _ = res.Body.Close() }()
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "Content-Disposition": `inline; filename="04780101000017_front.jpg"`,
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=600",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
