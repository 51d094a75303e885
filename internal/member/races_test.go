package member_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

const rounds = 200

// together runs acts at the same moment and gives what each came to.
func together(acts ...func() error) []error {
	errs := make([]error, len(acts))
	var ready, done sync.WaitGroup
	ready.Add(len(acts))
	for i, act := range acts {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			errs[i] = act()
		})
	}
	done.Wait()
	return errs
}

// TestTwoAdministratorsAgainstEachOther: whatever both do to each other at the
// same moment, one stays.
func TestTwoAdministratorsAgainstEachOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin)
	for round := range rounds {
		var errs []error
		if round%2 == 0 {
			errs = together(
				func() error { return o.Block(t.Context(), a, 12, member.Blocking{Reason: "x"}) },
				func() error { return o.Block(t.Context(), b, 11, member.Blocking{Reason: "x"}) },
			)
		} else {
			va, vb := o.count(`select version from members where id = 11`), o.count(`select version from members where id = 12`)
			errs = together(
				func() error { return o.SetRoles(t.Context(), a, 12, vb, nil) },
				func() error { return o.SetRoles(t.Context(), b, 11, va, nil) },
			)
		}
		left := o.count(`select count(*) from members m join member_roles r on r.member_id = m.id and r.role = 'org_admin' where m.org_id = 1 and m.status = 'active'`)
		if left != 1 || (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: %d administrators left, %v", round, left, errs)
		}
		for _, err := range errs {
			if err != nil && !errors.Is(err, gate.ErrChanged) && !errors.Is(err, member.ErrStale) {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		o.exec(`update members set status = 'active', blocked_at = null where org_id = 1`)
		o.exec(`insert into member_roles (org_id, member_id, role) values (1, 11, 'org_admin'), (1, 12, 'org_admin') on conflict do nothing`)
		o.signIn(a)
		o.signIn(b)
	}
	o.wantNoDeadlocks()
}

// wantNoDeadlocks ends the work with the database and expects that it never had to
// give one up of several that waited for each other.
func (o office) wantNoDeadlocks() {
	o.t.Helper()
	o.db.Close() // what a connection counted is known when it has gone
	conn, err := pgx.ConnectConfig(o.t.Context(), o.db.Config().ConnConfig)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(o.t.Context())) }()
	const q = `
		select (select deadlocks from pg_stat_database where datname = current_database()),
		       (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())`
	for deadlocks, others := 0, 1; others > 0; {
		if err := conn.QueryRow(o.t.Context(), q).Scan(&deadlocks, &others); err != nil {
			o.t.Fatal(err)
		}
		if deadlocks > 0 {
			o.t.Fatalf("%d deadlocks", deadlocks)
		}
	}
}

// TestAFormSentTwiceAtOnceMakesOneUser is a double click.
func TestAFormSentTwiceAtOnceMakesOneUser(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	for round := range rounds {
		d := typed(func(d *member.Draft) {
			d.FormKey, d.PINFL = fmt.Sprint("form-", round), fmt.Sprintf("4120385%07d", round)
			d.Email = fmt.Sprintf("u%d@company.example", round)
			if round%2 == 1 {
				d.Kind, d.PINFL = "technical", ""
			}
		})
		ids := make([]int64, 2)
		errs := together(
			func() (err error) { ids[0], err = o.Add(t.Context(), admin, d); return err },
			func() (err error) { ids[1], err = o.Add(t.Context(), admin, d); return err },
		)
		if errors.Join(errs...) != nil || ids[0] != ids[1] {
			t.Fatalf("round %d: %v %v", round, ids, errs)
		}
	}
	if n := o.count(`select count(*) from members where status = 'not_activated'`); n != rounds {
		t.Errorf("%d users, want %d", n, rounds)
	}
	if n := o.count(`select count(*) from invited`); n != rounds {
		t.Errorf("%d invitations, want %d", n, rounds)
	}
}

// TestTwoFormsAboutOnePersonMakeOneUser is two administrators at once.
func TestTwoFormsAboutOnePersonMakeOneUser(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin)
	for round := range rounds {
		form := func(key string) member.Draft {
			return typed(func(d *member.Draft) {
				d.FormKey, d.PINFL = fmt.Sprint(key, round), fmt.Sprintf("4120385%07d", round)
				d.Email = fmt.Sprintf("u%d@company.example", round)
			})
		}
		errs := together(
			func() error { _, err := o.Add(t.Context(), a, form("a")); return err },
			func() error { _, err := o.Add(t.Context(), b, form("b")); return err },
		)
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), member.ErrTaken) {
			t.Fatalf("round %d: %v", round, errs)
		}
	}
	if n := o.count(`select count(*) from invited`); n != rounds {
		t.Errorf("%d invitations, want %d", n, rounds)
	}
}

// TestABlockAgainstAnActInFlight: an act of the blocked user is either done
// before the block, or refused; never after.
func TestABlockAgainstAnActInFlight(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, clerk := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin)
	o.exec(`create table acts (at timestamptz not null default clock_timestamp())`)
	for round := range rounds {
		o.exec(`truncate acts`)
		errs := together(
			func() error { return o.Block(t.Context(), admin, 12, member.Blocking{Reason: "x"}) },
			func() error {
				return gate.InTx(t.Context(), o.db, clerk, perm.MemberManage, func(tx pg.Tx) error {
					_, err := tx.Exec(t.Context(), `insert into acts select now() from members where id = 12 and status = 'active'`)
					return err
				})
			},
		)
		if errs[0] != nil || errs[1] != nil && !errors.Is(errs[1], gate.ErrChanged) {
			t.Fatalf("round %d: %v", round, errs)
		}
		if n := o.count(`select count(*) from acts`); (n == 1) != (errs[1] == nil) {
			t.Fatalf("round %d: %d acts, %v", round, n, errs[1])
		}
		if n := o.count(`select count(*) from sessions where member_id = 12`); n != 0 {
			t.Fatalf("round %d: a session lives on", round)
		}
		o.exec(`update members set status = 'active', blocked_at = null where id = 12`)
		o.signIn(clerk)
	}
}

// TestABlockAgainstARoleChange: two changes of one user at once never hang.
func TestABlockAgainstARoleChange(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b, clerk := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin), o.hire(1, 13)
	for round := range rounds {
		errs := together(
			func() error { return o.Block(t.Context(), a, 13, member.Blocking{Reason: "x"}) },
			func() error { return o.Give(t.Context(), b, 13, member.Gift{Role: perm.RoleObserver}) },
		)
		if errs[0] != nil || errs[1] != nil && !errors.Is(errs[1], member.ErrBlocked) {
			t.Fatalf("round %d: %v", round, errs)
		}
		o.exec(`update members set status = 'active', blocked_at = null where id = 13`)
		o.exec(`delete from member_roles where member_id = 13 and role = 'observer'`)
		o.signIn(clerk)
	}
	o.wantNoDeadlocks()
}
