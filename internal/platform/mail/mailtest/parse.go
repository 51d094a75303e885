package mailtest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"time"
)

var link = regexp.MustCompile(`https?://[^\s"'<>]+`)

// Mail is one letter as a mail program would show it.
type Mail struct {
	ID                int    // number in order of arrival, from 1
	Sender, Recipient string // of the envelope
	ReceivedAt        time.Time
	From, To          string // as the header says, decoded
	Subject           string
	MessageID         string // without angle brackets
	Header            mail.Header
	Text, HTML        string
	Raw               []byte
}

// Links lists the web addresses in the text part, in order.
func (m Mail) Links() []string { return link.FindAllString(m.Text, -1) }

// HTMLLinks lists the web addresses in the HTML part, in order.
func (m Mail) HTMLLinks() []string {
	found := link.FindAllString(m.HTML, -1)
	for i := range found {
		found[i] = html.UnescapeString(found[i])
	}
	return found
}

// Parse reads a message in mail form.
func Parse(raw []byte) (Mail, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("mailtest: parse: %w", err)
	}
	m := Mail{Header: msg.Header, Raw: raw, MessageID: strings.Trim(msg.Header.Get("Message-ID"), "<>")}
	var words mime.WordDecoder
	for header, field := range map[string]*string{"Subject": &m.Subject, "From": &m.From, "To": &m.To} {
		if *field, err = words.DecodeHeader(msg.Header.Get(header)); err != nil {
			return Mail{}, fmt.Errorf("mailtest: parse %s: %w", header, err)
		}
	}
	if err := m.part(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body); err != nil {
		return Mail{}, fmt.Errorf("mailtest: parse body: %w", err)
	}
	return m, nil
}

// part reads one part, or all parts inside it.
func (m *Mail) part(contentType, encoding string, body io.Reader) error {
	if contentType == "" {
		contentType = "text/plain"
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		return m.parts(multipart.NewReader(body, params["boundary"]))
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	switch kind {
	case "text/plain":
		m.Text += string(content)
	case "text/html":
		m.HTML += string(content)
	}
	return nil
}

func (m *Mail) parts(r *multipart.Reader) error {
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
			return err
		}
	}
}
