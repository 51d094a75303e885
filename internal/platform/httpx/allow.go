package httpx

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// Allow says in the header which methods the address of a request takes, as an
// answer 405 must (RFC 9110, 15.5.6).
func Allow(w http.ResponseWriter, r *http.Request) {
	routes := chi.RouteContext(r.Context()).Routes
	var verbs []string
	for _, verb := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if !routes.Match(chi.NewRouteContext(), verb, r.URL.Path) {
			continue
		}
		verbs = append(verbs, verb)
		if verb == http.MethodGet {
			verbs = append(verbs, http.MethodHead)
		}
	}
	w.Header().Set("Allow", strings.Join(verbs, ", "))
}
