package documenthttp_test

import (
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/taxid"
	"kabinet/internal/document"
	"kabinet/internal/document/documenthttp"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
	"kabinet/web/layout"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

var members = map[string]struct {
	org, id int64
	role    string
}{
	"acceptor": {2, 3, "doc_acceptor"},
	"observer": {2, 5, "observer"},
	"stranger": {9, 7, "doc_acceptor"},
}

type site struct {
	t        *testing.T
	db       *pgxpool.Pool
	box      *seal.Box
	keys     httptesting.Keys
	docs     *document.Service
	sessions *session.Manager
	handler  http.Handler
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t), box: httptesting.Box(t), keys: httptesting.NewKeys(t)}
	s.sessions = session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	s.docs = &document.Service{
		DB: s.db, Host: httptesting.Host, Accounts: &account.Service{DB: s.db, Box: s.box},
		Proof: &proof.Service{DB: s.db, Verifier: s.keys.Verifier, Box: s.box, Name: "cms", Statements: true},
	}
	h := documenthttp.Handlers{Documents: s.docs, Groups: &productgroup.Service{DB: s.db}, Sessions: s.sessions, Now: time.Now}
	s.handler = httptesting.Chain(s.sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{who}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			m := members[chi.URLParam(r, "who")]
			return s.sessions.SignIn(r.Context(), session.Who{AccountID: m.id, OrgID: m.org, MemberID: m.id})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), s.viewer)
			h.Routes(r, wrap)
		})
	})
	s.seed()
	return s
}

func (s *site) viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s *site) seed() {
	s.t.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
	} {
		s.exec(sql)
	}
	for name, m := range members {
		s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`,
			m.id, "Account "+name, s.box.MAC(taxid.PINFLPurpose, []byte(pinfl(name))))
		s.exec(`insert into person_registry (pinfl_mac, account_id) select pinfl_mac, id from accounts where id = $1`, m.id)
		s.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values ($1, $2, $2, 'business', $3, $4, 'active', true, true)`, m.org, m.id, "Member "+name, name+"@company.example")
		s.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default'), ($1, $2, $3)`, m.org, m.id, m.role)
	}
}

func pinfl(name string) string { return "3150880123456" + strconv.FormatInt(members[name].id, 10) }

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s *site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/documents?lang=en")
	return b
}

// take takes an invoice and gives the buyer's address of it.
func (s *site) take(source string, version int, number, amount string) string {
	s.t.Helper()
	body, _ := json.Marshal(map[string]any{
		"type": "ORIGINAL_INVOICE", "number": number, "status": "PARTIALLY_PROCESSED", "amount": amount, "answer": map[string]any{"state": "WAITING"},
		"seller": map[string]any{"tin": "301000009", "name": "Ulgurji & <b>OʻGʻIL</b>"}, "buyer": map[string]any{"tin": "301000002"},
		"lines": []any{map[string]any{"gtin": "04780101000012", "name": "Suv", "quantity": 2}},
		"codes": []any{
			map[string]any{"code": "=0104780101000012\u001d215a", "result": "ERROR", "reason": "code-not-found"},
			map[string]any{"code": "0104780101000012215b\u202e", "result": "ERROR", "reason": "code-not-found"},
			map[string]any{"code": "0104780101000012215c", "result": "WARNING", "reason": "never-heard-of"},
		},
	})
	m := feed.Message{Feed: "edo", SourceID: source, Kind: feed.Invoice, Version: int64(version), OccurredAt: time.Now(), TIN: "301000002", Body: body}
	if err := pg.InTx(s.t.Context(), s.db, func(tx pg.Tx) error { return s.docs.TakeTx(s.t.Context(), tx, m) }); err != nil {
		s.t.Fatal(err)
	}
	var id int64
	if err := s.db.QueryRow(s.t.Context(), `select id from documents where org_id = 2 and source_id = $1`, source).Scan(&id); err != nil {
		s.t.Fatal(err)
	}
	return strconv.FormatInt(id, 10)
}

// signs signs the challenge of an answer as the page would.
func (s *site) signs(b *httptesting.Browser, who string, q url.Values) url.Values {
	s.t.Helper()
	p := b.Post("/documents/answer/challenge?"+q.Encode(), nil)
	var c proof.Challenge
	if err := json.Unmarshal([]byte(p.Body), &c); err != nil {
		s.t.Fatalf("%d %s", p.Status, p.Body)
	}
	form := httptesting.Signed(s.keys.For("MEMBER "+who, pinfl(who), fmt.Sprint(301000000+members[who].org)), c.ID, c.Text, url.Values{})
	maps.Copy(form, q)
	return form
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("acceptor")
	has := func(p httptesting.Page, status int, texts ...string) {
		t.Helper()
		body := strings.ReplaceAll(html.UnescapeString(p.Body), "\u00a0", " ")
		if p.Status != status {
			t.Errorf("status %d, want %d: %.300s", p.Status, status, p.Body)
		}
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("lacks %q: %.200s", text, body)
			}
		}
	}
	has(b.Get("/documents"), 200, "No documents yet")
	id := s.take("a", 1, "EHF-1", "100")
	t.Run("the list", func(t *testing.T) {
		has(b.Get("/documents"), 200, "EHF-1", "Ulgurji & <b>OʻGʻIL</b>", "Waits for your answer", "100 soʻm", "No published card", "Partially processed", "23 hours left", `name="id"`)
		has(b.Get("/documents?action=yes"), 200, "EHF-1")
		has(b.Get("/documents?type=customs"), 200, "No documents in this period", "Search all time")
		has(b.Get("/documents?q=yoq"), 200, "0 documents for “yoq”")
		has(b.Get("/documents?from=2001-01-01&to=2001-01-02"), 200, "No documents in this period")
		has(b.Get("/documents?from=&q=EHF"), 303)
		has(b.Get("/documents?after=zzz"), 400)
		if p := s.as("observer").Get("/documents"); p.Status != 200 || strings.Contains(p.Body, `name="id"`) {
			t.Errorf("the observer may choose: %d", p.Status)
		}
		if p := s.as("stranger").Get("/documents"); !strings.Contains(p.Body, "outgoing") {
			t.Error("the seller does not see it")
		}
		has(b.Get("/documents.csv"), 200, "EHF-1;", "100,00")
		if p := b.Get("/documents.xlsx"); p.Status != 200 || !strings.HasPrefix(p.Body, "PK") {
			t.Errorf("workbook: %d", p.Status)
		}
	})
	t.Run("the record", func(t *testing.T) {
		has(b.Get("/documents/"+id), 200, "Answer until", "The code is not in the register", "Reason “never-heard-of” of the source", "⟨GS⟩", "⟨U+202E⟩", "Version 1", "Accept", "One product in it has no published card")
		has(s.as("observer").Get("/documents/"+id), 200, "You need the role “Invoice acceptor”")
		has(s.as("stranger").Get("/documents/"+id), 404)
		for _, odd := range []string{"0", "-1", "x", "99999999999999999999", "1e3"} {
			has(b.Get("/documents/"+odd), 404)
		}
		has(b.Get("/documents/"+id+"/codes.csv"), 200, "'=0104780101000012", "code-not-found")
		has(b.Get("/documents/"+id+"/codes.csv?all=yes"), 200, "never-heard-of")
		has(b.Get("/documents/"+id+"/lines.csv"), 200, "04780101000012;Suv")
		has(b.Get("/documents/"+id+"/versions/1.json"), 200, `"ORIGINAL_INVOICE"`)
		has(b.Get("/documents/"+id+"/versions/7.json"), 404)
		has(b.Get("/documents/"+id+"/versions/x.json"), 404)
		has(b.Get("/documents/"+id+"/signatures/5"), 404)
	})
	t.Run("rejecting asks for the reason first, then signs", func(t *testing.T) {
		has(b.Get("/documents/answer?act=reject&ids="+id), 200, "Why you reject it")
		has(b.Get("/documents/answer?act=reject&reason=x&ids="+id), 422, "3 characters at least")
		has(b.Get("/documents/answer?act=reject&reason=two+boxes+are+missing&ids="+id), 200, "I reject this e-invoice", "Reason: two boxes are missing", "data-eds")
		for _, odd := range []string{"?act=burn&ids=" + id, "?ids=" + id, ""} {
			has(b.Get("/documents/answer"+odd), 404)
			has(b.Post("/documents/answer"+odd, url.Values{"act": {"burn"}, "ids": {id}}), 404)
			has(b.Post("/documents/answer/challenge"+odd, nil), 404)
		}
		has(b.Get("/documents/answer?act=accept&ids="), 422)
		has(s.as("observer").Get("/documents/answer?act=accept&ids="+id), 403)
		has(s.as("stranger").Get("/documents/answer?act=accept&ids="+id), 404)
		has(b.Post("/documents/pick", url.Values{"act": {"accept"}}), 422, "Select at least one invoice")
		if p := b.Post("/documents/pick", url.Values{"act": {"accept"}, "id": {id}}); p.Status != 303 || p.Location != "/documents/answer?act=accept&ids="+id {
			t.Errorf("%d %s", p.Status, p.Location)
		}
	})
	t.Run("what the source changed meanwhile is shown beside", func(t *testing.T) {
		q := url.Values{"act": {"accept"}, "ids": {id}, "version": {"1"}}
		form := s.signs(b, "acceptor", q)
		s.take("a", 2, "EHF-1", "250")
		has(b.Post("/documents/answer", form), 409, "What the source changed", "100 soʻm", "250 soʻm", "I accept this e-invoice")
	})
	t.Run("accepted, and the signature can be looked at", func(t *testing.T) {
		form := s.signs(b, "acceptor", url.Values{"act": {"accept"}, "ids": {id}})
		if p := b.Post("/documents/answer", form); p.Status != 303 || p.Location != "/documents/"+id {
			t.Fatalf("%d %s %s", p.Status, p.Location, p.Body)
		}
		has(b.Post("/documents/answer", form), 409)
		has(b.Get("/documents/"+id), 200, "accepted it with a signature", "on its way to the source")
		var signature int64
		if err := s.db.QueryRow(t.Context(), `select id from document_signatures`).Scan(&signature); err != nil {
			t.Fatal(err)
		}
		at := fmt.Sprintf("/documents/%s/signatures/%d", id, signature)
		has(b.Get(at), 200, "MEMBER acceptor", "I accept this e-invoice")
		has(b.Get(at+"?check=yes"), 200, "The signature is good")
		has(b.Get(at+"/signed.txt"), 200, "EHF-1")
		if p := b.Get(at + "/container.p7s"); p.Status != 200 || len(p.Body) < 500 {
			t.Errorf("%d, %d bytes", p.Status, len(p.Body))
		}
		observer := s.as("observer")
		has(observer.Get(at+"?check=yes"), 200, "The signature is good")
		has(observer.Get(at+"/signed.txt"), 200, "EHF-1")
		has(observer.Get(at+"/container.p7s"), 403)
		has(s.as("stranger").Get(at), 404)
		has(b.Get("/documents/answer?act=accept&ids="+id), 409)
	})
	t.Run("hostile forms are complaints", func(t *testing.T) {
		for _, v := range []url.Values{
			{"act": {"accept"}, "ids": {"1,2,,x,-5," + id}, "challenge": {"x"}, "pkcs7": {"%%"}},
			{"act": {"reject"}, "ids": {id}, "reason": {strings.Repeat("я", 4000)}},
			{"act": {"reject"}, "ids": {id}, "reason": {"a\u202eb c"}},
			{},
		} {
			if p := b.Post("/documents/answer", v); p.Status >= 500 || p.Status < 400 {
				t.Errorf("%v: %d %s", v, p.Status, p.Body)
			}
		}
		for _, q := range []string{"?q=%00%ff", "?from=9999-99-99&to=x&group=99999999&per=-1&sort=;drop&type=%E2%80%AE&source=%00", "?kind=INVOICE&status=review%00&side=up"} {
			if p := b.Get("/documents" + q); p.Status >= 500 {
				t.Errorf("%s: %d", q, p.Status)
			}
		}
	})
}
