package place_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/place"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// desk is an organization with two administrators, a third one whose places are
// chosen, and a clerk with one place; its main place is the one of activation.
type desk struct {
	t      *testing.T
	db     *pgxpool.Pool
	places *place.Service
	main   int32
}

// The members of the desk's organization, 2; organization 9 is somebody else's.
var (
	barno  = who(2, 3, "org_admin")
	aziz   = who(2, 4, "org_admin")
	nodira = who(2, 5, "org_admin") // chosen places only
	clerk  = who(2, 6, "default")   // chosen places only
	other  = who(9, 7, "org_admin")
)

func who(orgID, memberID int64, role string) actor.Actor {
	key := string(rune('a' + memberID))
	return actor.Actor{
		AccountID: memberID, OrgID: orgID, MemberID: memberID, Name: "Member " + key,
		Rights: perm.Rights([]string{"default", role}), SessionKey: key,
	}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, db: pgtest.New(t)}
	d.places = &place.Service{DB: d.db}
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Account ' || n, n::text::bytea, 'x', 'en' from generate_series(3, 7) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_places)
			select case n when 7 then 9 else 2 end, n, n, 'business', 'Member ' || chr(97 + n), 'm' || n || '@company.example', 'active', n in (3, 4, 7)
			from generate_series(3, 7) n`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'org_admin' from members where id <> 6`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at)
			select chr(97 + id::int), account_id, org_id, id, '', now() + interval '1 hour' from members`,
	} {
		d.exec(sql)
	}
	d.main = d.first(2)
	d.first(9)
	d.exec(`insert into member_places (org_id, member_id, place_id) values (2, 5, $1), (2, 6, $1)`, d.main)
	return d
}

func (d *desk) first(orgID int64) (id int32) {
	d.t.Helper()
	d.must(pg.InTx(d.t.Context(), d.db, func(tx pg.Tx) (err error) {
		id, err = place.FirstTx(d.t.Context(), tx, orgID, place.Address{Language: "en", Region: "TK", District: "Yunusobod", Street: "Bobur 1"})
		return err
	}))
	return id
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.t.Helper()
	_, err := d.db.Exec(d.t.Context(), sql, args...)
	d.must(err)
}

func (d *desk) count(sql string, args ...any) (n int) {
	d.t.Helper()
	d.must(d.db.QueryRow(d.t.Context(), sql, args...).Scan(&n))
	return n
}

func draft(name string) place.Draft {
	return place.Draft{Name: name, Activities: []string{"storage"}, Country: "UZ", Region: "SA", District: "Urgut", Street: "Navoiy 1"}
}

// add makes places by hand.
func (d *desk) add(names ...string) (ids []int32) {
	d.t.Helper()
	for _, name := range names {
		id, err := d.places.Create(d.t.Context(), barno, "", draft(name))
		d.must(err)
		ids = append(ids, id)
	}
	return ids
}

func (d *desk) get(id int32) place.Place {
	d.t.Helper()
	p, err := d.places.Place(d.t.Context(), barno, id)
	d.must(err)
	return p
}

// names lists the places that a filter chooses.
func (d *desk) names(f place.Filter) string {
	d.t.Helper()
	if f.Size == 0 {
		f.Size = 25
	}
	p, err := d.places.Find(d.t.Context(), barno, f)
	d.must(err)
	var names []string
	for _, r := range p.Rows {
		names = append(names, r.Name)
	}
	return strings.Join(names, ", ")
}
