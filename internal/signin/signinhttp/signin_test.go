package signinhttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/internal/signin/signinhttp"
)

// The log of these tests is full of refusals that are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// Invented people. Barno works in two organizations, Aziz in one.
const (
	barno, aziz, stranger = "41206850000011", "31508800000022", "30101900000033"
	first, second         = "301000001", "301000002"
)

type site struct {
	httptesting.Keys
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t *testing.T) site {
	t.Helper()
	db, keys, box := pgtest.New(t), httptesting.NewKeys(t), httptesting.Box(t)
	accounts := &account.Service{DB: db, Box: box}
	proofs := &proof.Service{DB: db, Verifier: keys.Verifier, Box: box, Name: "cms", Statements: true}
	sessions := session.New(db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Cache: time.Second})
	h := signinhttp.Handlers{
		SignIn: &signin.Service{DB: db, Proof: proofs, Accounts: accounts}, Proof: proofs, Sessions: sessions, Host: httptesting.Host,
	}
	s := site{Keys: keys, t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		h.Routes(r, wrap)
		r.With(httpx.RequireMember(httptesting.Draw)).Get("/home", whoAmI)
		r.With(httpx.RequireMember(httptesting.Draw)).Get("/org", whoAmI)
	})}
	s.org(1, first)
	s.org(2, second)
	s.works(accounts, barno, "Barno Sodiqova", 1, 2)
	s.works(accounts, aziz, "Aziz Karimov", 1)
	return s
}

// whoAmI stands for the pages of members.
func whoAmI(w http.ResponseWriter, r *http.Request) {
	i := httpx.Identity(r)
	_, _ = w.Write([]byte(i.Name + " " + i.TIN))
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) org(id int64, tin string) {
	s.t.Helper()
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash, activated_at)
		values ($1, $2, 'MChJ', 'Bogʻ ' || $2, 'Бог ' || $2, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '', now())`, id, tin)
}

func (s site) works(accounts *account.Service, pinfl, name string, orgs ...int64) {
	s.t.Helper()
	err := pg.InTx(s.t.Context(), s.db, func(tx pg.Tx) error {
		id, err := accounts.EnsureTx(s.t.Context(), tx, account.Person{Name: name, PINFL: taxid.PINFL(pinfl), Language: "ru"})
		if err != nil {
			return err
		}
		for _, org := range orgs {
			member := id*10 + org
			for _, q := range []string{
				`insert into members (org_id, id, account_id, kind, name, email, status) values ($1, $2, $3, 'business', 'x', '', 'active')`,
				`insert into account_members (org_id, member_id, account_id) values ($1, $2, $3)`,
			} {
				if _, err := tx.Exec(s.t.Context(), q, org, member, id); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(s.t.Context(), `insert into member_roles (org_id, member_id, role) values ($1, $2, 'default')`, org, member); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.exec(`update members m set name = a.name from accounts a where a.id = m.account_id`)
}

func (s site) browser() *httptesting.Browser { return httptesting.NewBrowser(s.t, s.handler) }

func (s site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func wantPage(t *testing.T, p httptesting.Page, status int, location, text string) {
	t.Helper()
	if p.Status != status || p.Location != location || !strings.Contains(p.Body, text) {
		t.Errorf("got %d to %q, want %d to %q with %q:\n%s", p.Status, p.Location, status, location, text, p.Body)
	}
}

func TestWelcome(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for lang, title := range map[string]string{
		"uz": "Markirovka tizimining shaxsiy kabineti", "ru": "Личный кабинет системы маркировки", "en": "Account portal of the marking system",
	} {
		wantPage(t, b.Get("/?lang="+lang), 303, "/", "")
		wantPage(t, b.Get("/"), 200, "", title)
	}
	wantPage(t, b.Sign(s.For("AZIZ", aziz, first), "/sign-in", nil), 303, "/home", "")
	wantPage(t, b.Get("/"), 303, "/home", "")
	wantPage(t, b.Get("/sign-in"), 303, "/home", "")
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)

	t.Run("leads to the start page, and the person is in", func(t *testing.T) {
		b := s.browser()
		page := b.Get("/sign-in")
		wantPage(t, page, 200, "", `data-eds-challenge="/sign-in/challenge"`)
		wantPage(t, b.Sign(s.For("AZIZ", aziz, first), "/sign-in", nil), 303, "/home", "")
		wantPage(t, b.Get("/home"), 200, "", "Aziz Karimov "+first)
		if n := s.count(`select count(*) from audit_log where action = 'signin.enter' and org_id = 1 and actor_name = 'Aziz Karimov' and ip = '192.0.2.7'`); n != 1 {
			t.Errorf("%d lines in the log, want 1", n)
		}
	})

	t.Run("leads back to where the person was going, inside the portal only", func(t *testing.T) {
		for next, want := range map[string]string{"/org?tab=1": "/org?tab=1", "//evil.example": "/home", "https://evil.example": "/home", "": "/home"} {
			b := s.browser()
			wantPage(t, b.Sign(s.For("AZIZ", aziz, first), "/sign-in", url.Values{"next": {next}}), 303, want, "")
		}
		wantPage(t, s.browser().Get("/sign-in?next=%2Forg"), 200, "", `name="next" value="/org"`)
		if p := s.browser().Get("/sign-in?next=%2F%2Fevil.example"); strings.Contains(p.Body, "evil") {
			t.Error("the page keeps a foreign address")
		}
	})

	t.Run("works with a personal certificate too", func(t *testing.T) {
		b := s.browser()
		wantPage(t, b.Sign(s.For("AZIZ", aziz, ""), "/sign-in", nil), 303, "/home", "")
	})

	t.Run("says why the person has to sign in again", func(t *testing.T) {
		wantPage(t, s.browser().Get("/sign-in?ended=1&lang=en"), 303, "/sign-in?ended=1", "")
		wantPage(t, s.browser().Get("/sign-in?ended=1"), 200, "", "Seans tugadi.")
	})

	t.Run("never outlives the certificate", func(t *testing.T) {
		if n := s.count(`select count(*) from sessions where account_id is not null and expires_at > now() + interval '12 hours'`); n != 0 {
			t.Errorf("%d sessions live longer than 12 hours", n)
		}
	})

	t.Run("gives a new session each time", func(t *testing.T) {
		b := s.browser()
		id, text := b.Challenge("/sign-in/challenge")
		planted := b.Tab()
		wantPage(t, b.Post("/sign-in", httptesting.Signed(s.For("AZIZ", aziz, first), id, text, nil)), 303, "/home", "")
		wantPage(t, planted.Get("/home"), 303, "/sign-in?ended=1&next=%2Fhome", "")
	})
}

func TestNobodyIsLetInWho(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const neutral = "Bu kalit uchun hisob yoʻq"
	revoked := s.For("AZIZ", aziz, first)
	s.Revoke(revoked.Certificate)
	foreign := httptesting.NewKeys(t).For("AZIZ", aziz, first)

	t.Run("has no account, or none that is open: one answer for all", func(t *testing.T) {
		answers := map[string]string{}
		try := func(name string, key edstest.Key) {
			p := s.browser().Sign(key, "/sign-in", nil)
			wantPage(t, p, 403, "", neutral)
			answers[name] = p.Body
		}
		try("stranger", s.For("X", stranger, first))
		for name, change := range map[string][2]string{
			"blocked member":       {`update members set status = 'blocked' where org_id = 1`, `update members set status = 'active'`},
			"member not activated": {`update members set status = 'not_activated' where org_id = 1`, `update members set status = 'active'`},
			"organization closed":  {`update organizations set status = 'blocked' where org_id = 1`, `update organizations set status = 'active'`},
			"blocked person":       {`update accounts set blocked_at = now()`, `update accounts set blocked_at = null`},
		} {
			s.exec(change[0])
			try(name, s.For("AZIZ", aziz, first))
			s.exec(change[1])
		}
		for name, body := range answers {
			if body != answers["stranger"] {
				t.Errorf("%s gets another page than a stranger", name)
			}
		}
	})

	for name, tt := range map[string]struct {
		key    edstest.Key
		status int
		text   string
	}{
		"holds a revoked certificate":                 {revoked, 422, "sertifikati bekor qilingan"},
		"holds an expired certificate":                {s.For("AZIZ", aziz, first, edstest.Expired()), 422, ""},
		"holds a certificate of an unknown authority": {foreign, 422, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.browser()
			p := b.Sign(tt.key, "/sign-in", nil)
			wantPage(t, p, tt.status, "", "Kirish amalga oshmadi.")
			if !strings.Contains(p.Body, "data-eds-challenge") {
				t.Error("the panel is gone; the person cannot try another key")
			}
			wantPage(t, b.Get("/home"), 303, "/sign-in?next=%2Fhome", "")
		})
	}

	t.Run("signed something else", func(t *testing.T) {
		b := s.browser()
		id, text := b.Challenge("/sign-in/challenge")
		wantPage(t, b.Post("/sign-in", httptesting.Signed(s.For("AZIZ", aziz, first), id, text+"!", nil)), 410, "", "")
	})

	t.Run("signed in another browser", func(t *testing.T) {
		id, text := s.browser().Challenge("/sign-in/challenge")
		wantPage(t, s.browser().Post("/sign-in", httptesting.Signed(s.For("AZIZ", aziz, first), id, text, nil)), 410, "", "")
	})

	t.Run("sends the same signature twice", func(t *testing.T) {
		b := s.browser()
		id, text := b.Challenge("/sign-in/challenge")
		tab, form := b.Tab(), httptesting.Signed(s.For("AZIZ", aziz, first), id, text, nil)
		wantPage(t, b.Post("/sign-in", form), 303, "/home", "")
		wantPage(t, tab.Post("/sign-in", form), 410, "", "")
	})

	t.Run("sends rubbish", func(t *testing.T) {
		b := s.browser()
		for _, form := range []url.Values{nil, {"challenge": {"x"}, "pkcs7": {"y"}}, {"challenge": {"' or 1=1"}}} {
			wantPage(t, b.Post("/sign-in", form), 410, "", "")
		}
		id, _ := b.Challenge("/sign-in/challenge")
		wantPage(t, b.Post("/sign-in", url.Values{"challenge": {id}, "pkcs7": {"////"}}), 422, "", "")
	})
}

func TestRefusalsAreWrittenDown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.browser().Sign(s.For("SHER ALIYEV", stranger, first), "/sign-in", nil)
	const q = `select count(*) from audit_log where action = 'signin.refuse' and actor_kind = 'visitor' and org_id = 0
		and ip = '192.0.2.7' and details->>'reason' = 'signin.nowhere' and details->>'holder' = 'SHER ALIYEV'`
	if n := s.count(q); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
	if n := s.count(`select count(*) from audit_log where details::text like '%' || $1 || '%' or target like '%' || $1 || '%'`, stranger); n != 0 {
		t.Errorf("%d lines hold a personal number", n)
	}
}

func TestTooManyFailures(t *testing.T) {
	t.Parallel()
	s := newSite(t)

	t.Run("of one certificate shut that certificate out, wherever it is used", func(t *testing.T) {
		key := s.For("X", stranger, first)
		for n := range 5 {
			b := s.browser()
			b.Address = "198.51.100." + string(rune('1'+n)) + ":99"
			wantPage(t, b.Sign(key, "/sign-in", nil), 403, "", "")
		}
		b := s.browser()
		b.Address = "203.0.113.1:99"
		p := b.Sign(key, "/sign-in", nil)
		if p.Status != 429 || p.Header.Get("Retry-After") == "" {
			t.Errorf("status = %d, Retry-After %q; want 429", p.Status, p.Header.Get("Retry-After"))
		}
		wantPage(t, s.browser().Sign(s.For("AZIZ", aziz, first), "/sign-in", nil), 303, "/home", "")
	})

	t.Run("from one address shut that address out, and no other", func(t *testing.T) {
		from := func(address string) *httptesting.Browser {
			b := s.browser()
			b.Address = address
			return b
		}
		for range 20 {
			wantPage(t, from("203.0.113.9:1").Post("/sign-in", nil), 410, "", "")
		}
		good := s.For("AZIZ", aziz, first)
		if p := from("203.0.113.9:2").Sign(good, "/sign-in", nil); p.Status != 429 {
			t.Errorf("status = %d, want 429", p.Status)
		}
		wantPage(t, from("203.0.113.10:1").Sign(good, "/sign-in", nil), 303, "/home", "")
	})

	t.Run("are forgotten with their window", func(t *testing.T) {
		s.exec(`update rate_limits set window_start = window_start - interval '15 minutes'`)
		b := s.browser()
		b.Address = "203.0.113.9:3"
		wantPage(t, b.Sign(s.For("AZIZ", aziz, first), "/sign-in", nil), 303, "/home", "")
	})
}

func TestSeveralOrganizations(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := func(tin, next string) *httptesting.Browser {
		b := s.browser()
		p := b.Sign(s.For("BARNO", barno, tin), "/sign-in", url.Values{"next": {next}})
		want := "/sign-in/organization"
		if next != "" {
			want += "?next=" + url.QueryEscape(next)
		}
		wantPage(t, p, 303, want, "")
		return b
	}

	t.Run("are offered, that of the certificate first in mind", func(t *testing.T) {
		b := in(second, "")
		p := b.Get("/sign-in/organization")
		wantPage(t, p, 200, "", "301\u00a0000\u00a0002")
		if !checked(p.Body, "2") || checked(p.Body, "1") {
			t.Errorf("want the second organization chosen already:\n%s", p.Body)
		}
	})

	t.Run("open nothing before the choice", func(t *testing.T) {
		b := in(first, "")
		wantPage(t, b.Get("/home"), 303, "/sign-in/organization?next=%2Fhome", "")
		wantPage(t, b.Get("/"), 303, "/sign-in/organization", "")
	})

	t.Run("one is chosen, then another", func(t *testing.T) {
		b := in(first, "/org")
		wantPage(t, b.Post("/sign-in/organization", url.Values{"org": {"1"}, "next": {"/org"}}), 303, "/org", "")
		wantPage(t, b.Get("/org"), 200, "", "Barno Sodiqova "+first)
		before := b.Tab()
		wantPage(t, b.Post("/sign-in/organization", url.Values{"org": {"2"}}), 303, "/home", "")
		wantPage(t, b.Get("/home"), 200, "", "Barno Sodiqova "+second)
		wantPage(t, before.Get("/home"), 303, "/sign-in?ended=1&next=%2Fhome", "")
	})

	t.Run("none of others can be chosen", func(t *testing.T) {
		b := in(first, "")
		for _, org := range []string{"", "x", "3", "-1", "99999999999999999999"} {
			p := b.Post("/sign-in/organization", url.Values{"org": {org}})
			wantPage(t, p, 422, "", `href="#org"`)
		}
		s.exec(`update members set status = 'blocked' where org_id = 2`)
		defer s.exec(`update members set status = 'active'`)
		wantPage(t, b.Post("/sign-in/organization", url.Values{"org": {"2"}}), 422, "", "")
		if p := b.Get("/sign-in/organization"); strings.Contains(p.Body, "301\u00a0000\u00a0002") {
			t.Error("a closed organization is offered")
		}
	})

	t.Run("mean nothing to visitors", func(t *testing.T) {
		wantPage(t, s.browser().Get("/sign-in/organization"), 303, "/sign-in", "")
		wantPage(t, s.browser().Post("/sign-in/organization", url.Values{"org": {"1"}}), 401, "", "")
	})
}

// checked reports whether the radio button with a value is chosen.
func checked(body, value string) bool {
	for _, tag := range strings.Split(body, "<input")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		if strings.Contains(tag, `value="`+value+`"`) && strings.Contains(tag, "checked") {
			return true
		}
	}
	return false
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.Sign(s.For("AZIZ", aziz, first), "/sign-in", nil)
	tab := b.Tab()
	if p := b.Post("/sign-in/stay", nil); p.Status != http.StatusNoContent {
		t.Errorf("who is still there: %d, want 204", p.Status)
	}
	wantPage(t, b.Post("/sign-out", nil), 303, "/", "")
	if p := tab.Post("/sign-in/stay", nil); p.Status != http.StatusUnauthorized {
		t.Errorf("who is signed out: %d, want 401", p.Status)
	}
	wantPage(t, b.Get("/home"), 303, "/sign-in?next=%2Fhome", "")
	wantPage(t, tab.Get("/home"), 303, "/sign-in?ended=1&next=%2Fhome", "")
	wantPage(t, tab.Post("/sign-out", nil), 303, "/", "")
	if n := s.count(`select count(*) from audit_log where action = 'signin.leave' and org_id = 1`); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
	if p := b.Get("/sign-out"); p.Status != http.StatusMethodNotAllowed {
		t.Errorf("GET /sign-out = %d, want 405", p.Status)
	}
}
