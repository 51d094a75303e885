package app

import (
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg/pgtest"
)

// testApp is the whole portal on an own database with a mail relay of the
// test's; nothing is started.
func testApp(t *testing.T, log *slog.Logger, settings ...string) *App {
	t.Helper()
	authority, err := edstest.NewAuthority(clock.System, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	trust := filepath.Join(t.TempDir(), "trust.pem")
	if err := os.WriteFile(trust, authority.TrustPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	smtp := mailtest.New(t, mailtest.Options{}).Config()
	lines := append([]string{
		"KABINET_ENV=development", "KABINET_DATABASE_URL=" + pgtest.URL(t), "KABINET_BASE_URL=http://localhost:8080",
		"KABINET_SECRET_KEY=" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("kabinet!", 4))),
		"KABINET_SMTP_HOST=" + smtp.Host, "KABINET_SMTP_TLS=none", "KABINET_SMTP_FROM=notifier@kabinet.example",
		"KABINET_EDS_VERIFIER=cms", "KABINET_EDS_TRUST_PEM=" + trust, "KABINET_EDS_REVOCATION=off", "KABINET_DB_MAX_CONNS=4",
	}, settings...)
	conf, problems := config.Load(lines)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), conf, log, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// sessionNumber keeps tokens of tests apart.
var sessionNumber atomic.Int64
