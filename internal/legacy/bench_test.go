package legacy

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/sheet"
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

// BenchmarkImport imports rows into an empty database beside a plain COPY of
// the organizations it made, both in each round:
//
//	ratio       of COPY into a table of the same shape, with its indexes
//	ratio-heap  of COPY into a bare table without any
//
// The import also reads and judges the file, seals a number in every row and
// stores groups, prefixes and both registries, which the COPY does not.
func BenchmarkImport(b *testing.B) {
	const rows = 20_000
	db := pgtest.New(b)
	exec(b, db, `create table copied (like organizations including all)`)
	exec(b, db, `create table heap (like organizations)`)
	r := runner(b, db)
	var imported, copied, heaped time.Duration
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		empty(b, db)
		exec(b, db, `truncate copied, heap`)
		id := stored(b, db, Apply, sheet.CSV, made(b, rows, 1))
		b.StartTimer()
		start := clock.System()
		if err := r.Run(b.Context(), id); err != nil {
			b.Fatal(err)
		}
		imported += clock.Since(start)
		b.StopTimer()
		names, all := organizations(b, db, rows)
		copied += copyInto(b, db, "copied", names, all)
		heaped += copyInto(b, db, "heap", names, all)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*rows/imported.Seconds(), "rows/s")
	b.ReportMetric(copied.Seconds()/imported.Seconds(), "ratio")
	b.ReportMetric(heaped.Seconds()/imported.Seconds(), "ratio-heap")
}

// BenchmarkRepeat imports a file whose rows are all stored already.
func BenchmarkRepeat(b *testing.B) {
	const rows = 20_000
	db := pgtest.New(b)
	file := made(b, rows, 1)
	r := runner(b, db)
	if err := r.Run(b.Context(), stored(b, db, Apply, sheet.CSV, file)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		id := stored(b, db, Apply, sheet.CSV, made(b, rows, 1))
		b.StartTimer()
		if err := r.Run(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}

func organizations(b *testing.B, db *pgxpool.Pool, want int) (names []string, all [][]any) {
	b.Helper()
	rows, err := db.Query(b.Context(), `select * from organizations order by tin`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for _, f := range rows.FieldDescriptions() {
		names = append(names, f.Name)
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, values)
	}
	if len(all) != want {
		b.Fatalf("%d organizations, want %d: %v", len(all), want, rows.Err())
	}
	return names, all
}

func copyInto(b *testing.B, db *pgxpool.Pool, table string, names []string, all [][]any) time.Duration {
	b.Helper()
	start := clock.System()
	err := pg.InTx(b.Context(), db, func(tx pg.Tx) error {
		_, err := tx.CopyFrom(b.Context(), pgx.Identifier{table}, names, pgx.CopyFromRows(all))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return clock.Since(start)
}
