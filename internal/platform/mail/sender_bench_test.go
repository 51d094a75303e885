package mail_test

import (
	"context"
	"fmt"
	netmail "net/mail"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
)

// BenchmarkAgainstGoMail sends by turns over one connection that go-mail keeps
// open (without its NOOP) and through a Sender that uses one connection, building
// the same letter in both. The ratio is what counts: both sides share the run.
func BenchmarkAgainstGoMail(b *testing.B) {
	relay := mailtest.New(b, mailtest.Options{Keep: 1})
	theirs := keptOpen(b, relay)
	ours := sender(b, relay) // sends one letter at a time, hence over one connection
	const round = 50
	var bare, own time.Duration
	n := 0
	for b.Loop() {
		start := time.Now()
		for range round {
			theirs(n)
			n++
		}
		bare += time.Since(start)
		start = time.Now()
		for range round {
			if err := ours.Send(b.Context(), letter(n)); err != nil {
				b.Fatal(err)
			}
			n++
		}
		own += time.Since(start)
	}
	half := float64(n) / 2
	b.ReportMetric(half/bare.Seconds(), "go-mail/s")
	b.ReportMetric(half/own.Seconds(), "ours/s")
	b.ReportMetric(bare.Seconds()/own.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

func keptOpen(b *testing.B, relay *mailtest.Server) func(n int) {
	b.Helper()
	settings := relay.Config()
	client, err := gomail.NewClient(settings.Host, gomail.WithPort(settings.Port), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithoutNoop())
	if err != nil {
		b.Fatal(err)
	}
	if err := client.DialWithContext(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	return func(n int) {
		l := letter(n)
		m := gomail.NewMsg()
		m.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &netmail.Address{Name: settings.FromName, Address: settings.From})
		m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &netmail.Address{Name: l.ToName, Address: string(l.To)})
		m.Subject(l.Subject)
		m.SetMessageIDWithValue(l.MessageID)
		m.SetBodyString(gomail.TypeTextPlain, l.Text)
		m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
		if err := client.Send(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConnections shows what more connections bring when every answer of
// the relay is 2 ms late.
func BenchmarkConnections(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			relay := mailtest.New(b, mailtest.Options{Keep: 1})
			relay.Slow(2 * time.Millisecond)
			settings := relay.Config()
			settings.Connections = n
			s, err := mail.NewSender(settings, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			b.SetParallelism(n)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := s.Send(b.Context(), letter(1)); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
		})
	}
}
