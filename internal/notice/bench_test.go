package notice_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/notice"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
)

// crowd fills an organization with members who are each told of several things.
func crowd(b *testing.B, members, each int) *pgxpool.Pool {
	b.Helper()
	db := seed(b)
	exec(b, db, `insert into members (org_id, id, kind, name, email, status) select 2, 100 + n, 'business', 'Aziz', 'a' || n || '@zarafshonsut.example', 'active' from generate_series(1, $1) n`, members)
	exec(b, db, `insert into notices (org_id, id, member_id, email, language, kind, key, args, status, due_at)
		select 2, nextval('notice_ids'), 100 + n, 'a' || n || '@zarafshonsut.example', 'ru', 'decision', 'card.notice.published.', '["gtin", "04780000000014"]', 'collected', now()
		from generate_series(1, $1) n, generate_series(1, $2) e`, members, each)
	exec(b, db, `analyze notices`)
	return db
}

// nowhere takes every letter.
type nowhere struct{ bytes int }

func (n *nowhere) Send(_ context.Context, m mail.Message) error {
	n.bytes += len(m.HTML) + len(m.Text)
	return nil
}

// BenchmarkInbox opens a page of 25 among 20,000 notices, beside its bare query.
func BenchmarkInbox(b *testing.B) {
	db := crowd(b, 4, 5000)
	me := barno
	me.MemberID = 101
	exec(b, db, `update notices set read_at = now() where id % 3 <> 0`)
	s := &notice.Service{DB: db}
	for name, f := range map[string]notice.Filter{"all": {Per: 25}, "unread": {Per: 25, Unread: true}, "kind": {Per: 25, Kind: notice.Decision}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Inbox(b.Context(), me, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("bare query", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Exec(b.Context(), `select id, key, args from notices where org_id = 2 and member_id = 101 order by id desc limit 26`); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDigest writes the letters of 10,000 people with 5 notices each.
func BenchmarkDigest(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db := crowd(b, 10_000, 5)
		s := &notice.Service{DB: db, Mail: &nowhere{}}
		b.StartTimer()
		if err := s.Collect(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(b.Elapsed().Seconds(), "s-to-collect")
		for _, a := range letters(b, db) {
			if err := s.SendLetter(b.Context(), a); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkTell is what a notice costs the act it tells of.
func BenchmarkTell(b *testing.B) {
	db := crowd(b, 4, 5000)
	for b.Loop() {
		if err := pg.InTx(b.Context(), db, func(tx pg.Tx) error {
			return notice.ToMemberTx(b.Context(), tx, 101, published("Сыр"))
		}); err != nil {
			b.Fatal(err)
		}
	}
}
