package bench

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg/pgtest"
)

// BenchmarkHandler is the whole chain without network and clients: for finding
// out with -cpuprofile where the time of a page goes.
func BenchmarkHandler(b *testing.B) {
	url := pgtest.URL(b)
	fillProduct(b, open(b, url), orgs, sessions)
	a, err := portal(b.Context(), logx.New(io.Discard, "json", "info"), "KABINET_DATABASE_URL="+url)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	h := a.Handler()
	for _, p := range []struct{ name, path, reader string }{
		{"list", "/op/orgs", "staff-1"}, {"home", "/home", "member-1"}, {"activate", "/activate/" + token(1), ""},
	} {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, pageRequest(b.Context(), p.path, p.reader))
				if w.Code != http.StatusOK {
					b.Fatal(p.path, w.Code)
				}
			}
		})
	}
}
