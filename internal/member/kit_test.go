package member_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// invited remembers who was invited, in the order of the letters.
type invited struct{}

func (i invited) InviteTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	_, err := tx.Exec(ctx, `insert into invited values ($1, $2)`, orgID, memberID)
	return err
}

func (i invited) InvitedTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) (done bool, err error) {
	return done, tx.QueryRow(ctx, `select exists (select from invited where org_id = $1 and member_id = $2)`, orgID, memberID).Scan(&done)
}

// revoked is what a feature does with the keys of a blocked user.
type revoked struct{}

func (revoked) RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, reason string) error {
	_, err := tx.Exec(ctx, `insert into revoked values ($1, $2, $3)`, orgID, memberID, reason)
	return err
}

// office is an organization with users that act.
type office struct {
	*member.Service
	t  *testing.T
	db *pgxpool.Pool
}

func newOffice(t *testing.T) office {
	t.Helper()
	o := office{t: t, db: pgtest.New(t)}
	o.Service = &member.Service{DB: o.db, Box: httptesting.Box(t), Inviter: invited{}, Revokers: []member.Revoker{revoked{}}}
	o.exec(`create table invited (org_id bigint, member_id bigint)`)
	o.exec(`create table revoked (org_id bigint, member_id bigint, reason text)`)
	seed(t, o.db, 1, "302118447", "active")
	seed(t, o.db, 2, "302118448", "active")
	o.exec(`insert into org_product_groups (org_id, group_id, issuer, status) values (1, 3, true, 'active'), (1, 13, false, 'active'), (2, 13, false, 'active')`)
	o.exec(`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
		select 1, n, 'Ombor ' || n, '{storage}', 'SA', 'x', 'x', n = 1, 'active', 'manual' from generate_series(1, 3) n`)
	return o
}

func (o office) exec(sql string, args ...any) {
	o.t.Helper()
	if _, err := o.db.Exec(o.t.Context(), sql, args...); err != nil {
		o.t.Fatalf("%s: %v", sql, err)
	}
}

func (o office) count(sql string, args ...any) (n int) {
	o.t.Helper()
	if err := o.db.QueryRow(o.t.Context(), sql, args...).Scan(&n); err != nil {
		o.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// hire makes an active user of an organization who is signed in, with a
// signature of this moment.
func (o office) hire(orgID, id int64, roles ...perm.Role) actor.Actor {
	o.t.Helper()
	a := actor.Actor{AccountID: id, OrgID: orgID, MemberID: id, Name: fmt.Sprintf("User %d", id), SessionKey: fmt.Sprintf("key-%d", id), Scope: perm.Scope{AllGroups: true, AllPlaces: true}}
	o.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1::bigint, $2, $2::text::bytea, '', 'uz')`, id, a.Name)
	o.exec(`insert into members (org_id, id, account_id, kind, name, name_ru, email, status, all_groups, all_places, search)
		values ($1, $2, $2, 'business', $3, $3, 'u@company.example', 'active', true, true, lower($3))`, orgID, id, a.Name)
	o.exec(`insert into account_members (account_id, org_id, member_id) values ($1, $2, $1)`, id, orgID)
	for _, r := range append([]perm.Role{perm.RoleDefault}, roles...) {
		o.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, $3)`, orgID, id, string(r))
		a.Rights = a.Rights.Or(r.Rights())
	}
	o.signIn(a)
	return a
}

func (o office) signIn(a actor.Actor) {
	o.t.Helper()
	o.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at, proved_at)
		values ($1, $2, $3, $4, '', now() + interval '1 hour', now()) on conflict do nothing`, a.SessionKey, a.AccountID, a.OrgID, a.MemberID)
}

// typed is a form that is filled in.
func typed(edit func(*member.Draft)) member.Draft {
	d := member.Draft{
		Kind: "business",
		Person: member.Person{
			Name: "Karimova Dilnoza", NameRu: "Каримова Дилноза", NameEn: "Karimova Dilnoza", Email: "Dilnoza@Company.example",
			PINFL: "41203850010017", Language: "ru",
		},
		Preset: string(perm.PresetAccountant), Reach: member.Reach{AllGroups: "all", AllPlaces: "all"}, FormKey: "form-1",
	}
	if edit != nil {
		edit(&d)
	}
	return d
}

func (o office) get(a actor.Actor, id int64) member.User {
	o.t.Helper()
	u, err := o.Get(o.t.Context(), a, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}
