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
