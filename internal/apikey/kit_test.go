package apikey_test

import (
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/apikey"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// desk is an organization: Barno is its administrator, Aziz makes keys, Dilshod
// does neither. Another organization has one who makes keys too.
type desk struct {
	*apikey.Service
	t  *testing.T
	db *pgxpool.Pool
}

var (
	barno   = who(1, 11, 101, "Barno Sodiqova", perm.RoleDefault, perm.RoleOrgAdmin)
	aziz    = who(1, 12, 102, "Aziz Karimov", perm.RoleDefault, perm.RoleKeyManager)
	dilshod = who(1, 13, 103, "Dilshod Umarov", perm.RoleDefault)
	foreign = who(2, 14, 104, "Nodira Yoʻldosheva", perm.RoleDefault, perm.RoleKeyManager, perm.RoleOrgAdmin)
)

func who(org, member, account int64, name string, roles ...perm.Role) actor.Actor {
	codes := make([]string, len(roles))
	for i, r := range roles {
		codes[i] = string(r)
	}
	return actor.Actor{
		AccountID: account, OrgID: org, MemberID: member, Name: name, Rights: perm.Rights(codes), SessionKey: name,
		Origin: actor.Origin{IP: "192.0.2.7"},
	}
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db := pgtest.New(t)
	d := desk{&apikey.Service{DB: db, Box: httptesting.Box(t)}, t, db}
	for id, tin := range map[int]string{1: "301000001", 2: "301000002"} {
		d.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, 'mchj', 'Zarafshon Sut', 'Зарафшан Сут', '', '', '', 'org@company.example', '', 'TK', '', '', 'uz', 'active', '', '')`, id, tin)
	}
	for _, a := range []actor.Actor{barno, aziz, dilshod, foreign} {
		d.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'a', 'ru')`, a.AccountID, a.Name, []byte(a.Name))
		d.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values ($1, $2, $3, 'business', $4, 'a@company.example', 'active')`,
			a.OrgID, a.MemberID, a.AccountID, a.Name)
		d.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default')`, a.OrgID, a.MemberID)
		d.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ($1, $2, $3, $4, '', now() + interval '1 hour')`,
			a.SessionKey, a.AccountID, a.OrgID, a.MemberID)
	}
	d.exec(`insert into member_roles (org_id, member_id, role) values (1, 11, 'org_admin'), (1, 12, 'key_manager'), (2, 14, 'org_admin'), (2, 14, 'key_manager')`)
	return d
}

func (d desk) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

func (d desk) count(sql string, args ...any) (n int) {
	d.t.Helper()
	if err := d.db.QueryRow(d.t.Context(), sql, args...).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// make makes a key that must come to be.
func (d desk) make(a actor.Actor, draft apikey.Draft) (apikey.Key, apikey.Value) {
	d.t.Helper()
	if draft.Name == "" {
		draft.Name = "1C, ombor"
	}
	if draft.Days == 0 {
		draft.Days = 30
	}
	k, v, err := d.Create(d.t.Context(), a, draft)
	if err != nil {
		d.t.Fatal(err)
	}
	return k, v
}

func (d desk) block(orgID, memberID int64) error {
	return pg.InTx(d.t.Context(), d.db, func(tx pg.Tx) error {
		for _, q := range []string{
			`select 1 from members where org_id = $1 and id = $2 for update`,
			`update members set status = 'blocked' where org_id = $1 and id = $2`,
		} {
			if _, err := tx.Exec(d.t.Context(), q, orgID, memberID); err != nil {
				return err
			}
		}
		return d.RevokeAllTx(d.t.Context(), tx, orgID, memberID, "left the company")
	})
}
