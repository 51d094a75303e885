package gate_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

const rounds = 200

// keyHash is that of the administrator's API key.
const keyHash = "0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d0c0d"

var (
	admin   = actor.Actor{AccountID: 1, OrgID: 2, MemberID: 3, Name: "Barno", Rights: perm.Rights([]string{"org_admin"}), SessionKey: "m"}
	program = actor.Actor{OrgID: 2, MemberID: 5, Name: "Line 1", Rights: perm.Rights([]string{"code_issuer"}), SessionKey: actor.ByToken + "0a0b"}
	caller  = actor.Actor{OrgID: 2, MemberID: 3, Name: "Barno", Rights: perm.Rights([]string{"org_admin"}), SessionKey: actor.ByKey + keyHash}
	absent  = actor.Actor{OrgID: 2, MemberID: 3, Name: "Barno", Rights: perm.Rights([]string{"org_admin"}), SessionKey: actor.ByJob + "3"}
	chief   = actor.Operator{StaffID: 4, Name: "Timur", Rights: perm.Rights([]string{"op_admin"}), SessionKey: "s"}
)

func seed(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno', 'a', 'a', 'ru')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '301000001', '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 3, 1, 'business', 'Barno', '', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'default'), (2, 3, 'org_admin')`,
		`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_admin}')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('m', 1, 2, 3, '', now() + interval '1 hour')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 4, '', now() + interval '1 hour')`,
		`insert into members (org_id, id, kind, name, email, status) values (2, 5, 'technical', 'Line 1', '', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 5, 'code_issuer')`,
		`insert into technical_tokens (token_hash, kind, org_id, member_id, family, expires_at, family_ends_at)
			values ('\x0a0b', 'access', 2, 5, gen_random_uuid(), now() + interval '1 hour', now() + interval '1 day')`,
		`insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at)
			values (2, 6, 3, '1C', '', 'kbn_aaaa', 'zzzz', '\x` + keyHash + `', now() + interval '1 day')`,
		`insert into api_key_registry (key_hash, org_id, key_id) values ('\x` + keyHash + `', 2, 6)`,
	} {
		exec(t, db, sql)
	}
	return db
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func act(ctx context.Context, db *pgxpool.Pool, who gate.Who, right perm.Code) (done bool, err error) {
	err = gate.InTx(ctx, db, who, right, func(pg.Tx) error { done = true; return nil })
	return done, err
}

func TestWhoHoldsTheRightActs(t *testing.T) {
	t.Parallel()
	db := seed(t)
	for name, tt := range map[string]struct {
		who   gate.Who
		right perm.Code
	}{"a member": {admin, perm.MemberManage}, "a program": {program, perm.OrderManage}, "a caller": {caller, perm.MemberManage}, "a job": {absent, perm.MemberManage}, "staff": {chief, perm.OpStaffManage}} {
		if done, err := act(t.Context(), db, tt.who, tt.right); err != nil || !done {
			t.Errorf("%s: done = %t, err = %v", name, done, err)
		}
	}
}

func TestWhoNeverHadTheRightAsksNoDatabase(t *testing.T) {
	t.Parallel()
	var noDatabase *pgxpool.Pool
	for name, tt := range map[string]struct {
		who  gate.Who
		want error
	}{
		"a visitor":                   {actor.Actor{}, actor.ErrSignIn},
		"a visitor among staff":       {actor.Operator{}, actor.ErrSignIn},
		"a member without the right":  {actor.Actor{SessionKey: "m", Rights: perm.Of(perm.OrgRead)}, actor.ErrForbidden},
		"a member with staff's right": {admin, actor.ErrForbidden},
	} {
		right := perm.MemberManage
		if name == "a member with staff's right" {
			right = perm.OpStaffManage
		}
		if done, err := act(t.Context(), noDatabase, tt.who, right); !errors.Is(err, tt.want) || done {
			t.Errorf("%s: done = %t, err = %v, want %v", name, done, err, tt.want)
		}
	}
}

// Each loss happens after the page was drawn: the actor still shows the right.
func TestWhatWasTakenAwaySinceThePageRefusesTheAct(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, loss string
		who        gate.Who
		right      perm.Code
	}{
		{"the role", `delete from member_roles where role = 'org_admin'`, admin, perm.MemberManage},
		{"the membership", `update members set status = 'blocked'`, admin, perm.MemberManage},
		{"the organization", `update organizations set status = 'blocked'`, admin, perm.MemberManage},
		{"the session", `delete from sessions where token_hash = 'm'`, admin, perm.MemberManage},
		{"the token", `delete from technical_tokens`, program, perm.OrderManage},
		{"the token by time", `update technical_tokens set expires_at = now()`, program, perm.OrderManage},
		{"the token's kind", `update technical_tokens set kind = 'refresh'`, program, perm.OrderManage},
		{"the program", `update members set status = 'blocked'`, program, perm.OrderManage},
		{"the key", `update api_keys set ended_at = now(), ending = 'revoked'`, caller, perm.MemberManage},
		{"the key by time", `update api_keys set created_at = now() - interval '2 days', expires_at = now()`, caller, perm.MemberManage},
		{"the key's owner", `update members set status = 'blocked'`, caller, perm.MemberManage},
		{"the owner's role", `delete from member_roles where role = 'org_admin'`, caller, perm.MemberManage},
		{"the key's organization", `update organizations set status = 'blocked'`, caller, perm.MemberManage},
		{"the role of whom a job works for", `delete from member_roles where role = 'org_admin'`, absent, perm.MemberManage},
		{"the membership of whom a job works for", `update members set status = 'blocked'`, absent, perm.MemberManage},
		{"the organization of whom a job works for", `update organizations set status = 'blocked'`, absent, perm.MemberManage},
		{"the session by time", `update sessions set expires_at = now() where token_hash = 'm'`, admin, perm.MemberManage},
		{"the session's organization", `update sessions set org_id = 9, member_id = 9 where token_hash = 'm'`, admin, perm.MemberManage},
		{"the staff role", `update staff set roles = '{op_watcher}'`, chief, perm.OpStaffManage},
		{"the staff member", `update staff set status = 'blocked'`, chief, perm.OpStaffManage},
		{"the staff session", `delete from sessions where token_hash = 's'`, chief, perm.OpStaffManage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := seed(t)
			exec(t, db, tt.loss)
			if done, err := act(t.Context(), db, tt.who, tt.right); !errors.Is(err, gate.ErrChanged) || done {
				t.Errorf("done = %t, err = %v, want %v", done, err, gate.ErrChanged)
			}
		})
	}
}

// Whoever takes a right away locks the person first. An act that is under way
// is finished before; one that comes later waits and is refused.
func TestAnActIsBeforeTheLossOrRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lock, take, back string
		who                    gate.Who
		right                  perm.Code
	}{
		{
			"a role", `select 1 from members where org_id = 2 and id = 3 for update`, `delete from member_roles where role = 'org_admin'`,
			`insert into member_roles (org_id, member_id, role) values (2, 3, 'org_admin')`, admin, perm.MemberManage,
		},
		{
			"a session", `select 1 from sessions where token_hash = 'm' for update`, `delete from sessions where token_hash = 'm'`,
			`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('m', 1, 2, 3, '', now() + interval '1 hour')`,
			admin, perm.MemberManage,
		},
		{
			"an organization", `select 1 from organizations where org_id = 2 for update`, `update organizations set status = 'blocked'`,
			`update organizations set status = 'active'`, admin, perm.MemberManage,
		},
		{
			"a program", `select 1 from members where org_id = 2 and id = 5 for update`, `update members set status = 'blocked' where id = 5`,
			`update members set status = 'active' where id = 5`, program, perm.OrderManage,
		},
		{
			"a staff role", `select 1 from staff where id = 4 for update`, `update staff set roles = '{}'`,
			`update staff set roles = '{op_admin}'`, chief, perm.OpStaffManage,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := seed(t)
			exec(t, db, `create table acts (after_loss boolean not null)`)
			exec(t, db, `create table losses (n int not null)`)
			for range rounds {
				race(t, db, tt.lock, tt.take, tt.who, tt.right)
				exec(t, db, tt.back)
				exec(t, db, `truncate losses`)
			}
			var late int
			if err := db.QueryRow(t.Context(), `select count(*) from acts where after_loss`).Scan(&late); err != nil || late != 0 {
				t.Errorf("%d acts happened after the loss (%v)", late, err)
			}
		})
	}
}

// race lets an act and a loss meet; an act notes whether it saw the loss.
func race(t *testing.T, db *pgxpool.Pool, lock, take string, who gate.Who, right perm.Code) {
	t.Helper()
	var wg sync.WaitGroup
	wg.Go(func() {
		err := gate.InTx(t.Context(), db, who, right, func(tx pg.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into acts select exists (select from losses)`)
			return err
		})
		if err != nil && !errors.Is(err, gate.ErrChanged) {
			t.Error(err)
		}
	})
	wg.Go(func() {
		err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			for _, sql := range []string{lock, take, `insert into losses values (1)`} {
				if _, err := tx.Exec(t.Context(), sql); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
}

func TestActsOfOnePersonDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	db := seed(t)
	err := gate.InTx(t.Context(), db, admin, perm.MemberManage, func(pg.Tx) error {
		_, err := act(t.Context(), db, admin, perm.OrgEdit)
		return err
	})
	if err != nil {
		t.Errorf("the second act: %v", err)
	}
}

func TestAJobKnowsWhatItsMemberMayDoNow(t *testing.T) {
	t.Parallel()
	db := seed(t)
	exec(t, db, `update members set all_groups = false where id = 3`)
	exec(t, db, `insert into org_product_groups (org_id, group_id, issuer, status) select 2, min(id), false, 'active' from product_groups`)
	exec(t, db, `insert into member_groups (org_id, member_id, group_id) values (2, 3, (select group_id from org_product_groups limit 1))`)
	a, err := gate.OfJob(t.Context(), db, 2, 3)
	if err != nil || a.Name != "Barno" || !a.Rights.Has(perm.MemberManage) || a.Scope.AllGroups || len(a.Scope.Groups) != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	if done, err := act(t.Context(), db, a, perm.MemberManage); err != nil || !done {
		t.Errorf("done = %t, %v", done, err)
	}
	if err := gate.InFreshTx(t.Context(), db, a, perm.MemberManage, func(pg.Tx) error { return nil }); !errors.Is(err, gate.ErrChanged) {
		t.Errorf("a job did what wants a fresh signature: %v", err)
	}
	for name, member := range map[string]int64{"nobody": 77, "another organization's": 3} {
		org := int64(2)
		if name != "nobody" {
			org = 9
		}
		if _, err := gate.OfJob(t.Context(), db, org, member); !errors.Is(err, gate.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
