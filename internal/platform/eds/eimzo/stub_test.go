package eimzo

import (
	"bytes"
	"encoding/json"
	"io"
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
