package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"kabinet/internal/platform/httpx"
)

// TestAWordOffersItsOwnWayBack and never that of a word which nobody saw.
func TestAWordOffersItsOwnWayBack(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	way := func(flash, undo string) (way string) {
		page := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			a.sessions.Put(r.Context(), "flash", flash)
			a.sessions.Put(r.Context(), "flash.undo", undo)
			if n := a.flash(r); n.Action != nil && n.Action.Post {
				way = n.Action.URL
			}
			if a.flash(r) != nil || a.sessions.Get(r.Context(), "flash.undo") != "" {
				t.Error("a word is said twice")
			}
		})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		a.sessions.Middleware(httpx.OriginOf, sessionFailed)(page).ServeHTTP(httptest.NewRecorder(), r)
		return way
	}
	if got := way("card.flash.sent", "card.flash.sent /cards/7/take-back"); got != "/cards/7/take-back" {
		t.Errorf("the way back is %q", got)
	}
	if got := way("card.flash.restored", "card.flash.archived /cards/7/restore"); got != "" {
		t.Errorf("the way back of another word is %q", got)
	}
}
