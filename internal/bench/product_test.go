package bench

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"kabinet/internal/app"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/logx"
)

// productProgram is how the portal's connections are told from others.
const productProgram = "kabinet"

// environment is that of a portal in production, besides the database.
func environment() []string {
	secret := sha256.Sum256([]byte("of nobody"))
	return []string{
		"KABINET_BASE_URL=https://kabinet.example",
		"KABINET_LISTEN=127.0.0.1:0",
		"KABINET_ADMIN_LISTEN=127.0.0.1:0",
		"KABINET_SECRET_KEY=" + base64.StdEncoding.EncodeToString(secret[:]),
		"KABINET_SMTP_HOST=127.0.0.1", "KABINET_SMTP_TLS=none",
		"KABINET_SMTP_FROM=notifier@kabinet.example",
		"KABINET_EIMZO_URL=http://127.0.0.1:9", "KABINET_EIMZO_HOST=kabinet.example",
		"KABINET_SUPPORT_EMAIL=help@kabinet.example",
	}
}

// portal assembles the whole portal.
func portal(ctx context.Context, log *slog.Logger, lines ...string) (*app.App, error) {
	conf, problems := config.Load(append(environment(), lines...))
	if problems = append(problems, conf.Validate(true)...); len(problems) > 0 {
		return nil, problems.Err()
	}
	return app.New(ctx, conf, log, app.Options{Version: "bench"})
}

// serveProduct is the portal as `kabinet serve` runs it, all middleware and
// background work included. Its log goes to a file, as in production.
func serveProduct(ctx context.Context, ready func(string)) error {
	lines, err := os.CreateTemp(filepath.Dir(os.Args[0]), "kabinet-*.log")
	if err != nil {
		return err
	}
	defer os.Remove(lines.Name())
	defer lines.Close()
	a, err := portal(ctx, logx.New(lines, "json", "info"), append(os.Environ(), "KABINET_DATABASE_URL="+*database)...)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, ready)
}

// productSides are the portal's pages, as signed-in people open them.
func productSides(tb testing.TB, url string) []side {
	tb.Helper()
	p := start(tb, "product", url)
	staff := func(path string) [][]byte {
		return each(sessions, func(n int) []byte { return get(path, fmt.Sprintf("__Host-kabinet=staff-%d", n)) })
	}
	member := func(path string) [][]byte {
		return each(sessions, func(n int) []byte { return get(path, fmt.Sprintf("__Host-kabinet=member-%d", n)) })
	}
	return []side{
		{"staff", p, productProgram, staff("/op/staff")},
		{"me", p, productProgram, member("/me")},
		{"activate", p, productProgram, each(sessions, func(n int) []byte { return get("/activate/"+token(n), "") })},
	}
}

// token opens the letter of the nth organization that was written to.
func token(n int) string {
	t := []byte("bench")
	for _, d := range fmt.Sprint(n) {
		t = append(t, byte(d)-'0'+'a')
	}
	for len(t) < 32 {
		t = append(t, 'k')
	}
	return string(t)
}
