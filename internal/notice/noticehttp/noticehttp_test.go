package noticehttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/duedate"
	"kabinet/internal/duedate/duedatehttp"
	"kabinet/internal/notice"
	"kabinet/internal/notice/noticehttp"
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

// browser is a user of organization 2 with four cards published and a request
// for access, beside the notices of somebody else.
func browser(t *testing.T) (*httptesting.Browser, func(sql string) int) {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno', 'a', 'a', 'en')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '301000001', '', 'Yangi Bogʻ', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 3, 1, 'business', 'Barno', '', 'active'), (2, 4, null, 'business', 'Aziz', '', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default')`,
		`insert into notices (org_id, id, member_id, email, language, kind, key, args, path, status)
			select 2, n, case n when 9 then 4 else 3 end, '', 'en', 'decision', 'card.notice.published.', jsonb_build_array('gtin', n::text, 'name', '<b>"Smetana"</b>'), '/cards/' || n, 'muted' from generate_series(6, 10) n`,
		`insert into notices (org_id, id, member_id, email, language, kind, key, args, path, status)
			values (2, 20, 3, '', 'en', 'access', 'access.notice.granted.', '[]', '/me/access', 'refused')`,
		`insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at)
			values (2, 6, 3, '=cmd|A1', '', '', '', sha256('k'), now() + interval '1 day')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := noticehttp.Handlers{Notices: &notice.Service{DB: db}, Sessions: sessions, Seen: func(*http.Request) {}}
	dates := duedatehttp.Handlers{Dates: &duedate.Service{DB: db}, BaseURL: "https://kabinet.example"}
	b := httptesting.NewBrowser(t, httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{AccountID: 1, OrgID: 2, MemberID: 3})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw))
			h.Routes(r, wrap)
			dates.Routes(r, wrap)
		})
	}))
	b.Post("/in", nil)
	return b, func(sql string) (n int) {
		t.Helper()
		if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

func want(t *testing.T, p httptesting.Page, status int, location string, texts ...string) {
	t.Helper()
	for _, text := range append(texts, "") {
		if p.Status != status || p.Location != location || !strings.Contains(p.Body, text) {
			t.Errorf("%d to %q, want %d to %q with %q:\n%.4000s", p.Status, p.Location, status, location, text, p.Body)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	b, count := browser(t)
	want(t, b.Get("/notices"), 200, "", "4 cards published", "&lt;b&gt;", `name="upto" value="20"`, `href="/me/access"`, "could not be delivered")
	want(t, b.Get("/notices?kind=access"), 200, "", "could not be delivered")
	want(t, b.Get("/notices?kind=support"), 200, "", "Nothing here")
	want(t, b.Get("/notices?kind=%27--&unread=x&per=9999&after="), 200, "", "4 cards published")
	want(t, b.Get("/notices?after=nonsense"), 400, "")
	want(t, b.Post("/notices/read", url.Values{"id": {"9", "10", "x", "-1", "99999999999999999999"}, "kind": {"decision"}, "unread": {"1"}}), 303, "/notices?kind=decision&unread=1")
	if n := count(`select count(*) from notices where read_at is not null`); n != 1 {
		t.Errorf("%d read: want one's own, not that of somebody else", n)
	}
	want(t, b.Post("/notices/read", url.Values{"upto": {"20"}}), 303, "/notices")
	want(t, b.Get("/notices?unread=1"), 200, "", "Nothing here")
	want(t, b.Get("/me/letters"), 200, "", `name="decision"`)
	want(t, b.Post("/me/letters", url.Values{"access": {"digest"}}), 422, "", `href="#support"`)
	all := url.Values{}
	for _, k := range notice.Kinds() {
		all.Set(string(k), "digest")
	}
	want(t, b.Post("/me/letters", all), 303, "/me/letters")
	if n := count(`select count(*) from notice_choices where way = 'digest' and kind <> 'security'`); n != len(notice.Kinds())-1 {
		t.Errorf("%d kinds once a day", n)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	b, _ := browser(t)
	want(t, b.Get("/dates"), 200, "", "=cmd|A1", `href="/me/keys"`)
	want(t, b.Get("/dates?kind=certificate"), 200, "", "No dates")
	want(t, b.Get("/dates?kind=%00%27"), 400, "")
	want(t, b.Get("/dates.csv"), 200, "", "API keys")
	if body := b.Get("/dates.csv").Body; strings.Contains(body, ";=cmd") || strings.Contains(body, "\n=cmd") {
		t.Error("a live formula")
	}
	want(t, b.Get("/dates.ics?kind=key"), 200, "", "BEGIN:VEVENT", "UID:key-6@kabinet.example", "URL:https://kabinet.example/me/keys")
}
