package card_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// The groups of the desk's organization; beer is not connected.
const (
	tobaccoID int16 = 3
	waterID   int16 = 13
)

// desk is an organization with a publisher, an editor who has only water, and an
// observer; prefix 4780101 is its own. Organization 9 is somebody else's.
type desk struct {
	testing.TB
	db    *pgxpool.Pool
	cards *card.Service
	keys  map[string]edstest.Key // by session key
	ca    *edstest.Authority
}

var (
	publisher = who(2, 3, "card_publisher")
	editor    = who(2, 4, "card_editor") // water only
	observer  = who(2, 5, "card_observer")
	second    = who(2, 6, "card_publisher")
	stranger  = who(9, 7, "card_publisher")
	moderator = actor.Operator{StaffID: 8, Name: "Timur", Rights: perm.Rights([]string{"op_moderator"}), SessionKey: "s"}
)

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
	d := &desk{TB: t, db: pgtest.New(t), keys: map[string]edstest.Key{}}
	d.cards = &card.Service{DB: d.db, Host: "kabinet.example", Accounts: &account.Service{DB: d.db, Box: box}}
	d.cards.Proof = d.proof(box)
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`,
		`insert into gs1_prefix_registry (prefix, org_id) values ('4780101', 2), ('4780202', 9)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780101', 'active'), (9, '4780202', 'active')`,
		`insert into staff (id, name, pinfl_mac, roles) values (8, 'Timur', 's', '{op_moderator}')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 8, '', now() + interval '1 hour')`,
	} {
		d.exec(sql)
	}
	for _, a := range []actor.Actor{publisher, editor, observer, second, stranger} {
		d.join(a, box)
	}
	d.exec(`update members set all_groups = false where id = 4`)
	d.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 13)`)
	d.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'card_publisher'), (2, 4, 'card_editor'), (2, 5, 'card_observer'),
		(2, 6, 'card_publisher'), (9, 7, 'card_publisher')`)
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

func (d *desk) text(sql string, args ...any) (s string) {
	d.Helper()
	d.must(d.db.QueryRow(d.Context(), sql, args...).Scan(&s))
	return s
}

// tx runs fn in a transaction, as the operator's desk does.
func (d *desk) tx(fn func(pg.Tx) error) error { return pg.InTx(d.Context(), d.db, fn) }

// gtin is the nth number under a prefix.
func gtin(prefix string, n int) string {
	body := prefix + fmt.Sprintf("%0*d", 12-len(prefix), n)
	digit, err := gs1.CheckDigit(body)
	if err != nil {
		panic(err)
	}
	return "0" + body + string(digit)
}

// bottle is all there is to say of a bottle of water, but for the photo.
func bottle(n int) card.Typed {
	return card.Typed{
		card.FieldGTIN: gtin("4780101", n), card.FieldPackaging: "UNIT", card.FieldGroup: "water",
		card.FieldCategory: "drinking", card.FieldHS: "2201101900", card.FieldIKPU: "02201001001000000",
		card.FieldNameUz: "Zilol ichimlik suvi 0,5 l", card.FieldNameRu: "Вода питьевая «Зилол» 0,5 л", card.FieldNameEn: "Zilol drinking water 0.5 l",
		card.FieldBrand: "Zilol", card.FieldCountry: "UZ",
		card.FieldManufacturer: "Zarafshon Sut MChJ", card.FieldManufacturerAddress: "Samarqand, Bobur 1",
		card.FieldClaims: "Zarafshon Sut MChJ", card.FieldClaimsAddress: "Samarqand, Bobur 1",
		"attr.product_type": "drinking", "attr.volume": "0.5", "attr.carbonation": "still", "attr.container": "pet", "attr.sugar": "no",
		"attr.shelf_life": "365", "attr.storage": "5–25 °C",
	}
}

// with is what was typed with another field.
func with(t card.Typed, field, value string) card.Typed {
	t = maps.Clone(t)
	t[field] = value
	return t
}

// made is a card of an own number, ready to be sent.
func (d *desk) made(n int) int64 {
	d.Helper()
	id, err := d.cards.Create(d.Context(), publisher, "", bottle(n))
	d.must(err)
	d.photo(id)
	return id
}

// photo gives a card the picture of its front, as adding one does.
func (d *desk) photo(id int64) {
	d.Helper()
	d.exec(`insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id)
		select org_id, nextval('card_photo_ids'), id, 'front', 'front.jpg', 100, 100, sha256(gtin::bytea), 0, 0 from cards where id = $1`, id)
	d.exec(`update card_versions v set content = v.content || jsonb_build_object('photos', jsonb_build_array(jsonb_build_object(
		'id', p.id, 'side', 'front', 'sha256', encode(p.sha256, 'hex'))))
		from card_photos p where p.org_id = v.org_id and p.card_id = v.card_id and v.card_id = $1`, id)
	d.exec(`update cards c set photo_id = p.id from card_photos p where p.card_id = c.id and c.id = $1`, id)
}

// get reads a card as the publisher does.
func (d *desk) get(id int64) card.Record {
	d.Helper()
	r, err := d.cards.Get(d.Context(), publisher, id)
	d.must(err)
	return r
}

// signed is what the browser sends back: the person's signature over what the
// portal asked for.
func (d *desk) signed(a actor.Actor, ids ...int64) card.Signed {
	d.Helper()
	c, _, err := d.cards.Challenge(d.Context(), a, ids)
	d.must(err)
	d.exec(`delete from rate_limits`)
	return d.sign(a, c)
}

func (d *desk) sign(a actor.Actor, c proof.Challenge) card.Signed {
	container := edstest.Message{Key: d.keys[a.SessionKey], Content: []byte(c.Text), At: clock.System(), BER: true}.Encode()
	return card.Signed{Challenge: c.ID, PKCS7: base64.StdEncoding.EncodeToString(container)}
}

// sent sends cards and expects it to work.
func (d *desk) sent(ids ...int64) {
	d.Helper()
	r, err := d.cards.Send(d.Context(), publisher, ids, d.signed(publisher, ids...))
	d.must(err)
	if len(r.Done) != len(ids) {
		d.Fatalf("sent %+v", r)
	}
}

// publish decides for the operator.
func (d *desk) publish(id int64, n int) error {
	return d.tx(func(tx pg.Tx) error { return card.PublishTx(d.Context(), tx, moderator, 2, id, n) })
}

func (d *desk) giveBack(id int64, n int) error {
	return d.tx(func(tx pg.Tx) error {
		return card.ReturnTx(d.Context(), tx, moderator, 2, id, n, []card.Remark{{Field: card.FieldNameRu, Uz: "Nomi xato", Ru: "Ошибка в названии", En: "The name is wrong"}})
	})
}
