package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// letter is a lifelike message in Russian; n keeps letters apart.
func letter(n int) mail.Message {
	return mail.Message{
		To:        mail.Address(fmt.Sprintf("director%d@zavod.example", n)),
		ToName:    "Алишер Каримов",
		Subject:   "Активация учетной записи ASL BELGISI — «Завод № 1»",
		Text:      "Здравствуйте.\nОткройте https://kabinet.example/activate/abc?x=1&y=2 и введите код.\n.\nТочка выше остаётся.\n",
		HTML:      `<p>Здравствуйте.</p><p><a href="https://kabinet.example/activate/abc?x=1&amp;y=2">Открыть</a></p>`,
		MessageID: fmt.Sprintf("letter.%d@kabinet.example", n),
		Lang:      "ru",
		Headers:   map[string]string{"X-Kabinet-Letter": fmt.Sprint(n)},
	}
}

func sender(t testing.TB, relay *mailtest.Server) *mail.Sender {
	t.Helper()
	s, err := mail.NewSender(relay.Config(), relay.TLS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestALetterArrivesAsWritten(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	want := letter(1)
	if err := sender(t, relay).Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := relay.WaitTo(t.Context(), "director1@zavod.example")
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"subject":    {got.Subject, want.Subject},
		"text":       {strings.ReplaceAll(got.Text, "\r\n", "\n"), want.Text},
		"html":       {got.HTML, want.HTML},
		"message id": {got.MessageID, want.MessageID},
		"envelope":   {got.Sender, "notifier@kabinet.example"},
		"from":       {got.From, `"ASL BELGISI" <notifier@kabinet.example>`},
		"to":         {got.To, `Алишер Каримов <director1@zavod.example>`},
		"language":   {got.Header.Get("Content-Language"), "ru"},
		"automatic":  {got.Header.Get("Auto-Submitted"), "auto-generated"},
		"own header": {got.Header.Get("X-Kabinet-Letter"), "1"},
		"agent":      {got.Header.Get("User-Agent") + got.Header.Get("X-Mailer"), ""},
		"list":       {got.Header.Get("List-Unsubscribe") + got.Header.Get("Precedence"), ""},
		"link":       {strings.Join(got.Links(), " "), "https://kabinet.example/activate/abc?x=1&y=2"},
		"html link":  {strings.Join(got.HTMLLinks(), " "), "https://kabinet.example/activate/abc?x=1&y=2"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %q, want %q", what, pair[0], pair[1])
		}
	}
	if date, err := got.Header.Date(); err != nil || time.Since(date).Abs() > time.Minute {
		t.Errorf("date = %v, %v", date, err)
	}
}

func TestALetterOfTextOnly(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	m := letter(1)
	m.HTML, m.Text = "", "Plain ASCII text = no base64.\n"
	if err := sender(t, relay).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := relay.Mails()[0]
	if got.HTML != "" || !strings.HasPrefix(got.Text, "Plain ASCII text = no base64.") || !strings.Contains(string(got.Raw), "quoted-printable") {
		t.Errorf("raw letter:\n%s", got.Raw)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		behaviour mailtest.Behaviour
		name      string
		refused   int // code, 0 for a temporary outcome
		stage     mail.Stage
		unknown   bool // whether the letter may have been taken
		kept      int  // letters the relay has afterwards
	}{
		{mailtest.Busy, "451 to the recipient is tried again", 0, "", false, 0},
		{mailtest.NoMailbox, "550 to the recipient is final", 550, mail.StageRecipient, false, 0},
		{mailtest.BusyContent, "451 after the content is tried again", 0, "", false, 0},
		{mailtest.Spam, "554 after the content is final", 554, mail.StageContent, false, 0},
		{mailtest.Lost, "a lost answer is tried again, though the letter may be there", 0, "", true, 1},
		{mailtest.Cut, "a connection cut before the content is tried again", 0, "", false, 0},
		{mailtest.Closing, "421 is tried again", 0, "", false, 0},
		{mailtest.SignIn, "530 is the relay's quarrel with us and tried again", 0, "", false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			relay := mailtest.New(t, mailtest.Options{})
			s := sender(t, relay)
			relay.Answer(tt.behaviour)
			err := s.Send(t.Context(), letter(1))
			var refused *mail.Refused
			switch {
			case tt.refused != 0 && (!errors.As(err, &refused) || refused.Code != tt.refused || refused.Stage != tt.stage || errors.Is(err, mail.ErrTemporary)):
				t.Errorf("err = %v, want refused with %d at %s", err, tt.refused, tt.stage)
			case tt.refused == 0 && (!errors.Is(err, mail.ErrTemporary) || errors.As(err, &refused)):
				t.Errorf("err = %v, want temporary", err)
			case errors.Is(err, mail.ErrUnacknowledged) != tt.unknown:
				t.Errorf("err = %v, unacknowledged should be %v", err, tt.unknown)
			}
			if got := relay.Total(); got != tt.kept {
				t.Errorf("the relay has %d letters, want %d", got, tt.kept)
			}
			relay.Answer(mailtest.Accept)
			if err := s.Send(t.Context(), letter(2)); err != nil {
				t.Errorf("the next letter: %v", err)
			}
		})
	}
}

func TestOneRefusedLetterDoesNotCostTheConnection(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	relay.AnswerTo("director1@zavod.example", mailtest.NoMailbox)
	relay.AnswerTo("director2@zavod.example", mailtest.Spam)
	s := sender(t, relay)
	for n := range 5 {
		err := s.Send(t.Context(), letter(n))
		var refused *mail.Refused
		if wanted := n == 1 || n == 2; errors.As(err, &refused) != wanted || err != nil && !wanted {
			t.Errorf("letter %d: %v", n, err)
		}
	}
	if relay.Connections() != 1 || relay.Total() != 3 {
		t.Errorf("%d connections, %d letters, want 1 and 3", relay.Connections(), relay.Total())
	}
}

func TestARelayThatIsDown(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	s := sender(t, relay)
	relay.Down()
	if err := s.Send(t.Context(), letter(1)); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("err = %v, want temporary", err)
	}
	if err := s.Probe(t.Context()); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("Probe = %v, want temporary", err)
	}
	if err := relay.Up(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Probe(t.Context()), s.Send(t.Context(), letter(1))); err != nil {
		t.Error(err)
	}
}

func TestARelayThatHungUpOnIdleConnectionsCostsNoLetter(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	s := sender(t, relay)
	for n := range 3 {
		if err := s.Send(t.Context(), letter(n)); err != nil {
			t.Fatalf("letter %d: %v", n, err)
		}
		if err := relay.HangUp(); err != nil {
			t.Fatal(err)
		}
	}
	if relay.Total() != 3 || relay.Connections() != 3 {
		t.Errorf("%d letters over %d connections, want 3 and 3", relay.Total(), relay.Connections())
	}
}

func TestASlowRelayIsNotWaitedForLongerThanTheDeadline(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	s := sender(t, relay)
	relay.Slow(5 * time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := s.Send(ctx, letter(1)); !errors.Is(err, mail.ErrTemporary) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want temporary because of the deadline", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("gave up after %v, want about 100 ms", took)
	}
}

func TestARelayThatNeverGreets(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	relay := mailtest.New(t, mailtest.Options{}).Config()
	relay.Port = l.Addr().(*net.TCPAddr).Port
	s, err := mail.NewSender(relay, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, letter(1)); !errors.Is(err, mail.ErrTemporary) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want temporary because of the deadline", err)
	}
}

func TestConnectionsAreBoundedAndUsedAgain(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	settings := relay.Config()
	settings.Connections = 3
	s, err := mail.NewSender(settings, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			if err := s.Send(t.Context(), letter(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if relay.Total() != 60 || relay.Connections() > 3 {
		t.Errorf("%d letters over %d connections, want 60 over at most 3", relay.Total(), relay.Connections())
	}
}

func TestSTARTTLSAndSignIn(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{TLS: true, User: "kabinet", Password: "hush"})
	if err := sender(t, relay).Send(t.Context(), letter(1)); err != nil {
		t.Errorf("encrypted and signed in: %v", err)
	}
	wrong := relay.Config()
	wrong.Password = "guess"
	s, err := mail.NewSender(wrong, relay.TLS())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Send(t.Context(), letter(2)); !errors.Is(err, mail.ErrTemporary) || strings.Contains(err.Error(), "guess") {
		t.Errorf("wrong password: err = %v, want temporary and no password in it", err)
	}
	untrusted, err := mail.NewSender(relay.Config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer untrusted.Close()
	if err := untrusted.Send(t.Context(), letter(3)); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("unknown certificate: err = %v, want temporary", err)
	}
	if relay.Total() != 1 {
		t.Errorf("%d letters, want 1", relay.Total())
	}
}

func TestMandatoryTLSRefusesARelayWithout(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{Record: true})
	settings := relay.Config()
	settings.TLS = "mandatory"
	s, err := mail.NewSender(settings, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Send(t.Context(), letter(1)); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("err = %v, want temporary", err)
	}
	if strings.Contains(relay.Wire(), "MAIL") {
		t.Errorf("went on in the open:\n%s", relay.Wire())
	}
}

// TestTheWireCarriesOneRecipientAndNoStrayLine reads what really left the
// program: no value may end its line and begin a command or a header.
// The wire ends a letter with a dot alone on its line; no text may do so.
func TestDotsAndOddLineEndsArriveAsWritten(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{Record: true})
	s := sender(t, relay)
	for n, text := range []string{
		".", ".\n", "..\n", "a\n.\nb\n", "a\n.b\n..c\n", "a\r\n.\r\nb", "no end", "plain\n", "\n\n.\n\n",
		"a\n.\nRCPT TO:<victim@evil.example>\n", strings.Repeat("x", 75) + ".\n",
	} {
		m := letter(n)
		m.HTML, m.Text = "", text
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		mails := relay.Mails()
		got := strings.TrimSuffix(strings.ReplaceAll(mails[len(mails)-1].Text, "\r\n", "\n"), "\n")
		if want := strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"); len(mails) != n+1 || got != want {
			t.Errorf("%d letters, the last %q, want %q", len(mails), got, want)
		}
	}
}

func TestTheWireCarriesOneRecipientAndNoStrayLine(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{Record: true})
	s := sender(t, relay)
	if err := s.Send(t.Context(), letter(1)); err != nil {
		t.Fatal(err)
	}
	const evil = "x\r\nBcc: victim@evil.example\r\nRCPT TO:<victim@evil.example>"
	for name, spoil := range map[string]func(*mail.Message){
		"recipient":    func(m *mail.Message) { m.To += "\r\nRCPT TO:<victim@evil.example>" },
		"two":          func(m *mail.Message) { m.To = "a@b.example,victim@evil.example" },
		"angle":        func(m *mail.Message) { m.To = "a@b.example>\r\nRCPT TO:<victim@evil.example" },
		"name":         func(m *mail.Message) { m.ToName = evil },
		"subject":      func(m *mail.Message) { m.Subject = evil },
		"bare cr":      func(m *mail.Message) { m.Subject = "x\rBcc: victim@evil.example" },
		"message id":   func(m *mail.Message) { m.MessageID = "a@b>\r\nBcc: victim@evil.example" },
		"language":     func(m *mail.Message) { m.Lang = evil },
		"header value": func(m *mail.Message) { m.Headers = map[string]string{"X-A": evil} },
		"header name":  func(m *mail.Message) { m.Headers = map[string]string{"X-A: b\r\nBcc": "victim@evil.example"} },
		"no text":      func(m *mail.Message) { m.Text = "" },
		"bad bytes":    func(m *mail.Message) { m.Text = "\xff" },
	} {
		m := letter(2)
		spoil(&m)
		if err := s.Send(t.Context(), m); !errors.Is(err, mail.ErrMessage) || errors.Is(err, mail.ErrTemporary) {
			t.Errorf("%s: err = %v, want ErrMessage", name, err)
		}
	}
	wire := relay.Wire()
	if got := regexp.MustCompile(`(?m)^RCPT TO:.*\r$`).FindAllString(wire, -1); len(got) != 1 || got[0] != "RCPT TO:<director1@zavod.example>\r" {
		t.Errorf("recipients on the wire: %q", got)
	}
	if got := regexp.MustCompile(`(?mi)^(To|Cc|Bcc):`).FindAllString(wire, -1); len(got) != 1 {
		t.Errorf("recipient headers on the wire: %q", got)
	}
	if strings.Contains(wire, "victim") || strings.Contains(wire, "NOOP") || strings.Contains(wire, "RSET") {
		t.Errorf("stray text on the wire:\n%s", wire)
	}
	if bare := regexp.MustCompile(`[^\r]\n|\r[^\n]`).FindString(wire); bare != "" {
		t.Errorf("a lone CR or LF on the wire: %q", bare)
	}
}

func TestNewSenderRefusesSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	good := mailtest.New(t, mailtest.Options{}).Config()
	for name, spoil := range map[string]func(){
		"sender address": func() { good.From = "notifier" },
		"TLS policy":     func() { good.TLS = "perhaps" },
	} {
		saved := good
		spoil()
		if s, err := mail.NewSender(good, nil); err == nil {
			s.Close()
			t.Errorf("%s: accepted", name)
		}
		good = saved
	}
}

// TestALetterInterruptedByShutdownSaysSo: the job queue gives an interrupted job
// its attempt back, and recognizes one by the context's error.
func TestALetterInterruptedByShutdownSaysSo(t *testing.T) {
	t.Parallel()
	relay := mailtest.New(t, mailtest.Options{})
	s := sender(t, relay)
	if err := s.Send(t.Context(), letter(1)); err != nil { // the connection is open
		t.Fatal(err)
	}
	relay.Slow(5 * time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := s.Send(ctx, letter(2)); !errors.Is(err, mail.ErrTemporary) || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want temporary because it was cancelled", err)
	}
}
