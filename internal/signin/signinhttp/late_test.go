package signinhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/account"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/internal/signin/signinhttp"
)

// withForms is a site with a form for members, which answers what it was sent.
func withForms(t *testing.T) site {
	t.Helper()
	s := newSite(t)
	box := httptesting.Box(t)
	proofs := &proof.Service{DB: s.db, Verifier: s.Verifier, Box: box, Name: "cms", Statements: true}
	sessions := session.New(s.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Cache: 0})
	h := signinhttp.Handlers{
		SignIn: &signin.Service{DB: s.db, Proof: proofs, Accounts: &account.Service{DB: s.db, Box: box}},
		Proof:  proofs, Sessions: sessions, Host: httptesting.Host, Box: box,
	}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		h.Routes(r, wrap)
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(h.Late(httptesting.Draw)))
			r.Get("/home", whoAmI)
			for _, path := range []string{"/form", "/org/users/import"} {
				r.Post(path, func(w http.ResponseWriter, r *http.Request) {
					i := httpx.Identity(r)
					_, _ = fmt.Fprintf(w, "%s of %s sent %q %q", i.Name, i.TIN, r.PostForm["name"], r.PostForm["next"])
				})
			}
			r.Get("/flash", func(w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write([]byte(sessions.Take(r.Context(), "flash")))
			})
		})
	})
	return s
}

// asleep ends every session by itself.
func (s site) asleep() { s.exec(`update sessions set last_seen = now() - interval '31 minutes'`) }

// comeBack signs in on the page of a late form, as a browser does.
func (s site) comeBack(b *httptesting.Browser, page httptesting.Page, key edstest.Key) httptesting.Page {
	s.t.Helper()
	action, fields := form(s.t, page)
	id, text := b.Challenge("/sign-in/challenge")
	sent := httptesting.Signed(key, id, text, fields)
	p := b.Post(action, sent)
	if p.Status == http.StatusTemporaryRedirect {
		return b.Post(p.Location, sent)
	}
	return p
}

func TestALateFormGoesOnAfterTheSignIn(t *testing.T) {
	t.Parallel()
	s := withForms(t)
	key := s.For("AZIZ", aziz, first)
	typed := url.Values{"name": {`"Sut" <1>`, "b"}, "next": {"/x"}, "new_password": {"hunter2"}}

	t.Run("of the same person", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		page := b.Post("/form?x=1", typed)
		wantPage(t, page, 401, "", "data-eds")
		if strings.Contains(page.Body, "hunter2") || !strings.Contains(page.Header.Get("Cache-Control"), "no-store") {
			t.Error("a secret stands in the page, or the page may be kept")
		}
		wantPage(t, s.comeBack(b, page, key), 200, "", `Aziz Karimov of 301000001 sent ["\"Sut\" <1>" "b"] ["/x"]`)
		wantPage(t, b.Get("/home"), 200, "", "Aziz Karimov")
	})

	t.Run("in the organization it was filled in for, without the choice", func(t *testing.T) {
		b := s.browser()
		both := s.For("BARNO", barno, "")
		b.Sign(both, "/sign-in", nil)
		b.Post("/sign-in/organization", url.Values{"org": {"2"}})
		s.asleep()
		wantPage(t, s.comeBack(b, b.Post("/form", typed), both), 200, "", "Barno Sodiqova of 301000002 sent")
	})

	t.Run("after a key that was refused", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		page := b.Post("/form", typed)
		action, fields := form(t, page)
		page = b.Post(action, httptesting.Signed(key, "no-challenge", "x", fields))
		wantPage(t, page, 410, "", "data-eds")
		wantPage(t, s.comeBack(b, page, key), 200, "", `sent ["\"Sut\" <1>" "b"]`)
	})

	t.Run("but files and signatures lead back to the page they came from", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		page := b.PostFile("/org/users/import", "https://example.com/home?tab=1", "file", "x.csv", []byte("a;b"))
		wantPage(t, page, 401, "", "data-eds")
		wantPage(t, s.comeBack(b, page, key), 303, "/home?tab=1", "")
		s.asleep()
		page = b.Post("/form", url.Values{"name": {"x"}, "pkcs7": {"old"}})
		wantPage(t, s.comeBack(b, page, key), 303, "/home", "")
	})
}

func TestALateFormIsNobodyElses(t *testing.T) {
	t.Parallel()
	s := withForms(t)
	typed := url.Values{"name": {"Sut"}}

	t.Run("another person's sign-in drops it and says so", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		s.exec(`update members set status = 'blocked' where org_id = 2`) // one organization is left to Barno
		defer s.exec(`update members set status = 'active' where org_id = 2`)
		wantPage(t, s.comeBack(b, b.Post("/form", typed), s.For("BARNO", barno, "")), 303, "/home", "")
		wantPage(t, b.Get("/flash"), 200, "", "edsview.late.lost")
	})

	t.Run("nor that of the same person in an organization that is not open any more", func(t *testing.T) {
		b := s.browser()
		both := s.For("BARNO", barno, "")
		b.Sign(both, "/sign-in", nil)
		b.Post("/sign-in/organization", url.Values{"org": {"2"}})
		s.asleep()
		page := b.Post("/form", typed)
		s.exec(`update members set status = 'blocked' where org_id = 2`)
		defer s.exec(`update members set status = 'active' where org_id = 2`)
		wantPage(t, s.comeBack(b, page, both), 303, "/home", "")
	})

	t.Run("and keeps nothing for strangers, who signed out or who has been away for days", func(t *testing.T) {
		out := s.memberIn()
		tab := out.Tab()
		out.Post("/sign-out", nil)
		away := s.memberIn()
		s.exec(`update sessions set last_seen = now() - interval '25 hours'`)
		for name, b := range map[string]*httptesting.Browser{"a stranger": s.browser(), "who signed out": tab, "who was away": away} {
			p := b.Post("/form", typed)
			if p.Status != 401 || strings.Contains(p.Body, "Sut") {
				t.Errorf("%s: %d %s", name, p.Status, p.Body)
			}
		}
	})

	t.Run("a forged token, and one of another portal, is none", func(t *testing.T) {
		b := s.browser()
		key := s.For("AZIZ", aziz, first)
		for _, token := range []string{"x", "%00", "AAAA", strings.Repeat("A", 2000)} {
			id, text := b.Challenge("/sign-in/challenge")
			p := b.Post("/sign-in?late="+token, httptesting.Signed(key, id, text, url.Values{"next": {"/home?x=1"}}))
			if token == "%00" {
				wantPage(t, p, 400, "", "")
				continue
			}
			wantPage(t, p, 303, "/home?x=1", "")
			b.Post("/sign-out", nil)
		}
	})

	t.Run("from another site", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		b.Site = "cross-site"
		wantPage(t, b.Post("/form", typed), 403, "", "fault.cross_origin")
	})

	t.Run("leaves no trace in the database", func(t *testing.T) {
		b := s.memberIn()
		s.asleep()
		before := s.count(`select count(*) from sessions`)
		b.Post("/form", typed)
		if after := s.count(`select count(*) from sessions`); after != before {
			t.Errorf("%d sessions, then %d", before, after)
		}
	})
}
