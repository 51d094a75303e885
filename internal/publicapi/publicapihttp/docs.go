package publicapihttp

import (
	"maps"
	"net/http"
	"slices"

	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/problem"
	"kabinet/internal/publicapi"
	"kabinet/web/layout"
	"kabinet/web/publicapiview"
)

// docs answers GET /public/api/docs with a page for people.
func (a *API) docs(w http.ResponseWriter, r *http.Request) error {
	r = r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI()}))
	return httpx.Render(w, r, http.StatusOK, publicapiview.Page(publicapiview.Docs{
		BaseURL: a.baseURL, Spec: specPath, Methods: a.methods(), Codes: families(), Calls: publicapi.CallsPerMinute,
	}))
}

// methods lists what the document lists, in the order in which it was made.
func (a *API) methods() []publicapiview.Method {
	ms := make([]publicapiview.Method, len(a.made))
	for i, op := range a.made {
		ms[i] = publicapiview.Method{ID: op.OperationID, Verb: op.Method, Path: op.Path}
	}
	return ms
}

// families lists the codes of problems, by status, with the reasons that are
// told apart.
func families() (fs []publicapiview.Code) {
	reasons := map[int][]string{
		http.StatusBadRequest: {"tin"},
		http.StatusUnauthorized: {
			"no-key", "malformed-key", "unknown-key", "expired-key", "revoked-key", "blocked-user", "blocked-organization",
		},
		http.StatusForbidden:       {"no-permission"},
		http.StatusNotFound:        {"no-party", "foreign-key"},
		http.StatusTooManyRequests: {"too-many"},
	}
	for _, status := range slices.Sorted(maps.Keys(problem.Codes())) {
		fs = append(fs, publicapiview.Code{Status: status, Code: problem.Codes()[status], Reasons: reasons[status]})
	}
	return fs
}
