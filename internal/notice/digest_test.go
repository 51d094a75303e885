package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/notice"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
)

// letters are the jobs that ask for collected letters.
func letters(t testing.TB, db *pgxpool.Pool) (all []notice.LetterArgs) {
	t.Helper()
	r, err := db.Query(t.Context(), `select (args->>'org')::bigint, array(select jsonb_array_elements_text(args->'also')::bigint), (args->>'letter')::bigint from river_job where kind = 'notice.letter' order by id`)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		var a notice.LetterArgs
		if err := r.Scan(&a.OrgID, &a.Also, &a.Letter); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func TestADayOfNoticesIsOneLetter(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		for _, n := range []notice.Notice{published("Сметана"), published("Сыр"), published("Кефир"), chosen(notice.Decision)} {
			if err := notice.ToMembersTx(ctx, tx, []int64{11, 12, 13}, n); err != nil {
				return err
			}
		}
		return nil
	})
	if n := count(t, db, `select count(*) from notices where status = 'collected' and (due_at at time zone 'Asia/Tashkent')::time = '09:00' and due_at > now() and due_at <= now() + interval '1 day'`); n != 8 {
		t.Errorf("%d wait for nine o'clock, want those of who is not blocked", n)
	}
	r := &relay{fail: mail.ErrTemporary}
	s := &notice.Service{DB: db, Mail: r, BaseURL: "https://kabinet.example"}
	if err := s.Collect(t.Context()); err != nil || len(letters(t, db)) != 0 {
		t.Errorf("before it is due: %v", err)
	}
	exec(t, db, `update notices set due_at = now() where due_at is not null`)
	exec(t, db, `update notices set read_at = now() where member_id = 12 and key = 'card.notice.published.'`)
	exec(t, db, `update members set email = 'new@zarafshonsut.example' where id = 12`)
	for range 2 {
		if err := s.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	asked := letters(t, db)
	if len(asked) != 2 {
		t.Fatalf("%d letters, want one for each person", len(asked))
	}
	if err := s.SendLetter(t.Context(), asked[0]); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("the relay is away: %v", err)
	}
	r.fail = nil
	for range 2 {
		for _, a := range asked {
			if err := s.SendLetter(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := map[string]mail.Message{}
	for _, m := range r.got {
		got[m.To.String()] = m
	}
	if len(r.got) != 2 {
		t.Fatalf("%d letters", len(r.got))
	}
	many, one := got["barno@zarafshonsut.example"], got["new@zarafshonsut.example"]
	if many.Subject != "4 новых уведомления в портале" || !strings.Contains(many.Text, "- Опубликованы 3 карточки") ||
		!strings.Contains(many.Text, "https://kabinet.example/notices") {
		t.Errorf("the letter of many: %s\n%s", many.Subject, many.Text)
	}
	if one.Subject != "notice.test.subject" || one.Lang != "uz-Latn" {
		t.Errorf("what was read is not written of, and one is told as ever: %+v", one)
	}
	if n := count(t, db, `select count(*) from notices where status = 'sent' and sent_at is not null`); n != 5 {
		t.Errorf("%d sent", n)
	}
}

// Barno works for two organizations more: for one under the same address, for the
// other under another one. Aziz of the first is nobody's account.
func TestAPersonOfSeveralOrganizationsGetsOneLetterAndOneInbox(t *testing.T) {
	t.Parallel()
	db := seed(t)
	for id, email := range map[int]string{3: "Barno@zarafshonsut.example", 4: "barno@oydin.example"} {
		exec(t, db, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, 'mchj', 'Org ' || $1::bigint, 'Орг ' || $1::bigint, '', '', '', '', '', 'SA', '', '', 'uz', 'active', '', '')`, id, fmt.Sprint(302118000+id))
		exec(t, db, `insert into members (org_id, id, account_id, kind, name, email, status, language) values ($1, $2, 1, 'business', 'Barno', $3, 'active', 'uz')`, id, 10+id*10, email)
	}
	exec(t, db, `insert into account_members (account_id, org_id, member_id) select account_id, org_id, id from members where account_id = 1`)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		var all []error
		for org, member := range map[int64]int64{2: 11, 3: 40, 4: 50} {
			n := published("Сыр")
			n.OrgID = org
			all = append(all, notice.ToMemberTx(ctx, tx, member, n), notice.ToMemberTx(ctx, tx, member, n))
		}
		return errors.Join(append(all, notice.ToMemberTx(ctx, tx, 12, published("Сыр")))...)
	})
	exec(t, db, `update notices set due_at = now()`)
	r := &relay{}
	s := &notice.Service{DB: db, Mail: r, BaseURL: "https://kabinet.example"}
	if err := s.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, a := range letters(t, db) {
		if err := s.SendLetter(t.Context(), a); err != nil {
			t.Error(err)
		}
	}
	got := map[string]string{}
	for _, m := range r.got {
		got[strings.ToLower(m.To.String())] += m.Text
	}
	both, other := got["barno@zarafshonsut.example"], got["barno@oydin.example"]
	if len(r.got) != 3 || !strings.Contains(both, "Зарафшон Сут: ") || !strings.Contains(both, "Орг 3: ") || strings.Contains(both, "Орг 4") || !strings.Contains(other, "Орг 4") {
		t.Errorf("%d letters:\n%s\n%s", len(r.got), both, other)
	}
	if n := count(t, db, `select count(*) from notices where status = 'sent'`); n != 7 {
		t.Errorf("%d sent", n)
	}

	inbox := func(f notice.Filter) notice.Inbox {
		t.Helper()
		f.Per = 25
		box, err := s.Inbox(t.Context(), barno, f)
		if err != nil {
			t.Fatal(err)
		}
		return box
	}
	if box := inbox(notice.Filter{}); box.Unread != 6 || len(box.Groups) != 6 || len(box.Orgs) != 3 {
		t.Errorf("%d unread, %d shown, %d organizations", box.Unread, len(box.Groups), len(box.Orgs))
	}
	third := inbox(notice.Filter{Org: 3})
	if len(third.Groups) != 2 || third.Groups[0].Notices[0].OrgID != 3 {
		t.Errorf("of one organization: %+v", third.Groups)
	}
	if err := s.MarkRead(t.Context(), barno, []int64{third.Newest}); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `update members set status = 'blocked' where org_id = 4`)
	if box := inbox(notice.Filter{}); box.Unread != 3 || len(box.Orgs) != 2 {
		t.Errorf("one read, and blocked in the fourth: %d unread, %d organizations", box.Unread, len(box.Orgs))
	}
	if err := s.MarkAllRead(t.Context(), barno, 1<<60); err != nil || inbox(notice.Filter{}).Unread != 0 {
		t.Errorf("all read: %v", err)
	}
	if n := count(t, db, `select count(*) from notices where read_at is null`); n != 3 {
		t.Errorf("%d unread of others", n)
	}
}

func TestALetterOfManyThatIsRefusedIsNoted(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		return errors.Join(notice.ToMemberTx(ctx, tx, 11, published("Сыр")), notice.ToMemberTx(ctx, tx, 11, published("Кефир")))
	})
	exec(t, db, `update notices set due_at = now()`)
	s := &notice.Service{DB: db, Mail: &relay{fail: &mail.Refused{Stage: mail.StageRecipient, Code: 550, Text: "no such mailbox"}}}
	if err := s.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, a := range letters(t, db) {
		if err := s.SendLetter(t.Context(), a); err != nil {
			t.Errorf("a final no is no failure of the job: %v", err)
		}
	}
	line := "barno@zarafshonsut.example refused ru"
	if d := cmp.Diff([]string{line, line}, rows(t, db)); d != "" {
		t.Error(d)
	}
}

func TestABurstIsCollected(t *testing.T) {
	t.Parallel()
	db := seed(t)
	statuses := func() string {
		return fmt.Sprint(count(t, db, `select count(*) from notices where status = 'queued'`), " at once, ",
			count(t, db, `select count(*) from notices where status = 'collected'`), " collected")
	}
	for range 60 {
		tell(t, db, func(ctx context.Context, tx pg.Tx) error {
			return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Access))
		})
	}
	if got, want := statuses(), fmt.Sprint(notice.Burst, " at once, ", 60-notice.Burst, " collected"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		for range 20 {
			if err := errors.Join(notice.ToMemberTx(ctx, tx, 11, chosen(notice.Security)), notice.ToMemberTx(ctx, tx, 12, chosen(notice.Access))); err != nil {
				return err
			}
		}
		return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Expiry))
	})
	if got, want := statuses(), fmt.Sprint(2*notice.Burst+20+1, " at once, ", 60-notice.Burst+20-notice.Burst, " collected"); got != want {
		t.Errorf("security always at once, each kind and person for itself, also in one transaction: %s, want %s", got, want)
	}
	exec(t, db, `update notices set status = 'sent', created_at = created_at - interval '1 hour'`)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Access))
	})
	if got := statuses(); got != "1 at once, 0 collected" {
		t.Errorf("an hour later: %s", got)
	}
}

// TestNothingGoesOutInTwoLetters lets collectors and writers of notices run at
// the same time.
func TestNothingGoesOutInTwoLetters(t *testing.T) {
	t.Parallel()
	db := seed(t)
	const rounds = 200
	s := &notice.Service{DB: db}
	var wg sync.WaitGroup
	run := func(fn func(ctx context.Context) error) {
		wg.Go(func() {
			for range rounds {
				if err := fn(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	run(func(ctx context.Context) error {
		return pg.InTx(ctx, db, func(tx pg.Tx) error {
			return notice.ToMembersTx(ctx, tx, []int64{11, 12}, published("Сыр"))
		})
	})
	run(func(ctx context.Context) error {
		_, err := db.Exec(ctx, `update notices set due_at = now() where status = 'collected'`)
		return err
	})
	run(s.Collect)
	run(s.Collect)
	wg.Wait()
	exec(t, db, `update notices set due_at = now() where status = 'collected'`)
	if err := s.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	asked := len(letters(t, db))
	if n := count(t, db, `select count(distinct letter) from notices where status = 'queued'`); n != asked {
		t.Errorf("%d letters for %d jobs", n, asked)
	}
	if n := count(t, db, `select count(*) from notices where status = 'queued' and letter is not null`); n != 2*rounds {
		t.Errorf("%d notices stand in letters, want %d", n, 2*rounds)
	}
	if n := count(t, db, `select count(*) from (select letter from notices group by letter having count(distinct member_id) > 1) mixed`); n != 0 {
		t.Errorf("%d letters hold notices of two people", n)
	}
}
