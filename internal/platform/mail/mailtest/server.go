// Package mailtest is a mail relay that keeps letters instead of passing them
// on: a real SMTP server on the loopback network, for tests of everything that
// sends, and the mailbox of the development server.
//
// It can be told to behave as badly as real relays do; see Behaviour.
package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
)

// Behaviour is how the relay treats a letter.
type Behaviour int

// The behaviours, by what the sender sees.
const (
	Accept      Behaviour = iota // 250
	Busy                         // 451 to the recipient: come again later
	NoMailbox                    // 550 to the recipient: never
	BusyContent                  // 451 after the content
	Spam                         // 554 after the content
	Lost                         // the letter is kept, the connection breaks before the answer
	Cut                          // the connection breaks before the content, the letter is not kept
	Closing                      // 421 to the sender address, then the connection ends
	SignIn                       // 530 to the sender address: sign in first
)

// Options shape a server; the zero value suits most tests.
type Options struct {
	Listen         string // address; "127.0.0.1:0" when empty
	Keep           int    // letters kept, the newest win; 1,000 when 0
	TLS            bool   // offer STARTTLS with a certificate made on the spot
	User, Password string // ask for a sign-in
	Record         bool   // keep every byte clients send, for Wire
	Dir            string // keep letters there between runs; empty: not at all
}

// Server is a running relay. All methods are safe for concurrent use.
type Server struct {
	opts  Options
	cert  tls.Certificate
	roots *x509.CertPool
	addr  *net.TCPAddr
	wire  recorder

	mu        sync.Mutex
	smtp      *smtp.Server // nil while down
	listener  net.Listener // closed here: a server closed before it serves leaves it open
	box       []*kept      // the oldest first, cut off in front
	total     int
	dialogues int
	answer    Behaviour
	answers   map[string]Behaviour
	delay     time.Duration
	down      chan struct{} // closed by Down; wakes answers that are late on purpose
	changed   chan struct{} // closed and replaced at every new letter
}

// Start runs a relay until Close.
func Start(o Options) (*Server, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Keep == 0 {
		o.Keep = 1000
	}
	s := &Server{opts: o, answers: map[string]Behaviour{}, changed: make(chan struct{})}
	if o.TLS {
		var err error
		if s.cert, s.roots, err = certificate(); err != nil {
			return nil, err
		}
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	if err := s.listen(o.Listen); err != nil {
		return nil, err
	}
	return s, nil
}

// TB is the part of testing.TB that New needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatal(args ...any)
}

// New starts a relay for one test.
func New(t TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func (s *Server) listen(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("mailtest: %w", err)
	}
	srv := smtp.NewServer(smtp.BackendFunc(s.session))
	srv.Domain = "relay.example"
	srv.MaxMessageBytes = 1 << 20
	srv.MaxRecipients = 10
	srv.AllowInsecureAuth = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if s.opts.TLS {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS12}
	}
	s.mu.Lock()
	s.smtp, s.listener, s.addr = srv, l, l.Addr().(*net.TCPAddr)
	s.down = make(chan struct{})
	s.mu.Unlock()
	go func() { _ = srv.Serve(s.wire.wrap(l, s.opts.Record)) }() // ends with Close
	return nil
}

// Addr is where the relay listens, host:port.
func (s *Server) Addr() string { return s.addr.String() }

// Config gives the settings with which a mail.Sender reaches this relay.
func (s *Server) Config() config.SMTP {
	policy := "none"
	if s.opts.TLS {
		policy = "mandatory"
	}
	return config.SMTP{
		Host: s.addr.IP.String(), Port: s.addr.Port, TLS: policy,
		User: s.opts.User, Password: config.Secret(s.opts.Password),
		From: "notifier@kabinet.example", FromName: "ASL BELGISI",
		Helo: "kabinet.example", Connections: 8, Timeout: 10 * time.Second,
	}
}

// TLS gives the settings that trust this relay's certificate.
func (s *Server) TLS() *tls.Config {
	return &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

// Answer sets how all letters are treated from now on.
func (s *Server) Answer(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = b
}

// AnswerTo sets how letters to one recipient are treated, whatever Answer says.
func (s *Server) AnswerTo(recipient string, b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[recipient] = b
}

// Slow makes every answer late by d.
func (s *Server) Slow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = d
}

// Down stops listening and breaks all connections; letters stay.
func (s *Server) Down() {
	s.mu.Lock()
	srv, l := s.smtp, s.listener
	s.smtp = nil
	if srv != nil {
		close(s.down)
	}
	s.mu.Unlock()
	if srv != nil {
		_, _ = l.Close(), srv.Close() // gone either way
	}
}

// HangUp breaks all connections as a relay does that tires of idle clients, and
// goes on listening.
func (s *Server) HangUp() error {
	s.Down()
	return s.Up()
}

// Up listens again at the same address after Down.
func (s *Server) Up() error {
	// The kernel may hold the port for a moment after the old listener closed.
	var err error
	for range 50 {
		if err = s.listen(s.Addr()); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

// Close ends the relay.
func (s *Server) Close() { s.Down() }

// Connections is how many were accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialogues
}

// Total is how many letters were taken so far, also those no longer kept.
func (s *Server) Total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// Wire is every byte clients have sent; needs Options.Record.
func (s *Server) Wire() string { return s.wire.String() }

// Mails lists the letters kept, the oldest first.
func (s *Server) Mails() []Mail {
	mails, _ := s.look()
	return mails
}

// ByID finds a kept letter.
func (s *Server) ByID(id int) (Mail, bool) {
	for _, m := range s.Mails() {
		if m.ID == id {
			return m, true
		}
	}
	return Mail{}, false
}

// Wait returns when n letters were taken, or with the context's error.
func (s *Server) Wait(ctx context.Context, n int) error {
	for {
		_, changed := s.look()
		if s.Total() >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("mailtest: %d of %d letters: %w", s.Total(), n, ctx.Err())
		}
	}
}

// WaitTo returns the newest letter to a recipient, waiting for it if need be.
func (s *Server) WaitTo(ctx context.Context, recipient string) (Mail, error) {
	for {
		mails, changed := s.look()
		for _, m := range slices.Backward(mails) {
			if m.Recipient == recipient {
				return m, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("mailtest: no letter to %s: %w", recipient, ctx.Err())
		}
	}
}

// look gives the letters kept and the channel that closes at the next one.
func (s *Server) look() ([]Mail, <-chan struct{}) {
	s.mu.Lock()
	box, changed := slices.Clone(s.box), s.changed
	s.mu.Unlock()
	mails := make([]Mail, len(box))
	for i, k := range box {
		mails[i] = k.read()
	}
	return mails, changed
}

// store keeps a letter and wakes whoever waits.
func (s *Server) store(from, to string, raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	m := Mail{ID: s.total, Sender: from, Recipient: to, ReceivedAt: clock.System(), Raw: raw}
	s.save(m)
	s.box = append(s.box, &kept{mail: m})
	if over := len(s.box) - s.opts.Keep; over > 0 {
		s.box = slices.Delete(s.box, 0, over)
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// kept is a letter in the box; it is taken apart when somebody looks at it, so
// that a benchmark measures the sender and not the reader.
type kept struct {
	once sync.Once
	mail Mail
}

func (k *kept) read() Mail {
	k.once.Do(func() {
		m, err := Parse(k.mail.Raw)
		if err != nil {
			m = Mail{Raw: k.mail.Raw, Text: "unreadable: " + err.Error()}
		}
		m.ID, m.Sender, m.Recipient, m.ReceivedAt = k.mail.ID, k.mail.Sender, k.mail.Recipient, k.mail.ReceivedAt
		k.mail = m
	})
	return k.mail
}
