package agreementhttp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/agreement"
	"kabinet/internal/agreement/agreementhttp"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const pinfl = "31508801234567"

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
	key     edstest.Key
}

// newSite is the pages with Barno, who directs organization 2, Karim, who works
// there, Aziz of organization 9, and Lola of the operator.
func newSite(t *testing.T) site {
	t.Helper()
	authority, err := edstest.NewAuthority(clock.System, "http://127.0.0.1:1")
	must(t, err)
	verifier, err := cms.New(cms.Config{TrustPEM: authority.TrustPEM(), Now: clock.System, SkipRevocation: true})
	must(t, err)
	root := sha256.Sum256([]byte("agreementhttp"))
	box, err := seal.New(root[:])
	must(t, err)
	s := site{t: t, db: pgtest.New(t)}
	s.key, err = authority.Issue(edstest.Person{CN: "SODIQOVA BARNO", PINFL: pinfl, OrgTIN: "300000002", Org: "Org 2", Position: "direktor"})
	must(t, err)
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := agreementhttp.Handlers{Sessions: sessions, Now: clock.System, Agreements: &agreement.Service{
		DB: s.db, Box: box, Accounts: &account.Service{DB: s.db, Box: box}, Host: "kabinet.example", Now: clock.System,
		Proof: &proof.Service{DB: s.db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		for name, who := range map[string]session.Who{
			"barno": {AccountID: 3, OrgID: 2, MemberID: 3}, "karim": {AccountID: 4, OrgID: 2, MemberID: 4}, "aziz": {AccountID: 10, OrgID: 9, MemberID: 10}, "lola": {StaffID: 7},
		} {
			r.Post("/in/"+name, wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), who) }))
		}
		r.Group(func(r chi.Router) { r.Use(httpx.RequireMember(httptesting.Draw)); h.Routes(r, wrap) })
		r.Group(func(r chi.Router) { r.Use(httpx.RequireStaff(httptesting.Draw)); h.Staff(r, wrap) })
	})
	s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', $1, 'a', 'en'), (4, 'Karim', 'b', 'b', 'en'), (10, 'Aziz', 'c', 'c', 'en')`, box.MAC(taxid.PINFLPurpose, []byte(pinfl)))
	s.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, 3)`, box.MAC(taxid.PINFLPurpose, []byte(pinfl)))
	s.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', '<b>Org</b>', 'Орг', 'Barno Sodiqova', $1, 'x', 'i@org.example', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`, box.MAC(org.PurposePINFL, []byte(pinfl)))
	s.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	s.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values
		(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (2, 4, 4, 'business', 'Karim', '', 'active'), (9, 10, 10, 'business', 'Aziz', '', 'active')`)
	s.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin'), (2, 4, 'default'), (9, 10, 'default'), (9, 10, 'org_admin')`)
	s.exec(`insert into org_product_groups (org_id, group_id, issuer, status) values (2, 13, true, 'active')`)
	s.exec(`insert into staff (id, name, pinfl_mac, roles, language) values (7, 'Lola', '\x07', '{op_admin}', 'en')`)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/x?lang=en")
	return b
}

func (s site) want(p httptesting.Page, status int, texts ...string) {
	s.t.Helper()
	if p.Status != status {
		s.t.Errorf("%d to %q, want %d:\n%.600s", p.Status, p.Location, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			s.t.Errorf("no %q on the page", text)
		}
	}
}

// sign answers a challenge with the director's key.
func (s site) sign(b *httptesting.Browser, challenge, action string) httptesting.Page {
	s.t.Helper()
	var c proof.Challenge
	must(s.t, json.Unmarshal([]byte(b.Post(challenge, nil).Body), &c))
	message := edstest.Message{Key: s.key, Content: []byte(c.Text), At: clock.System(), BER: true}
	return b.Post(action, url.Values{"challenge": {c.ID}, "pkcs7": {base64.StdEncoding.EncodeToString(message.Encode())}})
}

// TestAnAgreementFromTheRequestToItsEnd leads one through all pages.
func TestAnAgreementFromTheRequestToItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno, karim, lola := s.as("barno"), s.as("karim"), s.as("lola")
	s.want(barno.Get("/org/agreement"), 200, "has no agreement", "Not accepted yet")
	s.want(karim.Post("/org/agreement", nil), 403)
	s.want(barno.Post("/org/agreement", url.Values{"note": {strings.Repeat("a", 1001)}}), 422)
	s.want(barno.Post("/org/agreement", url.Values{"note": {"<i>tez</i>"}}), 303)
	var id string
	must(t, s.db.QueryRow(t.Context(), `select id::text from agreements`).Scan(&id))
	one, desk := "/org/agreement/"+id, "/op/agreements/2/"+id
	s.want(barno.Get("/org/agreement"), 200, "&lt;i&gt;tez", "The operator prepares the text")
	s.want(barno.Get(one+"/sign"), 303)
	s.want(barno.Get(one+"/print"), 404)

	s.want(lola.Get("/op/agreements"), 200, "&lt;b&gt;Org", "KM-")
	s.want(lola.Get("/op/agreements.csv"), 200, "KM-")
	s.want(lola.Get(desk), 200, "Send for signature", "Refuse")
	s.want(lola.Post(desk+"/send", url.Values{"act": {"check"}, "version": {"2026-11-01"}, "until": {"x"}}), 422, "Write a day like")
	s.want(lola.Post(desk+"/send", url.Values{"act": {"check"}, "version": {"2026-11-01"}}), 200, "Barno Sodiqova", "договорились")
	s.want(lola.Post(desk+"/send", url.Values{"act": {"send"}, "version": {"2026-11-01"}}), 303)

	s.want(karim.Get(one+"/sign"), 403)
	s.want(barno.Get(one+"/sign?text=ru"), 200, "Оператор", "SHA-256", "data-eds")
	s.want(barno.Post(one+"/sign", url.Values{"challenge": {"x"}, "pkcs7": {"x"}}), 410, "The time for signing has run out")
	s.want(s.sign(barno, one+"/challenge", one+"/sign"), 303)
	s.want(karim.Get(one+"/check"), 200, "The signature is valid", "SODIQOVA BARNO")
	s.want(karim.Get(one+"/signed.txt"), 200, "I sign agreement KM-", "SHA-256")
	s.want(karim.Get(one+"/signature.p7s"), 403)
	s.want(barno.Get(one+"/signature.p7s"), 200)
	s.want(barno.Get(one+"/print?text=uz"), 200, "shartnoma")

	s.want(lola.Get(desk), 200, "The signature is valid", "Activate")
	s.want(lola.Post(desk+"/activate", nil), 303)
	s.want(lola.Post(desk+"/activate", nil), 409)
	s.want(barno.Get("/org/agreement"), 200, "The agreement is in force")
	s.want(lola.Post(desk+"/end", url.Values{"reason": {" "}}), 422, "Write the reason")
	s.want(lola.Post(desk+"/end", url.Values{"reason": {"Kodlar berilgan"}}), 303)
	s.want(barno.Get("/org/agreement"), 200, "Earlier agreements", "Terminated")

	s.want(barno.Get("/org/agreement/offer"), 200, "You sign this text")
	s.want(s.sign(barno, "/org/agreement/offer/challenge", "/org/agreement/offer"), 303)
	s.want(karim.Get("/org/agreement"), 200, "SODIQOVA BARNO")
}

// TestStrangersFindNothing tries numbers of others and numbers that are none.
func TestStrangersFindNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`insert into agreements (org_id, id, status, version, requested_by, requested_name, text_uz, text_ru, text_en, director_name, sent_at, signature_id)
		values (2, 5, 'signed', '2026-11-01', 3, 'Barno', 'x', 'x', 'x', 'B', now(), 1)`)
	aziz, lola := s.as("aziz"), s.as("lola")
	for _, path := range []string{"", "/print", "/sign", "/check", "/signed.txt", "/signature.p7s", "/withdraw"} {
		for _, id := range []string{"5", "0", "-1", "99999999999999999999", "x"} {
			s.want(aziz.Get("/org/agreement/"+id+path), 404)
		}
	}
	s.want(aziz.Post("/org/agreement/5/withdraw", nil), 404)
	s.want(aziz.Post("/org/agreement/5/challenge", nil), 404)
	s.want(lola.Get("/op/agreements/9/5"), 404)
	s.want(lola.Post("/op/agreements/9/5/activate", nil), 404)
	s.want(aziz.Get("/op/agreements"), 404)
}
