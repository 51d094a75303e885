package aic_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/aic"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/feed"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

const (
	gloves = "04780101000012"
	mask   = "04870216760007"
)

// yard is a database with an importer, organization 2, and another, 9. Of the
// importer's people the first disbands everywhere, the second in medicines only.
type yard struct {
	testing.TB
	db   *pgxpool.Pool
	aics *aic.Service
	keys map[string]edstest.Key // by session key
}

var (
	declarant = who(2, 3, "doc_aic")
	druggist  = who(2, 4, "doc_aic")
	observer  = who(2, 5, "observer")
	stranger  = who(9, 7, "doc_aic")
)

func who(orgID, memberID int64, role string) actor.Actor {
	a := actor.Actor{
		AccountID: memberID, OrgID: orgID, MemberID: memberID, Name: fmt.Sprintf("Member %d", memberID),
		Rights: perm.Rights([]string{"default", role}), SessionKey: fmt.Sprintf("session %d", memberID),
		Scope: perm.Scope{AllGroups: memberID != 4, AllPlaces: true},
	}
	if memberID == 4 {
		a.Scope.Groups = []int16{aic.Pharma}
	}
	return a
}

func newYard(t testing.TB) *yard {
	t.Helper()
	root := sha256.Sum256([]byte(t.Name()))
	box, err := seal.New(root[:])
	if err != nil {
		t.Fatal(err)
	}
	keys := httptesting.NewKeys(t)
	y := &yard{TB: t, db: pgtest.New(t), keys: map[string]edstest.Key{}}
	y.aics = &aic.Service{
		DB: y.db, Host: "kabinet.example", Accounts: &account.Service{DB: y.db, Box: box},
		Proof: &proof.Service{DB: y.db, Verifier: keys.Verifier, Box: box, Name: "cms", Statements: true},
	}
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Shifo Import', 'Шифо Импорт', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into org_product_groups (org_id, group_id, issuer, status) values (2, 7, true, 'active'), (2, 10, true, 'active')`,
	} {
		y.exec(sql)
	}
	for _, a := range []actor.Actor{declarant, druggist, observer, stranger} {
		pinfl := fmt.Sprintf("3150880123456%d", a.MemberID)
		mac := box.MAC(taxid.PINFLPurpose, []byte(pinfl))
		y.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`, a.AccountID, a.Name, mac)
		y.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, $2)`, mac, a.AccountID)
		y.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places) values ($1, $2, $3, 'business', $4, $5, 'active', $6, true)`,
			a.OrgID, a.MemberID, a.AccountID, a.Name, fmt.Sprintf("m%d@company.example", a.MemberID), a.Scope.AllGroups)
		y.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ($1, $2, $3, $4, '', now() + interval '1 day')`,
			a.SessionKey, a.AccountID, a.OrgID, a.MemberID)
		y.keys[a.SessionKey] = keys.For(a.Name, pinfl, fmt.Sprint(301000000+a.OrgID))
	}
	y.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 7)`)
	y.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'doc_aic'), (2, 3, 'org_admin'), (2, 4, 'doc_aic'), (2, 5, 'observer'), (9, 7, 'doc_aic')`)
	return y
}

func (y *yard) exec(sql string, args ...any) {
	y.Helper()
	if _, err := y.db.Exec(y.Context(), sql, args...); err != nil {
		y.Fatalf("%s: %v", sql, err)
	}
}

func (y *yard) count(sql string, args ...any) (n int) {
	y.Helper()
	if err := y.db.QueryRow(y.Context(), sql, args...).Scan(&n); err != nil {
		y.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (y *yard) must(err error) {
	y.Helper()
	if err != nil {
		y.Fatal(err)
	}
}

// number is the nth AIC of the importer on a day.
func number(n int) string { return fmt.Sprintf("00000301000002131025%05d", n) }

// said is a message of customs about an AIC.
func said(n int, version int64, state string, changes map[string]any) feed.Message {
	b := map[string]any{"number": number(n), "state": state}
	if version == 1 {
		b["group"] = "medicals"
		b["lines"] = []map[string]any{{"gtin": gloves, "name": "Nitril qoʻlqop", "count": 200}, {"gtin": mask, "name": "Niqob", "codes": []string{"01" + mask + "21qKkdi+S\x1d93U3g5"}}}
	}
	if state == "declared" {
		b["declaration"] = map[string]any{"number": "26001/14.10.2025/0001234", "date": "2025-10-14", "authority": "26001"}
	}
	if state == "refused" {
		b["refusal"] = map[string]any{"stage": "declaration", "reason": "Miqdor farq qiladi"}
	}
	maps.Copy(b, changes)
	body, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return feed.Message{
		Feed: "customs", SourceID: number(n), Kind: feed.AIC, Version: version, TIN: "301000002", Body: body,
		OccurredAt: time.Date(2025, time.October, 13, 10, 0, int(version), 0, time.UTC),
	}
}

// taken is what became of a message.
func (y *yard) taken(m feed.Message) feed.Outcome {
	y.Helper()
	return y.handed(y.aics.TakeTx, m)
}

// handed gives a message to a sink as the feed does.
func (y *yard) handed(sink feed.Sink, m feed.Message) feed.Outcome {
	y.Helper()
	var out feed.Outcome
	err := pg.InTx(y.Context(), y.db, func(tx pg.Tx) error {
		err := sink(y.Context(), tx, m)
		var known bool
		if out, known = feed.OutcomeOf(err); known && !out.SetAside() {
			return nil // what was written stays
		}
		return err
	})
	if out == "" || out == feed.Waiting {
		y.Fatal(err)
	}
	return out
}

// formed registers an AIC and gives its id.
func (y *yard) formed(n int) int64 {
	y.Helper()
	if out := y.taken(said(n, 1, "formed", nil)); out != feed.Taken {
		y.Fatalf("registration: %s", out)
	}
	return int64(y.count(`select id from aics where number = $1`, number(n)))
}

func (y *yard) get(id int64) aic.Record {
	y.Helper()
	r, err := y.aics.Get(y.Context(), observer, id)
	y.must(err)
	return r
}

// signed is what the browser sends back: the person's signature over what the
// portal asked for.
func (y *yard) signed(a actor.Actor, ids ...int64) aic.Signed {
	y.Helper()
	c, err := y.aics.Challenge(y.Context(), a, ids)
	y.must(err)
	y.exec(`delete from rate_limits`)
	return y.sign(y.keys[a.SessionKey], c)
}

func (y *yard) sign(key edstest.Key, c proof.Challenge) aic.Signed {
	container := edstest.Message{Key: key, Content: []byte(c.Text), At: clock.System(), BER: true}.Encode()
	return aic.Signed{Challenge: c.ID, PKCS7: base64.StdEncoding.EncodeToString(container)}
}
