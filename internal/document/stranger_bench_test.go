package document

import (
	"errors"
	"testing"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// BenchmarkNewcomers is a round of welcome where 302,000 invoices miss a party of
// 50,000 and one of these has come, with 2,000 of them: who has come, and fifty of its
// invoices, beside the bare deletion of fifty by their keys.
func BenchmarkNewcomers(b *testing.B) {
	db, ctx := pgtest.New(b), b.Context()
	for _, stmt := range []string{
		`insert into tin_registry (tin, org_id) select (400000000 + n * 3)::text, n from generate_series(1, 400000) n`,
		`insert into document_strangers (tin, org_id, document_id)
		select (400000000 + (n % 50000) * 24 + 1)::text, 1 + n % 2000, n from generate_series(1, 300000) n`,
		`insert into document_strangers (tin, org_id, document_id) select '401200000', 1 + n % 2000, 1000000 + n from generate_series(1, 2000) n`,
		`analyze tin_registry`, `vacuum analyze document_strangers`,
	} {
		if _, err := db.Exec(ctx, stmt); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("who came", func(b *testing.B) {
		for b.Loop() {
			if came, err := newcomers(ctx, db, "", welcomeMost); err != nil || len(came) != 1 {
				b.Fatal(came, err)
			}
		}
	})
	undo := errors.New("undo")
	for name, take := range map[string]func(tx pg.Tx) (int, error){
		"fifty": func(tx pg.Tx) (int, error) {
			taken, err := takeStrangers(ctx, tx, "401200000", welcomeSlice)
			return len(taken), err
		},
		"bare": func(tx pg.Tx) (int, error) {
			tag, err := tx.Exec(ctx, `delete from document_strangers where tin = '401200000' and (org_id, document_id) in (
				select 1 + n % 2000, 1000000 + n from generate_series(1, 50) n)`)
			return int(tag.RowsAffected()), err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := pg.InTx(ctx, db, func(tx pg.Tx) error {
					if n, err := take(tx); err != nil || n != welcomeSlice {
						b.Fatal(n, err)
					}
					return undo
				})
				if !errors.Is(err, undo) {
					b.Fatal(err)
				}
			}
		})
	}
}
