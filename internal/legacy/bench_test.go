package legacy

import (
	"errors"
	"io"
	"testing"

	"kabinet/internal/legacy/sheet"
)

// BenchmarkOpen reads and judges rows without a database.
func BenchmarkOpen(b *testing.B) {
	const rows = 10_000
	file := made(b, rows, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		good, told := readThrough(b, file)
		if len(good) != rows || len(told) > 0 {
			b.Fatal(told)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRead reads rows only.
func BenchmarkRead(b *testing.B) {
	const rows = 10_000
	file := made(b, rows, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		table, err := sheet.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = table.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}
