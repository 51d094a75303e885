package moderationhttp_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/card"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/moderation/moderationhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/layout"
	"kabinet/web/static"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// site is the desk with cards of organizations 2 and 9. Of the staff there is
// one for each role and "second", another moderator; "own" is a moderator who
// works in organization 9; Barno is a member of 2.
type site struct {
	testing.TB
	db      *pgxpool.Pool
	handler http.Handler
}

func newSite(t testing.TB) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	pages := moderationhttp.Handlers{
		Desk: &moderation.Service{DB: db}, Cards: &card.Service{DB: db}, Groups: &productgroup.Service{DB: db}, Sessions: sessions, Now: clock.System,
	}
	s := site{TB: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		in := func(w session.Who) http.HandlerFunc {
			return wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), w) })
		}
		r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
		r.Post("/in/barno", in(session.Who{AccountID: 3, OrgID: 2, MemberID: 3}))
		for i, role := range perm.StaffRoles() {
			r.Post("/in/"+string(role), in(session.Who{StaffID: int64(20 + i)}))
		}
		r.Post("/in/second", in(session.Who{StaffID: 30}))
		r.Post("/in/own", in(session.Who{StaffID: 31}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer(sessions))
			pages.Staff(r, wrap)
		})
	})}
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'en')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Org <' || n || '>', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into members (org_id, id, account_id, kind, name, email, status, pinfl_mac) values
			(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active', 'a'), (9, 10, null, 'business', 'Own', '', 'not_activated', 'own')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'card_publisher')`,
		`insert into gs1_prefix_registry (prefix, org_id) values ('4780002', 2)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780002', 'active')`,
		`insert into staff (id, name, pinfl_mac, roles, language) values (30, 'Nodira', 'second', '{op_moderator}', 'en'), (31, 'Own', 'own', '{op_moderator}', 'en')`,
	} {
		s.exec(sql)
	}
	for i, role := range perm.StaffRoles() {
		s.exec(`insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
	}
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(sessions *session.Manager) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			i := httpx.Identity(r)
			v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, OrgName: i.OrgNames.Uz, Staff: i.Staff(), Rights: i.Rights}
			if key := sessions.Get(r.Context(), "flash"); key != "" && r.Method == http.MethodGet {
				sessions.Take(r.Context(), "flash")
				w.Header().Set("X-Flash", key)
			}
			next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
		})
	}
}

// queueUp lets cards of an organization wait, with ids from .. from+n-1.
func (s site) queueUp(orgID int64, group int16, from, n int) {
	s.Helper()
	s.exec(`
		insert into cards (org_id, id, gtin, editing, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
		select $1::bigint, i, '0478000' || ($1::bigint)::text || lpad(i::text, 6, '0'), 'moderation', $2, 'UNIT', 'UZ',
			'Zilol <suvi> ' || i, 'Вода «Зилол» ' || i, '', 'Zilol', 'zilol suvi voda ' || i
		from generate_series($3::int, $3::int + $4::int - 1) i`, orgID, group, from, n)
	s.exec(`
		insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_by, sent_name, sent_at, deadline_at)
		select c.org_id, c.id, 1, 'moderation', jsonb_build_object('gtin', c.gtin, 'packaging', 'UNIT', 'group', c.group_id, 'set', 1,
				'name_uz', c.name_uz, 'name_ru', c.name_ru, 'brand', 'Zilol', 'country', 'UZ', 'attributes', jsonb_build_object('volume', '0.5')),
			3, 'Barno', 3, 'Barno', now() - interval '3 days', now() + (c.id - $2::int) * interval '1 minute' + interval '1 hour'
		from cards c where c.org_id = $1 and c.id between $2::int and $2::int + $3::int - 1`, orgID, from, n)
}

// resend puts the waiting version of a card out of the way and lets another one
// wait that says something else.
func (s site) resend(cardID int, became, name string) {
	s.Helper()
	live := "null"
	if became == "published" {
		live = "1"
	}
	s.exec(`update card_versions set status = $2, decided_name = 'Nodira', decided_at = now(),
		remarks = case $2 when 'returned' then '[{"field": "brand", "reason": 0, "uz": "Brend <boshqa>", "ru": "Бренд другой", "en": "Another brand"}]'::jsonb else '[]' end
		where card_id = $1 and status = 'moderation'`, cardID, became)
	s.exec(`insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_by, sent_name, sent_at, deadline_at)
		select org_id, card_id, n + 1, 'moderation', content || jsonb_build_object('brand', $2::text), 3, 'Barno', 3, 'Barno', now(), now() + interval '9 hours'
		from card_versions where card_id = $1 order by n desc limit 1`, cardID, name)
	s.exec(`update cards set newest = newest + 1, standing = case when `+live+` = 1 then 'published' else standing end, live = coalesce(live, `+live+`) where id = $1`, cardID)
}

func (s site) exec(sql string, args ...any) {
	s.Helper()
	if _, err := s.db.Exec(s.Context(), sql, args...); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
}

func (s site) count(sql string, args ...any) (n int) {
	s.Helper()
	if err := s.db.QueryRow(s.Context(), sql, args...).Scan(&n); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	return n
}

// as opens a browser in which somebody is signed in, with pages in English.
func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.TB, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/in/x?lang=en")
	return b
}

// wantPage checks an answer and that each text is on the page.
func wantPage(t testing.TB, p httptesting.Page, status int, location string, texts ...string) {
	t.Helper()
	if p.Status != status || p.Location != location {
		t.Errorf("got %d to %q, want %d to %q:\n%.2000s", p.Status, p.Location, status, location, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%.4000s", text, p.Body[max(0, strings.Index(p.Body, "<h1")):])
		}
	}
}

// lacksPage checks that none of the texts is on the page.
func lacksPage(t testing.TB, p httptesting.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Body, text) {
			t.Errorf("the page has %q", text)
		}
	}
}
