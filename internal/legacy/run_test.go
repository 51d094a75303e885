package legacy

import (
	"bytes"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/legacy/legacygen"
	"kabinet/internal/legacy/sheet"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
)

func box(t testing.TB) *seal.Box {
	t.Helper()
	b, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func runner(t testing.TB, db *pgxpool.Pool) Runner { return Runner{DB: db, Box: box(t)} }

// stored puts a file in and gives the id of its import.
func stored(t testing.TB, db *pgxpool.Pool, mode Mode, format sheet.Format, r io.Reader) int64 {
	t.Helper()
	var id int64
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		b, err := blob.WriteTx(t.Context(), tx, "organizations", "", r, MaxFile)
		if err != nil {
			return err
		}
		id, err = insertImport(t.Context(), tx, Import{BlobID: b.ID, FileName: "organizations", Format: format, Mode: mode, StaffName: "test"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// run carries a file out in one go and gives the import at its end.
func run(t testing.TB, db *pgxpool.Pool, mode Mode, r io.Reader) Import {
	t.Helper()
	id := stored(t, db, mode, sheet.CSV, r)
	if err := runner(t, db).Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return importNow(t, db, id)
}

func importNow(t testing.TB, db *pgxpool.Pool, id int64) Import {
	t.Helper()
	imp, err := importByID(t.Context(), db, id)
	if err != nil {
		t.Fatal(err)
	}
	return imp
}

// made is a file of n invented organizations.
func made(t testing.TB, n int, seed uint64) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := legacygen.WriteCSV(&b, n, seed); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func want(t testing.TB, db *pgxpool.Pool, n int, q string, args ...any) {
	t.Helper()
	var got int
	if err := db.QueryRow(t.Context(), q, args...).Scan(&got); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	if got != n {
		t.Errorf("got %d, want %d: %s", got, n, q)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	check := func(t *testing.T, got Import, status Status, tally Tally) {
		t.Helper()
		if got.Status != status {
			t.Errorf("status = %s (%s), want %s", got.Status, got.Failure, status)
		}
		if diff := cmp.Diff(tally, got.Tally); diff != "" {
			t.Errorf("tally (-want +got)\n%s", diff)
		}
	}
	check(t, run(t, db, Check, open(t, "organizations.csv")), Done, Tally{Good: 500, Created: 500})
	want(t, db, 0, `select count(*) from organizations`)
	check(t, run(t, db, Apply, open(t, "organizations.csv")), Done, Tally{Good: 500, Created: 500})
	want(t, db, 500, `select count(*) from organizations where status = 'imported'`)
	want(t, db, 500, `select count(*) from tin_registry`)
	check(t, run(t, db, Apply, open(t, "organizations.csv")), Done, Tally{Good: 500, Unchanged: 500})
	check(t, run(t, db, Check, open(t, "organizations.csv")), Done, Tally{Good: 500, Unchanged: 500})
}
