//go:build dev

package eimzosim

import (
	"context"
	"crypto/sha512"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds/edstest"
)

const (
	// DefaultAddr is where E-IMZO listens for pages served over http.
	DefaultAddr = "127.0.0.1:64646"
	// DefaultTLSAddr is where E-IMZO listens for pages served over https.
	DefaultTLSAddr = "127.0.0.1:64443"

	servicePath = "/service/cryptapi"
	pkiPath     = "/pki"
)

// Config is what Start needs; the zero value listens on DefaultAddr and keeps
// everything in memory.
type Config struct {
	// Addr is a loopback address and port; port 0 picks a free one.
	Addr string
	// TLSAddr switches wss on, with a certificate nobody trusts, as on a
	// computer where the installer could not register it. Empty: off.
	TLSAddr string
	// Dir keeps authority and keys between starts. Empty: new ones each time.
	// Keys name the simulator's port, so another Addr means new keys.
	Dir string
	// SlowFor is how long the slow scenario waits before it signs; 8 s by default.
	SlowFor time.Duration
	Now     clock.Clock
	Log     *slog.Logger
}

// Simulator is a running stand-in. All methods may be called concurrently.
type Simulator struct {
	config    Config
	addr      net.Addr
	tlsAddr   net.Addr
	servers   []*http.Server
	serving   sync.WaitGroup
	stop      context.CancelFunc
	authority *edstest.Authority
	foreign   *edstest.Authority // its root is in no trust store
	store     store

	mu       sync.Mutex
	scenario Scenario
	keys     []Key
	opened   map[string]Key    // by keyId
	sites    map[string]string // host to its API key: this process remembers, as E-IMZO does
}

// Start listens and serves until ctx ends or Close is called.
func Start(ctx context.Context, c Config) (*Simulator, error) {
	c = c.withDefaults()
	listener, err := listen(c.Addr)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		config: c, addr: listener.Addr(), store: store{dir: c.Dir}, scenario: OK,
		opened: map[string]Key{}, sites: map[string]string{},
	}
	if err := s.openAuthorities(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.serve(ctx, listener)
	if c.TLSAddr != "" {
		if err := s.serveTLS(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = DefaultAddr
	}
	if c.SlowFor == 0 {
		c.SlowFor = 8 * time.Second
	}
	if c.Now == nil {
		c.Now = clock.System
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// listen refuses everything that another computer could reach.
func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("eimzosim: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("eimzosim: %s is not a loopback address", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("eimzosim: %w (is E-IMZO or another simulator running?)", err)
	}
	return listener, nil
}

func (s *Simulator) openAuthorities() (err error) {
	base := "http://" + s.addr.String() + pkiPath
	if s.authority, err = s.store.authority("authority", base, s.config.Now); err != nil {
		return fmt.Errorf("eimzosim: %w", err)
	}
	// The foreign one answers revocation at the same place; nobody gets so far.
	if s.foreign, err = s.store.authority("foreign", base, s.config.Now); err != nil {
		return fmt.Errorf("eimzosim: %w", err)
	}
	return nil
}

func (s *Simulator) serve(ctx context.Context, listener net.Listener) {
	mux := http.NewServeMux()
	mux.HandleFunc(servicePath, s.serveCAPIWS)
	mux.Handle(pkiPath+"/", http.StripPrefix(pkiPath, s.authority.Handler()))
	mux.Handle("/control", s.controlHandler())
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	s.servers = append(s.servers, server)
	s.serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.config.Log.Error("simulator stopped", "error", err)
		}
	})
}

func (s *Simulator) serveTLS(ctx context.Context) error {
	listener, err := listen(s.config.TLSAddr)
	if err != nil {
		return err
	}
	certificate, err := selfSigned(s.config.Now())
	if err != nil {
		return errors.Join(fmt.Errorf("eimzosim: %w", err), listener.Close())
	}
	s.tlsAddr = listener.Addr()
	s.serve(ctx, tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
	}))
	return nil
}

// Close stops listening and cuts open connections; when it returns, the port
// is free again.
func (s *Simulator) Close() error {
	s.stop()
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	s.serving.Wait()
	return errors.Join(errs...)
}

// WSURL is the endpoint for pages served over http.
func (s *Simulator) WSURL() string { return "ws://" + s.addr.String() + servicePath }

// WSSURL is the endpoint for pages served over https; empty when off.
func (s *Simulator) WSSURL() string {
	if s.tlsAddr == nil {
		return ""
	}
	return "wss://" + s.tlsAddr.String() + servicePath
}

// ControlURL is the page where a person switches scenarios.
func (s *Simulator) ControlURL() string { return "http://" + s.addr.String() + "/control" }

// TrustPEM is the trust store that makes the simulator's keys valid.
func (s *Simulator) TrustPEM() []byte { return s.authority.TrustPEM() }

// APIKey is the key that registers a site with the simulator. Like the
// vendor's keys it fits one host only, and the port does not matter.
func APIKey(host string) string {
	sum := sha512.Sum512([]byte("eimzosim " + host))
	return hex.EncodeToString(sum[:])
}
