package blob_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// noise is content that no compression hides and that differs in every chunk.
func noise(n int) []byte {
	seed := [32]byte{1}
	b := make([]byte, n)
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func write(t testing.TB, db *pgxpool.Pool, r io.Reader, max int64) (b blob.Blob, err error) {
	t.Helper()
	err = pg.InTx(t.Context(), db, func(tx pg.Tx) (err error) {
		b, err = blob.WriteTx(t.Context(), tx, `C:\Отчёт.xlsx`, "text/csv", r, max)
		return err
	})
	return b, err
}

func rows(t testing.TB, db *pgxpool.Pool) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `select (select count(*) from blobs) + (select count(*) from blob_chunks)`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFileComesBackAsItWas(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, size := range []int{0, 1, blob.ChunkSize - 1, blob.ChunkSize, blob.ChunkSize + 1, 3*blob.ChunkSize + 17} {
		want := noise(size)
		b, err := write(t, db, iotest.HalfReader(bytes.NewReader(want)), int64(size))
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		sum := sha256.Sum256(want)
		r, found, err := blob.Open(t.Context(), db, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if found.Size != int64(size) || !bytes.Equal(found.SHA256, sum[:]) || found.Name != "Отчёт.xlsx" || found.MediaType != "text/csv" || found.CreatedAt.IsZero() {
			t.Errorf("%d bytes: found %+v", size, found)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: read %d others, %v", size, len(got), err)
		}
	}
}

func TestAFileIsReadFromAnyPlace(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	small := noise(1000)
	b, err := write(t, db, bytes.NewReader(small), 1000)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := blob.Open(t.Context(), db, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(r, small); err != nil {
		t.Error(err)
	}
	large := noise(2*blob.ChunkSize + 5)
	if b, err = write(t, db, bytes.NewReader(large), 1<<30); err != nil {
		t.Fatal(err)
	}
	if r, _, err = blob.Open(t.Context(), db, b.ID); err != nil {
		t.Fatal(err)
	}
	for _, off := range []int{2*blob.ChunkSize - 3, blob.ChunkSize, 0, blob.ChunkSize - 1} {
		got := make([]byte, 7)
		if _, err := r.ReadAt(got, int64(off)); err != nil || !bytes.Equal(got, large[off:off+7]) {
			t.Errorf("7 bytes at %d: %x, %v, want %x", off, got, err, large[off:off+7])
		}
	}
	if n, err := r.ReadAt(make([]byte, 7), 2*blob.ChunkSize); n != 5 || !errors.Is(err, io.EOF) {
		t.Errorf("across the end: %d bytes, %v, want 5 and EOF", n, err)
	}
}

func TestReadingAsksForEachChunkOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	b, err := write(t, db, bytes.NewReader(noise(3*blob.ChunkSize)), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := pg.CountStatements(t.Context())
	r, _, err := blob.Open(ctx, db, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if counter.N() != 1+3 {
		t.Errorf("%d statements, want the record and 3 chunks", counter.N())
	}
}

func TestATooLargeFileLeavesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, size := range []int{101, 5 * blob.ChunkSize} {
		_, err := write(t, db, bytes.NewReader(noise(size)), 100)
		f, ok := fault.As(err)
		if !errors.Is(err, blob.ErrTooLarge) || !ok || len(f.Args) != 2 || f.Args[1] != int64(100) {
			t.Errorf("%d bytes: err = %v, want ErrTooLarge with the limit", size, err)
		}
	}
	if n := rows(t, db); n != 0 {
		t.Errorf("%d rows left", n)
	}
}

// TestAnEndlessFileIsNotReadToItsEnd would not end otherwise.
func TestAnEndlessFileIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	endless := rand.NewChaCha8([32]byte{})
	if _, err := write(t, pgtest.New(t), endless, 2*blob.ChunkSize); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("err = %v, want ErrTooLarge", err)
	}
}

func TestAReaderThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	broken := errors.New("broken")
	r := io.MultiReader(bytes.NewReader(noise(blob.ChunkSize)), iotest.ErrReader(broken))
	if _, err := write(t, db, r, 1<<30); !errors.Is(err, broken) {
		t.Errorf("err = %v, want the reader's", err)
	}
	if n := rows(t, db); n != 0 {
		t.Errorf("%d rows left", n)
	}
}

func TestADamagedFileEndsInAnError(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for name, damage := range map[string]string{
		"chunk lost": `delete from blob_chunks where blob_id = $1 and n = 1`,
		"chunk cut":  `update blob_chunks set data = substring(data for 10) where blob_id = $1 and n = 1`,
	} {
		b, err := write(t, db, bytes.NewReader(noise(3*blob.ChunkSize)), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(t.Context(), damage, b.ID); err != nil {
			t.Fatal(err)
		}
		r, _, err := blob.Open(t.Context(), db, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err == nil || n != blob.ChunkSize {
			t.Errorf("%s: read %d bytes, %v, want an error after the first chunk", name, n, err)
		}
	}
}

func TestDeleteTx(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	b, err := write(t, db, bytes.NewReader(noise(2*blob.ChunkSize)), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	remove := func() error {
		return pg.InTx(t.Context(), db, func(tx pg.Tx) error { return blob.DeleteTx(t.Context(), tx, b.ID) })
	}
	if err := remove(); err != nil || rows(t, db) != 0 {
		t.Errorf("err = %v, %d rows left", err, rows(t, db))
	}
	if err := remove(); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, _, err := blob.Open(t.Context(), db, b.ID); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("opened after it was deleted: %v", err)
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"report.csv":             "report.csv",
		"../../etc/passwd":       "passwd",
		`..\..\windows\win.ini`:  "win.ini",
		"отчёт за май.xlsx":      "отчёт за май.xlsx",
		"oʻzbek.csv":             "oʻzbek.csv",
		"a\x00b\r\nc.csv":        "abc.csv",
		"\u202Etxt.exe":          "txt.exe",
		"\xff\xfe.csv":           "csv",
		" . ":                    "file",
		"..":                     "file",
		"":                       "file",
		"dir/":                   "file",
		strings.Repeat("я", 500): strings.Repeat("я", 100) + "…" + strings.Repeat("я", 99),
	} {
		if got := blob.CleanName(given); got != want {
			t.Errorf("%q = %q, want %q", given, got, want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	db := pgtest.New(b)
	content := noise(16 * blob.ChunkSize)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := write(b, db, bytes.NewReader(content), 1<<30); err != nil {
			b.Fatal(err)
		}
	}
}
