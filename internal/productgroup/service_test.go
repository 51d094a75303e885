package productgroup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	barno  = actor.Actor{AccountID: 3, OrgID: 2, MemberID: 3, Name: "Barno", Rights: perm.Rights([]string{"default", "org_admin"}), SessionKey: "m"}
	aziz   = actor.Actor{AccountID: 4, OrgID: 2, MemberID: 4, Name: "Aziz", Rights: perm.Rights([]string{"default", "org_admin"}), SessionKey: "n"}
	timur  = actor.Operator{StaffID: 5, Name: "Timur", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "s"}
	nodira = actor.Operator{StaffID: 6, Name: "Nodira", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "t"}
)

// newService gives a service whose links are noted in linked.
func newService(t *testing.T) (db *pgxpool.Pool, s *Service) {
	t.Helper()
	db = pgtest.New(t)
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'ru'), (4, 'Aziz', 'b', 'b', 'uz')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '300000002', 'mchj', 'Org', 'Орг', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values
			(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active'), (2, 4, 4, 'business', 'Aziz', 'aziz@org2.example', 'active')`,
		`insert into member_roles (org_id, member_id, role) select 2, id, 'org_admin' from members`,
		`insert into staff (id, name, pinfl_mac, roles) values (5, 'Timur', 's', '{op_registrar}'), (6, 'Nodira', 'n', '{op_registrar}')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values
			('m', 3, 2, 3, '', now() + interval '1 hour'), ('n', 4, 2, 4, '', now() + interval '1 hour')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 5, '', now() + interval '1 hour'), ('t', 6, '', now() + interval '1 hour')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return db, &Service{DB: db, Link: link}
}

// link is a stand-in for what member does.
func link(ctx context.Context, tx pg.Tx, orgID int64, groupID int16, memberID int64) error {
	_, err := tx.Exec(ctx, `insert into member_groups (org_id, member_id, group_id) values ($1, $2, $3)`, orgID, memberID, groupID)
	return err
}

func count(t *testing.T, db *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAddAGroup(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	if _, err := s.Add(ctx, barno, Draft{"13", Yes}); err != nil {
		t.Fatal(err)
	}
	for what, sql := range map[string]string{
		"the group, active at once": `select count(*) from org_product_groups where org_id = 2 and group_id = 13 and issuer and status = 'active'`,
		"the link":                  `select count(*) from member_groups where org_id = 2 and member_id = 3 and group_id = 13`,
		"the line in the log":       `select count(*) from audit_log where org_id = 2 and action = 'group.add' and target = 'group:13' and (details->>'issuer')::boolean`,
		"a notice for each administrator": `select count(*) - 1 from notices where org_id = 2 and key = 'productgroup.notice.issuer.' and path = '/org/groups/13'
			and args @> '["group.ru", "person"]'`,
	} {
		if n := count(t, db, sql); n != 1 {
			t.Errorf("%s: %d", what, n)
		}
	}
	own, err := s.Own(ctx, barno)
	if err != nil || len(own.Groups) != 1 || len(own.Left) != 10 {
		t.Errorf("%+v, %v", own, err)
	}
	r, err := s.Get(ctx, barno, 13)
	if err != nil || len(r.History) != 1 || r.History[0].By != "Barno" {
		t.Errorf("%+v, %v", r, err)
	}
	clerk := barno
	clerk.Rights = perm.RoleDefault.Rights()
	if r, err := s.Get(ctx, clerk, 13); err != nil || r.History != nil {
		t.Errorf("who may not read events reads %+v, %v", r, err)
	}
	for name, tt := range map[string]struct{ err, want error }{
		"twice":              {added(s.Add(ctx, aziz, Draft{"13", No})), ErrTaken},
		"without the right":  {added(s.Add(ctx, clerk, Draft{"15", No})), actor.ErrForbidden},
		"one it has not got": {got(s.Get(ctx, barno, 15)), ErrNotFound},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
}

func added(_ int16, err error) error { return err }
func got(_ Record, err error) error  { return err }

// TestOfTwoWhoAddOneWins has two administrators answer differently at the same
// moment: one answer is stored, the other is told.
func TestOfTwoWhoAddOneWins(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	for i := range 200 {
		var a, b error
		var wg sync.WaitGroup
		wg.Go(func() { _, a = s.Add(ctx, barno, Draft{"13", Yes}) })
		wg.Go(func() { _, b = s.Add(ctx, aziz, Draft{"13", No}) })
		wg.Wait()
		if (a == nil) == (b == nil) || a != nil && !errors.Is(a, ErrTaken) || b != nil && !errors.Is(b, ErrTaken) {
			t.Fatalf("round %d: %v and %v", i, a, b)
		}
		if n := count(t, db, fmt.Sprintf(`select count(*) from org_product_groups where issuer = %t`, a == nil)); n != 1 {
			t.Fatalf("round %d: the answer of the loser is stored", i)
		}
		for _, sql := range []string{`delete from member_groups`, `delete from org_product_groups`} {
			if _, err := db.Exec(ctx, sql); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestSetIssuer(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	if _, err := s.Add(ctx, barno, Draft{"13", No}); err != nil {
		t.Fatal(err)
	}
	set := func(id int16, issuer bool) error {
		return pg.InTx(ctx, db, func(tx pg.Tx) error { return SetIssuerTx(ctx, tx, timur.Subject(), 2, id, issuer) })
	}
	for range 2 { // the second changes nothing
		if err := set(13, true); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, db, `select count(*) from audit_log where action = 'group.issuer' and details->'issuer'->>'after' = 'true'`); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
	if err := set(15, true); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := db.Exec(ctx, `update org_product_groups set status = 'blocked'`); err != nil {
		t.Fatal(err)
	}
	if err := set(13, false); !errors.Is(err, ErrBlocked) {
		t.Error(err)
	}
}

func TestTheDictionaryIsEdited(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	if _, err := s.Dictionary(ctx); err != nil { // remembered from here on
		t.Fatal(err)
	}
	if err := s.AddEntry(ctx, timur, Entry{ID: "14", Slug: "milk", Uz: "Sut", Ru: "Молоко", En: "Milk"}); err != nil {
		t.Fatal(err)
	}
	d, err := s.Dictionary(ctx)
	if _, shown := d.Find(14); err != nil || !shown {
		t.Errorf("the new group does not show: %v", err)
	}
	u, err := s.Entry(ctx, timur, 14)
	if err != nil {
		t.Fatal(err)
	}
	e := u.Entry()
	e.Slug, e.En = "dairy", "Dairy"
	if err := s.ChangeEntry(ctx, timur, 14, e); err != nil {
		t.Fatal(err)
	}
	stale := u.Entry()
	stale.En = "Milk products"
	again, err := s.Entry(ctx, timur, 14)
	if err != nil || again.Slug != "dairy" || again.Version != u.Version+1 {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := s.Add(ctx, barno, Draft{"14", No}); err != nil {
		t.Fatal(err)
	}
	used := again.Entry()
	used.Slug = "milk"
	renamed := again.Entry()
	renamed.Ru = "Молочная продукция"
	for name, tt := range map[string]struct{ err, want error }{
		"by who saw the version before":  {s.ChangeEntry(ctx, nodira, 14, stale), ErrEdited},
		"the slug of a group in use":     {s.ChangeEntry(ctx, nodira, 14, used), ErrSlugUsed},
		"the name of a group in use":     {s.ChangeEntry(ctx, nodira, 14, renamed), nil},
		"one that is not there":          {s.ChangeEntry(ctx, nodira, 99, renamed), ErrNoEntry},
		"a number that is taken":         {s.AddEntry(ctx, nodira, Entry{ID: "14", Slug: "x2", Uz: "X", Ru: "Х2", En: "X2"}), ErrIDTaken},
		"without the right to keep them": {s.AddEntry(ctx, actor.Operator{SessionKey: "s", Rights: perm.RoleOpWatcher.Rights()}, Entry{}), actor.ErrForbidden},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
	if n := count(t, db, `select count(*) from audit_log where org_id = 0 and action in ('dictionary.add', 'dictionary.change')`); n != 3 {
		t.Errorf("%d lines, want 3", n)
	}
}

// TestTheSlugOfAGroupThatIsBeingAddedStays has an organization add a group while
// staff rename it in the API: either the slug was new when it was added, or it
// stays.
func TestTheSlugOfAGroupThatIsBeingAddedStays(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	if err := s.AddEntry(ctx, timur, Entry{ID: "14", Slug: "milk", Uz: "Sut", Ru: "Молоко", En: "Milk"}); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		u, err := s.Entry(ctx, timur, 14)
		if err != nil {
			t.Fatal(err)
		}
		e := u.Entry()
		e.Slug = fmt.Sprintf("milk%d", i)
		var a, b error
		var wg sync.WaitGroup
		wg.Go(func() { a = s.ChangeEntry(ctx, timur, 14, e) })
		wg.Go(func() { _, b = s.Add(ctx, barno, Draft{"14", No}) })
		wg.Wait()
		if b != nil || a != nil && !errors.Is(a, ErrSlugUsed) {
			t.Fatalf("round %d: %v and %v", i, a, b)
		}
		for _, sql := range []string{`delete from member_groups`, `delete from org_product_groups`} {
			if _, err := db.Exec(ctx, sql); err != nil {
				t.Fatal(err)
			}
		}
	}
}
