package gs1prefix

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	barno  = actor.Actor{OrgID: 2, MemberID: 3, Rights: perm.Rights([]string{"default"}), SessionKey: "m"}
	timur  = actor.Operator{StaffID: 4, Name: "Timur", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "s"}
	nodira = actor.Operator{StaffID: 5, Name: "Nodira", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "t"}
)

func desk(t *testing.T) (*pgxpool.Pool, *Service) {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'ru')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (2, 3, 'org_admin')`,
		`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_registrar}'), (5, 'Nodira', 'n', '{op_registrar}')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 4, '', now() + interval '1 hour'), ('t', 5, '', now() + interval '1 hour')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return db, &Service{DB: db}
}

func count(t *testing.T, db *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStaffRegisterBlockAndUnblock(t *testing.T) {
	t.Parallel()
	db, s := desk(t)
	ctx := t.Context()
	for _, typed := range []string{"478 0001", "4780094510086"} {
		if _, err := s.Register(ctx, timur, "300000002", typed); err != nil {
			t.Fatal(err)
		}
	}
	check := func(typed string, want Answer) {
		t.Helper()
		if c, err := s.Check(ctx, barno, typed); err != nil || c.Answer != want {
			t.Errorf("%s: %+v, %v, want %s", typed, c, err, want)
		}
	}
	check("4780001000013", Covered)
	check("4780094510086", Single)
	check("4607063428121", Foreign)
	if err := s.Block(ctx, timur, "300000002", "4780001", "Membership ended"); err != nil {
		t.Fatal(err)
	}
	if err := s.Block(ctx, timur, "300000002", "04780094510086", "Membership ended"); err != nil {
		t.Fatal(err)
	}
	check("4780001000013", Stopped)
	check("4780094510086", Stopped)
	held, err := s.Own(ctx, barno)
	if err != nil || len(held) != 2 || held[0].Reason != "Membership ended" || held[0].Single() || !held[1].Single() {
		t.Errorf("%+v, %v", held, err)
	}
	for name, tt := range map[string]struct{ err, want error }{
		"blocked twice":                {s.Block(ctx, nodira, "300000002", "4780001", "Again"), ErrState},
		"without a reason":             {s.Block(ctx, timur, "300000002", "4780001", "\u200b "), ErrReason},
		"of another organization":      {s.Block(ctx, timur, "300000009", "4780001", "Not theirs"), ErrNotFound},
		"of no organization":           {s.Block(ctx, timur, "999999999", "4780001", "Nobody"), ErrNotFound},
		"no number at all":             {s.Unblock(ctx, timur, "300000002", "<b>"), ErrNotFound},
		"unblocked":                    {s.Unblock(ctx, timur, "300000002", "4780001"), nil},
		"what is blocked stays theirs": {registered(s.Register(ctx, timur, "300000009", "4780094510086")), ErrOthers},
		"registered twice":             {registered(s.Register(ctx, timur, "300000002", "4780001")), ErrOwn},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
	if n := count(t, db, `select count(*) from audit_log where org_id = 2 and action in ('prefix.register', 'prefix.block', 'prefix.unblock')`); n != 5 {
		t.Errorf("%d lines in the log, want 5", n)
	}
	if n := count(t, db, `select count(*) from notices where org_id = 2 and kind = 'decision'`); n != 5 {
		t.Errorf("%d notices, want 5", n)
	}
}

func registered(_ string, err error) error { return err }

func TestNumbersOfOthersAreTheirsWithoutAName(t *testing.T) {
	t.Parallel()
	_, s := desk(t)
	ctx := t.Context()
	if _, err := s.Register(ctx, timur, "300000009", "4780001"); err != nil {
		t.Fatal(err)
	}
	c, err := s.Check(ctx, barno, "4780001000013")
	if diff := cmp.Diff(Check{GTIN: "04780001000013", Answer: Others}, c); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestTwoOfTheStaffRegisterOnePrefix races for the register.
func TestTwoOfTheStaffRegisterOnePrefix(t *testing.T) {
	t.Parallel()
	db, s := desk(t)
	ctx := t.Context()
	const rounds = 200
	for i := range rounds {
		typed := fmt.Sprintf("4781%04d", i)
		var a, b error
		var wg sync.WaitGroup
		wg.Go(func() { _, a = s.Register(ctx, timur, "300000002", typed) })
		wg.Go(func() { _, b = s.Register(ctx, nodira, "300000009", typed) })
		wg.Wait()
		if (a == nil) == (b == nil) || a != nil && !errors.Is(a, ErrOthers) || b != nil && !errors.Is(b, ErrOthers) {
			t.Fatalf("round %d: %v and %v", i, a, b)
		}
	}
	if n := count(t, db, `select count(*) from gs1_prefixes p join gs1_prefix_registry r on r.prefix = p.prefix and r.org_id = p.org_id`); n != rounds {
		t.Errorf("%d prefixes, want %d", n, rounds)
	}
}
