package onboarding_test

import (
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/onboarding"
	"kabinet/internal/platform/pg/pgtest"
)

// TestHomeCountsTheCardsOfTheReader follows the cards of an organization beside
// those of another, and the groups of the reader.
func TestHomeCountsTheCardsOfTheReader(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for id, tin := range map[int]string{1: "301000001", 2: "301000002"} {
		exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`, id, tin)
	}
	reader := actor.Actor{OrgID: 1, MemberID: 5, SessionKey: "s", Rights: perm.Of(perm.OrgRead), Scope: perm.Scope{Groups: []int16{13}}}
	svc := onboarding.Service{DB: db}
	want := func(what string, want onboarding.Cards) {
		t.Helper()
		h, err := svc.Home(t.Context(), reader)
		if err != nil || h.State.Cards != want {
			t.Errorf("%s: %+v, %v, want %+v", what, h.State.Cards, err, want)
		}
	}
	want("no card", onboarding.Cards{})

	exec(`insert into cards (org_id, id, gtin, group_id, packaging, country, editing, standing, live, planned_on) values
		(2, 1, '04780000000014', 13, 'UNIT', '', 'returned', 'new', null, now()),
		(1, 2, '04780000000014', 15, 'UNIT', '', 'returned', 'new', null, now())`)
	want("cards of others and of other groups", onboarding.Cards{})

	exec(`insert into cards (org_id, id, gtin, group_id, packaging, country, editing, standing, live, planned_on, archived_at) values
		(1, 3, '04780000000021', 13, 'UNIT', '', 'returned', 'new', null, now(), null),
		(1, 4, '04780000000038', 13, 'UNIT', 'UZ', 'none', 'published', 1, now(), null),
		(1, 5, '04780000000045', 13, 'UNIT', '', 'returned', 'new', null, now(), now())`)
	want("one returned, one in force, one archived", onboarding.Cards{Any: true, Returned: 1, NoCountry: 1, Planned: 1})

	exec(`insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_at, deadline_at) values (1, 3, 1, 'moderation', '{}', 5, '', now(), now())`)
	exec(`insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
		values (1, 4, 1, '04780000000038', 13, 'UNIT', 'UZ', '', '', '', '', '')`)
	exec(`update cards set country = 'UZ', editing = 'moderation', planned_on = null where id = 3`)
	want("one sent", onboarding.Cards{Any: true, Waiting: true, Published: true})

	reader.Scope = perm.Scope{AllGroups: true}
	want("all groups", onboarding.Cards{Any: true, Waiting: true, Published: true, Returned: 1, NoCountry: 1, Planned: 1})
}
