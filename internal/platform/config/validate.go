package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
)

// keyLen is the length of a root secret; platform/seal takes no other.
const keyLen = 32

// The real ones are the addresses every E-IMZO listens on (eds.md 1.1). Another
// one means a simulator, which accepts keys that anybody can make.
const (
	realWS  = "ws://127.0.0.1:64646/service/cryptapi"
	realWSS = "wss://127.0.0.1:64443/service/cryptapi"
)

var clientVersion = regexp.MustCompile(`^\d{1,3}\.\d{1,3}$`)

// Problem is one setting that has to be changed before the program may start.
type Problem struct {
	Variable string // KABINET_…
	Found    string // what is there now, secrets replaced; empty when missing
	Do       string // what the operator should do
}

// String is one line for a terminal.
func (p Problem) String() string {
	found := "is not set"
	if p.Found != "" {
		found = fmt.Sprintf("is %q", p.Found)
	}
	return fmt.Sprintf("%s %s: %s", p.Variable, found, p.Do)
}

// Problems are found together, so that the operator mends them in one go.
type Problems []Problem

// Err is nil when there is no problem.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return errors.New("configuration:\n  " + strings.Join(lines, "\n  "))
}

func (ps *Problems) add(variable, found, do string) {
	*ps = append(*ps, Problem{variable, found, do})
}

// check adds a problem unless ok; the variable is named without its prefix.
func (ps *Problems) check(ok bool, variable string, found any, do string) {
	if !ok {
		ps.add(prefix+variable, fmt.Sprint(found), do)
	}
}

// Validate finds values that make no sense, alone or together. In production it
// refuses as well what only development may have: plain http, a mail relay
// without encryption, an open admin listener, the signature simulator.
func (c Config) Validate(production bool) Problems {
	var ps Problems
	ps.check(c.Env == Production || c.Env == Development, "ENV", c.Env, "set production or development")
	ps.check(!production || c.Env == Production, "ENV", c.Env, "set production, or start with: kabinet dev")
	c.checkWeb(&ps, production)
	c.checkDatabase(&ps)
	c.checkSecrets(&ps)
	c.checkSMTP(&ps, production)
	c.checkEDS(&ps, production)
	c.checkRegister(&ps, production)
	c.checkGTINs(&ps, production)
	c.checkEDO(&ps, production)
	c.checkRest(&ps)
	return ps
}

func (c Config) checkWeb(ps *Problems, production bool) {
	w := c.Web
	ps.check(w.BaseURL != "", "BASE_URL", "", "set the public address, https://kabinet.example")
	ps.check(w.BaseURL == "" || w.BaseURL.Secure() || !production, "BASE_URL", w.BaseURL, "begin it with https://")
	ps.check(listenable(w.Listen), "LISTEN", w.Listen, "set host:port or :port")
	ps.check(listenable(w.AdminListen), "ADMIN_LISTEN", w.AdminListen, "set host:port")
	ps.check(!production || !listenable(w.AdminListen) || !everywhere(w.AdminListen), "ADMIN_LISTEN", w.AdminListen,
		"name one inner address, 127.0.0.1:9090: profiles show memory and must not be public")
	ps.check(within(w.RequestTimeout, time.Second, 5*time.Minute), "REQUEST_TIMEOUT", w.RequestTimeout, "set 1s to 5m")
	ps.check(within(w.ShutdownTimeout, time.Second, 5*time.Minute), "SHUTDOWN_TIMEOUT", w.ShutdownTimeout, "set 1s to 5m")
}

func (c Config) checkDatabase(ps *Problems) {
	d := c.Database
	ps.check(d.URL != "", "DATABASE_URL", "", "set postgres://user:password@host/database")
	ps.check(d.MaxConns >= 4 && d.MaxConns <= 1000, "DB_MAX_CONNS", d.MaxConns, "set 4 to 1000")
	ps.check(within(d.ConnectTimeout, time.Second, time.Minute), "DB_CONNECT_TIMEOUT", d.ConnectTimeout, "set 1s to 1m")
	ps.check(within(d.StatementTimeout, time.Second, 5*time.Minute), "DB_STATEMENT_TIMEOUT", d.StatementTimeout, "set 1s to 5m")
	ps.check(within(d.LockTimeout, 100*time.Millisecond, d.StatementTimeout), "DB_LOCK_TIMEOUT", d.LockTimeout,
		"set 100ms up to KABINET_DB_STATEMENT_TIMEOUT")
}

func (c Config) checkSecrets(ps *Problems) {
	const make32 = "make one with: head -c 32 /dev/urandom | base64"
	_, err := rootKey(c.Secrets.Key.Reveal())
	ps.check(err == nil, "SECRET_KEY", c.Secrets.Key, make32)
	_, err = rootKeys(c.Secrets.Old.Reveal())
	ps.check(err == nil, "SECRET_KEY_OLD", c.Secrets.Old, "set earlier keys, separated by commas, or unset it")
}

// Roots decodes the root secrets for platform/seal.
func (s Secrets) Roots() (current []byte, older [][]byte, err error) {
	if current, err = rootKey(s.Key.Reveal()); err != nil {
		return nil, nil, err
	}
	if older, err = rootKeys(s.Old.Reveal()); err != nil {
		return nil, nil, err
	}
	return current, older, nil
}

func rootKeys(list string) ([][]byte, error) {
	var keys [][]byte
	for _, word := range words(list) {
		key, err := rootKey(word)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func rootKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keyLen {
		return nil, errors.New("secret key is not 32 bytes in base64")
	}
	return key, nil
}

func (c Config) checkSMTP(ps *Problems, production bool) {
	s := c.SMTP
	ps.check(s.Host != "", "SMTP_HOST", s.Host, "set the mail relay")
	ps.check(s.Port > 0 && s.Port < 1<<16, "SMTP_PORT", s.Port, "set 1 to 65535")
	ps.check(slices.Contains([]string{"mandatory", "opportunistic", "none"}, s.TLS), "SMTP_TLS", s.TLS, "set mandatory, opportunistic or none")
	ps.check(s.TLS == "mandatory" || !production || loopback(s.Host), "SMTP_TLS", s.TLS, "set mandatory, or use a relay on this machine")
	ps.check(s.Password == "" || s.TLS == "mandatory" || loopback(s.Host), "SMTP_TLS", s.TLS, "set mandatory: the password would travel open")
	ps.check((s.User == "") == (s.Password == ""), "SMTP_USER", s.User, "set both KABINET_SMTP_USER and KABINET_SMTP_PASSWORD or neither")
	ps.check(strings.Contains(s.From, "@"), "SMTP_FROM", s.From, "set the sender, notifier@kabinet.example")
	ps.check(s.Connections >= 1 && s.Connections <= 100, "SMTP_CONNECTIONS", s.Connections, "set 1 to 100")
	ps.check(s.Rate >= 0, "SMTP_RATE", s.Rate, "set letters per second, 0 for no limit")
	ps.check(within(s.Timeout, time.Second, 50*time.Second), "SMTP_TIMEOUT", s.Timeout, "set 1s to 50s")
}

func (c Config) checkEDS(ps *Problems, production bool) {
	e := c.EDS
	eimzo, cms := e.Verifier == "eimzo", e.Verifier == "cms"
	ps.check(eimzo || cms, "EDS_VERIFIER", e.Verifier, "set eimzo or cms")
	ps.check(!eimzo || webAddress(c.EIMZO.URL), "EIMZO_URL", c.EIMZO.URL, "set the address of E-IMZO-SERVER, or KABINET_EDS_VERIFIER=cms")
	ps.check(!eimzo || c.EIMZO.Host != "", "EIMZO_HOST", "", "set the domain registered with the vendor")
	ps.check(!cms || readable(e.TrustPEM), "EDS_TRUST_PEM", e.TrustPEM, "name a file with the root certificates")
	ps.check(e.Revocation == "strict" || e.Revocation == "off", "EDS_REVOCATION", e.Revocation, "set strict or off")
	ps.check(!production || e.Revocation != "off", "EDS_REVOCATION", e.Revocation, "set strict: a revoked key must not sign")
	ps.check(clientVersion.MatchString(e.MinClient), "EDS_MIN_CLIENT", e.MinClient, "set major.minor, 3.37")
	ps.check(within(e.ChallengeTTL, 10*time.Second, 10*time.Minute), "EDS_CHALLENGE_TTL", e.ChallengeTTL, "set 10s to 10m")
	ps.check(!production || e.WS == realWS, "EDS_WS", e.WS, "unset it: another address is a simulator")
	ps.check(!production || e.WSS == realWSS, "EDS_WSS", e.WSS, "unset it: another address is a simulator")
	_, err := clock.Zone(c.EIMZO.TimeZone)
	ps.check(err == nil, "EIMZO_TIMEZONE", c.EIMZO.TimeZone, "set a zone name, Asia/Tashkent")
}

// checkRegister: a file of entries lets anybody be the director of anything.
func (c Config) checkRegister(ps *Problems, production bool) {
	r := c.Register
	ps.check(r.URL == "" || webAddress(r.URL), "REGISTER_URL", r.URL, "set the address of the state register, https://register.example/api")
	ps.check(r.URL == "" || !production || strings.HasPrefix(r.URL, "https://") || loopbackAddress(r.URL), "REGISTER_URL", r.URL, "begin it with https://: personal numbers travel to it")
	ps.check(r.CSV == "" || !production, "REGISTER_CSV", r.CSV, "unset it: a file is not the state register")
	ps.check(r.CSV == "" || readable(r.CSV), "REGISTER_CSV", r.CSV, "name a file with entries")
	ps.check(r.CSV == "" || r.URL == "", "REGISTER_CSV", r.CSV, "unset either this or KABINET_REGISTER_URL")
}

func (c Config) checkEDO(ps *Problems, production bool) {
	u := c.EDO.URL
	ps.check(u == "" || webAddress(u), "EDO_URL", u, "set the address of the operator, https://edo.example/api")
	ps.check(u == "" || !production || strings.HasPrefix(u, "https://") || loopbackAddress(u), "EDO_URL", u, "begin it with https://: a token travels to it")
}

func (c Config) checkGTINs(ps *Problems, production bool) {
	g := c.GTINs
	ps.check(g.URL == "" || webAddress(g.URL), "GTIN_REGISTRY_URL", g.URL, "set the address of the registry, https://gs1.example/api")
	ps.check(g.URL == "" || !production || strings.HasPrefix(g.URL, "https://") || loopbackAddress(g.URL), "GTIN_REGISTRY_URL", g.URL, "begin it with https://: a token travels to it")
	ps.check(g.File == "" || !production, "GTIN_REGISTRY_FILE", g.File, "unset it: a file is not the registry")
	ps.check(g.File == "" || readable(g.File), "GTIN_REGISTRY_FILE", g.File, "name a file with entries")
	ps.check(g.File == "" || g.URL == "", "GTIN_REGISTRY_FILE", g.File, "unset either this or KABINET_GTIN_REGISTRY_URL")
}

func loopbackAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && loopback(u.Hostname())
}

func (c Config) checkRest(ps *Problems) {
	s := c.Session
	ps.check(within(s.Idle, time.Minute, 24*time.Hour), "SESSION_IDLE", s.Idle, "set 1m to 24h")
	ps.check(within(s.Absolute, s.Idle, 7*24*time.Hour), "SESSION_ABSOLUTE", s.Absolute, "set KABINET_SESSION_IDLE up to 168h")
	ps.check(within(s.Cache, 0, 5*time.Second), "SESSION_CACHE", s.Cache, "set 0s to 5s")
	ps.check(c.Jobs.Workers >= 0 && c.Jobs.Workers <= 2000, "JOB_WORKERS", c.Jobs.Workers, "set 0 to 2000")
	ps.check(within(c.Jobs.Timeout, time.Second, time.Hour), "JOB_TIMEOUT", c.Jobs.Timeout, "set 1s to 1h")
	ps.check(within(c.Jobs.RescueAfter, c.Jobs.Timeout+time.Second, 24*time.Hour), "JOB_RESCUE_AFTER", c.Jobs.RescueAfter, "set more than KABINET_JOB_TIMEOUT")
	ps.check(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level), "LOG_LEVEL", c.Log.Level, "set debug, info, warn or error")
	ps.check(c.Log.Format == "json" || c.Log.Format == "text", "LOG_FORMAT", c.Log.Format, "set json or text")
}

func within(d, least, most time.Duration) bool { return d >= least && d <= most }

func listenable(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// everywhere reports whether a listener would answer on all addresses.
func everywhere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func webAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func readable(path string) bool {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // opened only to see whether it can be
	return true
}
