package menu_test

import (
	"testing"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/menu"
	"kabinet/internal/notice"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// TestCounts follows the numbers of one reader beside those of a colleague and of
// another organization: by rights and by groups.
func TestCounts(t *testing.T) {
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
	exec(`insert into members (org_id, id, kind, name, email, status) values
		(1, 11, 'business', 'Barno', 'b@zarafshonsut.example', 'active'), (1, 12, 'business', 'Aziz', 'a@zarafshonsut.example', 'active'),
		(2, 21, 'business', 'Karim', 'k@oydin.example', 'active')`)
	reader := actor.Actor{
		OrgID: 1, MemberID: 11, SessionKey: "s",
		Rights: perm.Of(perm.OrgRead, perm.CardRead, perm.DocAccept), Scope: perm.Scope{Groups: []int16{13}},
	}
	all, nobody := reader, reader
	all.Scope = perm.Scope{AllGroups: true}
	nobody.Scope = perm.Scope{}
	svc := menu.Service{DB: db}
	want := func(what string, a actor.Actor, want menu.Counts) {
		t.Helper()
		if got, err := svc.Counts(t.Context(), a); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", what, got, err, want)
		}
	}
	want("nothing there", all, menu.Counts{})

	exec(`insert into cards (org_id, id, gtin, group_id, packaging, editing, archived_at) values
		(1, 1, '04780001000010', 13, 'UNIT', 'returned', null), (1, 2, '04780001000027', 15, 'UNIT', 'returned', null),
		(1, 3, '04780001000034', 13, 'UNIT', 'returned', now()), (1, 4, '04780001000041', 13, 'UNIT', 'draft', null),
		(2, 5, '04780002000019', 13, 'UNIT', 'returned', null)`)
	exec(`insert into notices (org_id, id, member_id, email, language, kind, key, args, status, due_at, read_at) values
		(1, 1, 11, '', 'ru', 'access', 'k.', '[]', 'collected', now(), null), (1, 2, 11, '', 'ru', 'access', 'k.', '[]', 'collected', now(), now()),
		(1, 3, 12, '', 'ru', 'access', 'k.', '[]', 'collected', now(), null), (2, 4, 21, '', 'ru', 'access', 'k.', '[]', 'collected', now(), null)`)
	exec(`insert into announcements (id, source, kind, key, until) values
		(5, 'a', 'work', 'k.', now() + interval '1 hour'), (6, 'b', 'work', 'k.', now() + interval '1 hour'), (7, 'c', 'work', 'k.', now() - interval '1 hour')`)
	exec(`insert into announcement_reads (org_id, member_id, announcement_id) values (1, 11, 6), (1, 12, 5), (2, 21, 5)`)
	invoice := func(org, id int64, group int16, answer string, ends time.Duration) {
		exec(`insert into documents (org_id, id, feed, source_id, version, kind, side, number, at, group_id, status, answer, deadline_at, answered_at)
			values ($1, $2::bigint, 'roaming', ($2::bigint)::text, 1, 'invoice', 'in', '', now(), $3, 'success', $4::text, now() + $5::interval, case $4::text when 'accepted' then now() end)`, org, id, group, answer, ends)
	}
	invoice(1, 1, 13, "waiting", time.Hour)
	invoice(1, 2, 15, "waiting", time.Hour)
	invoice(1, 3, 13, "waiting", -time.Hour)
	invoice(1, 4, 13, "accepted", time.Hour)
	invoice(2, 5, 13, "waiting", time.Hour)

	request := func(org, id, member int64, status, side string) {
		exec(`insert into support_requests (org_id, id, kind, title, status, member_id, member_name, last_id, last_side, last_text, first_due_at, due_at, closes_at, closed_at)
			values ($1, $2::bigint, 'other', '', $4::text, $3, '', 10 * $2::bigint, $5, '', now(), case $4::text when 'open' then now() end,
				case when $4::text in ('waiting', 'answered') then now() end, case $4::text when 'closed' then now() end)`, org, id, member, status, side)
	}
	request(1, 1, 11, "answered", "staff")
	request(1, 2, 11, "waiting", "staff")
	request(1, 3, 11, "answered", "staff")
	request(1, 4, 11, "open", "member")
	request(1, 5, 11, "closed", "staff")
	request(1, 6, 12, "answered", "staff")
	request(2, 7, 21, "answered", "staff")
	exec(`insert into support_reads (org_id, request_id, member_id, read_to) values (1, 1, 12, 10), (1, 2, 11, 19), (1, 3, 11, 30)`)

	want("one group", reader, menu.Counts{Returned: 1, Unread: 2, Answers: 2, Waiting: 1})
	want("all groups", all, menu.Counts{Returned: 2, Unread: 2, Answers: 2, Waiting: 2})
	want("no group", nobody, menu.Counts{Unread: 2, Answers: 2})
	for right, counts := range map[perm.Code]menu.Counts{
		perm.CardRead: {Returned: 2}, perm.OrgRead: {Unread: 2, Answers: 2}, perm.DocAccept: {Waiting: 2},
	} {
		one := all
		one.Rights = perm.Of(right)
		want("one right", one, counts)
	}
	out := all
	out.SessionKey = ""
	ctx, statements := pg.CountStatements(t.Context())
	if got, err := svc.Counts(ctx, out); got != (menu.Counts{}) || err != nil || statements.N() != 0 {
		t.Errorf("signed out: %+v, %v, %d statements", got, err, statements.N())
	}
	if _, err := svc.Counts(ctx, all); err != nil || statements.N() != 1 {
		t.Errorf("%d statements, %v, want 1", statements.N(), err)
	}

	exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (9, 'Barno', 'b', 'b', 'ru')`)
	exec(`insert into members (org_id, id, account_id, kind, name, email, status) values (2, 22, 9, 'business', 'Barno', 'b@oydin.example', 'active')`)
	exec(`insert into account_members (account_id, org_id, member_id) values (9, 2, 22)`)
	exec(`insert into notices (org_id, id, member_id, email, language, kind, key, args, status, due_at, read_at) values (2, 9, 22, '', 'ru', 'access', 'k.', '[]', 'collected', now(), null)`)
	all.AccountID = 9
	want("another organization", all, menu.Counts{Returned: 2, Unread: 3, Answers: 2, Waiting: 2})
	exec(`update members set status = 'blocked' where org_id = 2 and id = 22`)
	want("blocked there", all, menu.Counts{Returned: 2, Unread: 2, Answers: 2, Waiting: 2})

	box, err := (&notice.Service{DB: db}).Inbox(t.Context(), reader, notice.Filter{Per: 25})
	if err != nil || box.Unread != 2 {
		t.Errorf("the inbox says %d, %v", box.Unread, err)
	}
	exec(`insert into notices (org_id, id, member_id, email, language, kind, key, args, status, due_at)
		select 1, 100 + n, 11, '', 'ru', 'access', 'k.', '[]', 'collected', now() from generate_series(1, 200) n`)
	want("many notices", reader, menu.Counts{Returned: 1, Unread: menu.MaxUnread, Answers: 2, Waiting: 1})
}
