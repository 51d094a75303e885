package provider_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/provider"
)

var (
	roles = []string{"default", "provider_manager"}
	barno = actor.Actor{
		AccountID: 1, OrgID: 2, MemberID: 11, Name: "Barno Sodiqova", SessionKey: "k",
		Rights: perm.Rights(roles), Scope: perm.Scope{AllGroups: true},
	}
	// aziz gives for our organization in beer only.
	aziz = actor.Actor{
		AccountID: 2, OrgID: 2, MemberID: 12, Name: "Aziz Karimov", SessionKey: "z",
		Rights: perm.Rights(roles), Scope: perm.Scope{Groups: []int16{15}},
	}
	// nodir works for the provider.
	nodir = actor.Actor{
		AccountID: 3, OrgID: 3, MemberID: 21, Name: "Nodir Usmonov", SessionKey: "n",
		Rights: perm.Rights(roles), Scope: perm.Scope{AllGroups: true},
	}
)

// seed makes our organization (2: water as issuer, beer), a provider (3: water,
// beer, bio), one that is not active (4) and one without a common group (5).
func seed(t *testing.T) (*pgxpool.Pool, *provider.Service) {
	t.Helper()
	db := pgtest.New(t)
	for _, q := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'B', 'a', 'a', 'en'), (2, 'A', 'b', 'b', 'en'), (3, 'N', 'c', 'c', 'en')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash) values
			(2, '302118447', 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'info@zarafshonsut.example', '', 'SA', '', '', 'uz', 'active', '', ''),
			(3, '305550001', 'mchj', 'Kod Servis', 'Код Сервис', '', '', '', 'info@kodservis.example', '', 'TK', '', '', 'ru', 'active', '', ''),
			(4, '305550002', 'mchj', 'Kutmoqda', 'Ждёт', '', '', '', 'x@kutmoqda.example', '', 'TK', '', '', 'ru', 'imported', '', ''),
			(5, '305550003', 'mchj', 'Boshqa', 'Другая', '', '', '', 'x@boshqa.example', '', 'TK', '', '', 'ru', 'active', '', '')`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into org_product_groups (org_id, group_id, issuer, status) values
			(2, 13, true, 'active'), (2, 15, false, 'active'), (3, 13, false, 'active'), (3, 15, false, 'active'), (3, 17, true, 'active'), (5, 3, true, 'active')`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups) values
			(2, 11, 1, 'business', 'Barno Sodiqova', 'barno@zarafshonsut.example', 'active', true),
			(2, 12, 2, 'business', 'Aziz Karimov', 'aziz@zarafshonsut.example', 'active', false),
			(3, 21, 3, 'business', 'Nodir Usmonov', 'nodir@kodservis.example', 'active', true)`,
		`insert into member_roles (org_id, member_id, role) values
			(2, 11, 'default'), (2, 11, 'org_admin'), (2, 11, 'provider_manager'), (2, 12, 'provider_manager'), (3, 21, 'provider_manager')`,
		`insert into member_groups (org_id, member_id, group_id) values (2, 12, 15)`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values
			('k', 1, 2, 11, '', now() + interval '1 hour'), ('z', 2, 2, 12, '', now() + interval '1 hour'), ('n', 3, 3, 21, '', now() + interval '1 hour')`,
	} {
		exec(t, db, q)
	}
	return db, &provider.Service{DB: db, Now: clock.System}
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func count(t *testing.T, db *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// draft authorizes the provider until a month from now.
func draft(groups ...string) provider.Draft {
	return provider.Draft{TIN: "305 550 001", Groups: groups, Tasks: []string{"utilisation"}, Until: time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}
}

func complaint(err error) string {
	cs, ok := fault.ComplaintsOf(err)
	if !ok || len(cs) == 0 {
		return ""
	}
	return cs[0].Field + ": " + cs[0].Key
}

func TestWhoCanBeAuthorized(t *testing.T) {
	t.Parallel()
	_, s := seed(t)
	for number, want := range map[string]string{
		"":          "tin: " + taxid.ErrTIN.Key,
		"abc":       "tin: " + taxid.ErrTIN.Key,
		"302118447": "tin: provider.own",
		"305550002": "tin: provider.unknown", // not active
		"309999999": "tin: provider.unknown",
		"305550003": "tin: provider.no_common",
		"305550001": "",
	} {
		_, err := s.Offer(t.Context(), barno, number)
		if number == "309999999" && complaint(err) == "tin: "+taxid.ErrTIN.Key {
			continue // no such number can be: as good a refusal
		}
		if complaint(err) != want || want == "" && err != nil {
			t.Errorf("%q: %v, want %q", number, err, want)
		}
	}
	o, err := s.Offer(t.Context(), aziz, "305550001")
	if err != nil || len(o.Groups) != 1 || o.Groups[0].Group.ID != 15 {
		t.Errorf("groups outside a person's scope are offered: %+v, %v", o.Groups, err)
	}
}

func TestAnAuthorizationLives(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	id, err := s.Create(t.Context(), barno, draft("13", "15"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Get(t.Context(), barno, id)
	if err != nil || a.Status != provider.Active || len(a.Groups) != 2 || a.Other.NameUz != "Kod Servis" || !a.EndedAt.IsZero() {
		t.Fatalf("%+v, %v", a, err)
	}
	if n := count(t, db, `select count(*) from notices where key in ('provider.notice.created.', 'provider.notice.received.')`); n != 2 {
		t.Errorf("%d told", n)
	}
	if _, err := s.Get(t.Context(), nodir, id); !errors.Is(err, provider.ErrNotFound) {
		t.Errorf("by number it is its giver's alone: %v", err)
	}
	received, err := s.List(t.Context(), nodir, provider.Filter{Received: true, Per: 25})
	if err != nil || len(received.Rows) != 1 || received.Rows[0].Other.NameUz != "Zarafshon Sut" {
		t.Errorf("%+v, %v", received, err)
	}
	if _, err := s.Create(t.Context(), barno, draft("15")); complaint(err) != "groups: provider.overlap" {
		t.Errorf("the same form again: %v", err)
	}
	if err := s.Revoke(t.Context(), barno, id, "  "); complaint(err) != "reason: provider.no_reason" {
		t.Errorf("without a reason: %v", err)
	}
	if err := s.Revoke(t.Context(), barno, id, "See https://evil.example"); complaint(err) != "reason: provider.reason_link" {
		t.Errorf("a reason that leads somewhere: %v", err)
	}
	if err := s.Revoke(t.Context(), nodir, id, "Mine"); !errors.Is(err, provider.ErrNotFound) {
		t.Errorf("by a stranger: %v", err)
	}
	if err := s.Revoke(t.Context(), aziz, id, "Not mine"); !errors.Is(err, actor.ErrGroup) {
		t.Errorf("in a group that is not open to the person: %v", err)
	}
	if err := s.Revoke(t.Context(), barno, id, "The contract ended"); err != nil {
		t.Fatal(err)
	}
	if err := s.Revoke(t.Context(), barno, id, "Again"); !errors.Is(err, provider.ErrNotCurrent) {
		t.Errorf("again: %v", err)
	}
	if a, err = s.Get(t.Context(), barno, id); err != nil || a.Status != provider.Revoked || a.Reason != "The contract ended" || a.EndedAt.IsZero() {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.Create(t.Context(), barno, draft("13")); err != nil {
		t.Errorf("a new one after the revoked: %v", err)
	}
}

func TestAPersonGivesOnlyInOwnGroups(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	if _, err := s.Create(t.Context(), aziz, draft("13")); complaint(err) != "groups: provider.group" {
		t.Errorf("a group not offered: %v", err)
	}
	lost := aziz
	lost.Scope = perm.Scope{AllGroups: true} // as the page remembered it
	if _, err := s.Create(t.Context(), lost, draft("13")); !errors.Is(err, actor.ErrGroup) {
		t.Errorf("a scope that was taken away since: %v", err)
	}
	clerk := aziz
	clerk.Rights = perm.Rights([]string{"default"})
	if _, err := s.Create(t.Context(), clerk, draft("15")); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without the role: %v", err)
	}
	if n := count(t, db, `select count(*) from authorizations`); n != 0 {
		t.Errorf("%d came of refusals", n)
	}
	if _, err := s.Create(t.Context(), aziz, draft("15")); err != nil {
		t.Errorf("in the own group: %v", err)
	}
}

// The last day ends by the database's clock, whether or not the job has run.
func TestTheDayEnds(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	id, err := s.Create(t.Context(), barno, draft("13"))
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, `update authorizations set created_at = now() - interval '9 days', expires_at = now()`)
	if a, err := s.Get(t.Context(), barno, id); err != nil || a.Status != provider.Expired {
		t.Errorf("before the job: %+v, %v", a, err)
	}
	if err := s.Revoke(t.Context(), barno, id, "Late"); !errors.Is(err, provider.ErrNotCurrent) {
		t.Errorf("revoking what is over: %v", err)
	}
	if _, err := s.Create(t.Context(), barno, draft("13")); err != nil {
		t.Errorf("a new one before the job has come by: %v", err)
	}
	for range 2 {
		if err := s.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, db, `select count(*) from audit_log where action = 'authorization.expire'`); n != 1 {
		t.Errorf("%d lines of one end", n)
	}
	if n := count(t, db, `select count(*) from notices where key in ('provider.notice.expired.', 'provider.notice.lapsed.')`); n != 2 {
		t.Errorf("%d told of the end", n)
	}
	if n := count(t, db, `select count(*) from authorizations where status = 'active'`); n != 1 {
		t.Errorf("%d active: the new one must stay", n)
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	if _, err := s.Create(t.Context(), barno, draft("13")); err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, left := range []string{"8 days", "7 days", "6 days", "3 days", "2 days", "1 day", "1 hour"} {
		exec(t, db, `update authorizations set created_at = now() - interval '30 days', expires_at = now() + $1::interval`, left)
		for range 2 {
			if err := s.Expire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got = append(got, count(t, db, `select count(*) from notices where key = 'provider.notice.ending.'`))
	}
	if d := cmp.Diff([]int{0, 1, 1, 2, 2, 3, 3}, got); d != "" {
		t.Error(d)
	}
}

func TestOneAuthorizationInAGroup(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	for range 50 {
		var made sync.Map
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				if _, err := s.Create(context.WithoutCancel(t.Context()), barno, draft("13")); err == nil {
					made.Store(i, true)
				} else if complaint(err) != "groups: provider.overlap" {
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		n := 0
		made.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Fatalf("%d of 4 at once were made", n)
		}
		exec(t, db, `update authorization_groups set live = false`)
		exec(t, db, `update authorizations set created_at = created_at - interval '2 days'`)
	}
}

func TestTheList(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	for range 3 {
		if _, err := s.Create(t.Context(), barno, draft("13")); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `update authorization_groups set live = false`)
	}
	exec(t, db, `update authorizations set status = 'revoked', ended_at = now() where id = (select min(id) from authorizations)`)
	for name, tt := range map[string]struct {
		f    provider.Filter
		want int
	}{
		"all":                      {provider.Filter{}, 3},
		"revoked":                  {provider.Filter{Status: provider.Revoked}, 1},
		"active":                   {provider.Filter{Status: provider.Active}, 2},
		"expired":                  {provider.Filter{Status: provider.Expired}, 0},
		"first digits of the TIN":  {provider.Filter{Query: "30555"}, 3},
		"part of a name":           {provider.Filter{Query: "серв"}, 3},
		"a percent sign is a sign": {provider.Filter{Query: "%"}, 0},
		"another name":             {provider.Filter{Query: "Zarafshon"}, 0},
		"received, we have none":   {provider.Filter{Received: true}, 0},
	} {
		tt.f.Per = 25
		p, err := s.List(t.Context(), barno, tt.f)
		if err != nil || len(p.Rows) != tt.want {
			t.Errorf("%s: %d, %v, want %d", name, len(p.Rows), err, tt.want)
		}
	}
	first, err := s.List(t.Context(), barno, provider.Filter{Per: 2})
	if err != nil || len(first.Rows) != 2 || first.Next == "" {
		t.Fatalf("%d, %v", len(first.Rows), err)
	}
	second, err := s.List(t.Context(), barno, provider.Filter{Per: 2, Cursor: first.Next})
	if err != nil || len(second.Rows) != 1 || second.Next != "" || second.Rows[0].ID >= first.Rows[1].ID {
		t.Errorf("%+v, %v", second, err)
	}
}

func TestAProviderIsNotFloodedWithLetters(t *testing.T) {
	t.Parallel()
	db, s := seed(t)
	exec(t, db, `insert into authorizations (org_id, id, provider_org_id, provider_tin, provider_name_uz, provider_name_ru, tasks, expires_at, created_by, created_name)
		select 2, 900000 + n, o.org_id, o.tin, o.name_uz, o.name_ru, '{orders}', now() + interval '1 day', 1, 'Barno'
		from generate_series(1, 30) n, organizations o where o.org_id = 3`)
	if _, err := s.Create(t.Context(), barno, draft("13")); !errors.Is(err, provider.ErrMany) {
		t.Errorf("the 31st in a day: %v", err)
	}
	exec(t, db, `update authorizations set created_at = now() - interval '25 hours'`)
	if _, err := s.Create(t.Context(), barno, draft("13")); err != nil {
		t.Errorf("the day after: %v", err)
	}
}
