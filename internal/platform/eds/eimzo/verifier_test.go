package eimzo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"

var (
	noon     = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	client   = eds.Client{Host: "portal.example", IP: "192.0.2.7"}
	director = edstest.Person{
		CN: "TESTOV TEST TESTOVICH", PINFL: "30101800000001", PersonTIN: "400000001",
		OrgTIN: "300000001", Org: "LAB TEST MCHJ", Position: "direktor",
	}
)

// stub is E-IMZO-SERVER as the vendor's guide describes it.
type stub struct {
	*httptest.Server
	key     edstest.Key
	mu      sync.Mutex
	answers map[string]any // path to what is answered: a handler, a string, or a value for JSON
	asked   []string       // "METHOD path"
	bodies  map[string]string
}

func newStub(t *testing.T) *stub {
	t.Helper()
	authority, err := edstest.NewAuthority(clock.At(noon), "http://127.0.0.1:1")
	must(t, err)
	key, err := authority.Issue(director)
	must(t, err)
	s := &stub{key: key, bodies: map[string]string{}}
	s.answers = map[string]any{
		"/frontend/challenge":            map[string]any{"challenge": uuid, "ttl": 120, "status": 1, "message": ""},
		"/backend/auth":                  s.auth(1),
		"/frontend/timestamp/pkcs7":      http.HandlerFunc(s.stampAll),
		"/backend/pkcs7/verify/detached": s.verified(nil),
		"/info":                          map[string]any{"version": "2.1.1", "vpnKeyInfo": map[string]any{"validTo": "2027.01.01 00:00:00"}},
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	s.bodies[r.URL.Path] = string(body)
	answer, ok := s.answers[r.URL.Path]
	s.mu.Unlock()
	for header, want := range map[string]string{"X-Forwarded-Host": client.Host, "X-Real-Host": client.Host, "X-Real-IP": client.IP} {
		if r.URL.Path != "/info" && r.Header.Get(header) != want {
			http.Error(w, header, http.StatusTeapot)
			return
		}
	}
	if !ok || r.Host != client.Host {
		http.Error(w, "host "+r.Host, http.StatusTeapot)
		return
	}
	switch answer := answer.(type) {
	case http.HandlerFunc:
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer(w, r)
	case string:
		_, _ = io.WriteString(w, answer)
	default:
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (s *stub) set(path string, answer any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[path] = answer
}

func (s *stub) count(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, asked := range s.asked {
		if strings.HasSuffix(asked, " "+path) {
			n++
		}
	}
	return n
}

func subjectMap() map[string]any {
	return map[string]any{
		"CN": director.CN, "Name": "TEST", "UID": director.PersonTIN, "O": director.Org, "T": director.Position,
		eds.OIDPINFL: director.PINFL, eds.OIDOrgTIN: director.OrgTIN,
	}
}

func (s *stub) auth(status int) map[string]any {
	return map[string]any{"status": status, "message": "", "subjectCertificateInfo": map[string]any{
		"serialNumber": "0" + strings.ToUpper(s.key.Certificate.SerialNumber.Text(16)), "X500Name": "CN=…",
		"subjectName": subjectMap(), "validFrom": "2026-01-01 00:00:00", "validTo": "2028-01-01 23:59:59",
	}}
}

// verified is a good verdict, changed in one way.
func (s *stub) verified(change func(answer, signer map[string]any)) map[string]any {
	signer := map[string]any{
		"signingTime": "2026-11-21 17:00:00", "verified": true, "certificateVerified": true, "certificateValidAtSigningTime": true,
		"policyIdentifiers": []string{"1.2.860.3.2.2.1.2.2"}, "revokedStatusInfo": nil,
		"certificate": []any{map[string]any{
			"serialNumber": s.key.Certificate.SerialNumber.Text(16), "subjectName": "CN=…", "subjectInfo": subjectMap(),
			"validFrom": "2026-01-01 00:00:00", "validTo": "2028-01-01 23:59:59",
		}},
		"timeStampInfo": map[string]any{
			"verified": true, "digestVerified": true, "certificateVerified": true, "certificateValidAtSigningTime": true,
			"time": "2026-11-21 17:00:01",
		},
	}
	answer := map[string]any{"status": 1, "message": "", "pkcs7Info": map[string]any{"signers": []any{signer}}}
	if change != nil {
		change(answer, signer)
	}
	return answer
}

// stampAll answers with the message as it came, said to be stamped.
func (s *stub) stampAll(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"status": 1, "pkcs7b64": string(body), "timestampedSignerList": []any{map[string]any{"serialNumber": "1"}},
	})
}

func (s *stub) message() edstest.Message {
	return edstest.Message{Key: s.key, Content: []byte(uuid), At: noon, BER: true}
}

func (s *stub) document(doc []byte) []byte {
	m := s.message()
	m.Content, m.Detached = doc, true
	return m.Encode()
}

func (s *stub) verifier(t *testing.T, change func(*Config)) *Verifier {
	t.Helper()
	c := Config{URL: s.URL, Host: client.Host, Now: clock.At(noon)}
	if change != nil {
		change(&c)
	}
	v, err := New(c)
	must(t, err)
	return v
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, nil)
	text, ttl, err := v.NewChallenge(context.Background(), client)
	must(t, err)
	if text != uuid || ttl != 2*time.Minute {
		t.Errorf("%q, %v", text, ttl)
	}
	message := s.message().Encode()
	signer, err := v.VerifyLogin(context.Background(), client, message, text)
	must(t, err)
	if signer.OrgTIN != director.OrgTIN || signer.PINFL != director.PINFL || signer.PersonTIN != director.PersonTIN ||
		signer.Org != director.Org || signer.Position != director.Position || signer.Serial != s.key.Certificate.SerialNumber.Text(16) ||
		!signer.SignedAt.Equal(noon) || !signer.NotAfter.Equal(s.key.Certificate.NotAfter) || !bytes.Equal(signer.Raw, s.key.Certificate.Raw) {
		t.Errorf("%+v", signer)
	}
	if s.bodies["/backend/auth"] != base64.StdEncoding.EncodeToString(message) {
		t.Error("the message was not sent as it came")
	}
}

func TestLoginStatuses(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for status, want := range map[int]error{
		-1: eds.ErrUnavailable, -5: eds.ErrClock, -10: eds.ErrSignature, -11: eds.ErrCertificate,
		-12: eds.ErrExpired, -20: eds.ErrChallenge, 0: eds.ErrUnavailable, 2: eds.ErrUnavailable, -99: eds.ErrUnavailable,
	} {
		s.set("/backend/auth", s.auth(status))
		if _, err := s.verifier(t, nil).VerifyLogin(context.Background(), client, s.message().Encode(), uuid); !errors.Is(err, want) {
			t.Errorf("status %d: %v, want %v", status, err, want)
		}
	}
}

// The server burns the challenge and cannot tell whose it was, so it must not
// be asked about a message that signs something else.
func TestLoginComparesContentFirst(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, nil)
	detached, two := s.message(), s.message()
	detached.Detached = true
	two.Signers = []edstest.Key{s.key}
	for name, tt := range map[string]struct {
		message []byte
		text    string
		want    error
	}{
		"another challenge": {s.message().Encode(), "another", eds.ErrChallenge},
		"detached":          {detached.Encode(), uuid, eds.ErrMalformed},
		"two signers":       {two.Encode(), uuid, eds.ErrMalformed},
		"junk":              {[]byte("junk"), uuid, eds.ErrMalformed},
		"nested":            {bytes.Repeat([]byte{0x30, 0x80}, 4<<20), uuid, eds.ErrMalformed},
	} {
		if _, err := v.VerifyLogin(context.Background(), client, tt.message, tt.text); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.count("/backend/auth"); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestLoginDistrustsOddAnswers(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	with := func(change func(info, subject map[string]any)) map[string]any {
		answer := s.auth(1)
		info := answer["subjectCertificateInfo"].(map[string]any)
		change(info, info["subjectName"].(map[string]any))
		return answer
	}
	twice := fmt.Sprintf(`{"status":1,"subjectCertificateInfo":{"serialNumber":%q,"subjectName":{"CN":"A","%s":"30101800000001","%s":"30101800000002"}}}`,
		s.key.Certificate.SerialNumber.Text(16), eds.OIDPINFL, eds.OIDPINFL)
	for name, tt := range map[string]struct {
		want   error
		answer any
	}{
		"no status":                 {eds.ErrUnavailable, map[string]any{"message": "ok"}},
		"status as text":            {eds.ErrUnavailable, `{"status":"1"}`},
		"no certificate":            {eds.ErrMalformed, map[string]any{"status": 1}},
		"another certificate":       {eds.ErrMalformed, with(func(i, _ map[string]any) { i["serialNumber"] = "abc" })},
		"another organization":      {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDOrgTIN] = "300000002" })},
		"another person":            {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDPINFL] = "30101800000002" })},
		"organization left out":     {eds.ErrCertificate, with(func(_, s map[string]any) { delete(s, eds.OIDOrgTIN) })},
		"personal number left out":  {eds.ErrCertificate, with(func(_, s map[string]any) { delete(s, eds.OIDPINFL) })},
		"tax number under two keys": {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDPersonTIN] = "400000001" })},
		"personal number twice":     {eds.ErrCertificate, twice},
		"subject is a text":         {eds.ErrUnavailable, with(func(i, _ map[string]any) { i["subjectName"] = "CN=A" })},
		"subject holds a number":    {eds.ErrUnavailable, with(func(_, s map[string]any) { s["O"] = 5 })},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/backend/auth", tt.answer)
			if got, err := s.verifier(t, nil).VerifyLogin(context.Background(), client, s.message().Encode(), uuid); !errors.Is(err, tt.want) {
				t.Errorf("got %+v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestLoginTimes(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for name, tt := range map[string]struct {
		at, now time.Time
		want    error
	}{
		"in the window":     {noon.Add(-window), noon, nil},
		"too early":         {noon.Add(-window - time.Second), noon, eds.ErrClock},
		"too late":          {noon.Add(window + time.Second), noon, eds.ErrClock},
		"after certificate": {noon.AddDate(3, 0, 0), noon.AddDate(3, 0, 0), eds.ErrExpired},
	} {
		m := s.message()
		m.At = tt.at
		v := s.verifier(t, func(c *Config) { c.Now = clock.At(tt.now) })
		if _, err := v.VerifyLogin(context.Background(), client, m.Encode(), uuid); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// trouble is everything a server can do instead of answering.
func trouble(release <-chan struct{}) map[string]http.HandlerFunc {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	return map[string]http.HandlerFunc{
		"503":      status(http.StatusServiceUnavailable),
		"500":      status(http.StatusInternalServerError),
		"404":      status(http.StatusNotFound),
		"204":      status(http.StatusNoContent),
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"HTML":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"half":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status":1,`) },
		"two":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status":1}{"status":1}`) },
		"nothing":  func(http.ResponseWriter, *http.Request) {},
		"huge":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte(" "), maxAnswer+1)) },
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"status":1}`)
		},
		"slow": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		},
	}
}

func TestTroubleIsUnavailable(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	release := make(chan struct{})
	defer close(release)
	ctx := context.Background()
	for name, answer := range trouble(release) {
		t.Run(name, func(t *testing.T) {
			v := s.verifier(t, func(c *Config) { c.Timeout = 300 * time.Millisecond })
			for path, call := range map[string]func() error{
				"/frontend/challenge": func() error { _, _, err := v.NewChallenge(ctx, client); return err },
				"/backend/auth":       func() error { _, err := v.VerifyLogin(ctx, client, s.message().Encode(), uuid); return err },
				"/backend/pkcs7/verify/detached": func() error {
					_, err := v.VerifyDocument(ctx, client, s.document([]byte("doc")), []byte("doc"))
					return err
				},
				"/info": func() error { _, err := v.Health(ctx); return err },
			} {
				s.mu.Lock()
				good := s.answers[path]
				s.mu.Unlock()
				s.set(path, answer)
				if err := call(); !errors.Is(err, eds.ErrUnavailable) {
					t.Errorf("%s: %v", path, err)
				}
				s.set(path, good)
			}
		})
	}
	if n := s.count("/elsewhere"); n != 0 {
		t.Error("followed a redirect")
	}
}

func TestBadRequestMeansMalformed(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	bad := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	for _, path := range []string{"/backend/auth", "/backend/pkcs7/verify/detached", "/frontend/challenge"} {
		s.set(path, bad)
	}
	v, ctx := s.verifier(t, nil), context.Background()
	if _, err := v.VerifyLogin(ctx, client, s.message().Encode(), uuid); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("login: %v", err)
	}
	if _, err := v.VerifyDocument(ctx, client, s.document(nil), nil); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("document: %v", err)
	}
	if _, _, err := v.NewChallenge(ctx, client); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("challenge has no parameters of ours: %v", err)
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	doc := []byte("ҳужжат | матни")
	message := s.document(doc)
	report, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, message, doc)
	must(t, err)
	if report.Signer.OrgTIN != director.OrgTIN || report.DocumentSHA256 != sha256.Sum256(doc) || report.Verifier != "eimzo" ||
		!report.StampedAt.Equal(noon.Add(time.Second)) || len(report.Policies) != 1 || !bytes.Equal(report.PKCS7, message) {
		t.Errorf("%s %v %v", report.Verifier, report.StampedAt, report.Policies)
	}
	want := []string{"POST /frontend/timestamp/pkcs7", "POST /backend/pkcs7/verify/detached"}
	if fmt.Sprint(s.asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", s.asked, want)
	}
	if body := base64.StdEncoding.EncodeToString(doc) + "|" + base64.StdEncoding.EncodeToString(message); s.bodies["/backend/pkcs7/verify/detached"] != body {
		t.Error("wrong body")
	}
}

func TestDocumentVerdicts(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	status := func(n int) map[string]any {
		return s.verified(func(a, _ map[string]any) { a["status"] = n; a["pkcs7Info"] = nil })
	}
	signer := func(name string, value any) map[string]any {
		return s.verified(func(_, s map[string]any) { s[name] = value })
	}
	stamp := func(name string) map[string]any {
		return s.verified(func(_, s map[string]any) { s["timeStampInfo"].(map[string]any)[name] = false })
	}
	for name, tt := range map[string]struct {
		want   error
		answer any
	}{
		"-1":                                {eds.ErrUnavailable, status(-1)},
		"-10":                               {eds.ErrSignature, status(-10)},
		"-11":                               {eds.ErrCertificate, status(-11)},
		"-12":                               {eds.ErrExpired, status(-12)},
		"-20 is not about a challenge here": {eds.ErrUnavailable, status(-20)},
		"-21":                               {eds.ErrTimestamp, status(-21)},
		"-22":                               {eds.ErrTimestamp, status(-22)},
		"-23":                               {eds.ErrTimestamp, status(-23)},
		"-5 means nothing here":             {eds.ErrUnavailable, status(-5)},
		"not verified":                      {eds.ErrSignature, signer("verified", false)},
		"verified left out":                 {eds.ErrSignature, signer("verified", nil)},
		"certificate not verified":          {eds.ErrCertificate, signer("certificateVerified", false)},
		"not valid at signing":              {eds.ErrExpired, signer("certificateValidAtSigningTime", false)},
		"an exception":                      {eds.ErrSignature, signer("exception", "java.lang.RuntimeException")},
		"revoked":                           {eds.ErrRevoked, signer("revokedStatusInfo", map[string]any{"crlReason": 0})},
		"certificates left out":             {eds.ErrSignature, signer("certificate", []any{})},
		"no signers":                        {eds.ErrSignature, s.verified(func(a, _ map[string]any) { a["pkcs7Info"] = map[string]any{"signers": []any{}} })},
		"two signers":                       {eds.ErrSignature, s.verified(func(a, s map[string]any) { a["pkcs7Info"] = map[string]any{"signers": []any{s, s}} })},
		"a failed signer beside a good one": {eds.ErrSignature, s.verified(func(a, s map[string]any) { a["failedSignerInfo"] = s })},
		"-11 because revoked": {eds.ErrRevoked, s.verified(func(a, s map[string]any) {
			s["revokedStatusInfo"] = map[string]any{"revocationTime": "2026-01-01 00:00:00"}
			a["status"], a["pkcs7Info"], a["failedSignerInfo"] = -11, nil, s
		})},
		"stamp not verified":             {eds.ErrTimestamp, stamp("verified")},
		"stamp of another digest":        {eds.ErrTimestamp, stamp("digestVerified")},
		"stamp certificate not verified": {eds.ErrTimestamp, stamp("certificateVerified")},
		"stamp certificate not valid":    {eds.ErrTimestamp, stamp("certificateValidAtSigningTime")},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/backend/pkcs7/verify/detached", tt.answer)
			if _, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, s.document([]byte("x")), []byte("x")); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestDocumentWithoutStamp(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	other := s.document([]byte("another document"))
	s.set("/backend/pkcs7/verify/detached", s.verified(func(_, s map[string]any) { delete(s, "timeStampInfo") }))
	for name, answer := range map[string]any{
		"service down":      http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }),
		"refused":           map[string]any{"status": -1},
		"nobody stamped":    map[string]any{"status": 1, "pkcs7b64": "MIAG", "timestampedSignerList": []any{}},
		"broken message":    map[string]any{"status": 1, "pkcs7b64": "%", "timestampedSignerList": []any{1}},
		"another signature": map[string]any{"status": 1, "pkcs7b64": base64.StdEncoding.EncodeToString(other), "timestampedSignerList": []any{1}},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/frontend/timestamp/pkcs7", answer)
			message := s.document([]byte("x"))
			report, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, message, []byte("x"))
			must(t, err)
			if !report.StampedAt.IsZero() || !bytes.Equal(report.PKCS7, message) {
				t.Errorf("stamped at %v", report.StampedAt)
			}
		})
	}
}

func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, func(c *Config) { c.DocMax = 10 })
	if _, err := v.VerifyDocument(context.Background(), client, s.document(nil), make([]byte, 11)); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("too large: %v", err)
	}
	if _, err := v.VerifyDocument(context.Background(), client, s.message().Encode(), []byte(uuid)); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("attached: %v", err)
	}
	if len(s.asked) != 0 {
		t.Errorf("asked %v", s.asked)
	}
}

func TestServerDown(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := listener.Addr().String()
	must(t, listener.Close())
	v, err := New(Config{URL: "http://" + address, Now: clock.At(noon)})
	must(t, err)
	if _, _, err := v.NewChallenge(context.Background(), client); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	now := noon
	v := s.verifier(t, func(c *Config) { c.Now = func() time.Time { return now } })
	ask := func() error { _, _, err := v.NewChallenge(context.Background(), client); return err }
	good := s.answers["/frontend/challenge"]
	s.set("/frontend/challenge", "<html>")
	for range failuresToOpen + 3 {
		if err := ask(); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
	if n := s.count("/frontend/challenge"); n != failuresToOpen {
		t.Errorf("asked %d times, want %d", n, failuresToOpen)
	}
	now = now.Add(openFor)
	for range 3 { // one is let through and fails
		_ = ask()
	}
	if n := s.count("/frontend/challenge"); n != failuresToOpen+1 {
		t.Errorf("asked %d times after a while", n)
	}
	s.set("/frontend/challenge", good)
	now = now.Add(openFor)
	for range 3 {
		must(t, ask())
	}
}

// People who close the page must not close the service for others.
func TestImpatienceDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, nil)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for range failuresToOpen + 1 {
		if _, _, err := v.NewChallenge(gone, client); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
	_, _, err := v.NewChallenge(context.Background(), client)
	must(t, err)
}

func TestOddChallenges(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for name, answer := range map[string]map[string]any{
		"empty":        {"challenge": "", "ttl": 120, "status": 1},
		"long":         {"challenge": strings.Repeat("a", maxChallenge+1), "ttl": 120, "status": 1},
		"no life":      {"challenge": uuid, "status": 1},
		"endless life": {"challenge": uuid, "ttl": 1e9, "status": 1},
		"refused":      {"challenge": uuid, "ttl": 120, "status": -1},
	} {
		s.set("/frontend/challenge", answer)
		if _, _, err := s.verifier(t, nil).NewChallenge(context.Background(), client); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	status, err := s.verifier(t, nil).Health(context.Background())
	must(t, err)
	if status.Version != "2.1.1" || !status.KeyValidTo.Equal(time.Date(2026, 12, 31, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", status)
	}
	late := s.verifier(t, func(c *Config) { c.Now = clock.At(noon.AddDate(1, 0, 0)) })
	if _, err := late.Health(context.Background()); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("expired VPN key: %v", err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "server:8080", "ftp://server", "http://", "http://u:p@server", "http://server/path"} {
		if _, err := New(Config{URL: address, Now: clock.System}); err == nil {
			t.Errorf("%q accepted", address)
		}
	}
	if _, err := New(Config{URL: "http://server:8080"}); err == nil {
		t.Error("no clock accepted")
	}
}
