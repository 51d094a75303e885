package bench

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// A signed-in page costs one statement, and one more when its reader was not
// seen for some seconds, however many rows it shows (performance.md 6). A member's
// page then counts for the menu too: all its numbers in one statement (decision
// 0023). Staff have no numbers in theirs.
func TestAPageCostsOneStatementAndOneForItsReader(t *testing.T) {
	t.Parallel()
	h, _ := smallPortal(t)
	const staff, member = 2, 3 // not seen before
	for _, p := range []struct {
		path, reader, other string
		cold                int
	}{
		{"/op/orgs", "staff-1", "staff-2", staff},
		{"/op/orgs?per=100", "staff-3", "staff-4", staff},
		{"/op/orgs?q=zarafshon", "staff-5", "staff-6", staff},
		{"/home", "member-1", "member-2", member},
		{"/home", "member-11", "member-12", member}, // who also reads cards
		{"/me", "member-3", "member-4", member},
	} {
		ask(t, h, p.path, p.other) // what every reader shares may be read now
		if n := ask(t, h, p.path, p.reader); n.N() > p.cold {
			t.Errorf("%s: %d statements for a reader not seen before, want at most %d:\n%q", p.path, n.N(), p.cold, n.Statements())
		}
		if n := ask(t, h, p.path, p.reader); n.N() > 1 {
			t.Errorf("%s: %d statements for a reader just seen, want at most 1:\n%q", p.path, n.N(), n.Statements())
		}
	}
}

// The list of cards asks once more: what the reader chose of its columns and
// views holds with the next page, so nobody remembers it.
func TestTheListOfCardsAsksForTheReadersChoicesToo(t *testing.T) {
	t.Parallel()
	h, _ := smallPortal(t)
	for _, path := range []string{"/cards", "/cards?per=100", "/cards?q=sut", "/cards?status=draft&sort=name"} {
		ask(t, h, path, "member-10")
		if n := ask(t, h, path, "member-10"); n.N() > 2 {
			t.Errorf("%s: %d statements, want at most 2:\n%q", path, n.N(), n.Statements())
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

// smallPortal is the whole portal on a few records, and its database.
func smallPortal(t *testing.T) (http.Handler, *pgxpool.Pool) {
	t.Helper()
	url := pgtest.URL(t)
	db := open(t, url)
	fillProduct(t, db, 200, 20)
	a, err := portal(t.Context(), slog.New(slog.DiscardHandler), "KABINET_DATABASE_URL="+url, "KABINET_DB_MAX_CONNS=4")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a.Handler(), db
}

// What pages gain by remembering their readers must cost nothing: a reader who
// is still in memory changes nothing once the right is gone, though nobody told
// this process so (decisions 0006 and 0013).
func TestNoStaleReaderChangesAnything(t *testing.T) {
	t.Parallel()
	for name, loss := range map[string]string{
		"role":    `update staff set roles = '{op_watcher}' where id = 1001`,
		"person":  `update staff set status = 'blocked' where id = 1001`,
		"session": `delete from sessions where staff_id = 1001`,
	} {
		t.Run("the "+name+" is gone", func(t *testing.T) {
			t.Parallel()
			h, db := smallPortal(t)
			ask(t, h, "/op/orgs", "staff-1")
			if _, err := db.Exec(t.Context(), loss); err != nil {
				t.Fatal(err)
			}
			if n := ask(t, h, "/op/orgs", "staff-1").N(); n > 1 {
				t.Fatalf("%d statements: the reader is not in memory, so this proves nothing", n)
			}
			w := httptest.NewRecorder()
			r := pageRequest(t.Context(), "/op/campaigns/1/stop", "staff-1")
			r.Method = http.MethodPost
			h.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden {
				t.Errorf("status %d, want 403", w.Code)
			}
			var status string
			if err := db.QueryRow(t.Context(), `select status from campaigns where id = 1`).Scan(&status); err != nil || status != "running" {
				t.Errorf("the campaign is %s (%v), want running", status, err)
			}
		})
	}
}
