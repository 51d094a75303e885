package aichttp_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/aic"
	"kabinet/internal/aic/aichttp"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/taxid"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

type site struct {
	*testing.T
	db      *pgxpool.Pool
	aics    *aic.Service
	keys    httptesting.Keys
	handler http.Handler
}

var members = map[string]session.Who{
	"barno": {AccountID: 3, OrgID: 2, MemberID: 3}, "clerk": {AccountID: 6, OrgID: 2, MemberID: 6}, "other": {AccountID: 7, OrgID: 9, MemberID: 7},
}

func newSite(t *testing.T) *site {
	t.Helper()
	box := httptesting.Box(t)
	s := &site{T: t, db: pgtest.New(t), keys: httptesting.NewKeys(t)}
	s.aics = &aic.Service{
		DB: s.db, Host: "kabinet.example", Accounts: &account.Service{DB: s.db, Box: box},
		Proof: &proof.Service{DB: s.db, Verifier: s.keys.Verifier, Box: box, Name: "cms", Statements: true},
	}
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := aichttp.Handlers{AICs: s.aics, Groups: &productgroup.Service{DB: s.db}, Sessions: sessions, Now: clock.System}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{who}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), members[chi.URLParam(r, "who")])
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), viewer)
			h.Routes(r, wrap)
		})
	})
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Shifo Import', 'Шифо Импорт', '', '', '', '', '', 'TK', '', '', 'en', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Odam ' || n, n::text::bytea, '', 'en' from unnest(array[3, 6, 7]) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values (2, 3, 3, 'business', 'Barno', '', 'active', true, true), (2, 6, 6, 'business', 'Clerk', '', 'active', true, true), (9, 7, 7, 'business', 'Other', '', 'active', true, true)`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'doc_aic'), (2, 6, 'default'), (2, 6, 'observer'), (9, 7, 'default'), (9, 7, 'doc_aic')`,
	} {
		s.exec(sql)
	}
	s.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, 3)`, box.MAC(taxid.PINFLPurpose, []byte("31508801234563")))
	return s
}

func (s *site) exec(sql string, args ...any) {
	s.Helper()
	if _, err := s.db.Exec(s.Context(), sql, args...); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights})))
	})
}

func number(n int) string { return fmt.Sprintf("00000301000002131025%05d", n) }

// said lets customs say where the nth AIC stands, and gives its id.
func (s *site) said(n int, version int64, state string) (id string) {
	s.Helper()
	raw, err := json.Marshal(map[string]any{
		"number": number(n), "state": state, "group": "medicals", "lines": []any{map[string]any{"gtin": "04780101000012", "name": "Niqob <b>", "codes": []string{"010478010100001221abcdefghij'12"}}},
		"refusal": map[string]any{"stage": "declaration", "reason": "Miqdor"}, "declaration": map[string]any{"number": "26001/7", "date": "2025-10-14", "authority": "26001"},
	})
	if err != nil {
		s.Fatal(err)
	}
	m := feed.Message{Feed: "customs", SourceID: number(n), Kind: feed.AIC, Version: version, OccurredAt: time.Now(), TIN: "301000002", Body: raw}
	if err := pg.InTx(s.Context(), s.db, func(tx pg.Tx) error { return s.aics.TakeTx(s.Context(), tx, m) }); err != nil {
		s.Fatal(err)
	}
	var key int64
	if err := s.db.QueryRow(s.Context(), `select id from aics where number = $1`, number(n)).Scan(&key); err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(key)
}

func (s *site) as(who string) *httptesting.Browser {
	s.Helper()
	b := httptesting.NewBrowser(s.T, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/aics?lang=en")
	return b
}

// want looks for words on a page that must be well-formed.
func want(t *testing.T, p httptesting.Page, status int, words ...string) {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d, want %d:\n%s", p.Status, status, p.Body)
	}
	for _, w := range words {
		if !strings.Contains(p.Body, w) {
			t.Errorf("%q is not on the page", w)
		}
	}
	if status < 300 && strings.HasPrefix(p.Body, "<!") {
		uitest.Page(t, p.Body)
	}
}

func TestAICPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	want(t, b.Get("/aics"), http.StatusOK, "No AICs yet")
	formed, declared, released := s.said(1, 1, "formed"), s.said(2, 2, "declared"), s.said(3, 3, "released")
	refused := s.said(4, 2, "refused")
	want(t, b.Get("/aics"), http.StatusOK, "00000301000002\u00a0131025\u00a000001", "No declaration yet", "Goods released", "Niqob &lt;b&gt;", `name="id" value="`+formed+`"`, "Disband the selected", "13.10.2025")
	want(t, b.Get("/aics?state=declared&q=0000030100"), http.StatusOK, "00002")
	want(t, b.Get("/aics?state=disbanded"), http.StatusOK, "No AICs of this kind")
	if p := b.Get("/aics?q=&group=&state=formed"); p.Status != http.StatusSeeOther || p.Location != "/aics?state=formed" {
		t.Errorf("%d to %s", p.Status, p.Location)
	}
	want(t, b.Get("/aics?after=%25"), http.StatusBadRequest)
	want(t, b.Get("/aics/"+formed), http.StatusOK, "What the number says", "131025 · 13.10.2025", "abcdefghij&#39;12", "/aics/disband?id="+formed)
	want(t, b.Get("/aics/"+refused), http.StatusOK, "Miqdor, at declaration")
	want(t, b.Get("/aics/"+formed+"/codes.csv"), http.StatusOK, "010478010100001221abcdefghij'12")
	want(t, b.Get("/aics.csv?state=released"), http.StatusOK, "00000301000002\u00a0131025\u00a000003")
	for _, none := range []string{"/aics/0", "/aics/99999", "/aics/x", "/aics/disband?id=99999"} {
		want(t, b.Get(none), http.StatusNotFound)
	}
	want(t, s.as("other").Get("/aics/"+formed), http.StatusNotFound)
	want(t, s.as("other").Get("/aics/"+formed+"/codes.csv"), http.StatusNotFound)
	want(t, s.as("clerk").Get("/aics/"+formed), http.StatusOK)
	want(t, s.as("clerk").Get("/aics/disband?id="+formed), http.StatusForbidden)
	want(t, s.as("clerk").Post("/aics/disband", url.Values{"id": {formed}}), http.StatusForbidden)

	want(t, b.Get("/aics/disband"), http.StatusUnprocessableEntity, "Select at least one AIC")
	want(t, b.Get("/aics/disband?id="+formed+"&id="+released), http.StatusOK, "1 AIC cannot be disbanded", "can no longer be disbanded", "Go on without them")
	want(t, b.Get("/aics/disband?id="+formed+"&id="+declared), http.StatusOK, "Disband 2 AICs?", "2 codes become free", "1 of them is in a customs declaration", "kabinet.example: I ask to disband 2 AICs")

	key := s.keys.For("BARNO", "31508801234563", "301000002")
	ids := url.Values{"id": {formed, declared}}
	want(t, b.Post("/aics/disband", ids), http.StatusGone, "Nothing was disbanded")
	id, text := b.Challenge("/aics/disband/challenge?" + ids.Encode())
	s.said(1, 2, "declared")
	want(t, b.Post("/aics/disband", httptesting.Signed(key, id, text, ids)), http.StatusConflict, "An AIC changed after you opened this page")
	id, text = b.Challenge("/aics/disband/challenge?" + ids.Encode())
	if p := b.Post("/aics/disband", httptesting.Signed(key, id, text, ids)); p.Status != http.StatusSeeOther || p.Location != "/aics" {
		t.Errorf("%d to %s: %s", p.Status, p.Location, p.Body)
	}
	want(t, b.Get("/aics/"+formed), http.StatusOK, "Disbanded by Barno", "check the signature", "/documents/")
}
