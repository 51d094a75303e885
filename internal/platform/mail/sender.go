// Package mail hands letters to one relay.
//
// The promise (security.md 0, row 6): a letter is given up only when the relay
// itself answers 5xx about it (Refused). Everything else is ErrTemporary, and
// the job that sends is run again with the same Message-ID. So every letter goes
// out at least once, and at most one copy more for each answer that was lost.
//
// Send only from a job: a relay may take many seconds, and no page waits for it.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
)

// Sender sends through a bounded number of connections, kept open between
// letters: opening one with STARTTLS costs ten letters (performance.md 2.8). It
// is safe for concurrent use; calls beyond the bound wait their turn.
type Sender struct {
	relay   config.SMTP
	from    Address
	options []gomail.Option
	now     clock.Clock
	pace    *pace
	slots   chan struct{} // as many as connections may be open

	mu     sync.Mutex
	idle   []*line // the one used last at the end
	closed bool
	sweep  *time.Timer // hangs up when nothing was sent for a while
}

// NewSender checks the settings; it opens no connection before the first
// letter. TLS may add roots to trust and may be nil.
func NewSender(relay config.SMTP, tlsSettings *tls.Config) (*Sender, error) {
	from, err := ParseAddress(relay.From)
	if err != nil {
		return nil, fmt.Errorf("mail: sender address %q: %w", relay.From, err)
	}
	policy, err := tlsPolicy(relay.TLS)
	if err != nil {
		return nil, err
	}
	if relay.Helo == "" {
		relay.Helo = from.Host()
	}
	s := &Sender{
		relay: relay,
		from:  from,
		now:   clock.System,
		pace:  newPace(relay.Rate, clock.System),
		slots: make(chan struct{}, max(relay.Connections, 1)),
		options: []gomail.Option{
			gomail.WithPort(relay.Port),
			gomail.WithTimeout(relay.Timeout),
			gomail.WithHELO(relay.Helo),
			gomail.WithTLSPolicy(policy),
			gomail.WithTLSConfig(tlsConfig(relay.Host, tlsSettings)),
			gomail.WithoutSMTPUTF8(), // our addresses are ASCII; a relay need not be able to do more
		},
	}
	if relay.User != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(relay.User), gomail.WithPassword(relay.Password.Reveal()))
	}
	s.sweep = time.AfterFunc(maxIdle, s.hangUpIdle)
	if _, err := gomail.NewClient(relay.Host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// Send hands one letter to the relay and returns when the relay has answered.
// The error is nil, a *Refused, wraps ErrMessage, or wraps ErrTemporary.
func (s *Sender) Send(ctx context.Context, m Message) error {
	content, err := m.serialize(s.from, s.relay.FromName, s.now())
	if err != nil {
		return err
	}
	if err := s.pace.wait(ctx); err != nil {
		return temporary("rate limit", err)
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return temporary("wait for a connection", ctx.Err())
	}
	again, err := s.attempt(ctx, s.take(), m.To, content)
	if again && ctx.Err() == nil {
		_, err = s.attempt(ctx, nil, m.To, content)
	}
	return err
}

// attempt sends over a kept line, or over a fresh one if there is none. It asks
// for another attempt when a kept line turned out dead before the letter was
// handed over: relays hang up on idle connections without a word.
func (s *Sender) attempt(ctx context.Context, l *line, to Address, content []byte) (again bool, err error) {
	kept := l != nil
	if !kept {
		if l, err = s.dial(ctx); err != nil {
			return false, err
		}
	}
	usable, err := l.deliver(ctx, s.relay.Timeout, s.from, to, content)
	if usable {
		s.keep(l)
		return false, err
	}
	_ = l.raw.Close()
	return kept && errors.Is(err, ErrTemporary) && !errors.Is(err, ErrUnacknowledged), err
}

// take gives the line used last, which is the least likely to be dead, or nil
// when all are worn or busy.
func (s *Sender) take() *line {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, l := range slices.Backward(s.idle) {
		s.idle = s.idle[:n]
		if !l.worn(now) {
			return l
		}
		_ = l.raw.Close() // without a goodbye: the relay may have gone long ago
	}
	return nil
}

// keep puts a line back for the next letter, unless it has served its time.
func (s *Sender) keep(l *line) {
	now := s.now()
	l.used = now
	s.mu.Lock()
	over := s.closed || l.worn(now)
	if !over {
		s.idle = append(s.idle, l)
		s.sweep.Reset(maxIdle)
	}
	s.mu.Unlock()
	if over {
		l.hangUp()
	}
}

// hangUpIdle closes the lines nobody used for a while.
func (s *Sender) hangUpIdle() {
	s.mu.Lock()
	lines := s.idle
	s.idle = nil
	s.mu.Unlock()
	for _, l := range lines {
		l.hangUp()
	}
}

// Probe opens a connection and closes it again, for "kabinet doctor".
func (s *Sender) Probe(ctx context.Context) error {
	l, err := s.dial(ctx)
	if err != nil {
		return err
	}
	l.hangUp()
	return nil
}

// Close hangs up. Letters on their way still arrive; call it when no job runs
// any more.
func (s *Sender) Close() {
	s.mu.Lock()
	s.closed = true
	s.sweep.Stop()
	s.mu.Unlock()
	s.hangUpIdle()
}
