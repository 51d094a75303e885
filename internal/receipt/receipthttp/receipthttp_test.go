package receipthttp_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/receipt"
	"kabinet/internal/receipt/receipthttp"
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
	db       *pgxpool.Pool
	receipts *receipt.Service
	handler  http.Handler
}

var members = map[string]session.Who{
	"barno": {AccountID: 3, OrgID: 2, MemberID: 3}, "clerk": {AccountID: 6, OrgID: 2, MemberID: 6}, "other": {AccountID: 7, OrgID: 9, MemberID: 7},
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{T: t, db: pgtest.New(t)}
	s.receipts = &receipt.Service{DB: s.db}
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := receipthttp.Handlers{Receipts: s.receipts, Groups: &productgroup.Service{DB: s.db}, Now: clock.System}
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
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon', 'Зарафшон', '', '', '', '', '', 'TK', '', '', 'en', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Odam ' || n, n::text::bytea, '', 'en' from unnest(array[3, 6, 7]) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values (2, 3, 3, 'business', 'Barno', '', 'active', true, true), (2, 6, 6, 'business', 'Clerk', '', 'active', true, true), (9, 7, 7, 'business', 'Other', '', 'active', true, true)`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'observer'), (2, 6, 'default'), (9, 7, 'default'), (9, 7, 'observer')`,
	} {
		if _, err := s.db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights})))
	})
}

// code is one of water that nobody has a card of.
const code = "010478010100001221abcdefghij'12\x1d93U3g5"

// sold lets the fiscal operator report a receipt and gives its id.
func (s *site) sold(number string, changes map[string]any) (id string) {
	s.Helper()
	body := map[string]any{
		"fiscal_sign": "90000000" + number, "terminal": "UZ1", "number": number, "kind": "sale", "total": 1250050,
		"lines": []map[string]any{{"name": "Suv <b>Zilol</b>", "quantity": 2.5, "sum": 1250050, "labels": []string{code, "4780"}}, {"name": "=1+1", "sum": 0}},
	}
	maps.Copy(body, changes)
	raw, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	m := feed.Message{Feed: "ofd", SourceID: number, Kind: feed.Receipt, Version: 1, OccurredAt: time.Now(), TIN: "301000002", Body: raw}
	if err := pg.InTx(s.Context(), s.db, func(tx pg.Tx) error { return s.receipts.TakeTx(s.Context(), tx, m) }); err != nil {
		s.Fatal(err)
	}
	var n int64
	if err := s.db.QueryRow(s.Context(), `select id from receipts where number = $1`, number).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(n)
}

func (s *site) as(who string) *httptesting.Browser {
	s.Helper()
	b := httptesting.NewBrowser(s.T, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/receipts?lang=en")
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

func TestReceiptPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	want(t, b.Get("/receipts"), http.StatusOK, "No receipts yet", "Receipts come by themselves")
	id := s.sold("1042", nil)
	back := s.sold("1043", map[string]any{"kind": "return", "sale": map[string]any{"fiscal_sign": "900000001042"}, "total": 100})
	lost := s.sold("1044", map[string]any{"kind": "return", "sale": map[string]any{"fiscal_sign": "999"}})

	want(t, b.Get("/receipts"), http.StatusOK, "UZ1 · 1042", "12\u00a0500,50\u00a0soʻm", "Suv &lt;b&gt;Zilol&lt;/b&gt; and 1 more", "3 receipts", "Product without a card", "Sale not found")
	want(t, b.Get("/receipts?"+url.Values{"code": {" " + strings.ReplaceAll(code, "\x1d", "_x001D_")}}.Encode()), http.StatusOK, "The code was read with changes", "separators were put back", "1042")
	want(t, b.Get("/receipts?code=010478010100001221zzzzzzzzzzzzz"), http.StatusOK, "No receipt has this code")
	want(t, b.Get("/receipts?code=123"), http.StatusUnprocessableEntity, "There is 1 problem", "A marking code has at least 20 characters")
	want(t, b.Get("/receipts?from=2026-02-31"), http.StatusUnprocessableEntity, "Enter a day like 04.12.2025")
	want(t, b.Get("/receipts?kind=return&match=unmatched"), http.StatusOK, "1044")
	if p := b.Get("/receipts?code=&terminal=UZ1&from=" + time.Now().AddDate(0, 0, -29).Format(time.DateOnly)); p.Status != http.StatusSeeOther || p.Location != "/receipts?terminal=UZ1" {
		t.Errorf("%d to %s", p.Status, p.Location)
	}
	for _, broken := range []string{"/receipts?after=%25", "/receipts?after=eyJ0IjoieCJ9"} {
		want(t, b.Get(broken), http.StatusBadRequest)
	}

	want(t, b.Get("/receipts/"+id), http.StatusOK, "Receipt 1042", "900000001042", `<abbr class="gs"`, "abcdefghij&#39;12", "2,5", "Not a marking code", "Returns of this sale", "UZ1 · 1043")
	want(t, b.Get("/receipts/"+back), http.StatusOK, "Receipt 1042, ", "Sale that is returned")
	want(t, b.Get("/receipts/"+lost), http.StatusOK, "999, terminal –, number –", "When it comes, both are joined at once")
	for _, none := range []string{"/receipts/0", "/receipts/99999", "/receipts/x"} {
		want(t, b.Get(none), http.StatusNotFound)
	}
	want(t, s.as("other").Get("/receipts/"+id), http.StatusNotFound)
	want(t, s.as("clerk").Get("/receipts"), http.StatusForbidden)

	p := b.Get("/receipts.csv?kind=sale")
	want(t, p, http.StatusOK, "010478010100001221abcdefghij'12", "12500,50;", "'=1+1")
	if lines := strings.Count(p.Body, "\r\n"); lines != 3 {
		t.Errorf("%d lines of a head and a sale of two:\n%s", lines, p.Body)
	}
	want(t, b.Get("/receipts.csv?code=123"), http.StatusUnprocessableEntity)
}
