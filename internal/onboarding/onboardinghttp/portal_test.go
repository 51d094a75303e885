package onboardinghttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/onboarding"
	"kabinet/internal/onboarding/onboardinghttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// counter counts the statements of a pool, those of a batch one by one.
type counter struct{ n atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

type site struct {
	t          *testing.T
	db         *pgxpool.Pool
	statements *counter
	sessions   *session.Manager
	handler    http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	conf, err := pgxpool.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	s := site{t: t, statements: &counter{}}
	conf.ConnConfig.Tracer = s.statements
	if s.db, err = pgxpool.NewWithConfig(t.Context(), conf); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.db.Close)
	s.sessions = session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := onboardinghttp.Handlers{Onboarding: &onboarding.Service{DB: s.db}, Sessions: s.sessions}
	s.handler = httptesting.Chain(s.sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in", func(w http.ResponseWriter, r *http.Request) {
			if err := s.sessions.SignIn(r.Context(), session.Who{AccountID: 1, OrgID: 2, MemberID: 3}); err != nil {
				t.Error(err)
			}
		})
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
		})
	})
	s.seed()
	return s
}

// seed makes an organization as an activation leaves it, and a foreign one.
func (s site) seed() {
	s.t.Helper()
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno Sodiqova', 'a', 'a', 'uz')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash, activated_at)
			select id, tin, 'MChJ', name, name, 'Barno Sodiqova', '', '', 'info@bog.example', '+998901234567', 'SA', 'Kattaqoʻrgʻon', 'Navoiy 1',
			'uz', 'active', '', '', '2025-12-02 06:00+00'
			from (values (2, '301000001', 'Yangi Bogʻ'), (9, '301000009', 'Begona Korxona')) o (id, tin, name)`,
		`update organizations set checked_at = now()`,
		`insert into members (org_id, id, account_id, kind, name, position, email, status)
			values (2, 3, 1, 'business', 'Barno Sodiqova', 'direktor', 'barno@bog.example', 'active'),
			       (9, 8, 7, 'business', 'Begona Odam', '', 'begona@korxona.example', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin')`,
		`insert into org_product_groups (org_id, group_id, issuer, status) values (2, 13, true, 'active'), (2, 15, false, 'active'), (9, 3, true, 'active')`,
		`insert into member_groups (org_id, member_id, group_id) values (2, 3, 13)`,
		`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
			values (2, 1, 'Asosiy joy', '{production,storage}', 'SA', 'Kattaqoʻrgʻon', 'Navoiy 1', true, 'active', 'address'),
			       (9, 1, 'Begona ombor', '{storage}', 'TK', 'Chilonzor', '1', true, 'active', 'address')`,
		`insert into member_places (org_id, member_id, place_id) values (2, 3, 1)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780001', 'active'), (9, '4789999', 'active')`,
		`insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target)
			values (2, 1, 'member', '3', 'Barno Sodiqova', 'org.activate', 'org:2'), (2, 2, 'staff', '101', 'Timur Rashidov', 'letter.resend', 'letter:1'),
			       (9, 3, 'member', '8', 'Begona Odam', 'signin.enter', 'member:8')`,
		`select setval('audit_ids', 100)`,
	} {
		if _, err := s.db.Exec(s.t.Context(), sql); err != nil {
			s.t.Fatalf("%s: %v", sql, err)
		}
	}
}

func (s site) signedIn() *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in", nil)
	return b
}

func TestHome(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.signedIn()
	p := b.Get("/home")

	t.Run("shows the organization's own state and nobody else's", func(t *testing.T) {
		for _, want := range []string{
			"info@bog.example", "Samarqand viloyati, Kattaqoʻrgʻon", "2 ta guruh, 1 tasida emitent", "02.12.2025",
			"Rahbar hisobni faollashtirdi", "Barno Sodiqova", "Xodimlarni qoʻshish",
		} {
			if p.Status != 200 || !strings.Contains(p.Body, want) {
				t.Errorf("%d: no %q", p.Status, want)
			}
		}
		for _, foreign := range []string{"Begona", "4789999", "301 000 009"} {
			if strings.Contains(p.Body, foreign) {
				t.Errorf("shows %q", foreign)
			}
		}
	})

	t.Run("does not say which of the operator's people acted", func(t *testing.T) {
		if strings.Contains(p.Body, "Timur") || !strings.Contains(p.Body, "Yangi faollashtirish xati yuborildi") {
			t.Error("want the act of the operator without the name")
		}
	})

	t.Run("takes two statements cold and one warm", func(t *testing.T) {
		fresh := s.signedIn()
		for i, want := range []int64{2, 1} {
			before := s.statements.n.Load()
			fresh.Get("/home")
			if got := s.statements.n.Load() - before; got != want {
				t.Errorf("visit %d: %d statements, want %d", i+1, got, want)
			}
		}
	})

	t.Run("is for members only", func(t *testing.T) {
		if p := httptesting.NewBrowser(t, s.handler).Get("/home"); p.Status != 303 || p.Location != "/sign-in?next=%2Fhome" {
			t.Errorf("got %d to %q", p.Status, p.Location)
		}
	})
}

func TestATaskIsTickedAndTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.signedIn()
	if p := b.Get("/setup/documents"); p.Status != 200 || !strings.Contains(p.Body, `href="/documents"`) {
		t.Errorf("%d: %s", p.Status, p.Body)
	}
	for _, strange := range []string{"/setup/places", "/setup/x", "/setup/%00"} {
		if p := b.Get(strange); p.Status != 404 && p.Status != 400 {
			t.Errorf("%s: %d", strange, p.Status)
		}
		if p := b.Post(strange, url.Values{"checked": {"yes"}}); p.Status != 404 && p.Status != 400 {
			t.Errorf("%s: %d", strange, p.Status)
		}
	}
	ticks := func() (n int) {
		if err := s.db.QueryRow(t.Context(), `select count(*) from onboarding_ticks where org_id = 2 and task = 'documents'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	lines := func() (n int) {
		if err := s.db.QueryRow(t.Context(), `select count(*) from audit_log where action like 'setup.%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, tt := range []struct {
		checked string
		ticks   int
		lines   int
		home    string
	}{
		{"yes", 1, 1, "tekshirilgan"}, {"yes", 1, 1, "tekshirilgan"}, {"no", 0, 2, "/setup/documents"}, {"", 0, 2, "/setup/documents"},
	} {
		if p := b.Post("/setup/documents", url.Values{"checked": {tt.checked}}); p.Status != 303 || p.Location != "/home" {
			t.Fatalf("%d to %q", p.Status, p.Location)
		}
		if ticks() != tt.ticks || lines() != tt.lines || !strings.Contains(b.Get("/home").Body, tt.home) {
			t.Errorf("step %d: %d ticks, %d lines", i, ticks(), lines())
		}
	}
}
