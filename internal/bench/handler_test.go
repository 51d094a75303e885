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
	db := open(b, url)
	fill(b, db, fillBare)
	fillProduct(b, db, orgs, sessions)
	a, err := portal(b.Context(), logx.New(io.Discard, "json", "info"), "KABINET_DATABASE_URL="+url)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	for _, p := range []struct {
		name, path, reader string
		handler            http.Handler
	}{
		{"bare", "/bare/7", "", bare(db)},
		{"list", "/op/orgs", "staff-1", a.Handler()},
		{"home", "/home", "member-1", a.Handler()},
		{"activate", "/activate/" + token(1), "", a.Handler()},
	} {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			used := ownCPU()
			for b.Loop() {
				w := httptest.NewRecorder()
				p.handler.ServeHTTP(w, pageRequest(b.Context(), p.path, p.reader))
				if w.Code != http.StatusOK {
					b.Fatal(p.path, w.Code)
				}
			}
			b.ReportMetric(float64((ownCPU()-used).Microseconds())/float64(b.N), "CPU-µs/op")
		})
	}
}
