package campaign_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kabinet/internal/campaign"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
)

// sink is a relay that says yes and forgets: the cheapest there can be, so that
// the ratio below is about the sender.
func sink(b *testing.B) (config.SMTP, *atomic.Int64) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	taken := new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go talk(c, taken)
		}
	}()
	addr := l.Addr().(*net.TCPAddr)
	return config.SMTP{
		Host: addr.IP.String(), Port: addr.Port, TLS: "none", From: "notifier@kabinet.example", FromName: "ASL BELGISI",
		Helo: "kabinet.example", Connections: 8, Timeout: 10 * time.Second,
	}, taken
}

func talk(c net.Conn, taken *atomic.Int64) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReaderSize(c, 64<<10)
	say := func(s string) { _, _ = io.WriteString(c, s+"\r\n") }
	say("220 relay.example ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); verb {
		case "EHLO":
			say("250-relay.example\r\n250 8BITMIME")
		case "DATA":
			say("354 go on")
			for line != ".\r\n" {
				if line, err = r.ReadString('\n'); err != nil {
					return
				}
			}
			taken.Add(1)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// BenchmarkLetters compares a campaign, from its start to the last row that says
// sent, with go-mail sending the same letter over one connection kept open
// (performance.md 6: the goal is a ratio of 0.35). Both go in turns in one run;
// the ratio is that of the middle turn, since whatever else the machine does
// falls on one side of a turn only.
func BenchmarkLetters(b *testing.B) {
	const letters, turns = 1500, 5
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program has it
	relay, taken := sink(b)
	k := newKit(b, letters)
	sender, err := mail.NewSender(relay, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(sender.Close)
	svc := campaign.New(campaign.Deps{DB: k.db, Seal: k.box, Mail: sender, BaseURL: "https://kabinet.example"})
	text, html := sample(b, k)
	k.work(svc, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 2, jobs.Mail: 4, jobs.Bulk: 1}})
	var plain, whole, ratios []float64
	for b.Loop() {
		for range turns {
			alone := plainLetters(b, relay, text, html, letters)
			before := taken.Load()
			start := time.Now()
			id := k.started(form(campaign.KindCode))
			// Looking costs the database too: not before the relay has all.
			for taken.Load()-before < letters || k.count(`select count(*) from letters where campaign_id = $1 and status = 'sent'`, id) < letters {
				time.Sleep(2 * time.Millisecond)
			}
			took := time.Since(start)
			if got := taken.Load() - before; got != letters {
				b.Fatalf("%d letters left, want %d", got, letters)
			}
			plain, whole = append(plain, letters/alone.Seconds()), append(whole, letters/took.Seconds())
			ratios = append(ratios, alone.Seconds()/took.Seconds())
			k.exec(`truncate letters, letter_key_registry`)
		}
	}
	b.ReportMetric(middle(plain), "plain/s")
	b.ReportMetric(middle(whole), "letters/s")
	b.ReportMetric(middle(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

// middle is the median.
func middle(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// sample is a letter as it is sent, to give both sides the same to carry.
func sample(b *testing.B, k *kit) (text, html string) {
	b.Helper()
	relay := mailtest.New(b, mailtest.Options{})
	sender, err := mail.NewSender(relay.Config(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer sender.Close()
	svc := campaign.New(campaign.Deps{DB: k.db, Seal: k.box, Mail: sender, BaseURL: "https://kabinet.example"})
	k.seedOrgs(900_001, 900_001)
	f := form(campaign.KindCode)
	f.TINs = "300900001"
	k.chosen(f)
	if err := svc.SendNow(b.Context(), k.refs()...); err != nil {
		b.Fatal(err)
	}
	m := relay.Mails()[0]
	k.exec(`truncate letters, letter_key_registry`)
	k.exec(`delete from org_product_groups where org_id = 900001`)
	k.exec(`delete from organizations where org_id = 900001`)
	k.exec(`truncate river_job`)
	return m.Text, m.HTML
}

// plainLetters sends n letters with nothing but the library.
func plainLetters(b *testing.B, relay config.SMTP, text, html string, n int) time.Duration {
	b.Helper()
	client, err := gomail.NewClient(relay.Host, gomail.WithPort(relay.Port), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO(relay.Helo), gomail.WithoutNoop())
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.WithoutCancel(b.Context())
	if err := client.DialWithContext(ctx); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	start := time.Now()
	for range n {
		m := gomail.NewMsg()
		if err := m.From(relay.From); err != nil {
			b.Fatal(err)
		}
		if err := m.To("org1@company.example"); err != nil {
			b.Fatal(err)
		}
		m.Subject("Активация учетной записи ASL BELGISI")
		m.SetMessageID()
		m.SetBodyString(gomail.TypeTextPlain, text)
		m.AddAlternativeString(gomail.TypeTextHTML, html)
		if err := client.Send(m); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
