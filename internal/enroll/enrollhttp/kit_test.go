package enrollhttp_test

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/clock"
	"kabinet/internal/enroll"
	"kabinet/internal/enroll/enrollhttp"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const (
	tin   = "310455629"
	pinfl = "42209880060066"
)

// shelf is a register of the entries that a test puts there.
type shelf struct {
	mu  sync.Mutex
	raw map[string]register.Raw // by tax number, traders by personal number too
	err error
}

func (s *shelf) Find(_ context.Context, n register.Number) (register.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return register.Entry{}, s.err
	}
	raw, ok := s.raw[string(n.TIN)+string(n.PINFL)]
	if !ok {
		return register.Entry{}, register.ErrUnknown
	}
	return raw.Open()
}

func (s *shelf) put(number string, raw register.Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw[number] = raw
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// company is an entry of an active company with the n-th tax number.
func company(tin, pinfl string) register.Raw {
	return register.Raw{
		TIN: tin, NameUz: "“Hisor Bulogʻi” MChJ", NameRu: "ООО «Хисор Булоги»", Form: "mchj", Director: "Zebo Toʻrayeva", PINFL: pinfl,
		Region: "QA", District: "Shahrisabz", Street: "Ipak yoʻli, 18", Status: "active", AsOf: clock.System(),
	}
}

type portal struct {
	t        testing.TB
	db       *pgxpool.Pool
	box      *seal.Box
	register *shelf
	relay    *mailtest.Server
	keys     httptesting.Keys
	service  *enroll.Service
	site     http.Handler
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{
		t: t, db: pgtest.New(t), box: httptesting.Box(t), relay: mailtest.New(t, mailtest.Options{}), keys: httptesting.NewKeys(t),
		register: &shelf{raw: map[string]register.Raw{tin: company(tin, pinfl)}},
	}
	sender, err := mail.NewSender(p.relay.Config(), nil)
	p.check(err)
	t.Cleanup(sender.Close)
	p.service = &enroll.Service{
		DB: p.db, Box: p.box, Register: p.register, Mail: sender, BaseURL: "https://kabinet.example", Host: httptesting.Host, Now: clock.System,
		Proof:    &proof.Service{DB: p.db, Verifier: p.keys.Verifier, Box: p.box, Name: "cms", Statements: true},
		Accounts: &account.Service{DB: p.db, Box: p.box},
	}
	runner := jobs.New(p.db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 1, jobs.Mail: 2}, Log: slog.New(slog.DiscardHandler)})
	enroll.Register(runner, p.service)
	p.check(runner.Start(t.Context()))
	t.Cleanup(func() { _ = runner.Stop(context.WithoutCancel(t.Context())) })
	p.serve()
	return p
}

func (p *portal) serve() {
	sessions := session.New(p.db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	p.site = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		enrollhttp.Handlers{Enroll: p.service, Sessions: sessions}.Routes(r, wrap)
		r.With(httpx.RequireMember(httptesting.Draw)).Get("/home", func(w http.ResponseWriter, r *http.Request) {
			i := httpx.Identity(r)
			_, _ = fmt.Fprintf(w, "%s | %s | %s | %v", i.Name, i.OrgNames.Uz, i.TIN, i.Roles)
		})
	})
}

func (p *portal) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *portal) exec(sql string, args ...any) {
	p.t.Helper()
	_, err := p.db.Exec(p.t.Context(), sql, args...)
	p.check(err)
}

func (p *portal) text(sql string, args ...any) (s string) {
	p.t.Helper()
	p.check(p.db.QueryRow(p.t.Context(), sql, args...).Scan(&s))
	return s
}

func (p *portal) browser() *httptesting.Browser {
	b := httptesting.NewBrowser(p.t, p.site)
	b.Get("/offer?lang=en")
	return b
}

func (p *portal) director() edstest.Key { return p.keys.For("TOʻRAYEVA ZEBO", pinfl, tin) }

func contacts(email string) url.Values {
	return url.Values{"email": {email}, "phone": {"90 123 45 67"}, "language": {"en"}}
}

func address() url.Values {
	return url.Values{"activities": {"storage", "sales"}, "region": {"QA"}, "district": {"Shahrisabz"}, "street": {"Ipak yo'li, 18"}}
}

// fill goes from the first signature to the code.
func (p *portal) fill(b *httptesting.Browser, key edstest.Key, email string) {
	p.t.Helper()
	for _, step := range []struct {
		to  string
		got httptesting.Page
	}{
		{"/register/found", b.Sign(key, "/register", nil)},
		{"/register/place", b.Post("/register/contacts", contacts(email))},
		{"/register/offer", b.Post("/register/place", address())},
		{"/register/sign", b.Post("/register/offer", url.Values{"accept": {"yes"}})},
		{"/register/confirm", b.Sign(key, "/register/sign", nil)},
	} {
		if step.got.Location != step.to {
			p.t.Fatalf("%d to %q instead of %s\n%s", step.got.Status, step.got.Location, step.to, read(step.got.Body))
		}
	}
}

var codeShape = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

// code waits for n letters to an address and gives the code of the newest.
func (p *portal) code(n int, email string) string {
	p.t.Helper()
	for {
		var mine []mailtest.Mail
		for _, m := range p.relay.Mails() {
			if m.Recipient == email {
				mine = append(mine, m)
			}
		}
		if len(mine) >= n {
			return codeShape.FindString(mine[len(mine)-1].Text)
		}
		p.check(p.relay.Wait(p.t.Context(), p.relay.Total()+1))
	}
}

var markup = regexp.MustCompile(`(?s)<template.*?</template>|<[^>]*>|\s+`)

func read(body string) string {
	s := html.UnescapeString(markup.ReplaceAllString(body, " "))
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

func shows(t testing.TB, p httptesting.Page, status int, texts ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("status %d, want %d\n%s", p.Status, status, read(p.Body))
	}
	for _, s := range texts {
		if !strings.Contains(read(p.Body), s) {
			t.Errorf("the page does not say %q\n%s", s, read(p.Body))
		}
	}
}
