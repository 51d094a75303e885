package accesshttp_test

import (
	"context"
	"errors"
	"fmt"
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

	"kabinet/internal/access"
	"kabinet/internal/access/accesshttp"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/web/accessview"
	"kabinet/web/layout"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	access  *access.Service
	handler http.Handler
}

const stage = `
	insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
	select n, (301000000 + n)::text, 'mchj', 'Yangi Bogʻ', 'Янги Бог', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from generate_series(1, 2) n;
	insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, false, 'active');
	insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
	values (1, 5, 'Ombor <5>', '{storage}', 'SA', 'x', 'x', true, 'active', 'manual');
	insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Odam ' || n, n::text::bytea, '', 'en' from generate_series(1, 4) n;
	insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
	select case n when 4 then 2 else 1 end, n, n, 'business', 'Odam ' || n, 'odam' || n || '@company.example', 'active', n <> 3, n <> 3 from generate_series(1, 4) n;
	insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members;
	insert into member_roles (org_id, member_id, role) values (1, 1, 'org_admin'), (1, 2, 'org_admin'), (2, 4, 'org_admin')`

func newSite(t *testing.T) site {
	t.Helper()
	s := site{t: t, db: pgtest.New(t)}
	if _, err := s.db.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	members := &member.Service{DB: s.db, Box: httptesting.Box(t)}
	s.access = &access.Service{DB: s.db, Members: members}
	h := accesshttp.Handlers{Access: s.access, Members: members, Sessions: sessions}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Use(viewer)
		r.Post("/in/{id}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			var id, org int64 = 0, 1
			if _, err := fmt.Sscan(chi.URLParam(r, "id"), &id); err != nil {
				return err
			}
			if id == 4 {
				org = 2
			}
			return sessions.SignIn(r.Context(), session.Who{AccountID: id, OrgID: org, MemberID: id})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
		})
	})
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s site) as(id int) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post(fmt.Sprintf("/in/%d", id), nil)
	return b
}

func (s site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func want(t *testing.T, p httptesting.Page, status int, texts ...string) httptesting.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d to %q, want %d\n%s", p.Status, p.Location, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q\n%s", text, p.Body)
		}
	}
	return p
}

func thing(kind, code string) url.Values {
	return url.Values{"kind": {kind}, "thing": {code}, "next": {"/org/places"}}
}

var (
	grantButton    = regexp.MustCompile(`action="(/org/requests/\d+/grant)"`)
	withdrawButton = regexp.MustCompile(`action="(/me/access/\d+/withdraw)"`)
)

func first(t *testing.T, pattern *regexp.Regexp, p httptesting.Page) string {
	t.Helper()
	m := pattern.FindStringSubmatch(p.Body)
	if m == nil {
		t.Fatalf("no %v on the page\n%s", pattern, p.Body)
	}
	return m[1]
}

func TestAskingAndGranting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, admin := s.as(3), s.as(1)
	want(t, clerk.Get("/me/access"), 200, "Default role", "Product card editor", "Ombor &lt;5&gt;", "odam1@company.example", "Ask for this role", "Only for an organization that issues")
	t.Run("asking tells every administrator once", func(t *testing.T) {
		for range 2 {
			want(t, clerk.Post("/me/access/ask", thing("role", "card_editor")), 303)
		}
		if n := s.count(`select count(*) from access_requests`); n != 1 {
			t.Errorf("%d requests", n)
		}
		if n := s.count(`select count(*) from notices where kind = 'access'`); n != 2 {
			t.Errorf("%d notices, want one for each administrator", n)
		}
		want(t, clerk.Get("/me/access"), 200, "You have asked for it", "Withdraw")
	})
	t.Run("one click grants, and the person is told", func(t *testing.T) {
		button := first(t, grantButton, want(t, admin.Get("/org/requests"), 200, "Odam 3", "Role “Product card editor”"))
		want(t, admin.Post(button, nil), 303)
		want(t, clerk.Get("/me/access"), 200, "Granted", "Odam 1")
		if n := s.count(`select count(*) from member_roles where member_id = 3 and role = 'card_editor'`); n != 1 {
			t.Error("not given")
		}
		if n := s.count(`select count(*) from notices where member_id = 3 and key = 'access.notice.granted.'`); n != 1 {
			t.Errorf("%d notices", n)
		}
		want(t, s.as(2).Post(button, nil), 409)
		want(t, admin.Get("/org/requests?status=decided"), 200, "Granted")
	})
	t.Run("groups and places too", func(t *testing.T) {
		want(t, clerk.Post("/me/access/ask", thing("group", "13")), 303)
		want(t, admin.Post(first(t, grantButton, admin.Get("/org/requests")), nil), 303)
		want(t, clerk.Post("/me/access/ask", thing("place", "5")), 303)
		want(t, admin.Post(first(t, grantButton, admin.Get("/org/requests")), nil), 303)
		if n := s.count(`select (select count(*) from member_groups where member_id = 3) + (select count(*) from member_places where member_id = 3)`); n != 2 {
			t.Errorf("%d given, want 2", n)
		}
		want(t, clerk.Post("/me/access/ask", thing("place", "5")), 409)
	})
	t.Run("a refusal has a reason", func(t *testing.T) {
		want(t, clerk.Post("/me/access/ask", thing("role", "observer")), 303)
		at := strings.TrimSuffix(first(t, grantButton, admin.Get("/org/requests")), "grant") + "refuse"
		want(t, admin.Get(at), 200, "Odam 3")
		want(t, admin.Post(at, nil), 422, `href="#reason"`)
		want(t, admin.Post(at, url.Values{"reason": {"Not <your> work"}}), 422, "markup like")
		want(t, admin.Post(at, url.Values{"reason": {"Not your work & < mine"}}), 303)
		want(t, clerk.Get("/me/access"), 200, "Refused", "Not your work &amp; &lt; mine")
		want(t, admin.Get(at), 409)
	})
	t.Run("a request is taken back by its owner only", func(t *testing.T) {
		want(t, clerk.Post("/me/access/ask", thing("role", "observer")), 303)
		at := first(t, withdrawButton, clerk.Get("/me/access"))
		want(t, admin.Post(at, nil), 404)
		want(t, s.as(4).Post(at, nil), 404)
		want(t, clerk.Post(at, nil), 303)
		want(t, clerk.Post(at, nil), 409)
	})
}

func TestAnAdministratorTakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.as(1)
	at := "/me/access/take?" + thing("role", "observer").Encode()
	want(t, admin.Get(at), 200, "Give yourself: Role “Observer”", "Confirm", `value="/org/places"`)
	if p := want(t, admin.Post("/me/access/take", thing("role", "observer")), 303); p.Location != "/org/places" {
		t.Errorf("leads to %q", p.Location)
	}
	evil := thing("role", "card_editor")
	evil.Set("next", "//evil.example")
	if p := want(t, admin.Post("/me/access/take", evil), 303); p.Location != "/me/access" {
		t.Errorf("leads to %q", p.Location)
	}
	want(t, s.as(3).Get(at), 403)
	want(t, s.as(3).Post("/me/access/take", thing("role", "observer")), 403)
	if n := s.count(`select count(*) from audit_log where action = 'member.roles' and target = 'member:1' and actor_id = '1'`); n != 2 {
		t.Errorf("%d lines in the log", n)
	}
	if _, err := s.db.Exec(t.Context(), `update sessions set proved_at = now() - interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	want(t, admin.Post("/me/access/take", thing("role", "doc_aic")), 403, "fault.prove")
}

func TestNonsenseIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, admin, stranger := s.as(3), s.as(1), s.as(4)
	for _, bad := range [][2]string{
		{"role", "default"},
		{"role", "op_admin"},
		{"role", "<b>"},
		{"group", "7"},
		{"group", "013"}, // another spelling would be another wish
		{"group", "+13"},
		{"group", strings.Repeat("0", 4000) + "13"}, // and a long one more than an index holds
		{"group", "-1"},
		{"group", "99999999999"},
		{"place", "6"},
		{"place", "x"},
		{"", ""},
		{"king", "13"},
	} {
		want(t, clerk.Post("/me/access/ask", thing(bad[0], bad[1])), 404)
		want(t, admin.Get("/me/access/take?"+thing(bad[0], bad[1]).Encode()), 404)
	}
	want(t, clerk.Post("/me/access/ask", url.Values{"kind": {"role"}, "thing": {"observer"}, "note": {"a\u202eb"}}), 422, `href="#note"`)
	want(t, clerk.Get("/me/access/ask?kind=role&thing=observer"), 200, `name="note"`)
	want(t, clerk.Get("/me/access/ask?kind=role&thing=king"), 404)
	want(t, clerk.Get("/org/requests"), 403)
	want(t, clerk.Post("/me/access/ask", thing("role", "observer")), 303)
	id := s.count(`select max(id) from access_requests`)
	for _, act := range []string{"grant", "refuse"} {
		want(t, stranger.Post(fmt.Sprintf("/org/requests/%d/%s", id, act), url.Values{"reason": {"x"}}), 404)
		want(t, clerk.Post(fmt.Sprintf("/org/requests/%d/%s", id, act), url.Values{"reason": {"x"}}), 403)
		want(t, admin.Post("/org/requests/x/"+act, url.Values{"reason": {"x"}}), 404)
	}
}

// TestExplain is what a refusal says, in the reader's language.
func TestExplain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ru := i18n.With(t.Context(), i18n.Ru)
	clerk := s.actor(3)
	for name, c := range map[string]struct {
		right perm.Code
		reach perm.Reach
		words string
	}{
		"a role":                      {perm.PlaceManage, perm.Reach{}, "Нужна роль «Администратор организации»"},
		"the narrowest of some roles": {perm.CardRead, perm.Reach{}, "Нужна роль «Наблюдатель карточек». Подойдут также: «Редактор карточек», «Публикатор карточек»"},
		"a group by name":             {0, perm.Reach{Group: 13}, "Товарная группа «Вода и напитки» вам не открыта"},
		"a place by name":             {0, perm.Reach{Place: 5}, "Место «Ombor <5>» вам не открыто"},
		"a role of no use":            {perm.OrderManage, perm.Reach{}, "Только для организации, которая эмитирует"},
	} {
		r, err := s.access.Explain(t.Context(), clerk, c.right, c.reach)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e := accessview.Explain(ru, r, "/org/places")
		if !strings.Contains(e.What, c.words) || !strings.Contains(e.Who, "odam1@company.example") || (e.Action == nil) != r.Issuer {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if _, err := s.access.Explain(t.Context(), clerk, 0, perm.Reach{Place: 99}); !errors.Is(err, access.ErrThing) {
		t.Errorf("a place that is not the organization's: %v", err)
	}
}

// TestTwoAdministratorsDecideOnce: granted and refused at the same moment, a
// request is decided once and what was given agrees with it.
func TestTwoAdministratorsDecideOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.actor(3)
	a, b := s.actor(1, perm.RoleOrgAdmin), s.actor(2, perm.RoleOrgAdmin)
	for round := range 200 {
		if err := s.access.Ask(t.Context(), clerk, access.Wish{Thing: access.RoleThing(perm.RoleObserver)}); err != nil {
			t.Fatal(err)
		}
		id := int64(s.count(`select max(id) from access_requests`))
		var errs [2]error
		var done sync.WaitGroup
		done.Go(func() { errs[0] = s.access.Grant(context.WithoutCancel(t.Context()), a, id) })
		done.Go(func() { errs[1] = s.access.Refuse(context.WithoutCancel(t.Context()), b, id, "no") })
		done.Wait()
		has := s.count(`select count(*) from member_roles where member_id = 3 and role = 'observer'`) == 1
		if (errs[0] == nil) != has || (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: has it %v, %v", round, has, errs)
		}
		if err := errors.Join(errs[:]...); !errors.Is(err, access.ErrDecided) && fault.KindOf(err) != fault.Conflict {
			t.Fatal(err)
		}
		for _, q := range []string{`delete from member_roles where member_id = 3 and role = 'observer'`, `delete from rate_limits`} {
			if _, err := s.db.Exec(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// actor is somebody signed in, for the service itself.
func (s site) actor(id int64, roles ...perm.Role) actor.Actor {
	s.t.Helper()
	a := actor.Actor{AccountID: id, OrgID: 1, MemberID: id, Name: fmt.Sprint("Odam ", id), SessionKey: fmt.Sprint("key-", id), Rights: perm.RoleDefault.Rights()}
	for _, r := range roles {
		a.Rights = a.Rights.Or(r.Rights())
	}
	const q = `insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at, proved_at) values ($1, $2, 1, $2, '', now() + interval '1 hour', now())`
	if _, err := s.db.Exec(s.t.Context(), q, a.SessionKey, id); err != nil {
		s.t.Fatal(err)
	}
	return a
}

// TestAskingIsRationed: each wish is a letter to every administrator.
func TestAskingIsRationed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.as(3)
	long := thing("role", "observer")
	long.Set("next", "/org?x="+strings.Repeat("y", 2000))
	for range 20 {
		want(t, clerk.Post("/me/access/ask", long), 303)
		want(t, clerk.Post(fmt.Sprintf("/me/access/%d/withdraw", s.count(`select max(id) from access_requests`)), nil), 303)
	}
	want(t, clerk.Post("/me/access/ask", long), 429)
	if n := s.count(`select count(*) from access_requests where path <> ''`); n != 0 {
		t.Errorf("%d addresses of any length", n)
	}
}

// TestARefusalLeadsNowhere: its reason goes out in a letter of ours.
func TestARefusalLeadsNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	want(t, s.as(3).Post("/me/access/ask", thing("role", "observer")), 303)
	refuse := fmt.Sprintf("/org/requests/%d/refuse", s.count(`select max(id) from access_requests`))
	want(t, s.as(1).Post(refuse, url.Values{"reason": {"https://evil.example"}}), 422, `href="#reason"`)
}
