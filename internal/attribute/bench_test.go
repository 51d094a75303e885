package attribute_test

import (
	"testing"

	"kabinet/internal/attribute"
	"kabinet/internal/platform/pg/pgtest"
)

// BenchmarkBookOf is what a form for a card waits for.
func BenchmarkBookOf(b *testing.B) {
	db := pgtest.New(b)
	for b.Loop() {
		if _, err := attribute.BookOf(b.Context(), db, 7); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLongBook is what a form waits for where a group has 5,000 HS codes: the
// book it takes, the whole one, and the bare query of the one code that it names.
func BenchmarkLongBook(b *testing.B) {
	db, ctx := pgtest.New(b), b.Context()
	const fill = `
		insert into card_codes (group_id, list, code, name_uz, name_ru, fold)
		select 13, 'hs', (9000000000 + n)::text, 'Suv turi ' || n, 'Вид воды ' || n, (9000000000 + n)::text || ' suv turi vid vodi ' || n
		from generate_series(1, 5000) n`
	for _, stmt := range []string{fill, `analyze card_codes`} {
		if _, err := db.Exec(ctx, stmt); err != nil {
			b.Fatal(err)
		}
	}
	named := []string{"9000000077"}
	for name, read := range map[string]func() error{
		"form": func() error {
			_, err := attribute.BookFor(ctx, db, 13, named)
			return err
		},
		"whole": func() error {
			_, err := attribute.BookOf(ctx, db, 13)
			return err
		},
		"bare": func() error {
			var uz string
			return db.QueryRow(ctx, `select name_uz from card_codes where group_id = 13 and list = 'hs' and code = $1`, named[0]).Scan(&uz)
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen is what a row of a file costs.
func BenchmarkOpen(b *testing.B) {
	book, err := attribute.BookOf(b.Context(), pgtest.New(b), 13)
	if err != nil {
		b.Fatal(err)
	}
	typed := map[string]string{
		"product_type": "Природная минеральная вода", "volume": "1,5", "carbonation": "gazsiz", "container": "ПЭТ", "sugar": "нет", "shelf_life": "365",
		"storage": "5–25 °C", "conformity_number": "UZ.SMT.01.0001", "conformity_until": "31.12.2027",
	}
	b.ReportAllocs()
	for b.Loop() {
		values, wrong := book.Set.Open(func(code string) string { return typed[code] })
		if wrong.Err() != nil || len(values) != len(typed) {
			b.Fatal(values, wrong.Err())
		}
	}
}
