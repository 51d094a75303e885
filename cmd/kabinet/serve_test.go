//go:build dev

package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/pg/pgtest"
)

// shop is a production configuration, by name without KABINET_.
type shop map[string]string

// newShop is complete: serve starts on it.
func newShop(t *testing.T, database string) shop {
	t.Helper()
	return shop{
		"BASE_URL": "https://kabinet.example", "DATABASE_URL": database,
		"LISTEN": "127.0.0.1:" + freePort(t), "ADMIN_LISTEN": "127.0.0.1:" + freePort(t),
		"SECRET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
		"SMTP_HOST":  "127.0.0.1", "SMTP_TLS": "none", "SMTP_FROM": "notifier@kabinet.example",
		"EIMZO_URL": "http://127.0.0.1:1", "EIMZO_HOST": "kabinet.example",
		"DB_MAX_CONNS": "4",
	}
}

// with is the same shop with other settings; an empty value takes one away.
func (s shop) with(changes shop) shop {
	other := maps.Clone(s)
	maps.Copy(other, changes)
	maps.DeleteFunc(other, func(_, value string) bool { return value == "" })
	return other
}

func (s shop) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(shipped.binary(t), args...)
	cmd.Dir, cmd.Env = t.TempDir(), ours(os.Environ())
	for name, value := range s {
		cmd.Env = append(cmd.Env, "KABINET_"+name+"="+value)
	}
	return cmd
}

// does runs a command to its end.
func (s shop) does(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	cmd := s.command(t, args...)
	timer := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	out, _ := cmd.CombinedOutput() // the status says it
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestTheShippedProgramServes(t *testing.T) {
	t.Parallel()
	s := newShop(t, pgtest.URL(t))
	if status, said := s.does(t, "doctor"); status != 0 {
		t.Fatalf("doctor finds fault: %s", said)
	}
	if status, said := s.does(t, "healthcheck"); status != 1 {
		t.Errorf("healthcheck before the start: status %d, %s", status, said)
	}
	out := newTranscript()
	cmd := s.command(t, "serve")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended unless the test failed
	if _, err := out.wait(t.Context(), `"msg":"ready"`); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if status, said := s.does(t, "healthcheck"); status != 0 {
		t.Errorf("healthcheck: status %d, %s", status, said)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopped with %v\n%s", err, out)
	}
}

func TestTheShippedProgramRefusesWhatIsNotFit(t *testing.T) {
	t.Parallel()
	good := newShop(t, pgtest.URL(t))
	trust := filepath.Join(t.TempDir(), "trust.pem")
	if err := os.WriteFile(trust, developmentRoot(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		shop shop
		says string // serve and doctor both
	}{
		"nothing at all":              {shop{}, "KABINET_SECRET_KEY is not set"},
		"without the secret":          {good.with(shop{"SECRET_KEY": ""}), "KABINET_SECRET_KEY is not set"},
		"with a short secret":         {good.with(shop{"SECRET_KEY": "c2hvcnQ="}), "KABINET_SECRET_KEY"},
		"without a database":          {good.with(shop{"DATABASE_URL": ""}), "KABINET_DATABASE_URL is not set"},
		"over plain http":             {good.with(shop{"BASE_URL": "http://kabinet.example"}), "begin it with https://"},
		"with the simulator":          {good.with(shop{"EDS_WS": "ws://127.0.0.1:7000/service/cryptapi"}), "another address is a simulator"},
		"with the development root":   {good.with(shop{"EDS_VERIFIER": "cms", "EDS_TRUST_PEM": trust}), "development root"},
		"without revocation":          {good.with(shop{"EDS_REVOCATION": "off"}), "a revoked key must not sign"},
		"with an invented register":   {good.with(shop{"REGISTER_CSV": trust}), "a file is not the state register"},
		"with invented GTINs":         {good.with(shop{"GTIN_REGISTRY_FILE": trust}), "a file is not the registry"},
		"with profiles for everybody": {good.with(shop{"ADMIN_LISTEN": "0.0.0.0:9090"}), "must not be public"},
		"without the schema":          {good.with(shop{"DATABASE_URL": pgtest.Empty(t).Config().ConnString()}), "schema.pending"},
		"under another locale":        {good.with(shop{"DATABASE_URL": inLocaleC(t)}), "database.locale"},
		"without the server":          {good.with(shop{"DATABASE_URL": "postgres://127.0.0.1:1/kabinet"}), "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"serve", "doctor"} {
				if status, said := c.shop.does(t, command); status != 1 || !strings.Contains(said, c.says) {
					t.Errorf("%s: status %d, want 1 and %q in:\n%s", command, status, c.says, said)
				} else if strings.Contains(said, good["SECRET_KEY"]) {
					t.Errorf("%s tells the secret", command)
				}
			}
		})
	}
}

func TestMigrateMakesADatabaseFit(t *testing.T) {
	t.Parallel()
	s := newShop(t, pgtest.Empty(t).Config().ConnString())
	for range 2 { // again it changes nothing
		if status, said := s.does(t, "migrate"); status != 0 || !strings.Contains(said, "the schema is at version") {
			t.Fatalf("status %d: %s", status, said)
		}
	}
	if status, said := s.does(t, "doctor"); status != 0 {
		t.Errorf("status %d: %s", status, said)
	}
}

func TestTheShippedProgramHoldsNoDevelopment(t *testing.T) {
	t.Parallel()
	s := shop{}
	if status, said := s.does(t, "dev"); status != 2 || !strings.Contains(said, `there is no command "dev"`) {
		t.Errorf("status %d: %s", status, said)
	}
	b, err := os.ReadFile(shipped.binary(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"eimzosim", "mailtest", "devpg", "devview", "edstest"} {
		if bytes.Contains(b, []byte("kabinet/internal/platform/eds/"+pkg+".")) || bytes.Contains(b, []byte("/"+pkg+".(*")) {
			t.Errorf("the program holds %s", pkg)
		}
	}
	if size := len(b) >> 20; size > 60 { // with symbols; stripped it is a third smaller (decision 0034)
		t.Errorf("the program has %d MiB", size)
	}
}

func developmentRoot(t *testing.T) []byte {
	t.Helper()
	a, err := edstest.NewAuthority(clock.System, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	return a.TrustPEM()
}

// inLocaleC makes a database as "create database" does on a careless server.
func inLocaleC(t *testing.T) string {
	t.Helper()
	beside := pgtest.Empty(t)
	name := fmt.Sprintf("kabinet_t_%d_c", time.Now().UnixNano())
	if _, err := beside.Exec(t.Context(), "create database "+name+" template template0 encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := beside.Exec(context.WithoutCancel(t.Context()), "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(beside.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
