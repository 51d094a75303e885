package savedview_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/savedview"
)

const list = "cards"

var barno, aziz = who(3), who(4)

func who(member int64) actor.Actor {
	return actor.Actor{
		AccountID: member, OrgID: 2, MemberID: member, Name: fmt.Sprint("Member ", member), SessionKey: fmt.Sprint("key", member),
		Rights: perm.Rights([]string{"default"}),
	}
}

func newService(t *testing.T) *savedview.Service {
	t.Helper()
	db := pgtest.New(t)
	seed(t, db)
	return &savedview.Service{DB: db}
}

func seed(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '301000002', 'mchj', 'Zarafshon Sut', '', '', '', '', 'a@company.example', '', 'TK', '', '', 'en', 'active', '', '')`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Account ' || n, n::text::bytea, 'x', 'en' from generate_series(3, 4) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups)
			select 2, n, n, 'business', 'Member ' || n, 'm' || n || '@company.example', 'active', true from generate_series(3, 4) n`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at)
			select 'key' || id, account_id, org_id, id, '', now() + interval '1 hour' from members`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func save(t *testing.T, s *savedview.Service, a actor.Actor, name, query string, opens bool) {
	t.Helper()
	if err := s.Save(t.Context(), a, list, savedview.Draft{Name: name, Query: query, Default: opens}); err != nil {
		t.Fatal(err)
	}
}

func of(t *testing.T, s *savedview.Service, a actor.Actor) savedview.Choices {
	t.Helper()
	c, err := s.Of(t.Context(), a, list)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(c savedview.Choices) string {
	var all []string
	for _, v := range c.Views {
		all = append(all, v.Name+"?"+v.Query)
	}
	return strings.Join(all, " ")
}

func TestAViewIsOnesOwnAndOneOfItsName(t *testing.T) {
	t.Parallel()
	s := newService(t)
	save(t, s, barno, "Suv", "group=13", false)
	save(t, s, barno, "  Pivo ", "group=15", true)
	save(t, s, barno, "Suv", "group=13&status=draft", false)
	c := of(t, s, barno)
	if got := names(c); got != "Pivo?group=15 Suv?group=13&status=draft" {
		t.Errorf("views: %s", got)
	}
	if v, ok := c.Opens(); !ok || v.Name != "Pivo" {
		t.Errorf("opens with %+v, %v", v, ok)
	}
	if got := names(of(t, s, aziz)); got != "" {
		t.Errorf("somebody else sees %s", got)
	}
	if other, err := s.Of(t.Context(), barno, "orders"); err != nil || len(other.Views) != 0 {
		t.Errorf("another list: %+v, %v", other, err)
	}
}

func TestNobodyTouchesTheViewOfAnother(t *testing.T) {
	t.Parallel()
	s := newService(t)
	save(t, s, barno, "Suv", "group=13", true)
	id := of(t, s, barno).Views[0].ID
	for what, err := range map[string]error{
		"remove":    s.Remove(t.Context(), aziz, list, id),
		"open with": s.OpenWith(t.Context(), aziz, list, id),
	} {
		if !errors.Is(err, savedview.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Remove(t.Context(), barno, list, id); err != nil {
		t.Fatal(err)
	}
	if c := of(t, s, barno); len(c.Views) != 0 || c.Default != 0 {
		t.Errorf("after removal: %+v", c)
	}
}

func TestTenViewsAreEnoughAlsoForTwoWindows(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var wait sync.WaitGroup
	errs := make([]error, 2*savedview.Max)
	for i := range errs {
		wait.Go(func() {
			errs[i] = s.Save(t.Context(), barno, list, savedview.Draft{Name: fmt.Sprint("View ", i), Query: "q=a"})
		})
	}
	wait.Wait()
	refused := 0
	for _, err := range errs {
		switch {
		case errors.Is(err, savedview.ErrMany):
			refused++
		case err != nil:
			t.Error(err)
		}
	}
	if n := len(of(t, s, barno).Views); n != savedview.Max || refused != savedview.Max {
		t.Errorf("%d views, %d refused", n, refused)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, key := range map[string]string{
		"": "savedview.no_name", " \t": "savedview.no_name", strings.Repeat("a", 41): "text.long", "a\u202eb": "text.unprintable", "a\x00b": "text.unprintable",
	} {
		err := s.Save(t.Context(), barno, list, savedview.Draft{Name: name, Query: "q=a"})
		cs, _ := fault.ComplaintsOf(err)
		if c, ok := cs.On(savedview.FieldName); !ok || c.Key != key {
			t.Errorf("%q: %v, want %s", name, err, key)
		}
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if err := s.Choose(t.Context(), barno, list, []string{"gtin", "<b>", "", "brand"}); err != nil {
		t.Fatal(err)
	}
	chosen := of(t, s, barno).Columns
	all := []string{"name", "gtin", "brand", "status", "updated"}
	got := savedview.Shown(all, []string{"name", "status"}, chosen)
	if diff := cmp.Diff([]string{"name", "gtin", "brand", "status"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(all, savedview.Shown(all, nil, of(t, s, aziz).Columns)); diff != "" {
		t.Error(diff)
	}
}
