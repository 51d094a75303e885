package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestPatience keeps the list of what may hold a person up longer than a page:
// everything else answers in seconds while the database is silent.
func TestPatience(t *testing.T) {
	t.Parallel()
	for _, route := range routeTable(t) {
		want := time.Duration(0)
		switch route.method + " " + route.pattern {
		case "POST /op/imports", "POST /org/places/import", "POST /org/users/import", "POST /org/gs1/new", "POST /cards/{id}/photos", "POST /op/dictionaries/attributes/{group}/codes/{list}/import",
			"POST /op/feeds/{code}/upload", "POST /support/new", "POST /support/{id}/reply", "POST /op/support/{org}/{id}/answer", "POST /feeds/v1/{feed}/messages",
			"POST /cards/import", "PUT /public/api/v1/product-registry/cards/{id}/photos/{photo}":
			want = uploadTime
		case "POST /sign-in", "POST /op/sign-in", "POST /activate/sign", "POST /confirm", "POST /join/sign", "POST /director", "POST /cards/{id}/send",
			"POST /cards/bulk/{act}", "POST /cards/bulk/challenge", "POST /documents/answer", "POST /aics/disband", "POST /org/agreement/offer", "POST /org/agreement/{id}/sign",
			"POST /register", "POST /register/lookup", "POST /register/sign", "POST /org/refresh", "POST /org/names": // the state register is asked, too
			want = signTime
		case "GET /op/orgs.csv", "GET /op/letters.csv", "GET /op/audit.csv", "GET /op/staff.csv", "GET /op/imports/template.csv", "GET /op/imports/{id}/complaints.csv",
			"GET /op/imports/template.xlsx", "GET /org/places.csv", "GET /org/places.xlsx", "GET /org/places/import/template.csv",
			"GET /org/places/import/template.xlsx", "GET /org/places/import/{id}/complaints.csv",
			"GET /org/users.csv", "GET /org/roles.csv", "GET /org/users/import/template.csv", "GET /org/users/import/template.xlsx",
			"GET /org/keys.csv", "GET /org/authorizations.csv", "GET /org/events.csv", "GET /op/requests.csv", "GET /org/groups.csv",
			"GET /cards.csv", "GET /cards.xlsx", "GET /cards/export/{id}/cards.csv", "GET /cards/export/{id}/cards.xlsx",
			"GET /cards/import/templates/{slug}.csv", "GET /cards/import/templates/{slug}.xlsx", "GET /cards/import/{id}/errors.csv", "GET /cards/import/{id}/errors.xlsx",
			"GET /aics.csv", "GET /aics/{id}/codes.csv", "GET /dates.csv", "GET /documents.csv", "GET /documents.xlsx",
			"GET /documents/{id}/codes.csv", "GET /documents/{id}/lines.csv", "GET /receipts.csv", "GET /support.csv",
			"GET /op/agreements.csv", "GET /op/readiness.csv", "GET /op/support.csv", "GET /op/support/stats.csv",
			"GET /op/cards.csv", "GET /op/cards/stats.csv":
			want = exportTime
		}
		if got := patience(httptest.NewRequest(route.method, route.pattern, nil)); got != want {
			t.Errorf("%s %s may take %s, want %s", route.method, route.pattern, got, want)
		}
	}
	if got := patience(httptest.NewRequest(http.MethodGet, uploadPaths()[0], nil)); got != 0 {
		t.Errorf("the list of imports may take %s", got)
	}
}
