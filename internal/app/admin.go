package app

import (
	"context"
	"net/http"
	"net/http/pprof"
	"time"

	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/migrations"
)

// readyTimeout bounds the question whether the database answers.
const readyTimeout = 2 * time.Second

// adminHandler is for operators' tools on an address that is never public:
// metrics, profiles, health.
func (a *App) adminHandler() http.Handler {
	m := http.NewServeMux()
	m.Handle("GET /metrics", a.metrics.Handler())
	m.HandleFunc("GET /healthz", well)
	m.HandleFunc("GET /readyz", a.ready)
	m.HandleFunc("/debug/pprof/", pprof.Index)
	m.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	m.HandleFunc("/debug/pprof/profile", pprof.Profile)
	m.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	m.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return m
}

// well says that the process answers; it asks nobody.
func well(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n")) // the reader has gone
}

// ready says whether requests can be answered: the database is there and has
// this program's schema.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	state, err := pg.MigrationStatus(ctx, a.db, migrations.FS)
	if err != nil || !state.Current() {
		logx.From(r.Context()).Warn("not ready", "err", err, "schema", state.Version)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	well(w, r)
}
