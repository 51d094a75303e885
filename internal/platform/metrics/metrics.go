// Package metrics counts what an operator watches: requests by route, the
// database pool, jobs by state. Labels come from closed sets (route patterns,
// methods, status classes), so their number is bounded by the program, not by
// what clients send.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Registry holds the metrics of one process.
type Registry struct {
	reg      *prometheus.Registry
	requests *prometheus.HistogramVec
	known    sync.Map // labels → prometheus.Observer, as many as there are time series
}

// labels tell the series of answered requests apart.
type labels struct {
	method, pattern string
	class           int // hundreds of the status
}

// New makes the registry and starts counting; db is asked on each scrape only.
func New(db *pgxpool.Pool, version string) *Registry {
	r := &Registry{reg: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kabinet_http_request_seconds", Help: "Time to answer, by route.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "kabinet_build_info", Help: "Version of the program.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	r.reg.MustRegister(r.requests, build, poolCollector{db}, jobCollector{db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// Request counts an answered request under the pattern of its route.
func (r *Registry) Request(req *http.Request, pattern string, status int, took time.Duration) {
	key := labels{method(req.Method), pattern, status / 100}
	series, ok := r.known.Load(key)
	if !ok {
		series, _ = r.known.LoadOrStore(key, r.requests.WithLabelValues(key.method, key.pattern, strconv.Itoa(key.class)+"xx"))
	}
	series.(prometheus.Observer).Observe(took.Seconds()) //nolint:forcetypeassert // the map holds nothing else
}

// Handler answers a scrape.
func (r *Registry) Handler() http.Handler {
	return promhttp.HandlerFor(r.reg, promhttp.HandlerOpts{Timeout: 10 * time.Second})
}

// method keeps invented methods from becoming labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// poolCollector reads the connection pool when asked.
type poolCollector struct{ db *pgxpool.Pool }

var poolConns = prometheus.NewDesc("kabinet_db_connections", "Connections of this process.", []string{"state"}, nil)

var poolWaits = prometheus.NewDesc("kabinet_db_acquire_waits_total", "Times a request waited for a connection.", nil, nil)

// Describe names the metrics.
func (poolCollector) Describe(ch chan<- *prometheus.Desc) { ch <- poolConns; ch <- poolWaits }

// Collect reads them.
func (c poolCollector) Collect(ch chan<- prometheus.Metric) {
	s := c.db.Stat()
	gauge := func(state string, n int32) {
		ch <- prometheus.MustNewConstMetric(poolConns, prometheus.GaugeValue, float64(n), state)
	}
	gauge("in_use", s.AcquiredConns())
	gauge("idle", s.IdleConns())
	gauge("max", s.MaxConns())
	ch <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(s.EmptyAcquireCount()))
}

// jobCollector counts jobs that are not finished well, by kind and state.
type jobCollector struct{ db *pgxpool.Pool }

var jobCounts = prometheus.NewDesc("kabinet_jobs", "Background jobs, by kind and state; finished ones are left out.", []string{"kind", "state"}, nil)

// scrapeTimeout keeps a slow database from holding a scrape.
const scrapeTimeout = 3 * time.Second

// Describe names the metric.
func (jobCollector) Describe(ch chan<- *prometheus.Desc) { ch <- jobCounts }

// Collect asks the database; a scrape without an answer lacks the metric.
func (c jobCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) // a collector has no context of its own
	defer cancel()
	counts, err := jobCountsNow(ctx, c.db)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobCounts, err)
		return
	}
	for _, n := range counts {
		ch <- prometheus.MustNewConstMetric(jobCounts, prometheus.GaugeValue, float64(n.N), n.Kind, n.State)
	}
}
