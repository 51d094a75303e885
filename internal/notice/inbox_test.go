package notice_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

func TestChoices(t *testing.T) {
	t.Parallel()
	db := seed(t)
	s := &notice.Service{DB: db}
	usual, err := s.Choice(t.Context(), barno)
	want := notice.Choice{
		notice.Security: notice.AtOnce, notice.Access: notice.AtOnce, notice.Expiry: notice.AtOnce, notice.Decision: notice.Daily,
		notice.Organization: notice.AtOnce, notice.Documents: notice.AtOnce, notice.Support: notice.AtOnce, notice.Maintenance: notice.PortalOnly,
	}
	if d := cmp.Diff(want, usual); d != "" || err != nil {
		t.Fatal(d, err)
	}
	mine := maps.Clone(usual)
	mine[notice.Access], mine[notice.Expiry], mine[notice.Security] = notice.PortalOnly, notice.Daily, notice.PortalOnly
	for range 2 { // the second time nothing changes
		if err := s.Choose(t.Context(), barno, mine); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, db, `select count(*) from audit_log where action = 'notice.choose' and details->'letters_access'->>'after' = 'portal'`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	for kind, status := range map[notice.Kind]string{
		notice.Access: "muted", notice.Expiry: "collected", notice.Security: "queued", notice.Decision: "collected", notice.Organization: "queued",
	} {
		exec(t, db, `delete from notices`)
		tell(t, db, func(ctx context.Context, tx pg.Tx) error {
			return errors.Join(notice.ToMemberTx(ctx, tx, 11, chosen(kind)), notice.ToAdminsTx(ctx, tx, chosen(kind)))
		})
		line := "barno@zarafshonsut.example " + status + " ru"
		if d := cmp.Diff([]string{line, line}, rows(t, db)); d != "" {
			t.Error(kind, d)
		}
	}
	mine[notice.Access] = "by pigeon"
	if err := s.Choose(t.Context(), barno, mine); !isComplaint(err, "access") {
		t.Errorf("a way there is not: %v", err)
	}
	if err := s.Choose(t.Context(), actor.Actor{}, mine); !errors.Is(err, actor.ErrSignIn) {
		t.Errorf("nobody: %v", err)
	}
}

func isComplaint(err error, field string) bool {
	cs, ok := fault.ComplaintsOf(err)
	return ok && len(cs) == 1 && cs[0].Field == field
}

func TestInbox(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		for range 30 {
			if err := notice.ToMemberTx(ctx, tx, 11, chosen(notice.Access)); err != nil {
				return err
			}
		}
		return errors.Join(notice.ToMemberTx(ctx, tx, 12, chosen(notice.Access)), notice.ToMemberTx(ctx, tx, 11, chosen(notice.Expiry)))
	})
	s := &notice.Service{DB: db}
	box := func(f notice.Filter) notice.Inbox {
		t.Helper()
		f.Per = 25
		b, err := s.Inbox(t.Context(), barno, f)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := box(notice.Filter{})
	if len(first.Groups) != 25 || first.Unread != 31 || first.Next == "" || first.Groups[0].Notices[0].Kind != notice.Expiry {
		t.Fatalf("%d, unread %d, next %q", len(first.Groups), first.Unread, first.Next)
	}
	if b := box(notice.Filter{Kind: notice.Expiry}); len(b.Groups) != 1 || b.Next != "" {
		t.Errorf("%d of a kind", len(b.Groups))
	}
	one := first.Groups[3].Notices[0].ID
	theirs := int64(count(t, db, `select id from notices where member_id = 12`))
	if err := s.MarkRead(t.Context(), barno, []int64{one, theirs, -1}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, `select count(*) from notices where read_at is not null`); n != 1 {
		t.Errorf("%d read, want the one", n)
	}
	if err := s.MarkAllRead(t.Context(), barno, first.Groups[5].Notices[0].ID); err != nil {
		t.Fatal(err)
	}
	second := box(notice.Filter{Cursor: first.Next})
	if len(second.Groups) != 6 || second.Unread != 4 || second.Next != "" || second.Groups[0].Unread() {
		t.Errorf("%d, unread %d", len(second.Groups), second.Unread)
	}
	if b := box(notice.Filter{Unread: true}); len(b.Groups) != 4 || b.Next != "" {
		t.Errorf("%d unread", len(b.Groups))
	}
}

// published is a card that was published, which is told of together with others.
func published(name string) notice.Notice {
	return notice.Notice{OrgID: 2, Kind: notice.Decision, Key: "card.notice.published.", Args: []string{"gtin", "04780000000014", "name.ru", name, "name.uz", "?"}, Path: "/cards/1"}
}

func TestNoticesAlikeAreOneGroup(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		for _, n := range []notice.Notice{published("Сметана"), published("Сыр"), chosen(notice.Access), published("Кефир")} {
			if err := notice.ToMemberTx(ctx, tx, 11, n); err != nil {
				return err
			}
		}
		return nil
	})
	exec(t, db, `update notices set created_at = created_at - interval '2 days' where id = (select min(id) from notices)`)
	s := &notice.Service{DB: db}
	of := func() (titles []string) {
		b, err := s.Inbox(i18n.With(t.Context(), i18n.Ru), barno, notice.Filter{Per: 25})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range b.Groups {
			titles = append(titles, g.Title)
		}
		return titles
	}
	if d := cmp.Diff([]string{"", "", "", ""}, of()); d != "" {
		t.Error("two of a day are shown one by one", d)
	}
	exec(t, db, `update notices set created_at = now()`)
	if d := cmp.Diff([]string{"Опубликованы 3 карточки", ""}, of()); d != "" {
		t.Error("three of a day are one", d)
	}
	b, err := s.Inbox(i18n.With(t.Context(), i18n.Ru), barno, notice.Filter{Per: 25})
	if err != nil || b.Groups[0].Notices[2].Subject == "" || !b.Groups[0].Unread() {
		t.Errorf("%+v, %v", b.Groups, err)
	}
}

func TestWhatIsAnnouncedStandsInEveryInbox(t *testing.T) {
	t.Parallel()
	db := seed(t)
	aziz := actor.Actor{AccountID: 9, OrgID: 2, MemberID: 12, SessionKey: "a", Rights: barno.Rights}
	s := &notice.Service{DB: db, Mail: &relay{}}
	if err := s.Choose(t.Context(), barno, notice.Choice{
		notice.Access: notice.AtOnce, notice.Expiry: notice.AtOnce, notice.Decision: notice.Daily, notice.Organization: notice.AtOnce,
		notice.Documents: notice.AtOnce, notice.Support: notice.AtOnce, notice.Maintenance: notice.AtOnce,
	}); err != nil {
		t.Fatal(err)
	}
	work := notice.Notice{Kind: notice.Maintenance, Key: "maintenance.notice.planned.", Args: []string{"from", "01.12.2025, 22:00"}, Path: "/status"}
	for range 2 {
		tell(t, db, func(ctx context.Context, tx pg.Tx) error {
			return notice.ToEverybodyTx(ctx, tx, "maintenance:1", time.Now().Add(time.Hour), work)
		})
	}
	id := int64(count(t, db, `select id from announcements`))
	for range 2 {
		if err := s.Announced(t.Context(), notice.AnnounceArgs{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]string{"barno@zarafshonsut.example queued ru"}, rows(t, db)); d != "" {
		t.Error("letters to who wants them, once", d)
	}
	unread := func(who actor.Actor) int {
		b, err := s.Inbox(t.Context(), who, notice.Filter{Per: 25})
		if err != nil || len(b.Groups) != 1 {
			t.Fatalf("%+v, %v", b, err)
		}
		return b.Unread
	}
	if a, b := unread(barno), unread(aziz); a != 1 || b != 1 {
		t.Errorf("unread %d and %d", a, b)
	}
	if err := s.MarkAllRead(t.Context(), barno, id); err != nil {
		t.Fatal(err)
	}
	if a, b := unread(barno), unread(aziz); a != 0 || b != 1 {
		t.Errorf("read by one: unread %d and %d", a, b)
	}
	tell(t, db, func(ctx context.Context, tx pg.Tx) error { return notice.OverTx(ctx, tx, "maintenance:1") })
	if b := unread(aziz); b != 0 {
		t.Errorf("over: unread %d", b)
	}
	exec(t, db, `update members set created_at = now() + interval '1 second' where id = 12`)
	if b, err := s.Inbox(t.Context(), aziz, notice.Filter{Per: 25}); err != nil || len(b.Groups) != 0 {
		t.Errorf("who came later sees %+v, %v", b.Groups, err)
	}
}
