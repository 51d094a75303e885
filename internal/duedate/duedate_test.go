package duedate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/duedate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg/pgtest"
)

// seed gives organization 1 a date of each kind, and organization 2 the same.
func seed(t testing.TB) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno', 'b', 'b', 'ru'), (2, 'Aziz', 'a', 'a', 'uz')`)
	for org := 1; org <= 2; org++ {
		exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`, org, fmt.Sprint(301000000+org))
		exec(`insert into members (org_id, id, account_id, kind, name, email, status) values
			($1, 10, 1, 'business', 'Barno', '', 'active'), ($1, 11, 2, 'business', 'Aziz', '', 'active'), ($1, 12, null, 'business', 'Nodir', '', 'not_activated')`, org)
		exec(`insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, created_at, expires_at, ended_at, ending) values
			($1, 1, 10, '1C', '', '', '', sha256('1'), now() - interval '30 days', now() - interval '1 day', now(), 'expired'),
			($1, 2, 11, 'Sklad', '', '', '', sha256('2'), now() - interval '1 day', now() + interval '20 days', null, null),
			($1, 3, 11, 'Eski', '', '', '', sha256('3'), now() - interval '9 days', now() + interval '1 day', now(), 'revoked')`, org)
		exec(`insert into eds_signatures (org_id, id, purpose, body, container_sealed, signer_name, serial, issuer, org_tin, pinfl_mac, verifier, signed_at, key_until) values
			($1, 1, 'card', '', '', 'BARNO', '1', '', '', 'b', '', now(), now() + interval '1 day'),
			($1, 2, 'card', '', '', 'BARNO', '2', '', '', 'b', '', now(), now() + interval '100 days'),
			($1, 3, 'card', '', '', 'AZIZ', '3', '', '', 'a', '', now(), now() + interval '1 day')`, org)
		exec(`insert into authorizations (org_id, id, provider_org_id, provider_tin, provider_name_uz, provider_name_ru, tasks, expires_at, created_by, created_name)
			values ($1, 4, 9, '', 'Xizmat', 'Сервис', '{}', now() + interval '50 days', 10, '')`, org)
		exec(`insert into invitations (org_id, id, member_id, email, language, seed, status, issued_at, expires_at) values ($1, 5, 12, '', 'uz', '', 'sent', now(), now() + interval '3 days')`, org)
		exec(`insert into agreements (org_id, id, status, requested_by, requested_name, text_uz, text_ru, text_en, signature_id, until) values
			($1, 6, 'active', 10, '', 'a', 'a', 'a', 1, now() + interval '200 days')`, org)
		exec(`insert into documents (org_id, id, feed, source_id, version, kind, side, group_id, number, at, party_name, status, answer, deadline_at) values
			($1, 7, 'f', '7', 1, 'original_invoice', 'in', null, '105', now(), 'Bozor', 'success', 'waiting', now() + interval '1 hour'),
			($1, 8, 'f', '8', 1, 'original_invoice', 'in', 13, '106', now(), 'Bozor', 'success', 'waiting', now() + interval '2 hours')`, org)
		for id, member := range map[int]int{9: 10, 10: 11} {
			exec(`insert into support_requests (org_id, id, kind, title, status, member_id, member_name, last_id, last_side, last_text, first_due_at, closes_at)
				values ($1, $2, 'other', 'Chek qani', 'waiting', $3, '', 1, 'staff', '', now(), now() + interval '4 days')`, org, id, member)
		}
		for group, id := range map[int]int{13: 1, 15: 2} {
			exec(`insert into cards (org_id, id, gtin, group_id, packaging, editing) values ($1, $2, $3, $4, 'UNIT', 'moderation')`, org, id, fmt.Sprintf("0478000000%04d", id), group)
			exec(`insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_at, deadline_at) values
				($1, $2, 1, 'moderation', '{}', 10, '', now(), date_trunc('day', now()) + interval '5 days 12 hours')`, org, id)
		}
	}
	exec(`insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
		values ('closed', now() - interval '1 day', now() + interval '2 days', now() + interval '3 days', 'Baza', 'База', '')`)
	return db
}

func barno(roles ...string) actor.Actor {
	return actor.Actor{AccountID: 1, OrgID: 1, MemberID: 10, SessionKey: "s", Rights: perm.Rights(append(roles, "default")), Scope: perm.Scope{AllGroups: true}}
}

func TestWhoSeesWhichDates(t *testing.T) {
	t.Parallel()
	db := seed(t)
	s := &duedate.Service{DB: db}
	of := func(a actor.Actor, only duedate.Kind) (lines []string) {
		t.Helper()
		l, err := s.List(i18n.With(t.Context(), i18n.Ru), a, only)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range l.Dates {
			line := strings.TrimSpace(fmt.Sprint(d.Kind, " ", d.Name, " ", d.More))
			if d.N > 1 {
				line += fmt.Sprint(" ", d.N)
			}
			if d.Overdue(l.Now) {
				line += " overdue"
			}
			lines = append(lines, line)
		}
		return lines
	}
	admin := barno("org_admin", "provider_manager", "card_observer", "observer")
	one := admin
	one.Scope = perm.Scope{Groups: []int16{13}}
	for name, tt := range map[string]struct {
		who  actor.Actor
		only duedate.Kind
		want []string
	}{
		"an administrator": {admin, "", []string{
			"key 1C overdue", "invoice 105 Bozor", "invoice 106 Bozor", "maintenance База", "invitation Nodir", "question Chek qani", "moderation 2", "key Sklad Aziz",
			"authorization Сервис", "certificate BARNO", "agreement",
		}},
		"an administrator, of one kind":      {admin, duedate.Key, []string{"key 1C overdue", "key Sklad Aziz"}},
		"of one product group":               {one, duedate.Moderation, []string{"moderation"}},
		"of one product group, to answer":    {one, duedate.Invoice, []string{"invoice 106 Bozor"}},
		"a user without further roles":       {barno(), "", []string{"key 1C overdue", "maintenance База", "question Chek qani", "certificate BARNO", "agreement"}},
		"what a user may not see, asked for": {barno(), duedate.Invitation, nil},
	} {
		if d := cmp.Diff(tt.want, of(tt.who, tt.only)); d != "" {
			t.Error(name, d)
		}
	}
	if _, err := s.List(t.Context(), actor.Actor{}, ""); err == nil {
		t.Error("nobody reads dates")
	}
}

func TestEveryDateLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for _, k := range duedate.Kinds() {
		if d := (duedate.Date{Kind: k, ID: 7}); !strings.HasPrefix(d.Path(), "/") || d.UID() == "" {
			t.Errorf("%s: %q, %q", k, d.Path(), d.UID())
		}
	}
}

func BenchmarkList(b *testing.B) {
	s := &duedate.Service{DB: seed(b)}
	for b.Loop() {
		if _, err := s.List(b.Context(), barno("org_admin", "provider_manager", "card_observer", "observer"), ""); err != nil {
			b.Fatal(err)
		}
	}
}
