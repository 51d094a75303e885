package cardfile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"maps"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/picture"
)

// The groups of the desk's organization.
const (
	tobaccoID int16 = 3
	waterID   int16 = 13
)

// desk is an organization with an editor of all groups and one who has only
// water. Organization 9 is somebody else's.
type desk struct {
	testing.TB
	url   string // of the database, where a test needs it
	db    *pgxpool.Pool
	files *cardfile.Service
	cards *card.Service
	run   cardfile.Runner
	out   cardfile.Exporter
}

var (
	editor   = who(2, 3, "card_editor")
	waterman = who(2, 4, "card_editor") // water only
	observer = who(2, 5, "card_observer")
	stranger = who(9, 7, "card_editor")
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
	db := pgtest.New(t)
	cards := &card.Service{DB: db, Pictures: picture.New()}
	d := &desk{
		TB: t, db: db, cards: cards, files: &cardfile.Service{DB: db},
		run: cardfile.Runner{DB: db, Photos: cards}, out: cardfile.Exporter{DB: db, Cards: cards},
	}
	d.seed()
	return d
}

func (d *desk) seed() {
	d.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`,
	} {
		d.exec(sql)
	}
	for _, a := range []actor.Actor{editor, waterman, observer, stranger} {
		d.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`, a.AccountID, a.Name, fmt.Sprint("mac", a.AccountID))
		d.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values ($1, $2, $3, 'business', $4, $5, 'active', true, true)`, a.OrgID, a.MemberID, a.AccountID, a.Name, fmt.Sprintf("m%d@company.example", a.MemberID))
		d.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ($1, $2, $3, $4, '', now() + interval '1 day')`,
			a.SessionKey, a.AccountID, a.OrgID, a.MemberID)
	}
	d.exec(`update members set all_groups = false where id = 4`)
	d.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 13)`)
	d.exec(`insert into member_roles (org_id, member_id, role) values (2, 3, 'card_editor'), (2, 4, 'card_editor'), (2, 5, 'card_observer'), (9, 7, 'card_editor')`)
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

func (d *desk) book(group int16) attribute.Book {
	d.Helper()
	b, err := attribute.BookOf(context.Background(), d.db, group)
	d.must(err)
	return b
}

// upload sends a file for a group and gives the import.
func (d *desk) upload(a actor.Actor, group, name string, file []byte, photos ...[]byte) int64 {
	d.Helper()
	u := cardfile.Upload{Group: group, Name: name, File: bytes.NewReader(file)}
	for _, p := range photos {
		u.ArchiveName, u.Archive, u.ArchiveSize = "photos.zip", bytes.NewReader(p), int64(len(p))
	}
	id, err := d.files.Upload(d.Context(), a, u)
	d.must(err)
	return id
}

// work runs an import to its end.
func (d *desk) work(id int64) cardfile.Import {
	d.Helper()
	d.must(d.run.Run(d.Context(), 2, id))
	i, err := d.files.Get(d.Context(), editor, id)
	d.must(err)
	return i
}

// applied checks a file, applies it and gives the import at its end.
func (d *desk) applied(a actor.Actor, group, name string, file []byte, photos ...[]byte) cardfile.Import {
	d.Helper()
	id := d.upload(a, group, name, file, photos...)
	d.work(id)
	d.must(d.files.Apply(d.Context(), a, id))
	return d.work(id)
}

// gtin is the nth number under a prefix.
func gtin(n int) string {
	body := fmt.Sprintf("4780101%05d", n)
	digit, err := gs1.CheckDigit(body)
	if err != nil {
		panic(err)
	}
	return "0" + body + string(digit)
}

// bottle is all there is to say of a bottle of water.
func bottle(n int) card.Typed {
	return card.Typed{
		card.FieldGTIN: gtin(n), card.FieldPackaging: "UNIT",
		card.FieldCategory: "drinking", card.FieldHS: "2201101900", card.FieldIKPU: "02201001001000000",
		card.FieldNameUz: "Zilol ichimlik suvi 0,5 l", card.FieldNameRu: "Вода питьевая «Зилол» 0,5 л", card.FieldNameEn: "Zilol drinking water 0.5 l",
		card.FieldBrand: "Zilol", card.FieldCountry: "UZ",
		card.FieldManufacturer: "Zarafshon Sut MChJ", card.FieldManufacturerAddress: "Samarqand, Bobur 1",
		card.FieldProducer: "", card.FieldProducerAddress: "",
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

// table is a CSV of cards, with the columns of the first one in the order of a
// template.
func table(book attribute.Book, cards ...card.Typed) []byte {
	var b bytes.Buffer
	var fields []string
	for _, c := range cardfile.Columns(book.Set) {
		if _, ok := cards[0][c.Field]; ok {
			fields = append(fields, c.Field)
		}
	}
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(f)
	}
	b.WriteByte('\n')
	for _, c := range cards {
		for i, f := range fields {
			if i > 0 {
				b.WriteByte(';')
			}
			fmt.Fprintf(&b, `"%s"`, bytes.ReplaceAll([]byte(c[f]), []byte(`"`), []byte(`""`)))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// jpegOf is a picture of a shade.
func jpegOf(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 600))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipped is an archive of files by name, in the order given.
func zipped(t testing.TB, files ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i].(string))
		if err == nil {
			_, err = w.Write(files[i+1].([]byte))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
