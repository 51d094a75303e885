package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/metrics"
	"kabinet/internal/platform/pg/pgtest"
)

func TestScrape(t *testing.T) {
	t.Parallel()
	m := metrics.New(pgtest.New(t), "1.2.3")
	for _, verb := range []string{http.MethodGet, "INVENTED-1", "INVENTED-2"} {
		m.Request(httptest.NewRequest(verb, "/x", nil), "/orgs/{tin}", 404, time.Millisecond)
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`kabinet_http_request_seconds_count{method="GET",route="/orgs/{tin}",status="4xx"} 1`,
		`kabinet_http_request_seconds_count{method="other",route="/orgs/{tin}",status="4xx"} 2`,
		`kabinet_build_info{version="1.2.3"} 1`,
		`kabinet_db_connections{state="max"}`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("scrape lacks %s", want)
		}
	}
}
