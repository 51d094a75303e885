package moderation_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/pg/pgtest"
)

// The groups of the waiting cards.
const (
	tobacco int16 = 3
	water   int16 = 13
)

// The cast: Barno publishes for organization 2 and Aziz for 9; Timur, Nodira and
// Jasur moderate. Jasur works in organization 9, too, and Lola directs 2.
var (
	barno  = member(2, 3, "Barno")
	timur  = moderator(101, "Timur")
	nodira = moderator(102, "Nodira")
	jasur  = moderator(103, "Jasur")
	lola   = moderator(104, "Lola")
)

func member(orgID, id int64, name string) actor.Actor {
	return actor.Actor{
		AccountID: id, OrgID: orgID, MemberID: id, Name: name, SessionKey: name,
		Rights: perm.Rights([]string{"default", "card_publisher"}), Scope: perm.Scope{AllGroups: true, AllPlaces: true},
	}
}

func moderator(id int64, name string) actor.Operator {
	return actor.Operator{StaffID: id, Name: name, Rights: perm.RoleOpModerator.Rights(), SessionKey: name}
}

type kit struct {
	testing.TB
	db    *pgxpool.Pool
	cards *card.Service
	*moderation.Service
}

func newKit(t testing.TB) kit {
	t.Helper()
	k := kit{TB: t, db: pgtest.New(t)}
	k.cards = &card.Service{DB: k.db, Host: "kabinet.example"}
	k.Service = &moderation.Service{DB: k.db}
	for _, sql := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (3, 'Barno', 'a', 'a', 'ru'), (10, 'Aziz', 'b', 'b', 'uz')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', case n when 2 then 'lola' else '' end::bytea, '', '', '', 'TK', '', '', 'uz', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places, pinfl_mac) values
			(2, 3, 3, 'business', 'Barno', 'barno@org2.example', 'active', true, true, 'a'), (9, 10, 10, 'business', 'Aziz', 'aziz@org9.example', 'active', true, true, 'b'),
			(9, 11, null, 'business', 'Jasur', 'jasur@org9.example', 'not_activated', true, true, 'jasur')`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, r from members, unnest('{default,card_publisher}'::text[]) r`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`,
		`insert into gs1_prefix_registry (prefix, org_id) values ('4780002', 2)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780002', 'active')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('Barno', 3, 2, 3, '', now() + interval '1 hour')`,
	} {
		k.exec(sql)
	}
	for _, op := range []actor.Operator{timur, nodira, jasur, lola} {
		k.hire(op, "op_moderator")
	}
	return k
}

// hire signs one of the staff in; their number is their name in small letters.
func (k kit) hire(op actor.Operator, role string) {
	k.Helper()
	k.exec(`insert into staff (id, name, pinfl_mac, roles) values ($1, $2, lower($2)::bytea, array[$3])`, op.StaffID, op.Name, role)
	k.exec(`insert into sessions (token_hash, staff_id, data, expires_at) values ($1, $2, '', now() + interval '1 hour')`, op.SessionKey, op.StaffID)
}

// queueUp lets n cards of a group wait, the first for the longest; their ids are
// from, from+1 … It gives them as keys.
func (k kit) queueUp(orgID int64, group int16, from, n int) []moderation.Key {
	k.Helper()
	wait(k, k.db, orgID, group, from, n)
	keys := make([]moderation.Key, n)
	for i := range n {
		keys[i] = moderation.Key{Ref: moderation.Ref{OrgID: orgID, CardID: int64(from + i)}, N: 1}
	}
	return keys
}

// wait writes waiting cards as sending them leaves them.
func wait(t testing.TB, db *pgxpool.Pool, orgID int64, group int16, from, n int) {
	t.Helper()
	const cards = `
		insert into cards (org_id, id, gtin, editing, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
		select $1::bigint, i, '0478000' || ($1::bigint)::text || lpad(i::text, 6, '0'), 'moderation', $2, 'UNIT', 'UZ',
			'Zilol suvi ' || i, 'Вода «Зилол» ' || i, '', 'Zilol', 'zilol suvi voda ' || i
		from generate_series($3::int, $3::int + $4::int - 1) i`
	const versions = `
		insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_by, sent_name, sent_at, deadline_at)
		select c.org_id, c.id, 1, 'moderation', jsonb_build_object('gtin', c.gtin, 'packaging', 'UNIT', 'group', c.group_id, 'set', 1,
				'name_uz', c.name_uz, 'name_ru', c.name_ru, 'brand', 'Zilol', 'country', 'UZ'),
			3, 'Barno', 3, 'Barno', now() - interval '3 days', now() + (c.id - $2::int) * interval '1 minute' + interval '1 hour'
		from cards c where c.org_id = $1 and c.id between $2::int and $2::int + $3::int - 1`
	if _, err := db.Exec(t.Context(), cards, orgID, group, from, n); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), versions, orgID, from, n); err != nil {
		t.Fatal(err)
	}
}

func (k kit) exec(sql string, args ...any) {
	k.Helper()
	if _, err := k.db.Exec(k.Context(), sql, args...); err != nil {
		k.Fatalf("%s: %v", sql, err)
	}
}

func (k kit) count(sql string, args ...any) (n int) {
	k.Helper()
	if err := k.db.QueryRow(k.Context(), sql, args...).Scan(&n); err != nil {
		k.Fatalf("%s: %v", sql, err)
	}
	return n
}

// want counts rows.
func (k kit) want(n int, sql string, args ...any) {
	k.Helper()
	if got := k.count(sql, args...); got != n {
		k.Errorf("%d rows, want %d: %s %v", got, n, sql, args)
	}
}

func (k kit) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// ids are the cards of a list, to compare.
func ids(items []moderation.Item) (s string) {
	for _, i := range items {
		s += fmt.Sprintf("%s ", i.Ref)
	}
	return s
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
