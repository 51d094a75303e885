package legacy

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/legacy/legacygen"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/sheet"
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

// everything reads what an import stores, in an order of its own, without what
// differs from run to run: ids and sealed numbers.
func everything(t testing.TB, db *pgxpool.Pool) string {
	t.Helper()
	var all string
	err := db.QueryRow(t.Context(), `
		select coalesce(string_agg(line, e'\n' order by line), '')
		from (
			select concat_ws('|', o.tin, o.legal_form, o.name_uz, o.name_ru, o.name_en, o.director_name,
				encode(o.director_pinfl_mac, 'hex'), o.email, o.phone, o.region, o.district, o.street, o.language,
				o.status, o.search, encode(o.source_hash, 'hex'),
				(select string_agg(g.group_id || ':' || g.issuer || ':' || g.status, ',' order by g.group_id)
					from org_product_groups g where g.org_id = o.org_id),
				(select string_agg(p.prefix || ':' || p.status, ',' order by p.prefix)
					from gs1_prefixes p join gs1_prefix_registry r on r.prefix = p.prefix and r.org_id = p.org_id
					where p.org_id = o.org_id)) as line
			from organizations o
			join tin_registry r on r.tin = o.tin and r.org_id = o.org_id
		) lines`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBadFile(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	run(t, db, Apply, open(t, "organizations.csv"))
	exec(t, db, `update organizations set status = 'active', activated_at = now() where tin in ('302118447', '305667718')`)
	exec(t, db, `update organizations set status = 'blocked' where tin = '309004412'`)
	before := everything(t, db)

	checked := run(t, db, Check, open(t, "organizations-bad.csv"))
	if everything(t, db) != before {
		t.Error("a check stored something")
	}
	got := complaints(t, db, checked.ID)
	byPlace(got)
	wantLines := expected(t, got)
	byPlace(wantLines)
	if diff := cmp.Diff(wantLines, got); diff != "" {
		t.Errorf("complaints (-want +got)\n%s", diff)
	}

	applied := run(t, db, Apply, open(t, "organizations-bad.csv"))
	if diff := cmp.Diff(checked.Tally, applied.Tally); diff != "" {
		t.Errorf("the import is not what the check promised (-check +import)\n%s", diff)
	}
	again := complaints(t, db, applied.ID)
	byPlace(again)
	if diff := cmp.Diff(got, again); diff != "" {
		t.Errorf("the import complains otherwise than the check\n%s", diff)
	}
	if applied.Good != 5 || applied.Rows() != 74 {
		t.Errorf("%d good of %d rows, want 5 of 74", applied.Good, applied.Rows())
	}
	want(t, db, 505, `select count(*) from organizations`)
	want(t, db, 1, `select count(*) from organizations where tin = '302118447' and director_name like 'Oʻrinboyev%'`)
}

func complaints(t testing.TB, db *pgxpool.Pool, id int64) [][]string {
	t.Helper()
	told, err := complaintsAfter(t.Context(), db, id, -1, "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return lines(told)
}

func exec(t testing.TB, db *pgxpool.Pool, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), q, args...); err != nil {
		t.Fatal(err)
	}
}

func TestChangedRows(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	file := text(t, "organizations.csv")
	run(t, db, Apply, strings.NewReader(file))
	first := strings.Split(file, "\n")

	t.Run("an organization that is not active follows the file in everything", func(t *testing.T) {
		edited := strings.Replace(first[1], "water=issuer, bio=issuer;478001", "water=non-issuer, beer=issuer;478002", 1)
		edited = strings.Replace(edited, "Oʻrinboyev Gʻulomjon", "Oʻrinboyev Gʻayrat", 1)
		got := run(t, db, Apply, strings.NewReader(first[0]+"\n"+edited+"\n"))
		if got.Changed != 1 || got.Bad != 0 {
			t.Fatalf("tally %+v", got.Tally)
		}
		want(t, db, 1, `select count(*) from organizations where tin = '302118447' and director_name like 'Oʻrinboyev Gʻayrat%'`)
		want(t, db, 1, `select count(*) from org_product_groups g join organizations o using (org_id)
			where tin = '302118447' and (group_id, issuer) = (13, false)`)
		want(t, db, 2, `select count(*) from org_product_groups g join organizations o using (org_id) where tin = '302118447'`)
		want(t, db, 0, `select count(*) from gs1_prefix_registry where prefix = '478001'`)
		want(t, db, 1, `select count(*) from gs1_prefix_registry where prefix = '478002'`)
	})
	t.Run("an active one keeps its groups and gets more", func(t *testing.T) {
		exec(t, db, `update organizations set status = 'active', activated_at = now() where tin = '309004412'`)
		edited := strings.Replace(first[3], "water=issuer", "beer=issuer", 1)
		edited = strings.Replace(edited, "3-uy", "5-uy", 1)
		got := run(t, db, Apply, strings.NewReader(first[0]+"\n"+edited+"\n"))
		if got.Changed != 1 || got.Bad != 0 {
			t.Fatalf("tally %+v", got.Tally)
		}
		want(t, db, 2, `select count(*) from org_product_groups g join organizations o using (org_id) where tin = '309004412'`)
		want(t, db, 1, `select count(*) from organizations where tin = '309004412' and status = 'active' and street like '%5-uy'`)
	})
}

func text(t testing.TB, name string) string {
	t.Helper()
	b, err := io.ReadAll(open(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWorkbookGivesTheSame(t *testing.T) {
	t.Parallel()
	var csv, xlsx bytes.Buffer
	if err := legacygen.WriteCSV(&csv, 300, 3); err != nil {
		t.Fatal(err)
	}
	if err := legacygen.WriteXLSX(&xlsx, 300, 3); err != nil {
		t.Fatal(err)
	}
	one, other := pgtest.New(t), pgtest.New(t)
	a, b := run(t, one, Apply, &csv), run(t, other, Apply, &xlsx)
	if a.Tally != b.Tally || a.Good != 300 {
		t.Errorf("tallies %+v and %+v", a.Tally, b.Tally)
	}
	if everything(t, one) != everything(t, other) {
		t.Error("CSV and XLSX store different things")
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	header, _, _ := strings.Cut(text(t, "organizations.csv"), "\n")
	tests := []struct{ name, file, failure, told string }{
		{"only a heading", header + "\n", "legacy.file.no_rows", ""},
		{"another delimiter", strings.ReplaceAll(header, ";", "|") + "\n1|2\n", "legacy.file.header", "legacy.file.delimiter"},
		{"no heading", "302118447;Zarafshon\n", "legacy.file.header", "legacy.file.delimiter"},
		{"a column is missing", strings.Replace(header, ";phone", "", 1) + "\n", "legacy.file.header", "legacy.header.missing"},
		{"an archive of something else", "PK\x03\x04xxxx", "legacy.file.not_xlsx", ""},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00", "legacy.file.binary", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, db, Check, strings.NewReader(tt.file))
			if got.Status != Failed || got.Failure != tt.failure {
				t.Errorf("got %s %q, want %q", got.Status, got.Failure, tt.failure)
			}
			if tt.told != "" {
				want(t, db, 1, `select count(*) from import_complaints where import_id = $1 and key = $2`, got.ID, tt.told)
			}
			want(t, db, 1, `select count(*) from audit_log where action = 'import.fail' and target = $1`, target(got.ID))
		})
	}
}
