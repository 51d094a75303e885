package attribute_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	timur  = actor.Operator{StaffID: 5, Name: "Timur", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "s"}
	nodira = actor.Operator{StaffID: 6, Name: "Nodira", Rights: perm.RoleOpRegistrar.Rights(), SessionKey: "t"}
	reader = actor.Operator{StaffID: 7, Name: "Said", Rights: perm.RoleOpWatcher.Rights(), SessionKey: "u"}
)

func newService(t *testing.T) (*pgxpool.Pool, *attribute.Service) {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		`insert into staff (id, name, pinfl_mac, roles) values (5, 'Timur', 's', '{op_registrar}'), (6, 'Nodira', 'n', '{op_registrar}'), (7, 'Said', 'd', '{op_watcher}')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) select v.h, v.id, '', now() + interval '1 hour' from (values ('s', 5), ('t', 6), ('u', 7)) v (h, id)`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return db, &attribute.Service{DB: db}
}

func one[T any](t *testing.T, db *pgxpool.Pool, sql string) (v T) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// draftOf is the newest version of a group as a form would send it.
func draftOf(t *testing.T, s *attribute.Service, group int16) attribute.Draft {
	t.Helper()
	v, err := s.Version(t.Context(), timur, group, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := attribute.Draft{From: v.Set.Version}
	for _, a := range v.Set.Attributes {
		d.Rows = append(d.Rows, attribute.RowOf(a))
	}
	return d
}

func TestPublish(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	d := draftOf(t, s, 13)
	if _, err := s.Publish(ctx, timur, 13, d); !errors.Is(err, attribute.ErrSame) {
		t.Errorf("an unchanged set: %v", err)
	}
	d.Rows[0].Required, d.Note = false, "The kind may be left out"
	changes, err := s.Check(ctx, nodira, 13, d)
	if err != nil || len(changes) != 1 || changes[0].Code != "product_type" {
		t.Errorf("%+v, %v", changes, err)
	}
	if n := one[int](t, db, `select count(*) from attribute_sets where group_id = 13`); n != 1 {
		t.Errorf("checking has kept something: %d versions", n)
	}
	if v, err := s.Publish(ctx, timur, 13, d); v != 2 || err != nil {
		t.Fatal(v, err)
	}
	b, err := attribute.BookOf(ctx, db, 13)
	if err != nil || b.Set.Version != 2 || b.Set.Attributes[0].Required {
		t.Errorf("%+v, %v", b.Set, err)
	}
	if b, err = attribute.BookAt(ctx, db, 13, 1, nil); err != nil || !b.Set.Attributes[0].Required {
		t.Errorf("version 1 has changed: %+v, %v", b.Set, err)
	}
	v, err := s.Version(ctx, reader, 13, 2)
	if err != nil || v.Note != d.Note || v.By != "Timur" || len(attribute.Diff(v.Before, v.Set.Attributes)) != 1 {
		t.Errorf("%+v, %v", v.Head, err)
	}
	if line := one[string](t, db, `select actor_name || ' ' || target || ' ' || details::text from audit_log where action = 'attributes.publish'`); !strings.HasPrefix(line, "Timur group:13 ") || !strings.Contains(line, `"changed": ["product_type"]`) {
		t.Error(line)
	}
	d.Rows[1].Required = false
	if _, err := s.Publish(ctx, nodira, 13, d); !errors.Is(err, attribute.ErrEdited) {
		t.Errorf("from version 1 again: %v", err)
	}
	if _, err := s.Publish(ctx, nodira, 99, attribute.Draft{Rows: d.Rows}); !errors.Is(err, attribute.ErrNoGroup) {
		t.Errorf("of a group that is not there: %v", err)
	}
	if _, err := s.Version(ctx, timur, 13, 3); !errors.Is(err, attribute.ErrNoSet) {
		t.Errorf("version 3: %v", err)
	}
	if _, err := s.Publish(ctx, reader, 13, d); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("who may only read publishes: %v", err)
	}
}

func TestOfManyWhoPublishAtOnceOneWins(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	d := draftOf(t, s, 3)
	d.Rows = d.Rows[1:]
	const n = 8
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { _, errs[i] = s.Publish(t.Context(), []actor.Operator{timur, nodira}[i%2], 3, d) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, attribute.ErrEdited):
			t.Error(err)
		}
	}
	if newest := one[int](t, db, `select max(version) from attribute_sets where group_id = 3`); won != 1 || newest != 2 {
		t.Errorf("%d won, the newest version is %d", won, newest)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	find := func(query string, off bool) (codes []string) {
		t.Helper()
		page, _, err := s.Codes(ctx, reader, attribute.CodeFilter{Group: 13, List: attribute.HS, Query: query, Off: off, Size: 25})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			codes = append(codes, e.Code.Code)
		}
		return codes
	}
	for query, want := range map[string][]string{
		"апельсин": {"2009120008"}, "APELSIN sharb": {"2009120008"}, "22021": {"2202100000"}, "%": find("", false), "zzz": nil,
	} {
		if diff := cmp.Diff(want, find(query, false)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	draft := attribute.CodeDraft{Code: "2009 31 11 00", Name: attribute.Words{Uz: "Limon sharbati", Ru: "Лимонный сок"}}
	if err := s.AddCode(ctx, timur, 13, attribute.HS, draft); err != nil {
		t.Fatal(err)
	}
	if err := s.AddCode(ctx, nodira, 13, attribute.HS, draft); !errors.Is(err, attribute.ErrCodeTaken) {
		t.Errorf("twice: %v", err)
	}
	draft.Name.En, draft.Version = "Lemon juice", 1
	if err := s.RenameCode(ctx, timur, 13, attribute.HS, "2009311100", draft); err != nil {
		t.Fatal(err)
	}
	draft.Name.En = "Juice of lemons"
	if err := s.RenameCode(ctx, nodira, 13, attribute.HS, "2009311100", draft); !errors.Is(err, attribute.ErrEdited) {
		t.Errorf("from version 1 again: %v", err)
	}
	for range 2 {
		if err := s.SwitchCode(ctx, timur, 13, attribute.HS, "2009311100", true); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"2009311100"}, find("лимон", true)); diff != "" || find("лимон", false) != nil {
		t.Errorf("a code that is switched off: %s, %v", diff, find("лимон", false))
	}
	b, err := attribute.BookOf(ctx, db, 13)
	if _, ok := b.FindHS("2009311100"); err != nil || ok || b.Name(attribute.HS, "2009311100").En != "Lemon juice" {
		t.Errorf("it may still be chosen (%v) or has lost its name: %+v, %v", ok, b.Name(attribute.HS, "2009311100"), err)
	}
	if err := s.SwitchCode(ctx, timur, 13, attribute.HS, "2009311100", false); err != nil {
		t.Fatal(err)
	}
	want := "reference.add reference.change reference.off reference.on"
	if got := one[string](t, db, `select string_agg(action, ' ' order by id) from audit_log where target = 'hs:13/2009311100'`); got != want {
		t.Errorf("log: %q, want %q", got, want)
	}
	if err := s.SwitchCode(ctx, timur, 13, attribute.HS, "x", true); !errors.Is(err, attribute.ErrNoCode) {
		t.Errorf("a code that is not there: %v", err)
	}
	if err := s.AddCode(ctx, timur, 99, attribute.Categories, attribute.CodeDraft{Code: "toys", Name: draft.Name}); !errors.Is(err, attribute.ErrNoGroup) {
		t.Errorf("in a group that is not there: %v", err)
	}
	if err := s.AddCode(ctx, reader, 13, attribute.HS, draft); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("who may only read adds: %v", err)
	}
}

func TestCodeDraft(t *testing.T) {
	t.Parallel()
	name := attribute.Words{Uz: "Yog'", Ru: "Масло"}
	for _, tt := range []struct {
		list attribute.List
		code string
		name attribute.Words
		want string
	}{
		{attribute.Categories, " oils ", name, ""},
		{attribute.Categories, "Oils", name, "code code.shape.category"},
		{attribute.Categories, "o ils", name, "code code.shape.category"},
		{attribute.HS, "1512 19 100 2", name, ""},
		{attribute.HS, "151219100", name, "code code.shape.hs"},
		{attribute.IKPU, "01512001001000000", name, ""},
		{attribute.IKPU, "0151200100100000x", name, "code code.shape.ikpu"},
		{attribute.IKPU, "", attribute.Words{En: "x\x00"}, "code code.shape.ikpu, uz code.name, ru code.name, en text.unprintable"},
		{attribute.HS, "1512191002", attribute.Words{Uz: strings.Repeat("a", 401), Ru: "a"}, "uz text.long"},
	} {
		if _, err := (attribute.CodeDraft{Code: tt.code, Name: tt.name}).Open(tt.list); complaints(err) != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.list, tt.code, complaints(err), tt.want)
		}
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	_, s := newService(t)
	all, err := s.Overview(t.Context(), reader)
	if err != nil || len(all) != len(groups) {
		t.Fatalf("%d groups, %v", len(all), err)
	}
	for _, o := range all {
		if o.Version != 1 || o.Attributes < 8 || o.Codes[attribute.HS] < 6 {
			t.Errorf("%+v", o)
		}
	}
}
