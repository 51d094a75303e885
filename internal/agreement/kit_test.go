package agreement_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"kabinet/internal/account"
	"kabinet/internal/agreement"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

const directorPINFL, clerkPINFL = "31508801234567", "31402860070078"

// office is two organizations and the operator's desk: Botir directs 1 and 2 and
// administers both; Karim administers 1 too, with a key of his own.
type office struct {
	*agreement.Service
	t                   *testing.T
	authority           *edstest.Authority
	botir, karim, clerk actor.Actor
	staff, watcher      actor.Operator
	director, karims    edstest.Key
}

func newOffice(t *testing.T) office {
	t.Helper()
	authority, err := edstest.NewAuthority(clock.System, "http://127.0.0.1:1")
	must(t, err)
	verifier, err := cms.New(cms.Config{TrustPEM: authority.TrustPEM(), Now: clock.System, SkipRevocation: true})
	must(t, err)
	root := sha256.Sum256([]byte("agreement"))
	box, err := seal.New(root[:])
	must(t, err)
	db := pgtest.New(t)
	accounts := &account.Service{DB: db, Box: box}
	o := office{t: t, authority: authority, Service: &agreement.Service{
		DB: db, Box: box, Accounts: accounts, Host: "kabinet.example", Now: clock.System,
		Proof: &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}}
	o.director = o.key(edstest.Person{CN: "AHMEDOV BOTIR", PINFL: directorPINFL, OrgTIN: "300000001", Org: "Org 1", Position: "direktor"})
	o.karims = o.key(edstest.Person{CN: "KARIMOV KARIM", PINFL: clerkPINFL, OrgTIN: "300000001", Org: "Org 1", Position: "hisobchi"})
	for n := 1; n <= 2; n++ {
		o.organization(box, n)
	}
	for i, p := range []string{directorPINFL, clerkPINFL} {
		o.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, 'P', $2, 'x', 'uz')`, i+1, box.MAC(taxid.PINFLPurpose, []byte(p)))
		o.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, $2)`, box.MAC(taxid.PINFLPurpose, []byte(p)), i+1)
	}
	o.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values (1, 1, 1, 'business', 'Botir', 'b@org1.example', 'active'),
		(1, 2, 2, 'business', 'Karim', 'k@org1.example', 'active'), (1, 3, 9, 'business', 'Olim', '', 'active'), (2, 4, 1, 'business', 'Botir', 'b@org2.example', 'active')`)
	o.exec(`insert into member_roles (org_id, member_id, role) values (1, 1, 'org_admin'), (1, 2, 'org_admin'), (1, 3, 'default'), (2, 4, 'org_admin')`)
	o.exec(`insert into staff (id, name, pinfl_mac, roles) values (7, 'Lola', '\x07', '{op_admin}'), (8, 'Timur', '\x08', '{op_watcher}')`)
	o.botir, o.karim, o.clerk = o.member(1, 1, "Botir"), o.member(2, 2, "Karim"), o.member(9, 3, "Olim")
	o.staff, o.watcher = o.operator(7, "Lola", perm.RoleOpAdmin), o.operator(8, "Timur", perm.RoleOpWatcher)
	return o
}

func (o office) organization(box *seal.Box, n int) {
	o.t.Helper()
	tin := fmt.Sprintf("30000000%d", n)
	o.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values ($1, $2, 'mchj', 'Tashkilot', 'Организация', 'Botir Ahmedov', $3, $4, 'info@org.example', '+998901234567', 'SA', 'Kattaqoʻrgʻon', 'Navoiy 1', 'uz', 'active', '', '')`,
		n, tin, box.MAC(org.PurposePINFL, []byte(directorPINFL)), box.Seal(org.PurposePINFL, []byte(directorPINFL), []byte("org:"+tin)))
	o.exec(`insert into tin_registry (tin, org_id) values ($1, $2)`, tin, n)
	o.exec(`insert into org_product_groups (org_id, group_id, issuer, status) values ($1, 13, true, 'active')`, n)
}

func (o office) key(p edstest.Person) edstest.Key {
	o.t.Helper()
	k, err := o.authority.Issue(p)
	must(o.t, err)
	return k
}

func (o office) member(account, id int64, name string) actor.Actor {
	o.t.Helper()
	session := "m" + fmt.Sprint(id)
	o.exec(`insert into sessions (token_hash, data, account_id, org_id, member_id, expires_at) values ($1, '', $2, 1, $3, now() + interval '1 hour')`, session, account, id)
	roles := []string{"default"}
	if id != 3 {
		roles = []string{"org_admin"}
	}
	return actor.Actor{AccountID: account, OrgID: 1, MemberID: id, Name: name, Rights: perm.Rights(roles), SessionKey: session, Origin: actor.Origin{IP: "192.0.2.1"}}
}

func (o office) operator(id int64, name string, role perm.Role) actor.Operator {
	o.t.Helper()
	session := "s" + fmt.Sprint(id)
	o.exec(`insert into sessions (token_hash, data, staff_id, expires_at) values ($1, '', $2, now() + interval '1 hour')`, session, id)
	return actor.Operator{StaffID: id, Name: name, Rights: perm.Rights([]string{string(role)}), SessionKey: session, Origin: actor.Origin{IP: "192.0.2.1"}}
}

func (o office) exec(sql string, args ...any) {
	o.t.Helper()
	if _, err := o.DB.Exec(o.t.Context(), sql, args...); err != nil {
		o.t.Fatalf("%s: %v", sql, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// signature is what the browser of somebody with this key gives back.
func (o office) signature(a actor.Actor, id int64, k edstest.Key) (agreement.Signature, error) {
	c, err := o.Challenge(o.t.Context(), a, id)
	return signed(c, k), err
}

func signed(c proof.Challenge, k edstest.Key) agreement.Signature {
	message := edstest.Message{Key: k, Content: []byte(c.Text), At: clock.System(), BER: true}
	return agreement.Signature{Challenge: c.ID, PKCS7: base64.StdEncoding.EncodeToString(message.Encode())}
}

// begin makes the only agreement of organization 1 anew and brings it to a state.
func (o office) begin(s agreement.Status) (id int64) {
	o.t.Helper()
	o.exec(`delete from agreements where org_id = 1`)
	o.exec(`delete from rate_limits`)
	id, err := o.Ask(o.t.Context(), o.botir, "")
	must(o.t, err)
	steps := map[agreement.Status]func() error{
		agreement.Sent: func() error { return o.Send(o.t.Context(), o.staff, 1, id, agreement.Sending{Version: "2026-11-01"}) },
		agreement.Signed: func() error {
			sig, err := o.signature(o.botir, id, o.director)
			must(o.t, err)
			return o.Sign(o.t.Context(), o.botir, id, sig)
		},
		agreement.Active: func() error { return o.Activate(o.t.Context(), o.staff, 1, id) },
		agreement.Ended:  func() error { return o.End(o.t.Context(), o.staff, 1, id, "Sabab") },
	}
	for _, next := range agreement.Statuses() {
		if step := steps[next]; step != nil {
			must(o.t, step())
		}
		if next == s {
			break
		}
	}
	return id
}

// status is what the page would say.
func (o office) status(id int64) agreement.Status {
	o.t.Helper()
	p, err := o.Paper(o.t.Context(), o.botir, id)
	must(o.t, err)
	return p.Status
}
