package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"kabinet/internal/app"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/scratch"
	"kabinet/migrations"
)

// serve is the production way: it starts only on a complete configuration and
// a fit database, and changes neither.
func serve(ctx context.Context, t terminal, _ []string) (err error) {
	conf, log, err := settings(t)
	if err != nil {
		return err
	}
	if problems := conf.Validate(conf.Env == config.Production); len(problems) > 0 {
		return problems.Err()
	}
	files, err := scratch.Open(os.TempDir())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	a, err := app.New(ctx, conf, log, app.Options{Version: version, Scratch: files})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, func(string) {})
}

// settings loads the configuration and makes the logger it asks for.
func settings(t terminal) (config.Config, *slog.Logger, error) {
	conf, problems := config.FromEnvironment()
	if err := problems.Err(); err != nil {
		return conf, nil, err
	}
	log := logx.New(t.out, conf.Log.Format, conf.Log.Level)
	for _, name := range conf.Unknown {
		log.Warn("this setting means nothing", "name", name)
	}
	return conf, log, nil
}

func migrate(ctx context.Context, t terminal, _ []string) error {
	conf, log, err := settings(t)
	if err != nil {
		return err
	}
	db, err := app.Open(ctx, conf, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := pg.Migrate(ctx, db, migrations.FS); err != nil {
		return err
	}
	state, err := pg.MigrationStatus(ctx, db, migrations.FS)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "the schema is at version %d\n", state.Version)
	return err
}

var errUnfit = errors.New("mend the points above, then ask again")

// doctor says everything that would keep serve from starting, not only the
// first thing.
func doctor(ctx context.Context, t terminal, _ []string) error {
	conf, problems := config.FromEnvironment()
	problems = append(problems, conf.Validate(conf.Env == config.Production)...)
	for _, p := range problems {
		fmt.Fprintln(t.out, p)
	}
	found := len(problems)
	for _, line := range append(signatureProblems(conf, problems), databaseProblems(ctx, conf)...) {
		fmt.Fprintln(t.out, line)
		found++
	}
	if conf.Register.URL == "" && conf.Register.CSV == "" {
		fmt.Fprintln(t.out, "KABINET_REGISTER_URL is not set: the portal runs, but companies cannot register and directors cannot change")
	}
	if conf.GTINs.URL == "" && conf.GTINs.File == "" {
		fmt.Fprintln(t.out, "KABINET_GTIN_REGISTRY_URL is not set: the portal runs, but GTINs from abroad are not checked")
	}
	if found > 0 {
		return errUnfit
	}
	_, err := fmt.Fprintln(t.out, "configuration and database are fit")
	return err
}

// signatureProblems looks into the trust store once its settings make sense.
func signatureProblems(conf config.Config, known config.Problems) []string {
	about := func(p config.Problem) bool {
		return strings.HasPrefix(p.Variable, "KABINET_EDS_") || strings.HasPrefix(p.Variable, "KABINET_EIMZO_")
	}
	if slices.ContainsFunc(known, about) {
		return nil
	}
	if err := app.CheckVerifier(conf); err != nil {
		return []string{"KABINET_EDS_TRUST_PEM: " + err.Error()}
	}
	return nil
}

func databaseProblems(ctx context.Context, conf config.Config) []string {
	if conf.Database.URL == "" {
		return nil // the configuration says so already
	}
	db, err := app.Open(ctx, conf, slog.New(slog.DiscardHandler))
	if err != nil {
		return []string{"KABINET_DATABASE_URL: " + err.Error()}
	}
	defer db.Close()
	var lines []string
	for _, p := range pg.Check(ctx, db, migrations.FS) {
		lines = append(lines, p.String())
	}
	return lines
}

const healthTimeout = 3 * time.Second

// healthcheck is for container engines: the image has no other program to ask.
func healthcheck(ctx context.Context, _ terminal, _ []string) error {
	conf, _ := config.FromEnvironment() // what cannot be read has a default that will not answer
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+conf.Web.AdminListen+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // nothing of it is read
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	return nil
}
