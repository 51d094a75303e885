package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kabinet/internal/platform/httpx"
)

// TestProblemPageOutlivesTheDeadline: templates stop drawing when the request's
// time is over, which is just when this page is needed.
func TestProblemPageOutlivesTheDeadline(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	w := httptest.NewRecorder()
	httpx.Fail(w, httptest.NewRequest(http.MethodGet, "/home", nil).WithContext(ctx), ctx.Err(), drawPublic)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "<h1") {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
}
