package mailtest

import (
	"errors"
	"io"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is the dialogue of one connection.
type session struct {
	relay    *Server
	conn     *smtp.Conn
	signedIn bool
	from     string
	to       []string
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.dialogues++
	s.mu.Unlock()
	return &session{relay: s, conn: c}, nil
}

// behaviour is how the letter in hand is treated; it waits as long as every
// answer of this relay is late.
func (d *session) behaviour(to string) Behaviour {
	d.relay.mu.Lock()
	delay := d.relay.delay
	b, special := d.relay.answers[to]
	if !special {
		b = d.relay.answer
	}
	down := d.relay.down
	d.relay.mu.Unlock()
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-down:
		}
	}
	return b
}

// Mail takes the sender address.
func (d *session) Mail(from string, _ *smtp.MailOptions) error {
	if d.relay.opts.User != "" && !d.signedIn {
		return smtp.ErrAuthRequired
	}
	switch d.behaviour("") {
	case Closing:
		return d.hangUp("421 4.4.2 closing\r\n")
	case SignIn:
		return answer(530, "authentication required")
	}
	d.from, d.to = from, nil
	return nil
}

// Rcpt takes one recipient.
func (d *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch d.behaviour(to) {
	case Busy:
		return answer(451, "mailbox busy, try again later")
	case NoMailbox:
		return answer(550, "no such mailbox")
	case Cut:
		return d.hangUp("")
	}
	d.to = append(d.to, to)
	return nil
}

// Data takes the content and keeps one letter for each recipient.
func (d *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range d.to {
		switch b := d.behaviour(to); b {
		case BusyContent:
			return answer(451, "try again later")
		case Spam:
			return answer(554, "looks like spam")
		default:
			d.relay.store(d.from, to, raw)
			if b == Lost {
				return d.hangUp("")
			}
		}
	}
	return nil
}

// Reset forgets the letter in hand.
func (d *session) Reset() { d.from, d.to = "", nil }

// Logout ends the dialogue.
func (d *session) Logout() error { return nil }

// AuthMechanisms lists how a client may sign in.
func (d *session) AuthMechanisms() []string {
	if d.relay.opts.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth signs a client in.
func (d *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != d.relay.opts.User || password != d.relay.opts.Password {
			return smtp.ErrAuthFailed
		}
		d.signedIn = true
		return nil
	}), nil
}

// hangUp breaks the connection, after some last words if there are any.
func (d *session) hangUp(lastWords string) error {
	_, _ = io.WriteString(d.conn.Conn(), lastWords) // the client may be gone
	_ = d.conn.Conn().Close()
	return errors.New("hung up")
}

func answer(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}
