//go:build dev

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kabinet/internal/app"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/devpg"
	"kabinet/migrations"
)

func devCommands() []command {
	return []command{
		{"dev", "", "start everything on this machine with invented data (make run)", dev},
		{"generate", "organizations [-n N] [-seed N] [-format csv|xlsx]", "write an invented file of organizations", generate},
	}
}

// folder holds what development keeps between starts; git ignores it.
const folder = ".kabinet"

// workshop is everything the development server runs beside the portal.
type workshop struct {
	mailbox *mailtest.Server
	sim     *eimzosim.Simulator
	people  people
	conf    config.Config
}

// dev starts a private database, a mailbox, a simulator of E-IMZO and the
// portal, fills an empty database, prints what to open, and serves until
// Ctrl-C. All of it lives and dies with this process.
func dev(ctx context.Context, t terminal, _ []string) error {
	started := clock.System()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	url, close, err := devDatabase(ctx, t)
	if err != nil {
		return err
	}
	defer close()
	w, err := openWorkshop(ctx, url)
	if err != nil {
		return err
	}
	defer w.mailbox.Close()
	log := logx.New(t.err, w.conf.Log.Format, w.conf.Log.Level)
	if err := prepare(ctx, w, t); err != nil {
		return err
	}
	a, err := app.New(ctx, w.conf, log, app.Options{Version: version, Extra: w.pages})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, func(address string) {
		fmt.Fprintf(t.out, "\nready after %.1f s\n\n", clock.Since(started).Seconds())
		w.printHints(t.out)
		go w.deliver(ctx, "http://"+address, log)
	})
}

// devDatabase takes the server the environment names, else starts a private one.
func devDatabase(ctx context.Context, t terminal) (url string, stop func(), err error) {
	conf, problems := config.FromEnvironment()
	if err := problems.Err(); err != nil {
		return "", nil, err
	}
	if conf.Database.URL != "" {
		return conf.Database.URL.Reveal(), func() {}, nil
	}
	fmt.Fprintln(t.out, "starting a private Postgres …")
	server, err := devpg.Start(ctx, devpg.Options{DataDir: filepath.Join(folder, "pg"), Database: "kabinet", BinDir: conf.Database.Bin})
	if err != nil {
		return "", nil, err
	}
	for _, n := range server.Notes {
		fmt.Fprintln(t.out, "  "+n)
	}
	return server.URL, func() { _ = server.Stop() }, nil // it dies with this process in any case
}

// openWorkshop starts mailbox and simulator and makes the configuration that
// knows them. What the environment says goes first.
func openWorkshop(ctx context.Context, url string) (*workshop, error) {
	key, err := devSecret(filepath.Join(folder, "secret"))
	if err != nil {
		return nil, err
	}
	mailbox, err := mailtest.Start(mailtest.Options{Dir: filepath.Join(folder, "mail")})
	if err != nil {
		return nil, err
	}
	sim, err := startSimulator(ctx)
	if err != nil {
		mailbox.Close()
		return nil, err
	}
	w := &workshop{mailbox: mailbox, sim: sim}
	trust := filepath.Join(folder, "trust.pem")
	if err := os.WriteFile(trust, sim.TrustPEM(), 0o600); err != nil {
		return nil, err
	}
	smtp := mailbox.Config()
	conf, problems := config.FromEnvironment(
		"KABINET_ENV=development",
		"KABINET_DATABASE_URL="+url,
		"KABINET_SECRET_KEY="+key,
		"KABINET_BASE_URL=http://localhost:8080",
		"KABINET_LISTEN=127.0.0.1:8080",
		"KABINET_SMTP_HOST="+smtp.Host, fmt.Sprintf("KABINET_SMTP_PORT=%d", smtp.Port), "KABINET_SMTP_TLS=none",
		"KABINET_SMTP_FROM=notifier@kabinet.example",
		"KABINET_EDS_VERIFIER=cms", "KABINET_EDS_TRUST_PEM="+trust,
		"KABINET_EDS_WS="+sim.WSURL(),
		"KABINET_EIMZO_API_KEYS=localhost="+eimzosim.APIKey("localhost")+",127.0.0.1="+eimzosim.APIKey("127.0.0.1"),
		"KABINET_REGISTER_CSV="+filepath.Join("testdata", "register.csv"),
		"KABINET_GTIN_REGISTRY_FILE="+filepath.Join("testdata", "gtins.tsv"),
		"KABINET_LOG_FORMAT=text", "KABINET_LOG_LEVEL=warn",
		"KABINET_SUPPORT_EMAIL=support@kabinet.example", "KABINET_SUPPORT_BOT=https://t.me/aslbelgisiuz_bot",
	)
	w.conf = conf
	return w, errors.Join(problems.Err(), conf.Validate(false).Err())
}

// startSimulator takes the port of E-IMZO itself, or, where a real E-IMZO runs,
// any free one.
func startSimulator(ctx context.Context) (*eimzosim.Simulator, error) {
	c := eimzosim.Config{Dir: filepath.Join(folder, "keys"), Now: clock.System}
	sim, err := eimzosim.Start(ctx, c)
	if err == nil {
		return sim, nil
	}
	c.Addr = "127.0.0.1:0"
	return eimzosim.Start(ctx, c)
}

// devSecret keeps a root secret between starts: what it sealed must open again.
func devSecret(path string) (string, error) {
	if b, err := os.ReadFile(path); err == nil {
		return string(b), nil
	}
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	key := base64.StdEncoding.EncodeToString(b[:])
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return key, os.WriteFile(path, []byte(key), 0o600)
}

// prepare brings schema, keys and invented records into place; on a later
// start it finds them there.
func prepare(ctx context.Context, w *workshop, t terminal) error {
	db, err := app.Open(ctx, w.conf, logx.New(t.err, "text", "warn"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := pg.Migrate(ctx, db, migrations.FS); err != nil {
		return err
	}
	if w.people, err = issueKeys(w.sim); err != nil {
		return err
	}
	return seed(ctx, w, db, t)
}
