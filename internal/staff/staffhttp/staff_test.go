package staffhttp_test

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/staff"
	"kabinet/internal/staff/staffhttp"
)

// The log of these tests is full of refusals that are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// Invented people.
const (
	timur, lola, watcher, stranger = "31503850000011", "41206880000022", "30101900000033", "30202910000044"
	rounds                         = 100
)

type site struct {
	httptesting.Keys
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
	service *staff.Service
}

func newSite(t *testing.T) site {
	t.Helper()
	db, keys, box := pgtest.New(t), httptesting.NewKeys(t), httptesting.Box(t)
	proofs := &proof.Service{DB: db, Verifier: keys.Verifier, Box: box, Name: "cms", Statements: true}
	sessions := session.New(db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	service := &staff.Service{DB: db, Box: box, Proof: proofs}
	h := staffhttp.Handlers{Staff: service, Proof: proofs, Sessions: sessions, Host: httptesting.Host, Box: box}
	return site{Keys: keys, t: t, db: db, service: service, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		h.Public(r, wrap)
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(h.Late(httptesting.Draw)))
			h.Routes(r, wrap)
			r.Get("/op", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(httpx.Identity(r).Name)) })
		})
	})}
}

// hire takes a person on as the command does.
func (s site) hire(name, pinfl string, roles ...string) int64 {
	s.t.Helper()
	id, err := s.service.AddByCommand(s.t.Context(), staff.Draft{Name: name, PINFL: pinfl, Roles: roles})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s site) signedIn(name, pinfl string) *httptesting.Browser {
	s.t.Helper()
	b := httptesting.NewBrowser(s.t, s.handler)
	wantPage(s.t, b.Sign(s.For(name, pinfl, ""), "/op/sign-in", nil), 303, "/op", "")
	return b
}

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

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")

	t.Run("lets staff in, with a line in the log", func(t *testing.T) {
		b := s.signedIn("TIMUR", timur)
		wantPage(t, b.Get("/op"), 200, "", "Timur Rashidov")
		wantPage(t, b.Get("/op/sign-in?next=/op/staff"), 303, "/op/staff", "")
		if n := s.count(`select count(*) from audit_log where action = 'staff.enter' and actor_name = 'Timur Rashidov'`); n != 1 {
			t.Errorf("%d lines, want 1", n)
		}
	})

	t.Run("leads back inside the portal only", func(t *testing.T) {
		for next, want := range map[string]string{"/op/staff": "/op/staff", "//evil.example": "/op"} {
			b := httptesting.NewBrowser(t, s.handler)
			wantPage(t, b.Sign(s.For("TIMUR", timur, ""), "/op/sign-in", url.Values{"next": {next}}), 303, want, "")
		}
	})

	t.Run("gives strangers and the blocked the same answer, beside the panel", func(t *testing.T) {
		const refusal = "Bu kalit operator boʻlimini ochmaydi"
		b := httptesting.NewBrowser(t, s.handler)
		p := b.Sign(s.For("X", stranger, ""), "/op/sign-in", nil)
		wantPage(t, p, 403, "", refusal)
		s.exec(`update staff set status = 'blocked'`)
		defer s.exec(`update staff set status = 'active'`)
		if again := httptesting.NewBrowser(t, s.handler).Sign(s.For("TIMUR", timur, ""), "/op/sign-in", nil); again.Body != p.Body || again.Status != 403 {
			t.Errorf("the blocked get another page than strangers: %d %s", again.Status, again.Body)
		}
		if !strings.Contains(p.Body, "data-eds-challenge") {
			t.Error("the panel is gone")
		}
	})

	t.Run("takes no signature made for members", func(t *testing.T) {
		b := httptesting.NewBrowser(t, s.handler)
		id, text := b.Challenge("/op/sign-in/challenge")
		s.exec(`update eds_challenges set purpose = 'sign-in' where id::text = $1`, id)
		wantPage(t, b.Post("/op/sign-in", httptesting.Signed(s.For("TIMUR", timur, ""), id, text, nil)), 410, "", "")
	})

	t.Run("stops after five failures of a certificate", func(t *testing.T) {
		key := s.For("Y", "30303930000055", "")
		var p httptesting.Page
		for range 6 {
			p = httptesting.NewBrowser(t, s.handler).Sign(key, "/op/sign-in", nil)
		}
		if p.Status != 429 || p.Header.Get("Retry-After") == "" {
			t.Errorf("status = %d, want 429 with Retry-After", p.Status)
		}
	})
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

func TestAdministratorsKeepTheStaff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")
	b := s.signedIn("TIMUR", timur)
	add := func(name, pinfl string, roles ...string) httptesting.Page {
		return b.Post("/op/staff", url.Values{"name": {name}, "pinfl": {pinfl}, "roles": roles})
	}

	t.Run("add a person, who can sign in then", func(t *testing.T) {
		wantPage(t, add("  Lola   Ergasheva ", "4120 6880 0000 22", "op_watcher", "made_up"), 303, "/op/staff", "")
		wantPage(t, b.Get("/op/staff"), 200, "", "Lola Ergasheva")
		s.signedIn("LOLA", lola)
		if n := s.count(`select count(*) from staff where roles = '{op_watcher}' and name = 'Lola Ergasheva'`); n != 1 {
			t.Error("want exactly the role there is")
		}
	})

	t.Run("are told all that is wrong at once, and keep what they typed", func(t *testing.T) {
		p := add("", "123")
		for _, want := range []string{`href="#name"`, `href="#pinfl"`, `href="#roles"`, `value="123"`} {
			wantPage(t, p, 422, "", want)
		}
		wantPage(t, add("Lola", lola, "op_watcher"), 422, "", `href="#pinfl"`)
		wantPage(t, add("Lola \u202eavegsagrE", watcher, "op_watcher"), 422, "", `href="#name"`)
		wantPage(t, add(strings.Repeat("ў", 201), watcher, "op_watcher"), 422, "", `href="#name"`)
	})

	t.Run("change roles, which act at once", func(t *testing.T) {
		her := s.signedIn("LOLA", lola)
		wantPage(t, her.Get("/op/staff"), 403, "", "fault.forbidden")
		id := s.count(`select id from staff where name = 'Lola Ergasheva'`)
		page := fmt.Sprintf("/op/staff/%d", id)
		wantPage(t, b.Post(page, url.Values{"roles": {"op_admin"}}), 303, "/op/staff", "")
		wantPage(t, her.Get("/op/staff"), 200, "", "Timur Rashidov")
		wantPage(t, b.Post(page, url.Values{"roles": {"op_watcher"}}), 303, "/op/staff", "")
		wantPage(t, her.Get("/op/staff"), 403, "", "")
		wantPage(t, b.Post(page, nil), 422, "", `href="#roles"`)
		const q = `select count(*) from audit_log where action = 'staff.change' and details = '{"name": "Lola Ergasheva", "roles": {"before": ["op_admin"], "after": ["op_watcher"]}}'`
		if s.count(q) != 1 {
			t.Error("the log does not tell what changed")
		}
	})

	t.Run("block after a question, and the person is out at once", func(t *testing.T) {
		her := s.signedIn("LOLA", lola)
		page := fmt.Sprintf("/op/staff/%d", s.count(`select id from staff where name = 'Lola Ergasheva'`))
		wantPage(t, b.Get(page+"/block"), 200, "", "Lola Ergasheva bloklansinmi?")
		wantPage(t, her.Get("/op"), 200, "", "Lola")
		wantPage(t, b.Post(page+"/block", nil), 303, "/op/staff", "")
		wantPage(t, her.Get("/op"), 303, "/op/sign-in?ended=1&next=%2Fop", "")
		wantPage(t, b.Post(page+"/unblock", nil), 303, "/op/staff", "")
		s.signedIn("LOLA", lola)
	})

	t.Run("never leave nobody", func(t *testing.T) {
		page := fmt.Sprintf("/op/staff/%d", s.count(`select id from staff where name = 'Timur Rashidov'`))
		wantPage(t, b.Post(page, url.Values{"roles": {"op_watcher"}}), 409, "", `href="#roles"`)
		wantPage(t, b.Post(page+"/block", nil), 409, "", `href="#roles"`)
		wantPage(t, b.Get(page), 200, "", "Bu oʻzingiz")
	})

	t.Run("find nobody at a wrong address", func(t *testing.T) {
		for _, id := range []string{"0", "x", "99999999999999999999", "-1"} {
			wantPage(t, b.Get("/op/staff/"+id), 404, "", "")
			wantPage(t, b.Post("/op/staff/"+id+"/block", nil), 404, "", "")
		}
	})
}

// TestGivingToStaffWantsAFreshSignature: a session left open must not make an
// administrator of anybody.
func TestGivingToStaffWantsAFreshSignature(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")
	her := fmt.Sprintf("/op/staff/%d", s.hire("Lola Ergasheva", lola, "op_support", "op_watcher"))
	b := s.signedIn("TIMUR", timur)
	s.old()
	wantPage(t, b.Post("/op/staff", url.Values{"name": {"Nodir"}, "pinfl": {watcher}, "roles": {"op_admin"}}), 403, "", "fault.prove")
	wantPage(t, b.Post(her, url.Values{"roles": {"op_admin"}}), 403, "", "fault.prove")
	wantPage(t, b.Post(her, url.Values{"roles": {"op_watcher"}}), 303, "/op/staff", "")
	wantPage(t, b.Post(her+"/block", nil), 303, "/op/staff", "")
	wantPage(t, b.Post(her+"/unblock", nil), 403, "", "fault.prove")
	if n := s.count(`select count(*) from staff where status = 'active'`); n != 1 {
		t.Errorf("%d of the staff work", n)
	}
}

// old makes every signature older than sensitive acts accept.
func (s site) old() {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), `update sessions set proved_at = now() - interval '16 minutes', created_at = now() - interval '16 minutes'`); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheListOfStaff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")
	b := s.signedIn("TIMUR", timur)
	b.Get("/op?lang=en")
	for n := range 59 {
		s.hire(fmt.Sprintf("Watcher %02d", n), fmt.Sprintf("3%02d0495%07d", n%28+1, n), "op_watcher")
	}
	s.hire("=Ғайрат Ҳакимов", lola, "op_support", "op_watcher")
	s.exec(`update staff set status = 'blocked' where name < 'Watcher 10' and name like 'Watcher%'`)

	t.Run("shows everybody once, page by page", func(t *testing.T) {
		seen, pages := map[string]int{}, 0
		name := regexp.MustCompile(`<a href="/op/staff/\d+">([^<]+)</a>`)
		next := regexp.MustCompile(`href="(/op/staff\?after=[^"]+)"`)
		for at := "/op/staff"; at != ""; pages++ {
			p := b.Get(at)
			for _, m := range name.FindAllStringSubmatch(p.Body, -1) {
				seen[m[1]]++
			}
			at = ""
			if m := next.FindStringSubmatch(p.Body); m != nil {
				at = html.UnescapeString(m[1])
			}
		}
		if len(seen) != 61 || seen["Watcher 33"] != 1 || pages != 3 {
			t.Errorf("%d people on %d pages, want 61 on 3; %v", len(seen), pages, seen)
		}
	})

	t.Run("finds by words in either script and by status", func(t *testing.T) {
		for at, want := range map[string]string{
			"/op/staff?q=hakimov+g%CA%BBayrat":                       "Ғайрат Ҳакимов",
			"/op/staff?q=%D1%80%D0%B0%D1%88%D0%B8%D0%B4%D0%BE%D0%B2": "Timur Rashidov",
			"/op/staff?q=TIMUR&status=active&per=50":                 "Timur Rashidov",
			"/op/staff?status=blocked&q=09":                          "Watcher 09",
			"/op/staff?q=%3D":                                        "Ғайрат Ҳакимов",
			"/op/staff?q=%25":                                        "Nobody found",
			"/op/staff?status=blocked&q=timur":                       "Nobody found",
			"/op/staff?status=nonsense&per=-1":                       "Watcher 14",
		} {
			wantPage(t, b.Get(at), 200, "", want)
		}
		p := b.Get("/op/staff?status=blocked")
		if n := strings.Count(p.Body, `scope="row"`); n != 10 {
			t.Errorf("%d blocked people, want 10", n)
		}
		wantPage(t, b.Get("/op/staff?after=nonsense"), 400, "", "fault.cursor")
	})

	t.Run("is a file without live formulas", func(t *testing.T) {
		p := b.Get("/op/staff.csv?q=hakimov")
		wantPage(t, p, 200, "", "'=Ғайрат Ҳакимов;")
		if lines := strings.Count(p.Body, "\n"); lines != 2 || p.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("%d lines of %s", lines, p.Header.Get("Content-Type"))
		}
		if lines := strings.Count(b.Get("/op/staff.csv?per=25").Body, "\n"); lines != 62 {
			t.Errorf("%d lines, want everybody", lines)
		}
	})
}

// A person reads on in the language of the sign-in page, there and elsewhere.
func TestStaffKeepTheirLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")
	key := s.For("TIMUR", timur, "")
	first := httptesting.NewBrowser(t, s.handler)
	first.Get("/op/sign-in?lang=en")
	first.Sign(key, "/op/sign-in", nil)
	wantPage(t, first.Get("/op/staff"), 200, "", "This is you")

	elsewhere := httptesting.NewBrowser(t, s.handler)
	elsewhere.Sign(key, "/op/sign-in", nil)
	wantPage(t, elsewhere.Get("/op/staff"), 200, "", "This is you")
	elsewhere.Get("/op/staff?lang=ru")
	wantPage(t, elsewhere.Get("/op/staff"), 200, "", "Это вы")
	elsewhere.Sign(key, "/op/sign-in", nil)

	third := httptesting.NewBrowser(t, s.handler)
	third.Sign(key, "/op/sign-in", nil)
	wantPage(t, third.Get("/op/staff"), 200, "", "Это вы")
}

func TestOthersMayNot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := strconv.FormatInt(s.hire("Timur Rashidov", timur, "op_admin"), 10)
	for i, role := range []string{"op_launcher", "op_support", "op_watcher"} {
		pinfl := fmt.Sprintf("3040495000%d%03d", i, 7)
		s.hire("Person "+role, pinfl, role)
		b := s.signedIn("P", pinfl)
		for _, get := range []string{"/op/staff", "/op/staff.csv", "/op/staff/new", "/op/staff/" + id, "/op/staff/" + id + "/block"} {
			wantPage(t, b.Get(get), 403, "", "fault.forbidden")
		}
		for _, post := range []string{"/op/staff", "/op/staff/" + id, "/op/staff/" + id + "/block", "/op/staff/" + id + "/unblock"} {
			wantPage(t, b.Post(post, url.Values{"roles": {"op_admin"}, "name": {"x"}, "pinfl": {stranger}}), 403, "", "fault.forbidden")
		}
	}
}

// Two administrators take each other's role at the same time: one of them stays.
func TestTwoAdministratorsDoNotRemoveEachOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one, two := s.hire("Timur Rashidov", timur, "op_admin"), s.hire("Lola Ergasheva", lola, "op_admin")
	first, second := s.signedIn("TIMUR", timur), s.signedIn("LOLA", lola)
	acts := []func(b *httptesting.Browser, on int64) httptesting.Page{
		func(b *httptesting.Browser, on int64) httptesting.Page {
			return b.Post(fmt.Sprintf("/op/staff/%d", on), url.Values{"roles": {"op_watcher"}})
		},
		func(b *httptesting.Browser, on int64) httptesting.Page {
			return b.Post(fmt.Sprintf("/op/staff/%d/block", on), nil)
		},
	}
	won := map[string]int{}
	for round := range rounds {
		act := acts[round%len(acts)]
		// Own row or the other's: both ways must leave one administrator.
		onFirst, onSecond := two, one
		if round%4 >= 2 {
			onFirst, onSecond = one, two
		}
		var wg sync.WaitGroup
		wg.Go(func() { act(first, onFirst) })
		wg.Go(func() { act(second, onSecond) })
		wg.Wait()
		left := s.count(`select count(*) from staff where status = 'active' and roles @> '{op_admin}'`)
		if left != 1 {
			t.Fatalf("round %d: %d administrators left, want 1", round, left)
		}
		if s.count(`select count(*) from staff where id = $1 and status = 'active' and roles @> '{op_admin}'`, one) == 1 {
			won["first"]++
		} else {
			won["second"]++
		}
		s.exec(`update staff set status = 'active', roles = '{op_admin}'`)
	}
	t.Logf("stayed: %v", won)
}

func TestAddByCommand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, d := range map[string]staff.Draft{
		"no name":      {PINFL: timur, Roles: []string{"op_admin"}},
		"no number":    {Name: "Timur", Roles: []string{"op_admin"}},
		"no role":      {Name: "Timur", PINFL: timur},
		"unknown role": {Name: "Timur", PINFL: timur, Roles: []string{"chief"}},
	} {
		if _, err := s.service.AddByCommand(context.WithoutCancel(t.Context()), d); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	s.hire("Timur Rashidov", timur, "op_admin")
	if n := s.count(`select count(*) from audit_log where actor_kind = 'system' and action = 'staff.add'`); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
	if n := s.count(`select count(*) from staff where pinfl_mac = $1::bytea`, []byte(timur)); n != 0 {
		t.Error("the personal number is stored as it is")
	}
}
