package mail

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// ErrMessage says that a message cannot be put into mail form: a mistake in our
// program or data, which sending again does not mend.
var ErrMessage = errors.New("mail: message cannot be built")

// Message is one letter to one person.
type Message struct {
	To        Address
	ToName    string // shown beside the address; may be empty
	Subject   string
	Text      string // plain text; never empty
	HTML      string // the same as HTML; empty for a letter of text only
	MessageID string // "letter.17.1@kabinet.example", the same for every try of one letter
	Lang      string // "uz", "ru" or "en"
	Headers   map[string]string
}

// check refuses what would let a value end its header line and begin another,
// and what no mail program shows right.
func (m Message) check() error {
	local, host, ok := strings.Cut(m.MessageID, "@")
	if !ok || local == "" || host == "" || strings.ContainsFunc(m.MessageID, notInID) {
		return fmt.Errorf("%w: message id %q", ErrMessage, m.MessageID)
	}
	if to, err := ParseAddress(string(m.To)); err != nil || to != m.To {
		return fmt.Errorf("%w: recipient %q", ErrMessage, m.To)
	}
	lines := map[string]string{"To": m.ToName, "Subject": m.Subject, "Content-Language": m.Lang}
	maps.Copy(lines, m.Headers)
	for name, value := range lines {
		if strings.ContainsFunc(name, notInName) || strings.ContainsFunc(value, control) || !utf8.ValidString(value) {
			return fmt.Errorf("%w: header %q holds %q", ErrMessage, name, value)
		}
	}
	if m.Subject == "" || m.Text == "" || !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
		return fmt.Errorf("%w: no subject, no text, or no UTF-8", ErrMessage)
	}
	return nil
}

func control(r rune) bool   { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }
func notInName(r rune) bool { return r <= ' ' || r >= 0x7f || r == ':' }
func notInID(r rune) bool   { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>()[]\,;:"`, r) }

// serialize writes the message as it goes over the wire. The automatic letters
// of a portal must not be answered by holiday notices (RFC 3834), and are no
// mailing list: there is nothing to unsubscribe from.
func (m Message) serialize(from Address, fromName string, now time.Time) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encodingFor(m.Text)))
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &netmail.Address{Name: fromName, Address: string(from)})
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &netmail.Address{Name: m.ToName, Address: string(m.To)})
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(now)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.Lang != "" {
		msg.SetGenHeader("Content-Language", m.Lang)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		msg.SetGenHeader(gomail.Header(name), m.Headers[name])
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	var out bytes.Buffer
	out.Grow(3*(len(m.Text)+len(m.HTML))/2 + headersRoom) // what encoding adds, as a rule
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMessage, err)
	}
	return out.Bytes(), nil
}

// headersRoom is more than the headers of a letter take, in bytes.
const headersRoom = 2 << 10

// encodingFor takes the shorter way to carry a text in ASCII: a Cyrillic letter
// has six characters as quoted-printable and under three as base64.
func encodingFor(text string) gomail.Encoding {
	high := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			high++
		}
	}
	if high > len(text)/6 {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}
