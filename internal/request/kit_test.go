package request_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/request"
)

// The cast: an administrator of each of two organizations, and two registrars.
var (
	barno  = member(2, 3, "Barno")
	aziz   = member(9, 10, "Aziz")
	timur  = registrar(4, "Timur")
	nodira = registrar(5, "Nodira")
)

func member(orgID, id int64, name string) actor.Actor {
	return actor.Actor{AccountID: id, OrgID: orgID, MemberID: id, Name: name, Rights: perm.Rights([]string{"default", "org_admin"}), SessionKey: name}
}

func registrar(id int64, name string) actor.Operator {
	return actor.Operator{StaffID: id, Name: name, Rights: perm.RoleOpRegistrar.Rights(), SessionKey: name}
}

type kit struct {
	t  *testing.T
	db *pgxpool.Pool
	*request.Service
}

func newKit(t *testing.T) kit {
	t.Helper()
	k := kit{t: t, db: pgtest.New(t)}
	k.Service = &request.Service{DB: k.db}
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'ru'), (10, 'Aziz', 'b', 'b', 'uz')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values
			(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (9, 10, 10, 'business', 'Aziz', 'aziz@org9.example', 'active')`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, r from members, unnest('{default,org_admin}'::text[]) r`,
		`insert into org_product_groups (org_id, group_id, issuer, status) values (2, 13, false, 'active'), (2, 15, true, 'blocked')`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780001', 'active'), (9, '4780002', 'active')`,
		`insert into gs1_prefix_registry (prefix, org_id) select prefix, org_id from gs1_prefixes`,
		`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_registrar}'), (5, 'Nodira', 'n', '{op_registrar}')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values
			('Barno', 3, 2, 3, '', now() + interval '1 hour'), ('Aziz', 10, 9, 10, '', now() + interval '1 hour')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values
			('Timur', 4, '', now() + interval '1 hour'), ('Nodira', 5, '', now() + interval '1 hour')`,
	} {
		k.exec(sql)
	}
	return k
}

func (k kit) exec(sql string, args ...any) {
	k.t.Helper()
	if _, err := k.db.Exec(k.t.Context(), sql, args...); err != nil {
		k.t.Fatalf("%s: %v", sql, err)
	}
}

func (k kit) count(sql string, args ...any) (n int) {
	k.t.Helper()
	if err := k.db.QueryRow(k.t.Context(), sql, args...).Scan(&n); err != nil {
		k.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// want counts rows.
func (k kit) want(n int, sql string, args ...any) {
	k.t.Helper()
	if got := k.count(sql, args...); got != n {
		k.t.Errorf("%d rows, want %d: %s %v", got, n, sql, args)
	}
}

// picture is a document in good order.
func picture() request.Upload {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))) // a buffer takes everything
	return upload("letter.png", b.Bytes())
}

func upload(name string, content []byte) request.Upload {
	return request.Upload{Name: name, Size: int64(len(content)), File: bytes.NewReader(content)}
}

// ask files a request for a number and gives its id.
func (k kit) ask(a actor.Actor, kind request.Kind, number string) int64 {
	k.t.Helper()
	id, err := k.AskNumber(k.t.Context(), a, request.NumberDraft{Kind: string(kind), Number: number}, picture())
	if err != nil {
		k.t.Fatalf("%s: %v", number, err)
	}
	return id
}

// wrong checks that a refusal is the one wanted, tied to a field.
func wrong(t *testing.T, err error, field string, want *fault.Error) {
	t.Helper()
	cs, ok := fault.ComplaintsOf(err)
	c, on := cs.On(field)
	if !ok || !on || c.Key != want.Key {
		t.Errorf("got %v (%v), want %s on %s", err, cs, want.Key, field)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
