// Package app puts the portal together: everything that has to be made once is
// made here and handed on, in the order in which it is needed. Nobody imports
// this package but the commands.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/metrics"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/scratch"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/migrations"
)

// Options are what a command adds to the configuration.
type Options struct {
	Version string
	Scratch *scratch.Dir // temporary files, kept tidy while the portal serves; nil leaves them to the system
	Extra   func(Mux)    // further pages; the development command brings its own
}

// App is the assembled portal. Close it when done.
type App struct {
	conf     config.Config
	opts     Options
	log      *slog.Logger
	now      clock.Clock
	db       *pgxpool.Pool
	box      *seal.Box
	mail     *mail.Sender
	jobs     *jobs.Runner
	sessions *session.Manager
	verifier eds.Verifier
	metrics  *metrics.Registry
	counts   counts
	queues   queues
	rooms    rooms
	handler  http.Handler
}

// ErrNotFit says that the database or the configuration must be mended first.
var ErrNotFit = errors.New("not fit to serve; `kabinet doctor` says what to do")

// New makes everything and checks that the database is fit: right locale,
// every migration applied. It starts nothing.
func New(ctx context.Context, conf config.Config, log *slog.Logger, opts Options) (*App, error) {
	a := &App{conf: conf, opts: opts, log: log, now: clock.System}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"secrets", a.openBox},
		{"database", a.openDatabase},
		{"fitness", a.checkDatabase},
		{"signatures", a.openVerifier},
		{"mail", a.openMail},
		{"sessions", a.openSessions},
		{"rooms", a.openRooms},
		{"jobs", a.openJobs},
		{"routes", a.openRoutes},
	} {
		if err := step.do(ctx); err != nil {
			a.Close()
			return nil, fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return a, nil
}

// Handler is the whole portal, for servers and tests.
func (a *App) Handler() http.Handler { return a.handler }

// Close lets go of the database and the mail relay.
func (a *App) Close() {
	if a.mail != nil {
		a.mail.Close()
	}
	if a.db != nil {
		a.db.Close()
	}
}

func (a *App) openBox(context.Context) error {
	box, err := Box(a.conf)
	a.box = box
	return err
}

// Box makes the seal from the configured root secrets.
func Box(conf config.Config) (*seal.Box, error) {
	root, older, err := conf.Secrets.Roots()
	if err != nil {
		return nil, err
	}
	return seal.New(root, older...)
}

func (a *App) openDatabase(ctx context.Context) error {
	db, err := Open(ctx, a.conf, a.log)
	a.db = db
	return err
}

// Open connects to the configured database.
func Open(ctx context.Context, conf config.Config, log *slog.Logger) (*pgxpool.Pool, error) {
	return pg.Open(ctx, pg.Config{
		URL: conf.Database.URL.Reveal(), MaxConns: int32(conf.Database.MaxConns), AppName: "kabinet", //nolint:gosec // a small number, checked by config
		StatementTimeout: conf.Database.StatementTimeout, LockTimeout: conf.Database.LockTimeout, Logger: log,
	})
}

// checkDatabase refuses to serve on a database that would give wrong answers.
func (a *App) checkDatabase(ctx context.Context) error {
	problems := pg.Check(ctx, a.db, migrations.FS)
	for _, p := range problems {
		a.log.Error("database is not fit", "problem", p.String())
	}
	if len(problems) > 0 {
		return ErrNotFit
	}
	return nil
}

func (a *App) openSessions(context.Context) error {
	a.metrics = metrics.New(a.db, a.opts.Version)
	a.sessions = session.New(a.db, session.Config{
		Idle: a.conf.Session.Idle, Absolute: a.conf.Session.Absolute,
		Cache: min(a.conf.Session.Cache, maxCache), Secure: a.conf.Web.BaseURL.Secure(),
	})
	return nil
}
