package signinhttp_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/account"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/internal/signin/signinhttp"
)

const timur = "31207900000044" // one of the staff

// guarded is a site with sensitive acts of members and staff, and one that
// answers what it was sent.
func guarded(t *testing.T) site {
	t.Helper()
	s := newSite(t)
	box := httptesting.Box(t)
	proofs := &proof.Service{DB: s.db, Verifier: s.Verifier, Box: box, Name: "cms", Statements: true}
	sessions := session.New(s.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Cache: 0})
	staff := func(_ context.Context, id int64, p taxid.PINFL) (bool, error) { return id == 9 && p == timur, nil }
	h := signinhttp.Handlers{
		SignIn: &signin.Service{DB: s.db, Proof: proofs, Accounts: &account.Service{DB: s.db, Box: box}, Staff: staff},
		Proof:  proofs, Sessions: sessions, Host: httptesting.Host,
		Acts: map[string]string{"/act/{id}": "signin.welcome.title"},
	}
	s.exec(`insert into staff (id, name, pinfl_mac, roles) values (9, 'Timur Rashidov', 's', '{op_watcher}')`)
	s.handler = httptesting.Chain(sessions, func(r chi.Router, _ httpx.Wrap) {
		wrap := httpx.Adapter(h.Proving(httptesting.Draw))
		h.Routes(r, wrap)
		r.Post("/in/staff", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{StaffID: 9})
		}))
		r.Post("/act/{id}", wrap(s.act(func(r *http.Request) (gate.Who, perm.Code) { return httpx.Actor(r), perm.OrgRead })))
		r.Post("/op/imports", wrap(s.act(func(r *http.Request) (gate.Who, perm.Code) { return httpx.Operator(r), perm.OpOrgRead })))
		r.Post("/op/act", wrap(s.act(func(r *http.Request) (gate.Who, perm.Code) { return httpx.Operator(r), perm.OpOrgRead })))
		r.With(httpx.RequireMember(httptesting.Draw)).Get("/home", whoAmI)
	})
	return s
}

func (s site) act(who func(*http.Request) (gate.Who, perm.Code)) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		person, right := who(r)
		return gate.InFreshTx(r.Context(), s.db, person, right, func(pg.Tx) error {
			_, err := fmt.Fprintf(w, "done with %q %q at %s", r.PostForm["name"], r.PostForm["role"], r.URL.RequestURI())
			return err
		})
	}
}

// old makes every signature so far older than sensitive acts accept.
func (s site) old() { s.exec(`update sessions set proved_at = now() - interval '15 minutes 1 second'`) }

func (s site) memberIn() *httptesting.Browser {
	b := s.browser()
	b.Sign(s.For("AZIZ", aziz, first), "/sign-in", nil)
	return b
}

var (
	formAction = regexp.MustCompile(`data-eds method="post" action="([^"]*)"`)
	hiddenOf   = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// form is what the panel of a page would send, and where.
func form(t *testing.T, p httptesting.Page) (action string, fields url.Values) {
	t.Helper()
	m := formAction.FindStringSubmatch(strings.Join(strings.Fields(p.Body), " "))
	if m == nil {
		t.Fatalf("no panel: %d %s", p.Status, p.Body)
	}
	fields = url.Values{}
	for _, f := range hiddenOf.FindAllStringSubmatch(p.Body, -1) {
		fields.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
	}
	return html.UnescapeString(m[1]), fields
}

// sign presses the button of the page and follows as a browser does.
func (s site) sign(b *httptesting.Browser, page httptesting.Page, key edstest.Key) httptesting.Page {
	s.t.Helper()
	action, fields := form(s.t, page)
	id, text := b.Challenge("/confirm/challenge")
	sent := httptesting.Signed(key, id, text, fields)
	p := b.Post(action, sent)
	if p.Status == http.StatusTemporaryRedirect {
		return b.Post(p.Location, sent)
	}
	return p
}

func TestASensitiveActAsksForTheKeyAgain(t *testing.T) {
	t.Parallel()
	s := guarded(t)
	typed := url.Values{"name": {`"Sut" <1>`}, "role": {"a", "b"}, "key": {"k"}, "next": {"//evil.example"}, "new_password": {"hunter2"}, "pkcs7": {"forged"}}

	t.Run("and goes on with what was typed", func(t *testing.T) {
		b := s.memberIn()
		wantPage(t, b.Post("/act/7?x=1", typed), 200, "", "done")
		s.old()
		page := b.Post("/act/7?x=1", typed)
		wantPage(t, page, 403, "", "Личный кабинет системы маркировки")
		if strings.Contains(page.Body, "hunter2") || strings.Contains(page.Body, "forged") {
			t.Error("a secret stands in the page")
		}
		if !strings.Contains(page.Header.Get("Cache-Control"), "no-store") {
			t.Error("the page may be kept")
		}
		before := b.Tab()
		wantPage(t, s.sign(b, page, s.For("AZIZ", aziz, first)), 200, "", `done with ["\"Sut\" <1>"] ["a" "b"] at /act/7?x=1`)
		wantPage(t, b.Post("/act/8", typed), 200, "", "done")
		wantPage(t, before.Get("/home"), 303, "/sign-in?ended=1&next=%2Fhome", "") // the token is new
		const q = `select count(*) from audit_log where action = 'signin.confirm' and org_id = 1 and actor_name = 'Aziz Karimov' and ip = '192.0.2.7'`
		if n := s.count(q); n != 1 {
			t.Errorf("%d lines in the log, want 1", n)
		}
	})

	t.Run("takes a personal key too", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		wantPage(t, s.sign(b, b.Post("/act/7", typed), s.For("AZIZ", aziz, "")), 200, "", "done")
	})

	t.Run("and refuses the key of another person or another organization, keeping what was typed", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		page := b.Post("/act/7?x=1", typed)
		for _, tt := range []struct {
			key  edstest.Key
			text string
		}{
			{s.For("BARNO", barno, first), "принадлежит другому"},
			{s.For("AZIZ", aziz, second), "для другой организации"},
			{s.For("X", stranger, ""), "принадлежит другому"},
		} {
			page = s.sign(b, page, tt.key)
			wantPage(t, page, 422, "", tt.text)
		}
		wantPage(t, s.sign(b, page, s.For("AZIZ", aziz, first)), 200, "", `done with ["\"Sut\" <1>"] ["a" "b"] at /act/7?x=1`)
	})

	t.Run("of the staff as well", func(t *testing.T) {
		b := s.browser()
		b.Post("/in/staff", nil)
		s.old()
		page := b.Post("/op/act", typed)
		wantPage(t, s.sign(b, page, s.For("AZIZ", aziz, "")), 422, "", "принадлежит другому")
		wantPage(t, s.sign(b, page, s.For("TIMUR", timur, "")), 200, "", "done")
		wantPage(t, b.Post("/op/act", nil), 200, "", "done")
	})

	t.Run("leads back to the form where a file cannot travel along", func(t *testing.T) {
		b := s.browser()
		b.Post("/in/staff", nil)
		s.old()
		page := b.PostFile("/op/imports", "https://example.com/op/imports?tab=1", "file", "x.csv", []byte("a;b"))
		wantPage(t, page, 403, "", "Файлы сохранить нельзя")
		wantPage(t, s.sign(b, page, s.For("TIMUR", timur, "")), 303, "/op/imports?tab=1", "")
	})

	t.Run("and leads back to the form what is too much", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		page := b.Post("/act/7", url.Values{"name": {strings.Repeat("x", 600<<10)}})
		wantPage(t, s.sign(b, page, s.For("AZIZ", aziz, first)), 303, "/home", "")
	})
}

func TestASignatureGivenAnewIsWorthNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := guarded(t)
	key := s.For("AZIZ", aziz, first)

	t.Run("twice", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		action, fields := form(t, b.Post("/act/7", nil))
		id, text := b.Challenge("/confirm/challenge")
		sent := httptesting.Signed(key, id, text, fields)
		wantPage(t, b.Post(action, sent), 307, "/act/7", "")
		s.old()
		wantPage(t, b.Post(action, sent), 410, "", "")
		wantPage(t, b.Post("/act/7", nil), 403, "", "")
	})

	t.Run("as a signature made for signing in", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		id, text := b.Challenge("/sign-in/challenge")
		wantPage(t, b.Post("/confirm?to=/act/7", httptesting.Signed(key, id, text, nil)), 410, "", "")
		wantPage(t, b.Post("/act/7", nil), 403, "", "")
	})

	t.Run("in another browser", func(t *testing.T) {
		b, other := s.memberIn(), s.memberIn()
		s.old()
		id, text := b.Challenge("/confirm/challenge")
		wantPage(t, other.Post("/confirm?to=/act/7", httptesting.Signed(key, id, text, nil)), 410, "", "")
	})

	t.Run("to lead anywhere but into the portal", func(t *testing.T) {
		for _, to := range []string{"//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)", "/confirm?to=/confirm", ""} {
			b := s.memberIn()
			id, text := b.Challenge("/confirm/challenge")
			p := b.Post("/confirm?"+url.Values{"to": {to}, "back": {to}}.Encode(), httptesting.Signed(key, id, text, nil))
			if p.Status == 307 || strings.Contains(p.Location, "evil") || strings.Contains(p.Location, "javascript") {
				t.Errorf("%q leads to %d %q", to, p.Status, p.Location)
			}
		}
	})

	t.Run("by a link of somebody else, which only leads to pages", func(t *testing.T) {
		b := s.memberIn()
		page := b.Get("/confirm?to=%2Fact%2F7&back=%2Fhome%3Fx%3D1")
		wantPage(t, page, 200, "", "data-eds")
		wantPage(t, s.sign(b, page, key), 303, "/home?x=1", "")
	})

	t.Run("from another site", func(t *testing.T) {
		b := s.memberIn()
		b.Site = "cross-site"
		for _, path := range []string{"/confirm", "/confirm/challenge", "/act/7"} {
			wantPage(t, b.Post(path, nil), 403, "", "fault.cross_origin")
		}
	})

	t.Run("to visitors", func(t *testing.T) {
		b := s.browser()
		wantPage(t, b.Get("/confirm"), 303, "/sign-in", "")
		wantPage(t, b.Post("/confirm", nil), 401, "", "")
		wantPage(t, b.Post("/confirm/challenge", nil), 401, "", "")
		wantPage(t, b.Post("/act/7", nil), 401, "", "")
	})

	t.Run("after the session ended meanwhile", func(t *testing.T) {
		b := s.memberIn()
		s.old()
		action, fields := form(t, b.Post("/act/7", nil))
		id, text := b.Challenge("/confirm/challenge")
		s.exec(`delete from sessions`)
		if p := b.Post(action, httptesting.Signed(key, id, text, fields)); p.Status != 401 && p.Status != 410 {
			t.Errorf("status %d", p.Status)
		}
		wantPage(t, b.Get("/home"), 303, "/sign-in?ended=1&next=%2Fhome", "")
	})
}
