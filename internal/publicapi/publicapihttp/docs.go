package publicapihttp

import (
	"maps"
	"net/http"
	"slices"

	"kabinet/internal/platform/httpx"
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

// methods lists what the document lists, by address.
func (a *API) methods() (ms []publicapiview.Method) {
	paths := a.huma.OpenAPI().Paths
	for _, path := range slices.Backward(slices.Sorted(maps.Keys(paths))) {
		if op := paths[path].Get; op != nil {
			ms = append(ms, publicapiview.Method{ID: op.OperationID, Verb: http.MethodGet, Path: path})
		}
		if op := paths[path].Post; op != nil {
			ms = append(ms, publicapiview.Method{ID: op.OperationID, Verb: http.MethodPost, Path: path})
		}
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
	for _, status := range slices.Sorted(maps.Keys(codeOf())) {
		fs = append(fs, publicapiview.Code{Status: status, Code: codeOf()[status], Reasons: reasons[status]})
	}
	return fs
}
