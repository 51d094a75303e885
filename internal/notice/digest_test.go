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
	r, err := db.Query(t.Context(), `select (args->>'org')::bigint, (args->>'letter')::bigint from river_job where kind = 'notice.letter' order by id`)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		var a notice.LetterArgs
		if err := r.Scan(&a.OrgID, &a.Letter); err != nil {
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
