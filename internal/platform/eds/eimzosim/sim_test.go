//go:build dev

package eimzosim

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/cms"
)

var (
	director = Person{
		CN: "TESTOV TEST TESTOVICH", Name: "TEST", Surname: "TESTOV", PINFL: "30101800000001", PersonTIN: "400000001",
		OrgTIN: "300000001", Org: `"LAB, TEST=1" MCHJ`, Position: "ДИРЕКТОР", Region: "TOSHKENT SHAHRI",
	}
	private = Person{CN: "ODDIYEV ODAM", PINFL: "30101800000002", PersonTIN: "400000002"}
)

func start(tb testing.TB, c Config) *Simulator {
	tb.Helper()
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	s, err := Start(context.Background(), c)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func issue(tb testing.TB, s *Simulator, p Person, flaws ...Flaw) Key {
	tb.Helper()
	k, err := s.Issue(p, flaws...)
	must(tb, err)
	return k
}

// call does one CAPIWS call as a page of origin would, and demands the close
// that follows the reply.
func call(tb testing.TB, s *Simulator, origin, text string) map[string]any {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	conn, _, err := websocket.Dial(ctx, s.WSURL(), &websocket.DialOptions{HTTPHeader: header})
	must(tb, err)
	defer conn.CloseNow()
	conn.SetReadLimit(maxFrame)
	must(tb, conn.Write(ctx, websocket.MessageText, []byte(text)))
	_, frame, err := conn.Read(ctx)
	must(tb, err)
	if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		tb.Errorf("after the reply: %v", err)
	}
	var answer map[string]any
	must(tb, json.Unmarshal(frame, &answer))
	return answer
}

func body(tb testing.TB, plugin, name string, arguments ...string) string {
	tb.Helper()
	q := map[string]any{"name": name, "arguments": arguments}
	if plugin != "" {
		q["plugin"] = plugin
	}
	b, err := json.Marshal(q)
	must(tb, err)
	return string(b)
}

const page = "http://localhost:8080"

func register(tb testing.TB, s *Simulator) {
	tb.Helper()
	if a := call(tb, s, page, body(tb, "", "apikey", "localhost", APIKey("localhost"))); a["success"] != true {
		tb.Fatal(a)
	}
}

func signIn(tb testing.TB, s *Simulator, text string) []byte {
	tb.Helper()
	list := call(tb, s, page, body(tb, "pfx", "list_all_certificates"))
	first := list["certificates"].([]any)[0].(map[string]any)
	arguments := make([]string, 0, 4)
	for _, name := range []string{"disk", "path", "name", "alias"} {
		arguments = append(arguments, first[name].(string))
	}
	key := call(tb, s, page, body(tb, "pfx", "load_key", arguments...))["keyId"].(string)
	signed := call(tb, s, page, body(tb, "pkcs7", "create_pkcs7", base64.StdEncoding.EncodeToString([]byte(text)), key, "no"))
	message, err := eds.Decode(signed["pkcs7_64"].(string))
	must(tb, err)
	call(tb, s, page, body(tb, "pfx", "unload_key", key))
	return message
}

func newVerifier(tb testing.TB, s *Simulator) *cms.Verifier {
	tb.Helper()
	v, err := cms.New(cms.Config{TrustPEM: s.TrustPEM(), Now: clock.System})
	must(tb, err)
	return v
}

func TestSignsWhatTheVerifierAccepts(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director)
	register(t, s)
	message := signIn(t, s, "salom, дунё")
	if !strings.HasPrefix(base64.StdEncoding.EncodeToString(message), "MIAG") {
		t.Errorf("not the shape E-IMZO sends: %x", message[:8])
	}
	signer, err := newVerifier(t, s).VerifyLogin(context.Background(), eds.Client{}, message, "salom, дунё")
	must(t, err)
	if signer.OrgTIN != director.OrgTIN || signer.PINFL != director.PINFL {
		t.Errorf("%+v", signer)
	}
	if _, err := newVerifier(t, s).VerifyLogin(context.Background(), eds.Client{}, message, "other"); !errors.Is(err, eds.ErrChallenge) {
		t.Errorf("another challenge: %v", err)
	}
}

func TestFlaws(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	v := newVerifier(t, s)
	for flaw, want := range map[Flaw]error{
		Expired: eds.ErrExpired, Revoked: eds.ErrRevoked, WrongUsage: eds.ErrCertificate,
		ForeignRoot: eds.ErrCertificate, RSA: nil,
	} {
		key := issue(t, s, director, flaw)
		_, err := v.VerifyLogin(context.Background(), eds.Client{}, key.Sign([]byte("x"), time.Now()), "x")
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", flaw, err, want)
		}
	}
	key := issue(t, s, private)
	s.Revoke(key)
	if _, err := v.VerifyLogin(context.Background(), eds.Client{}, key.Sign([]byte("x"), time.Now()), "x"); !errors.Is(err, eds.ErrRevoked) {
		t.Errorf("revoked later: %v", err)
	}
}

func TestProtocol(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	key := issue(t, s, director)
	status := func(want float64, origin, text string) {
		t.Helper()
		if a := call(t, s, origin, text); a["status"] != want {
			t.Errorf("%.80s from %q: %v, want status %v", text, origin, a, want)
		}
	}
	status(1, page, `{"name":"version"}`)
	status(0, page, `not json`)
	status(statusNotRegistered, page, body(t, "pfx", "list_all_certificates"))
	status(statusBadAPIKey, page, body(t, "", "apikey", "localhost", strings.Repeat("0", 128)))
	status(statusBadAPIKey, page, body(t, "", "apikey", "127.0.0.1", APIKey("127.0.0.1")))
	status(statusBadAPIKey, "", body(t, "", "apikey", "localhost", APIKey("localhost")))
	status(statusNotRegistered, page, body(t, "apikey", "apikey", "localhost", APIKey("localhost")))
	status(1, page, body(t, "", "apikey", "portal.example", "x", "localhost", APIKey("localhost")))
	status(statusNotRegistered, "http://other.example", body(t, "pfx", "list_all_certificates"))
	status(1, "https://localhost", body(t, "pfx", "list_all_certificates"))
	status(0, page, body(t, "version", "version"))
	status(0, page, body(t, "pfx", "load_key", "one"))
	status(statusFileGone, page, body(t, "pfx", "load_key", Disk, Path, key.Name, "cn=other"))
	status(statusKeyUnknown, page, body(t, "pkcs7", "create_pkcs7", "eA==", "no such key", "no"))
	status(statusOther, page, body(t, "pkcs7", "create_pkcs7", "%%%", "no such key", "no"))
	status(1, page, body(t, "ckc", "list_ckc"))
}

func TestAliasHoldsCommas(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	alias := issue(t, s, director).alias()
	for _, part := range []string{"cn=testov test testovich,", `,o="lab, test=1" mchj,`, ",t=директор,", ",1.2.860.3.16.1.1=300000001,", ",validto=20"} {
		if !strings.Contains(alias, part) {
			t.Errorf("%q not in %s", part, alias)
		}
	}
	if strings.Contains(issue(t, s, private).alias(), "1.2.860.3.16.1.1") {
		t.Error("a personal key with an organization's number")
	}
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	s := start(t, Config{SlowFor: time.Millisecond})
	issue(t, s, director)
	register(t, s)
	v := newVerifier(t, s)
	for scenario, want := range map[Scenario]error{OK: nil, Slow: nil, TamperedSig: eds.ErrSignature, WrongContent: eds.ErrChallenge} {
		must(t, s.Set(scenario))
		if _, err := v.VerifyLogin(context.Background(), eds.Client{}, signIn(t, s, "x"), "x"); !errors.Is(err, want) {
			t.Errorf("%s: %v", scenario, err)
		}
	}
	must(t, s.Set(ForgetSite))
	if a := call(t, s, page, body(t, "pfx", "list_all_certificates")); a["status"] != float64(statusNotRegistered) {
		t.Error(a)
	}
	register(t, s)
	must(t, s.Set(Empty))
	if a := call(t, s, page, body(t, "pfx", "list_all_certificates")); len(a["certificates"].([]any)) != 0 {
		t.Error(a)
	}
	must(t, s.Set(NotRunning))
	if _, _, err := websocket.Dial(context.Background(), s.WSURL(), nil); err == nil {
		t.Error("answers although it is not running")
	}
	if err := s.Set("nonsense"); err == nil {
		t.Error("unknown scenario accepted")
	}
}

func TestControlPage(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director, Expired)
	response, err := http.PostForm(s.ControlURL(), url.Values{"scenario": {"cancel"}})
	must(t, err)
	text, err := io.ReadAll(response.Body)
	must(t, errors.Join(err, response.Body.Close()))
	for _, part := range []string{`value="cancel" checked`, "TESTOV", "30101800000001", "expired"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%q not on the page", part)
		}
	}
	if s.Scenario() != Cancel {
		t.Error("not switched")
	}
	ask := func(change func(*http.Request)) int {
		r, err := http.NewRequest(http.MethodPost, s.ControlURL(), strings.NewReader("scenario=ok"))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		response, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		defer response.Body.Close()
		return response.StatusCode
	}
	if got := ask(func(r *http.Request) { r.Host = "rebound.example:64646" }); got != http.StatusMisdirectedRequest {
		t.Errorf("another host name: %d", got)
	}
	if got := ask(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); got != http.StatusForbidden {
		t.Errorf("another site: %d", got)
	}
	if s.Scenario() != Cancel {
		t.Error("switched by a stranger")
	}
}

func TestKeysSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, Config{Dir: dir})
	good, revoked := issue(t, first, director), issue(t, first, director, Revoked)
	must(t, first.Close())
	second := start(t, Config{Dir: dir, Addr: first.addr.String()})
	again := issue(t, second, director)
	if !again.Certificate.Equal(good.Certificate) || string(first.TrustPEM()) != string(second.TrustPEM()) {
		t.Error("a new key after a restart")
	}
	v := newVerifier(t, second)
	_, err := v.VerifyLogin(context.Background(), eds.Client{}, again.Sign([]byte("x"), time.Now()), "x")
	must(t, err)
	issue(t, second, director, Revoked)
	if _, err := v.VerifyLogin(context.Background(), eds.Client{}, revoked.Sign([]byte("x"), time.Now()), "x"); !errors.Is(err, eds.ErrRevoked) {
		t.Errorf("forgot the revocation: %v", err)
	}
	moved := start(t, Config{Dir: dir})
	if issue(t, moved, director).Certificate.Equal(good.Certificate) {
		t.Error("kept a key that names another port")
	}
}

func TestTLSPort(t *testing.T) {
	t.Parallel()
	s := start(t, Config{TLSAddr: "127.0.0.1:0"})
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for name, client := range map[string]*http.Client{"trusting": trusting, "careful": http.DefaultClient} {
		conn, _, err := websocket.Dial(context.Background(), s.WSSURL(), &websocket.DialOptions{HTTPClient: client})
		if trusts := client == trusting; (err == nil) != trusts {
			t.Errorf("%s client: %v", name, err)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
}

func TestRefusesToLeaveLoopback(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "localhost:0", "[::]:0", "192.0.2.1:0"} {
		if s, err := Start(context.Background(), Config{Addr: addr}); err == nil {
			_ = s.Close()
			t.Errorf("listens on %s", addr)
		}
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	s := start(b, Config{})
	issue(b, s, director)
	for b.Loop() {
		call(b, s, page, `{"name":"version"}`)
		register(b, s)
		signIn(b, s, "text")
	}
}
