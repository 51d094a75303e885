package bench

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// A signed-in page costs one statement, and one more when its reader was not
// seen for some seconds, however many rows it shows (performance.md 6).
func TestAPageCostsOneStatementAndOneForItsReader(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	fillProduct(t, open(t, url), 200, 20)
	a, err := portal(t.Context(), slog.New(slog.DiscardHandler), "KABINET_DATABASE_URL="+url, "KABINET_DB_MAX_CONNS=4")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	h := a.Handler()
	for _, p := range []struct{ path, reader, other string }{
		{"/op/orgs", "staff-1", "staff-2"},
		{"/op/orgs?per=100", "staff-3", "staff-4"},
		{"/op/orgs?q=zarafshon", "staff-5", "staff-6"},
		{"/home", "member-1", "member-2"},
		{"/me", "member-3", "member-4"},
	} {
		ask(t, h, p.path, p.other) // what every reader shares may be read now
		if n := ask(t, h, p.path, p.reader); n.N() > 2 {
			t.Errorf("%s: %d statements for a reader not seen before, want at most 2:\n%q", p.path, n.N(), n.Statements())
		}
		if n := ask(t, h, p.path, p.reader); n.N() > 1 {
			t.Errorf("%s: %d statements for a reader just seen, want at most 1:\n%q", p.path, n.N(), n.Statements())
		}
	}
}

// ask opens a page for a reader and counts the statements that took.
func ask(t *testing.T, h http.Handler, path, reader string) *pg.Counter {
	t.Helper()
	ctx, counter := pg.CountStatements(t.Context())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, pageRequest(ctx, path, reader))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, w.Code)
	}
	return counter
}

func pageRequest(ctx context.Context, path, reader string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("Cookie", "__Host-kabinet="+reader)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", "ru-RU,ru;q=0.9,en;q=0.5")
	return r
}
