package cms

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

func TestRevocation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	down := httptest.NewServer(nil)
	down.Close()
	ocspURL, crlURL, gone := []string{b.BaseURL + "/ocsp"}, []string{b.BaseURL + "/issuing.crl"}, []string{down.URL}
	tests := []struct {
		name      string
		ocsp, crl []string
		revoked   bool
		want      error
	}{
		{"OCSP says good", ocspURL, nil, false, nil},
		{"OCSP says revoked", ocspURL, nil, true, eds.ErrRevoked},
		{"list does not name it", nil, crlURL, false, nil},
		{"list names it", nil, crlURL, true, eds.ErrRevoked},
		{"OCSP down, list good", gone, crlURL, false, nil},
		{"OCSP down, list names it", gone, crlURL, true, eds.ErrRevoked},
		{"OCSP down, no list", gone, nil, false, eds.ErrUnavailable},
		{"list down", nil, gone, false, eds.ErrUnavailable},
		{"no source at all", nil, nil, false, eds.ErrUnavailable},
		{"a source that is no web address", []string{"ldap://127.0.0.1/"}, []string{"file:///dev/null"}, false, eds.ErrUnavailable},
		{"a list where OCSP should be", crlURL, nil, false, eds.ErrUnavailable},
		{"list of another issuer", nil, []string{b.BaseURL + "/root.crl"}, false, eds.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			m.Key = b.issue(t, edstest.Sources(tt.ocsp, tt.crl))
			if tt.revoked {
				b.Revoke(m.Key.Certificate)
			}
			v := verifier(t, b.TrustPEM(), noon) // an empty cache
			if _, err := v.VerifyLogin(context.Background(), eds.Client{}, m.Encode(), text); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestRevokedIssuingAuthority(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Revoke(b.Issuing.Certificate)
	if _, err := b.login(b.message().Encode()); !errors.Is(err, eds.ErrRevoked) {
		t.Errorf("got %v", err)
	}
}

func TestSkippedRevocationIsDevelopment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Revoke(b.key.Certificate)
	v, err := New(Config{TrustPEM: b.TrustPEM(), Now: clock.At(noon), SkipRevocation: true})
	must(t, err)
	_, err = v.VerifyLogin(context.Background(), eds.Client{}, b.message().Encode(), text)
	must(t, err)
	if !v.Development() {
		t.Error("a verifier that checks no revocation must not pass for production")
	}
}

// serve makes a responder that answers whatever f makes.
func serve(t *testing.T, f func() ([]byte, error)) []string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, err := f()
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	return []string{server.URL}
}

func TestCrookedResponders(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	foreign := newBench(t)
	serial := big.NewInt(4711)
	delegate, leaf := b.issue(t, edstest.OCSPSigning()), b.issue(t)
	for name, tt := range map[string]struct {
		want   error
		answer func() ([]byte, error)
	}{
		"a delegate may answer": {nil, func() ([]byte, error) { return b.OCSP(serial, noon, delegate) }},
		"any leaf may not":      {eds.ErrUnavailable, func() ([]byte, error) { return b.OCSP(serial, noon, leaf) }},
		"an expired delegate may not": {eds.ErrUnavailable, func() ([]byte, error) {
			return b.OCSP(serial, noon, b.issue(t, edstest.OCSPSigning(), edstest.Expired()))
		}},
		"a foreign authority may not": {eds.ErrUnavailable, func() ([]byte, error) { return foreign.OCSP(serial, noon, foreign.Issuing) }},
		"an old answer":               {eds.ErrUnavailable, func() ([]byte, error) { return b.OCSP(serial, noon.Add(-time.Hour), b.Issuing) }},
		"an answer from the future":   {eds.ErrUnavailable, func() ([]byte, error) { return b.OCSP(serial, noon.Add(time.Hour), b.Issuing) }},
		"an answer about another":     {eds.ErrUnavailable, func() ([]byte, error) { return b.OCSP(big.NewInt(1), noon, b.Issuing) }},
		"a huge answer":               {eds.ErrUnavailable, func() ([]byte, error) { return make([]byte, maxOCSP+1), nil }},
		"an unknown certificate": {eds.ErrUnavailable, func() ([]byte, error) {
			return ocsp.CreateResponse(b.Issuing.Certificate, b.Issuing.Certificate, ocsp.Response{
				Status: ocsp.Unknown, SerialNumber: serial, ThisUpdate: noon, NextUpdate: noon.Add(time.Minute),
			}, b.Issuing.Private)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			m.Key = b.issue(t, edstest.Serial(serial), edstest.Sources(serve(t, tt.answer), nil))
			if _, err := b.login(m.Encode()); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestCrookedLists(t *testing.T) {
	t.Parallel()
	b, foreign := newBench(t), newBench(t)
	critical := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: noon, NextUpdate: noon.Add(time.Hour)}
	critical.ExtraExtensions = append(critical.ExtraExtensions, b.key.Certificate.Extensions[0])
	critical.ExtraExtensions[0].Critical = true
	for name, answer := range map[string]func() ([]byte, error){
		"signed by a foreign authority of that name": func() ([]byte, error) { return foreign.CRL(foreign.Issuing, noon) },
		"stale":         func() ([]byte, error) { return b.CRL(b.Issuing, noon.Add(-time.Hour)) },
		"of the future": func() ([]byte, error) { return b.CRL(b.Issuing, noon.Add(time.Hour)) },
		"not a list":    func() ([]byte, error) { return []byte("<html>"), nil },
		"partial": func() ([]byte, error) {
			return x509.CreateRevocationList(rand.Reader, critical, b.Issuing.Certificate, b.Issuing.Private)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			m.Key = b.issue(t, edstest.Sources(nil, serve(t, answer)))
			if _, err := b.login(m.Encode()); !errors.Is(err, eds.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestListIsAskedForOnceInAWhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var asked atomic.Int32
	sources := serve(t, func() ([]byte, error) { asked.Add(1); return b.CRL(b.Issuing, noon) })
	key := b.issue(t, edstest.Sources(nil, sources))
	now := noon
	r := newRevocation(nil, func() time.Time { return now })
	chain := []*x509.Certificate{key.Certificate, b.Issuing.Certificate}
	for range 3 {
		must(t, r.check(context.Background(), chain))
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
	b.Revoke(key.Certificate)
	now = noon.Add(maxCRLAge)
	if err := r.check(context.Background(), chain); !errors.Is(err, eds.ErrRevoked) {
		t.Errorf("revocation not noticed after %v: %v", maxCRLAge, err)
	}
}

func TestRedirectsOfRespondersAreNotFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	server := httptest.NewServer(http.RedirectHandler(b.BaseURL+"/issuing.crl", http.StatusFound))
	t.Cleanup(server.Close)
	m := b.message()
	m.Key = b.issue(t, edstest.Sources(nil, []string{server.URL}))
	if _, err := b.login(m.Encode()); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
