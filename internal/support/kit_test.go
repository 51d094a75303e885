package support_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/picture"
	"kabinet/internal/support"
)

// The cast: Barno administers organization 2, where Karim and Lola are clerks;
// Aziz administers 9. Timur and Nodira answer, and so does Botir, who is Lola in
// organization 2; Vera only looks.
var (
	barno  = member(2, 3, "Barno", "default", "org_admin")
	karim  = member(2, 4, "Karim", "default")
	lola   = member(2, 5, "Lola", "default")
	aziz   = member(9, 10, "Aziz", "default", "org_admin")
	timur  = operator(4, "Timur", perm.RoleOpRegistrar)
	nodira = operator(5, "Nodira", perm.RoleOpSupport)
	vera   = operator(6, "Vera", perm.RoleOpWatcher)
	botir  = operator(7, "Botir", perm.RoleOpSupport)
)

func member(orgID, id int64, name string, roles ...string) actor.Actor {
	return actor.Actor{AccountID: id, OrgID: orgID, MemberID: id, Name: name, Rights: perm.Rights(roles), SessionKey: name}
}

func operator(id int64, name string, role perm.Role) actor.Operator {
	return actor.Operator{StaffID: id, Name: name, Rights: role.Rights(), SessionKey: name}
}

type kit struct {
	t  testing.TB
	db *pgxpool.Pool
	*support.Service
}

func newKit(t testing.TB) kit {
	t.Helper()
	k := kit{t: t, db: pgtest.New(t)}
	k.Service = &support.Service{DB: k.db, Pictures: picture.New(), Things: map[support.Kind]support.Thing{
		support.Card: func(_ context.Context, a actor.Actor, id string) (string, error) {
			if a.OrgID != 2 || id != "17" {
				return "", fault.New(fault.NotFound, "card.not_found")
			}
			return "Suv <b>1 l</b>", nil
		},
	}}
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select i, 'A' || i, 'a', 'a', 'ru' from unnest(array[3, 4, 5, 10]) i`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values
			(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (2, 4, 4, 'business', 'Karim', 'karim@org2.example', 'active'),
			(2, 5, 5, 'business', 'Lola', 'lola@org2.example', 'active'), (9, 10, 10, 'business', 'Aziz', 'aziz@org9.example', 'active')`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'org_admin'), (9, 10, 'org_admin')`,
		`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_registrar}'), (5, 'Nodira', 'n', '{op_support}'),
			(6, 'Vera', 'v', '{op_watcher}'), (7, 'Botir', 'b', '{op_support}')`,
		`update members set pinfl_mac = 'b' where org_id = 2 and id = 5`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at)
			select name, account_id, org_id, id, '', now() + interval '1 hour' from members`,
		`insert into sessions (token_hash, staff_id, data, expires_at) select name, id, '', now() + interval '1 hour' from staff`,
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

// aged makes everything that was written older than any limit looks back.
func (k kit) aged() {
	k.t.Helper()
	k.exec(`update support_messages set created_at = now() - interval '2 days'`)
}

// ask makes a request.
func (k kit) ask(a actor.Actor, files ...support.Upload) support.Request {
	k.t.Helper()
	r, err := k.Open(k.t.Context(), a, support.About{Kind: support.Other}, support.Draft{Title: "Savol", Body: "Nima uchun?"}, files)
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

// put brings a request into a state, as if the acts before had been done.
func (k kit) put(r support.Request, s support.Status) {
	k.t.Helper()
	k.exec(`update support_requests set status = $3,
		due_at = case when $3 in ('open', 'work') then now() + interval '1 day' end,
		closes_at = case when $3 in ('waiting', 'answered') then now() + interval '7 days' end,
		closed_at = case when $3 in ('closed', 'withdrawn') then now() end,
		held_by = case when $3 = 'work' then 4 end, held_name = case when $3 = 'work' then 'Timur' else '' end,
		held_at = case when $3 = 'work' then now() end, held_until = case when $3 = 'work' then now() + interval '15 minutes' end
		where org_id = $1 and id = $2`, r.OrgID, r.ID, string(s))
}

func (k kit) status(r support.Request) (s support.Status) {
	k.t.Helper()
	if err := k.db.QueryRow(k.t.Context(), `select status from support_requests where org_id = $1 and id = $2`, r.OrgID, r.ID).Scan(&s); err != nil {
		k.t.Fatal(err)
	}
	return s
}

func upload(name string, content []byte) support.Upload {
	return support.Upload{Name: name, Size: int64(len(content)), File: bytes.NewReader(content)}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// both runs two acts at the same moment.
func both(a, b func() error) (errA, errB error) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { <-start; errA = a() })
	wg.Go(func() { <-start; errB = b() })
	close(start)
	wg.Wait()
	return errA, errB
}
