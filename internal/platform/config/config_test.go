package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/platform/config"
)

const key = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="

// complete is the least an operator has to say in production.
func complete() []string {
	return []string{
		"KABINET_BASE_URL=https://kabinet.example",
		"KABINET_DATABASE_URL=postgres://kabinet:db-password@db.example/kabinet?sslmode=verify-full",
		"KABINET_SECRET_KEY=" + key,
		"KABINET_SMTP_HOST=relay.example",
		"KABINET_SMTP_USER=kabinet",
		"KABINET_SMTP_PASSWORD=relay-password",
		"KABINET_SMTP_FROM=notifier@kabinet.example",
		"KABINET_EIMZO_URL=http://10.0.0.5:8080",
		"KABINET_EIMZO_HOST=kabinet.example",
	}
}

// without is complete without some of its variables.
func without(names ...string) []string {
	return slices.DeleteFunc(complete(), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return slices.Contains(names, name)
	})
}

// load fails the test on unreadable values.
func load(t *testing.T, environ ...string) config.Config {
	t.Helper()
	c, ps := config.Load(environ)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheLeastThatIsNeededIsEnough(t *testing.T) {
	t.Parallel()
	c := load(t, complete()...)
	if err := c.Validate(true).Err(); err != nil {
		t.Error(err)
	}
	if c.Session.Idle != 30*time.Minute || c.EDS.ChallengeTTL != 2*time.Minute || c.Web.Listen != ":8080" || c.Web.MaxBody != 1<<20 {
		t.Errorf("defaults are not what the notes say: %+v", c)
	}
}

func TestNothingSetNamesEverythingNeeded(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range load(t).Validate(true) {
		names = append(names, p.Variable)
		if p.Do == "" {
			t.Errorf("%s: no advice", p.Variable)
		}
	}
	want := []string{
		"KABINET_BASE_URL", "KABINET_DATABASE_URL", "KABINET_SECRET_KEY",
		"KABINET_SMTP_FROM", "KABINET_EIMZO_URL", "KABINET_EIMZO_HOST",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"ENV=staging",
		"ENV=development",
		"BASE_URL=http://kabinet.example",
		"LISTEN=8080",
		"ADMIN_LISTEN=:9090",
		"ADMIN_LISTEN=0.0.0.0:9090",
		"ADMIN_LISTEN=[::]:9090",
		"REQUEST_TIMEOUT=0s",
		"SHUTDOWN_TIMEOUT=1h",
		"DB_MAX_CONNS=1",
		"DB_CONNECT_TIMEOUT=0s",
		"DB_STATEMENT_TIMEOUT=0s",
		"DB_LOCK_TIMEOUT=16s",
		"SECRET_KEY=c2hvcnQ=",
		"SECRET_KEY_OLD=" + key + ",short",
		"SMTP_PORT=0",
		"SMTP_TLS=perhaps",
		"SMTP_TLS=opportunistic",
		"SMTP_FROM=notifier",
		"SMTP_CONNECTIONS=0",
		"SMTP_RATE=-1",
		"SMTP_TIMEOUT=2m",
		"EDS_VERIFIER=none",
		"EDS_REVOCATION=off",
		"EDS_MIN_CLIENT=new",
		"EDS_CHALLENGE_TTL=1h",
		"EDS_WS=ws://127.0.0.1:8081/service/cryptapi",
		"EDS_WSS=wss://127.0.0.1:8443/service/cryptapi",
		"EIMZO_URL=10.0.0.5",
		"EIMZO_TIMEZONE=Asia/Nowhere",
		"SESSION_IDLE=0s",
		"SESSION_ABSOLUTE=10m",
		"SESSION_CACHE=1m",
		"JOB_WORKERS=-1",
		"JOB_TIMEOUT=0s",
		"JOB_RESCUE_AFTER=30s",
		"LOG_LEVEL=loud",
		"LOG_FORMAT=xml",
	} {
		name, _, _ := strings.Cut(line, "=")
		ps := load(t, append(complete(), "KABINET_"+line)...).Validate(true)
		if !slices.ContainsFunc(ps, func(p config.Problem) bool { return p.Variable == "KABINET_"+name }) {
			t.Errorf("%s: accepted, or blamed on another variable: %v", line, ps)
		}
	}
}

func TestAPasswordForTheRelayNeedsAName(t *testing.T) {
	t.Parallel()
	ps := load(t, without("KABINET_SMTP_USER")...).Validate(true)
	if len(ps) != 1 || ps[0].Variable != "KABINET_SMTP_USER" {
		t.Errorf("problems = %v, want only KABINET_SMTP_USER", ps)
	}
}

// A file of settings has lines with nothing behind the sign; they must neither
// break a default nor hide what the program itself suggests.
func TestABlankSettingIsNotSet(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{"", " ", "\t"} {
		lines := complete()
		for line := range strings.Lines(usage(t)) {
			lines = append(lines, strings.Fields(line)[0]+"="+blank)
		}
		got, want := load(t, lines...), load(t, complete()...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with all settings %q:\n%s", blank, diff)
		}
	}
}

func usage(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := config.Usage(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDevelopmentMayHaveWhatProductionMayNot(t *testing.T) {
	t.Parallel()
	c := load(t, append(complete(),
		"KABINET_ENV=development",
		"KABINET_BASE_URL=http://localhost:8080",
		"KABINET_SMTP_HOST=127.0.0.1",
		"KABINET_SMTP_TLS=none",
		"KABINET_EDS_REVOCATION=off",
		"KABINET_EDS_WS=ws://127.0.0.1:8081/service/cryptapi",
	)...)
	if err := c.Validate(false).Err(); err != nil {
		t.Error(err)
	}
}

func TestLoadNamesTheVariableItCannotRead(t *testing.T) {
	t.Parallel()
	_, ps := config.Load([]string{
		"KABINET_SMTP_PORT=smtp",
		"KABINET_SESSION_IDLE=half an hour",
		"KABINET_TRUSTED_PROXIES=proxy.example",
		"KABINET_BASE_URL=https://kabinet.example/portal",
		"KABINET_MAX_UPLOAD=big",
		"KABINET_EIMZO_API_KEYS=localhost",
		"KABINET_LISTEN=:8080",
	})
	var names []string
	for _, p := range ps {
		names = append(names, p.Variable+" "+p.Found)
	}
	want := []string{
		"KABINET_BASE_URL https://kabinet.example/portal",
		"KABINET_TRUSTED_PROXIES proxy.example",
		"KABINET_MAX_UPLOAD big",
		"KABINET_SMTP_PORT smtp",
		"KABINET_EIMZO_API_KEYS localhost",
		"KABINET_SESSION_IDLE half an hour",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestLoadTellsUnknownVariablesWithoutRefusingThem(t *testing.T) {
	t.Parallel()
	c := load(t, "KABINET_SMPT_HOST=relay.example", "KABINET_NEXT_YEAR=1", "PATH=/bin", "KABINET_LISTEN=:80")
	if diff := cmp.Diff([]string{"KABINET_NEXT_YEAR", "KABINET_SMPT_HOST"}, c.Unknown); diff != "" {
		t.Error(diff)
	}
}

func TestALaterLineWins(t *testing.T) {
	t.Parallel()
	if c := load(t, "KABINET_LISTEN=:1", "KABINET_LISTEN=:2"); c.Web.Listen != ":2" {
		t.Errorf("Listen = %s, want :2", c.Web.Listen)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := load(t, "KABINET_SECRET_KEY_FILE="+path, "KABINET_SECRET_KEY_OLD="+key+", "+key)
	current, older, err := c.Secrets.Roots()
	if err != nil || len(current) != 32 || len(older) != 2 {
		t.Errorf("Roots = %d bytes, %d older, %v", len(current), len(older), err)
	}
	_, ps := config.Load([]string{"KABINET_SECRET_KEY_FILE=" + path, "KABINET_SECRET_KEY=" + key, "KABINET_SMTP_PASSWORD_FILE=" + path + ".gone"})
	if len(ps) != 2 || ps[0].Variable != "KABINET_SECRET_KEY_FILE" || ps[1].Variable != "KABINET_SMTP_PASSWORD_FILE" {
		t.Errorf("problems = %v, want both given, and a file that is not there", ps)
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	c := load(t, append(complete(), "KABINET_SECRET_KEY_OLD="+key)...)
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "config", c, "secret", c.Secrets.Key, "dsn", c.Database.URL)
	fmt.Fprintf(&out, "%v %+v %#v %s\n", c, c, c, c.SMTP.Password)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	bad := load(t, append(complete(), "KABINET_SECRET_KEY=leaked-key", "KABINET_SECRET_KEY_OLD=leaked-key")...)
	fmt.Fprintln(&out, bad.Validate(true).Err())
	for _, secret := range []string{key, "relay-password", "db-password", "leaked-key"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q was printed", secret)
		}
	}
	for _, line := range []string{
		"KABINET_SECRET_KEY=[redacted]\n", "KABINET_SMTP_HOST=relay.example\n", "KABINET_SESSION_IDLE=30m0s\n",
		"KABINET_DATABASE_URL=postgres://kabinet:xxxxx@db.example/kabinet?sslmode=verify-full\n",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("Print lacks %q", line)
		}
	}
}

func TestDSNHidesPasswordsOfEveryForm(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[config.DSN]string{
		"":                                "",
		"postgres://u:hush@h/d":           "postgres://u:xxxxx@h/d",
		"postgres://h/d?password=hush":    "postgres://h/d?password=%5Bredacted%5D",
		"host=h user=u password=hush":     "[redacted]",
		"postgres:///d?host=/run/kabinet": "postgres:///d?host=/run/kabinet",
		"::hush":                          "[redacted]",
	} {
		if got := dsn.String(); got != want {
			t.Errorf("String of %q = %q, want %q", dsn.Reveal(), got, want)
		}
	}
}

func TestProxies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Proxies{
		"0": {},
		"2": {Count: 2},
		"10.1.2.3/8, 192.0.2.7": {Prefixes: []netip.Prefix{
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"),
		}},
		"2001:db8::1": {Prefixes: []netip.Prefix{netip.MustParsePrefix("2001:db8::1/128")}},
	} {
		var got config.Proxies
		if err := got.UnmarshalText([]byte(text)); err != nil || got.String() != want.String() {
			t.Errorf("%q = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"-1", "16", "10.0.0.0/33", "example", "10.0.0.1;10.0.0.2"} {
		var p config.Proxies
		if err := p.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %v", text, p)
		}
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Origin{
		"https://Kabinet.Example":  "https://kabinet.example",
		"https://kabinet.example/": "https://kabinet.example",
		"http://localhost:8080":    "http://localhost:8080",
	} {
		var got config.Origin
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"kabinet.example", "ftp://kabinet.example", "https://", "https://:443", "https://u@kabinet.example",
		"https://kabinet.example/a", "https://kabinet.example?a", "https://kabinet.example#a",
	} {
		var o config.Origin
		if err := o.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %q", text, o)
		}
	}
	if o := config.Origin("https://kabinet.example:8443"); o.Hostname() != "kabinet.example" || !o.Secure() {
		t.Errorf("Hostname = %q, Secure = %v", o.Hostname(), o.Secure())
	}
}

func TestAPIKeysKeepTheirOrder(t *testing.T) {
	t.Parallel()
	c := load(t, "KABINET_EIMZO_API_KEYS=localhost=AA==,kabinet.example=BB")
	want := config.APIKeys{{Host: "localhost", Key: "AA=="}, {Host: "kabinet.example", Key: "BB"}}
	if diff := cmp.Diff(want, c.EIMZO.APIKeys); diff != "" {
		t.Error(diff)
	}
}

func TestUsageExplainsEverySetting(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := config.Usage(&out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if fields := strings.Fields(line); len(fields) < 3 || !strings.HasPrefix(fields[0], "KABINET_") {
			t.Errorf("no meaning: %q", line)
		}
	}
	if n := strings.Count(out.String(), "\n"); n < 50 {
		t.Errorf("%d settings, want all of them", n)
	}
}

func TestTheBuiltInVerifierNeedsRootsAndNoServer(t *testing.T) {
	t.Parallel()
	environ := append(without("KABINET_EIMZO_URL", "KABINET_EIMZO_HOST"), "KABINET_EDS_VERIFIER=cms")
	ps := load(t, environ...).Validate(true)
	if len(ps) != 1 || ps[0].Variable != "KABINET_EDS_TRUST_PEM" {
		t.Errorf("problems = %v, want only KABINET_EDS_TRUST_PEM", ps)
	}
	if err := load(t, append(environ, "KABINET_EDS_TRUST_PEM=config_test.go")...).Validate(true).Err(); err != nil {
		t.Error(err)
	}
}
