package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/platform/httpx"
)

func TestAllow(t *testing.T) {
	t.Parallel()
	done := func(http.ResponseWriter, *http.Request) {}
	r := chi.NewRouter()
	r.Group(func(r chi.Router) {
		r.Get("/cards/{id}", done)
		r.Post("/cards/{id}", done)
		r.Put("/photos/{id}", done)
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		httpx.Allow(w, r)
		w.WriteHeader(http.StatusMethodNotAllowed)
	})
	for address, want := range map[string]string{"/cards/7": "GET, HEAD, POST", "/photos/7": "PUT"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, address, nil))
		if got := w.Header().Get("Allow"); w.Code != http.StatusMethodNotAllowed || got != want {
			t.Errorf("%s answers %d and allows %q, want %q", address, w.Code, got, want)
		}
	}
}
