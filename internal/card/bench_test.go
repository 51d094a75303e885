package card_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/platform/pg"
)

// BenchmarkCreate makes cards by the use case: gate, group, rules, card, version
// and line of the log. BenchmarkBareInserts is what its three inserts cost alone.
func BenchmarkCreate(b *testing.B) {
	d := newDesk(b)
	n := 0
	for b.Loop() {
		n++
		if _, err := d.cards.Create(b.Context(), publisher, "", bottle(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBareInserts(b *testing.B) {
	d := newDesk(b)
	n := 0
	for b.Loop() {
		n++
		d.must(d.tx(func(tx pg.Tx) error {
			batch := &pgx.Batch{}
			batch.Queue(`insert into cards (org_id, id, gtin, group_id, packaging, name_uz, fold) values (2, $1, $2, 13, 'UNIT', 'Zilol', 'zilol')`, n, gtin("4780101", n))
			batch.Queue(`insert into card_versions (org_id, card_id, n, content, created_by, created_name) values (2, $1, 1, '{}', 3, 'Aziz')`, n)
			batch.Queue(`insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target, details, ip, request_id)
				values (2, nextval('audit_ids'), 'member', '3', 'Aziz', 'card.create', 'card:1', '{}', '', '')`)
			return tx.SendBatch(b.Context(), batch).Close()
		}))
	}
}

// BenchmarkPut10000 writes a file of cards; BenchmarkCopy10000 copies as many bare
// rows into the three tables; BenchmarkPut10000Again writes the same file over
// cards that say so already, the case of a file sent twice.
func BenchmarkPut10000(b *testing.B) {
	d := newDesk(b)
	book, err := attribute.BookOf(b.Context(), d.db, waterID)
	d.must(err)
	n := 0
	for b.Loop() {
		rows := file(&n)
		d.must(d.tx(func(tx pg.Tx) error { _, err := card.PutTx(b.Context(), tx, publisher, book, rows); return err }))
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "cards/s")
}

func BenchmarkPut10000Again(b *testing.B) {
	d := newDesk(b)
	book, err := attribute.BookOf(b.Context(), d.db, waterID)
	d.must(err)
	n := 0
	rows := file(&n)
	put := func() {
		d.must(d.tx(func(tx pg.Tx) error { _, err := card.PutTx(b.Context(), tx, publisher, book, rows); return err }))
	}
	put()
	for b.Loop() {
		put()
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "cards/s")
}

func file(n *int) []card.Put {
	rows := make([]card.Put, 10_000)
	for i := range rows {
		*n++
		rows[i].Typed = bottle(*n)
	}
	return rows
}

func BenchmarkCopy10000(b *testing.B) {
	d := newDesk(b)
	content, err := bottle(1).Open(waterBook())
	d.must(err)
	json := d.text(`select $1::jsonb::text`, content)
	n := 0
	for b.Loop() {
		from := n
		n += 10_000
		d.must(d.tx(func(tx pg.Tx) error {
			for table, row := range map[string]func(i int) []any{
				"cards": func(i int) []any {
					return []any{int64(2), int64(i), gtin("4780101", i), int16(13), "UNIT", "UZ", content.NameUz, content.NameRu, content.NameEn, content.Brand, "zilol ichimlik suvi"}
				},
				"audit_log": func(i int) []any {
					return []any{int64(2), int64(i), "member", "3", "Aziz", "card.create", "card:1", "{}", "", ""}
				},
			} {
				if _, err := tx.CopyFrom(b.Context(), pgx.Identifier{table}, columnsOf[table], pgx.CopyFromSlice(10_000, func(i int) ([]any, error) { return row(from + i + 1), nil })); err != nil {
					return err
				}
			}
			_, err := tx.CopyFrom(b.Context(), pgx.Identifier{"card_versions"}, columnsOf["card_versions"], pgx.CopyFromSlice(10_000, func(i int) ([]any, error) {
				return []any{int64(2), int64(from + i + 1), 1, json, int64(3), "Aziz"}, nil
			}))
			return err
		}))
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "cards/s")
}

var columnsOf = map[string][]string{
	"cards":         {"org_id", "id", "gtin", "group_id", "packaging", "country", "name_uz", "name_ru", "name_en", "brand", "fold"},
	"card_versions": {"org_id", "card_id", "n", "content", "created_by", "created_name"},
	"audit_log":     {"org_id", "id", "actor_kind", "actor_id", "actor_name", "action", "target", "details", "ip", "request_id"},
}
