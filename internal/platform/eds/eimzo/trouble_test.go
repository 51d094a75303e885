package eimzo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/breaker"
	"kabinet/internal/platform/eds"
)

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
	for range breaker.FailuresToOpen + 3 {
		if err := ask(); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
	if n := s.count("/frontend/challenge"); n != breaker.FailuresToOpen {
		t.Errorf("asked %d times, want %d", n, breaker.FailuresToOpen)
	}
	now = now.Add(breaker.OpenFor)
	for range 3 { // one is let through and fails
		_ = ask()
	}
	if n := s.count("/frontend/challenge"); n != breaker.FailuresToOpen+1 {
		t.Errorf("asked %d times after a while", n)
	}
	s.set("/frontend/challenge", good)
	now = now.Add(breaker.OpenFor)
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
	for range breaker.FailuresToOpen + 1 {
		if _, _, err := v.NewChallenge(gone, client); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
	_, _, err := v.NewChallenge(context.Background(), client)
	must(t, err)
}
