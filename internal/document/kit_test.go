package document_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// The people of the desk: organization 2 (TIN 301000002) buys, 9 (301000009) sells.
// The clerk has only water.
var (
	acceptor = who(2, 3, "doc_acceptor")
	clerk    = who(2, 4, "doc_acceptor") // water only
	observer = who(2, 5, "observer")
	second   = who(2, 6, "org_admin")
	stranger = who(9, 7, "doc_acceptor")
)

const (
	buyerTIN  = "301000002"
	sellerTIN = "301000009"
	waterID   = int16(13)
)

// desk is a database with two organizations, a verifier and an operator of
// e-documents that remembers what it is told.
type desk struct {
	testing.TB
	db   *pgxpool.Pool
	docs *document.Service
	keys map[string]edstest.Key // by session key
	ca   *edstest.Authority
	told *operator
}

// operator remembers, or fails.
type operator struct {
	mu   sync.Mutex
	got  []document.Outcome
	fail error
}

func (o *operator) Tell(_ context.Context, out document.Outcome) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	o.got = append(o.got, out)
	return nil
}

func who(orgID, memberID int64, role string) actor.Actor {
	a := actor.Actor{
		AccountID: memberID, OrgID: orgID, MemberID: memberID, Name: fmt.Sprintf("Member %d", memberID),
		Rights: perm.Rights([]string{"default", role}), SessionKey: fmt.Sprintf("session %d", memberID),
		Scope: perm.Scope{AllGroups: memberID != 4, AllPlaces: true},
	}
	if memberID == 4 {
		a.Scope.Groups = []int16{waterID}
	}
	return a
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	root := sha256.Sum256([]byte(t.Name()))
	box, err := seal.New(root[:])
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{TB: t, db: pgtest.New(t), keys: map[string]edstest.Key{}, told: &operator{}}
	d.docs = &document.Service{DB: d.db, Host: "kabinet.example", Accounts: &account.Service{DB: d.db, Box: box}, Operator: d.told}
	d.docs.Proof = d.proof(box)
	d.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
		from unnest(array[2, 9]) n`)
	d.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	d.exec(`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`)
	for _, a := range []actor.Actor{acceptor, clerk, observer, second, stranger} {
		d.join(a, box)
	}
	d.exec(`update members set all_groups = false where id = 4`)
	d.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 13)`)
	d.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'doc_acceptor'), (2, 4, 'doc_acceptor'), (2, 5, 'observer'),
		(2, 6, 'org_admin'), (9, 7, 'doc_acceptor')`)
	return d
}

// join makes a member with an account, a session and a key of their own.
func (d *desk) join(a actor.Actor, box *seal.Box) {
	d.Helper()
	pinfl := fmt.Sprintf("3150880123456%d", a.MemberID)
	d.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`,
		a.AccountID, a.Name, box.MAC(taxid.PINFLPurpose, []byte(pinfl)))
	d.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, $2)`, box.MAC(taxid.PINFLPurpose, []byte(pinfl)), a.AccountID)
	d.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
		values ($1, $2, $3, 'business', $4, $5, 'active', true, true)`, a.OrgID, a.MemberID, a.AccountID, a.Name, fmt.Sprintf("m%d@company.example", a.MemberID))
	d.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ($1, $2, $3, $4, '', now() + interval '1 day')`,
		a.SessionKey, a.AccountID, a.OrgID, a.MemberID)
	key, err := d.ca.Issue(edstest.Person{
		CN: "MEMBER " + a.Name, PINFL: pinfl, PersonTIN: "412345678", OrgTIN: fmt.Sprint(301000000 + a.OrgID), Org: "ZARAFSHON SUT", Position: "menejer",
	})
	d.must(err)
	d.keys[a.SessionKey] = key
}

func (d *desk) proof(box *seal.Box) *proof.Service {
	d.Helper()
	answers := httptest.NewUnstartedServer(nil)
	authority, err := edstest.NewAuthority(clock.System, "http://"+answers.Listener.Addr().String())
	d.must(err)
	answers.Config.Handler = authority.Handler()
	answers.Start()
	d.Cleanup(answers.Close)
	verifier, err := cms.New(cms.Config{TrustPEM: authority.TrustPEM(), Now: clock.System, HTTP: answers.Client()})
	d.must(err)
	d.ca = authority
	return &proof.Service{DB: d.db, Verifier: verifier, Box: box, Name: "cms", Statements: true}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.Helper()
	if _, err := d.db.Exec(d.Context(), sql, args...); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
}

func (d *desk) count(sql string, args ...any) (n int) {
	d.Helper()
	d.must(d.db.QueryRow(d.Context(), sql, args...).Scan(&n))
	return n
}

// body is that of a message; changes replace fields, nil drops one.
func body(changes map[string]any) json.RawMessage {
	m := map[string]any{
		"type": "ORIGINAL_INVOICE", "number": "EHF-1", "date": "2026-11-20T10:00:00+05:00", "status": "SUCCESS", "productGroup": "water",
		"seller": map[string]any{"tin": sellerTIN, "name": "Toshkent Ulgurji MChJ"}, "buyer": map[string]any{"tin": buyerTIN, "name": "Zarafshon Sut MChJ"},
		"amount": "1120000.50", "vat": 120000.5, "answer": map[string]any{"state": "WAITING"},
		"lines": []any{map[string]any{"gtin": "04780101000012", "name": "Zilol suv 0,5 l", "unit": "dona", "quantity": 100, "price": "10000", "amount": "1120000.50", "vat": 120000.5, "codes": 2}},
		"codes": []any{
			map[string]any{"code": "0104780101000012215aBc'x", "line": 1, "result": "SUCCESS"},
			map[string]any{"code": "0104780101000012215aBcdy", "line": 1, "result": "ERROR", "reason": "code-not-found"},
		},
	}
	for k, v := range changes {
		if v == nil {
			delete(m, k)
			continue
		}
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// message is one of the feed "edo" about an invoice, sent just now.
func message(id string, version int64, changes map[string]any) feed.Message {
	return feed.Message{Feed: "edo", SourceID: id, Kind: feed.Invoice, Version: version, OccurredAt: time.Now().UTC().Truncate(time.Microsecond), TIN: buyerTIN, Body: body(changes)}
}

// take hands a message over as the feed does: what the sink wrote stays after
// "older" and "duplicate" too.
func (d *desk) take(m feed.Message) error {
	d.Helper()
	var verdict error
	err := pg.InTx(d.Context(), d.db, func(tx pg.Tx) error {
		verdict = d.docs.TakeTx(d.Context(), tx, m)
		if errors.Is(verdict, feed.ErrOlder) || errors.Is(verdict, feed.ErrDuplicate) {
			return nil
		}
		return verdict
	})
	if err == nil {
		err = verdict
	}
	return err
}

// incoming takes a new invoice and gives the buyer's id of it.
func (d *desk) incoming(source string, changes map[string]any) int64 {
	d.Helper()
	d.must(d.take(message(source, 1, changes)))
	return int64(d.count(`select id from documents where org_id = 2 and source_id = $1`, source))
}

// ends lets the day of an invoice end so much from now.
func (d *desk) ends(id int64, in time.Duration) {
	d.Helper()
	d.exec(`update documents set deadline_at = now() + $2::interval where id = $1`, id, in)
}

// signed is a request with the signature of whoever acts.
func (d *desk) signed(a actor.Actor, r document.Request) document.Signed {
	d.Helper()
	d.exec(`delete from rate_limits`) // nobody signs as often as a test
	c, err := d.docs.Challenge(d.Context(), a, r)
	d.must(err)
	return d.sign(a, c)
}

func (d *desk) sign(a actor.Actor, c proof.Challenge) document.Signed {
	d.Helper()
	m := edstest.Message{Key: d.keys[a.SessionKey], Content: []byte(c.Text), At: clock.System(), BER: true}
	return document.Signed{Challenge: c.ID, PKCS7: base64.StdEncoding.EncodeToString(m.Encode())}
}

func accept(ids ...int64) document.Request {
	return document.Request{Act: document.Accept, IDs: ids}
}

func reject(reason string, ids ...int64) document.Request {
	return document.Request{Act: document.Reject, IDs: ids, Reason: reason}
}
