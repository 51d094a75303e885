package profilehttp_test

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/clock"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/profile"
	"kabinet/internal/profile/profilehttp"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const (
	tin      = "302118447"
	director = "31203800010017" // of record
	incoming = "31402860070078" // whom the register names later
)

// shelf is a register that says what a test puts there.
type shelf struct {
	mu  sync.Mutex
	raw register.Raw
	err error
}

func (s *shelf) Find(_ context.Context, n register.Number) (register.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.err != nil:
		return register.Entry{}, s.err
	case string(n.TIN) != s.raw.TIN:
		return register.Entry{}, register.ErrUnknown
	}
	return s.raw.Open()
}

func (s *shelf) say(edit func(*register.Raw)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = nil
	edit(&s.raw)
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

type portal struct {
	t        testing.TB
	db       *pgxpool.Pool
	box      *seal.Box
	register *shelf
	relay    *mailtest.Server
	keys     httptesting.Keys
	sessions *session.Manager
	site     http.Handler
	service  *profile.Service
}

// newPortal has an active organization 7: its director is member 70 (account 1,
// administrator), and a clerk is member 71 (account 2).
func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{t: t, db: pgtest.New(t), box: httptesting.Box(t), relay: mailtest.New(t, mailtest.Options{}), keys: httptesting.NewKeys(t)}
	p.register = &shelf{raw: register.Raw{
		TIN: tin, NameUz: "“Zarafshon Sut” MChJ", NameRu: "ООО «Зарафшон Сут»", Form: "mchj", Director: "Gʻulomjon Oʻrinboyev", PINFL: director,
		Region: "SA", District: "Samarqand shahri", Street: "Yuridik koʻchasi, 1", Status: "active", AsOf: clock.System(),
	}}
	sender, err := mail.NewSender(p.relay.Config(), nil)
	p.check(err)
	t.Cleanup(sender.Close)
	p.service = &profile.Service{
		DB: p.db, Box: p.box, Register: p.register, Mail: sender, BaseURL: "https://kabinet.example", Host: httptesting.Host, Now: clock.System,
		Proof:    &proof.Service{DB: p.db, Verifier: p.keys.Verifier, Box: p.box, Name: "cms", Statements: true},
		Accounts: &account.Service{DB: p.db, Box: p.box},
	}
	p.seed()
	p.work(sender)
	p.serve()
	return p
}

func (p *portal) seed() {
	p.t.Helper()
	mac := func(pinfl string) []byte { return p.box.MAC(org.PurposePINFL, []byte(pinfl)) }
	sealed := p.box.Seal(org.PurposePINFL, []byte(director), []byte("org:"+tin))
	p.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash, activated_at)
		values (7, $1, 'mchj', '“Zarafshon Sut” MChJ', 'ООО «Зарафшон Сут»', 'Gʻulomjon Oʻrinboyev', $2, $3, 'old@sut.example', '+998901234567',
		'SA', 'Urgut', 'Navoiy 7', 'en', 'active', '', '', now())`, tin, mac(director), sealed)
	p.exec(`insert into tin_registry (tin, org_id) values ($1, 7)`, tin)
	p.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Gʻulomjon', $1, '', 'en'), (2, 'Dilnoza', $2, '', 'en')`,
		mac(director), mac("41509880010051"))
	p.exec(`insert into person_registry (pinfl_mac, account_id) select pinfl_mac, id from accounts`)
	p.exec(`insert into members (org_id, id, account_id, kind, name, email, status, pinfl_mac, all_groups, all_places)
		select 7, 69 + id, id, 'business', name, 'm' || id || '@sut.example', 'active', pinfl_mac, true, true from accounts`)
	p.exec(`insert into account_members (account_id, org_id, member_id) values (1, 7, 70), (2, 7, 71)`)
	p.exec(`insert into member_roles (org_id, member_id, role) values (7, 70, 'default'), (7, 70, 'org_admin'), (7, 70, 'card_editor'), (7, 71, 'default')`)
}

func (p *portal) work(sender *mail.Sender) {
	runner := jobs.New(p.db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 1, jobs.Mail: 2}, Log: slog.New(slog.DiscardHandler)})
	profile.Register(runner, p.service)
	notice.Register(runner, &notice.Service{DB: p.db, Mail: sender, BaseURL: "https://kabinet.example"})
	p.check(runner.Start(p.t.Context()))
	p.t.Cleanup(func() { _ = runner.Stop(context.WithoutCancel(p.t.Context())) })
}

// serve answers as the portal does; POST /in/N signs the N-th account in.
func (p *portal) serve() {
	p.sessions = session.New(p.db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	h := profilehttp.Handlers{Profile: p.service, Sessions: p.sessions}
	p.site = httptesting.Chain(p.sessions, func(r chi.Router, wrap httpx.Wrap) {
		for account := range int64(2) {
			r.Post(fmt.Sprintf("/in/%d", account+1), func(_ http.ResponseWriter, r *http.Request) {
				p.check(p.sessions.SignIn(r.Context(), session.Who{AccountID: account + 1, OrgID: 7, MemberID: 70 + account}))
			})
		}
		h.Public(r, wrap)
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
			r.Get("/home", func(w http.ResponseWriter, r *http.Request) {
				i := httpx.Identity(r)
				_, _ = fmt.Fprintf(w, "%s | %d | %v", i.Name, i.OrgID, i.Roles)
			})
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

// browser is signed in as account n; 0 is nobody.
func (p *portal) browser(n int) *httptesting.Browser {
	b := httptesting.NewBrowser(p.t, p.site)
	b.Get("/?lang=en")
	if n > 0 {
		b.Post(fmt.Sprintf("/in/%d", n), nil)
	}
	return b
}

func (p *portal) key(name, pinfl, tin string) edstest.Key { return p.keys.For(name, pinfl, tin) }

// letters waits for n letters in all and gives those to an address.
func (p *portal) letters(n int, to string) []mailtest.Mail {
	p.t.Helper()
	p.check(p.relay.Wait(p.t.Context(), n))
	var mine []mailtest.Mail
	for _, m := range p.relay.Mails() {
		if m.Recipient == to {
			mine = append(mine, m)
		}
	}
	return mine
}

var codeShape = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

var markup = regexp.MustCompile(`(?s)<template.*?</template>|<[^>]*>|\s+`)

// read is a page as it reads.
func read(body string) string {
	s := html.UnescapeString(markup.ReplaceAllString(body, " "))
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

// shows fails unless the answer has the status and every text.
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

func signed(key edstest.Key, id, text string) map[string][]string {
	return httptesting.Signed(key, id, text, nil)
}
