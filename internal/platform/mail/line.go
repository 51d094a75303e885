package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// A line is one open connection to the relay. go-mail opens it (greeting,
// STARTTLS, sign-in); the letters are spoken here, step by step, because whether
// a failure is final depends on the step, and because its own send adds a NOOP
// and a RSET to every letter, half of the dialogue.
type line struct {
	raw    net.Conn
	client *smtp.Client
	opened time.Time
	used   time.Time // when the last letter went out
	sent   int
}

// A line is given up before the relay tires of it: after so long, so many
// letters, or so long without one.
const (
	maxAge  = 5 * time.Minute
	maxSent = 500
	maxIdle = 15 * time.Second
)

// worn reports whether a fresh line is better than this one.
func (l *line) worn(now time.Time) bool {
	return l.sent >= maxSent || now.Sub(l.opened) > maxAge || now.Sub(l.used) > maxIdle
}

// dial opens a line; all its failures are temporary, also a refused sign-in: an
// operator mends it and the letters are still there.
func (s *Sender) dial(ctx context.Context) (*line, error) {
	ctx, cancel := context.WithTimeout(ctx, s.relay.Timeout)
	defer cancel()
	var raw net.Conn
	unwatch := func() bool { return true }
	defer func() { unwatch() }()
	client, err := gomail.NewClient(s.relay.Host, append(slices.Clip(s.options),
		gomail.WithDialContextFunc(func(_ context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			c, err := d.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			raw, unwatch = c, context.AfterFunc(ctx, func() { _ = c.Close() }) // wakes whoever reads it
			return c, nil
		}))...)
	if err != nil {
		return nil, temporary("set up", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if raw != nil {
			_ = raw.Close() // go-mail leaves it open when a later step fails
		}
		return nil, temporary("connect", errors.Join(err, ctx.Err()))
	}
	now := s.now()
	return &line{raw: raw, client: conn, opened: now, used: now}, nil
}

// deliver hands one letter over. It reports in usable whether the line may
// carry another one.
func (l *line) deliver(ctx context.Context, timeout time.Duration, from, to Address, content []byte) (usable bool, err error) {
	stop := context.AfterFunc(ctx, func() { _ = l.raw.Close() }) // wakes the read below
	defer func() {
		if !stop() {
			usable = false
			if err != nil { // a queue that stops must see why
				err = errors.Join(err, ctx.Err())
			}
		}
	}()
	if err := l.client.UpdateDeadline(timeout); err != nil {
		return false, temporary("deadline", err)
	}
	if err := l.client.Mail("<" + string(from) + ">"); err != nil {
		return l.reset(err), classify(StageSender, err)
	}
	if err := l.client.Rcpt("<" + string(to) + ">"); err != nil {
		return l.reset(err), classify(StageRecipient, err)
	}
	return l.content(content)
}

// content sends the letter itself. Only what happens between the last byte and
// the answer leaves open whether the relay took it.
func (l *line) content(content []byte) (usable bool, err error) {
	w, err := l.client.Data()
	if err != nil {
		return l.reset(err), classify(StageContent, err)
	}
	if err := l.write(w, content); err != nil {
		return false, temporary("content", err)
	}
	err = w.Close()
	var reply *textproto.Error
	switch {
	case errors.As(err, &reply):
		return l.reset(err), classify(StageContent, err)
	case err != nil:
		return false, fmt.Errorf("%w: %w: %w", ErrTemporary, ErrUnacknowledged, err)
	}
	l.sent++
	return true, nil
}

// write sends the letter's lines. w looks at every byte for lines that begin with
// a dot or end without a return; a letter has none as a rule, and goes past it,
// save its last line end, which is w's to write.
func (l *line) write(w io.Writer, content []byte) error {
	if plain, ok := bytes.CutSuffix(content, []byte("\r\n")); ok && plainLines(plain) {
		_, err := l.client.Text.W.Write(plain)
		return err
	}
	_, err := w.Write(content)
	return err
}

// plainLines reports whether lines can go over the wire as they are: each ends
// with a return and a line feed, none begins with a dot, and something is there.
func plainLines(content []byte) bool {
	ends := bytes.Count(content, []byte("\r\n"))
	return len(content) > 0 && content[0] != '.' && !bytes.HasSuffix(content, []byte("\r")) &&
		bytes.Count(content, []byte("\n")) == ends && bytes.Count(content, []byte("\r")) == ends &&
		!bytes.Contains(content, []byte("\n."))
}

// reset brings the dialogue back to its beginning after a refused step; after
// anything but an answer the line is of no use any more.
func (l *line) reset(err error) bool {
	return replied(err) && l.client.Reset() == nil
}

// hangUp says goodbye and does not insist on an answer.
func (l *line) hangUp() {
	_ = l.client.UpdateDeadline(time.Second)
	_ = l.client.Quit()
	_ = l.raw.Close()
}

// tlsPolicy maps the words of KABINET_SMTP_TLS. Opportunistic means: encrypt if
// the relay offers it, and then check its certificate as well.
func tlsPolicy(word string) (gomail.TLSPolicy, error) {
	switch word {
	case "mandatory":
		return gomail.TLSMandatory, nil
	case "opportunistic":
		return gomail.TLSOpportunistic, nil
	case "none":
		return gomail.NoTLS, nil
	}
	return 0, fmt.Errorf("mail: unknown TLS policy %q", word)
}

func tlsConfig(host string, c *tls.Config) *tls.Config {
	if c == nil {
		c = &tls.Config{}
	}
	c = c.Clone()
	c.ServerName, c.MinVersion = host, tls.VersionTLS12
	return c
}
