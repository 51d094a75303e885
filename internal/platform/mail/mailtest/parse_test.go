package mailtest_test

import (
	"context"
	"errors"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	raw := strings.ReplaceAll(`From: =?utf-8?B?0JA=?= <a@b.example>
Subject: =?utf-8?q?O=CA=BBzbek?=
Message-ID: <1@b.example>
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/alternative; boundary=i

--i
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

see https://kabinet.example/a?x=3D1&y=3D2 =C2=BB
--i
Content-Type: text/html
Content-Transfer-Encoding: base64

PGEgaHJlZj0iaHR0cHM6Ly9r
YWJpbmV0LmV4YW1wbGUvYT94PTEmYW1wO3k9MiI+
--i--
--o--
`, "\n", "\r\n")
	m, err := mailtest.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"А <a@b.example>", "Oʻzbek", "1@b.example", "https://kabinet.example/a?x=1&y=2", "https://kabinet.example/a?x=1&y=2"}
	got := []string{m.From, m.Subject, m.MessageID, strings.Join(m.Links(), " "), strings.Join(m.HTMLLinks(), " ")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheNewestLettersAreKept(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{Keep: 2})
	s, err := mail.NewSender(relay.Config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, subject := range []string{"one", "two", "three"} {
		m := mail.Message{To: "a@b.example", Subject: subject, Text: subject, MessageID: subject + "@b.example"}
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	mails := relay.Mails()
	if len(mails) != 2 || mails[0].Subject != "two" || mails[1].ID != 3 || relay.Total() != 3 {
		t.Errorf("kept %d letters of %d: %v", len(mails), relay.Total(), mails)
	}
	if _, ok := relay.ByID(1); ok {
		t.Error("the oldest letter is still there")
	}
	if m, ok := relay.ByID(2); !ok || m.Subject != "two" {
		t.Errorf("ByID(2) = %v, %v", m, ok)
	}
	if err := relay.Wait(t.Context(), 3); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := relay.WaitTo(ctx, "nobody@b.example"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("WaitTo = %v, want the deadline", err)
	}
}

func TestAFolderKeepsLettersBetweenRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	send := func(to, subject string) *mailtest.Server {
		s := mailtest.New(t, mailtest.Options{Dir: dir})
		text := []byte("Subject: " + subject + "\r\n\r\nText\r\n")
		if err := smtp.SendMail(s.Addr(), nil, "a@kabinet.example", []string{to}, text); err != nil {
			t.Fatal(err)
		}
		return s
	}
	send("b@kabinet.example", "One").Close()
	mails := send("c@kabinet.example", "Two").Mails()
	if len(mails) != 2 || mails[0].Subject != "One" || mails[0].ID != 1 || mails[1].ID != 2 {
		t.Errorf("got %d letters: %+v", len(mails), mails)
	}
}
