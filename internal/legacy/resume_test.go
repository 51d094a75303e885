package legacy

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/legacy/legacygen"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/sheet"
)

// fuse breaks a connection off at its nth statement or COPY, as a kill does.
type fuse struct{ left atomic.Int64 }

func (f *fuse) burn(ctx context.Context) context.Context {
	if f.left.Add(-1) != 0 {
		return ctx
	}
	dead, cancel := context.WithCancel(ctx)
	cancel()
	return dead
}

func (f *fuse) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return f.burn(ctx)
}
func (f *fuse) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (f *fuse) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	return f.burn(ctx)
}
func (f *fuse) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// TestResume breaks a run off at each of its statements in turn, goes on, and
// wants what a run in one go stores: nothing lost, nothing double.
func TestResume(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	f := &fuse{}
	db := connect(t, url, nil)
	breaking := connect(t, url, f)
	file := sevenRows(t)
	id := stored(t, db, Apply, sheet.CSV, strings.NewReader(file))
	whole := Runner{DB: db, Box: box(t), Batch: 2}
	if err := whole.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	tally, told, content := importNow(t, db, id).Tally, complaints(t, db, id), everything(t, db)
	broken := 0
	for n := int64(1); ; n++ {
		empty(t, db)
		id := stored(t, db, Apply, sheet.CSV, strings.NewReader(file))
		f.left.Store(n)
		if err := (Runner{DB: breaking, Box: box(t), Batch: 2}).Run(t.Context(), id); err == nil {
			break
		}
		broken++
		f.left.Store(0)
		if err := whole.Run(t.Context(), id); err != nil {
			t.Fatalf("going on after statement %d: %v", n, err)
		}
		got := importNow(t, db, id)
		if got.Status != Done || got.Tally != tally {
			t.Errorf("after statement %d: %s %+v, want %+v", n, got.Status, got.Tally, tally)
		}
		if !slices.EqualFunc(told, complaints(t, db, id), slices.Equal) {
			t.Errorf("after statement %d: complaints %v, want %v", n, complaints(t, db, id), told)
		}
		if everything(t, db) != content {
			t.Errorf("after statement %d: other content", n)
		}
	}
	if broken < 40 {
		t.Errorf("only %d statements were broken off", broken)
	}
}

// sevenRows holds good and bad rows, and one whose number stands twice, so that
// going on has to remember what was before.
func sevenRows(t testing.TB) string {
	t.Helper()
	rows := strings.Split(text(t, "organizations.csv"), "\n")
	rows = append(rows[:6], strings.Replace(rows[6], "@", "", 1), rows[1], rows[7])
	return strings.Join(rows, "\n") + "\n"
}

func connect(t testing.TB, url string, tracer pgx.QueryTracer) *pgxpool.Pool {
	t.Helper()
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	c.ConnConfig.Tracer = tracer
	db, err := pgxpool.NewWithConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func empty(t testing.TB, db *pgxpool.Pool) {
	t.Helper()
	exec(t, db, `truncate organizations, tin_registry, gs1_prefix_registry, imports, import_complaints cascade`)
}

func TestOverlappingImports(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	forth, back := slice(t, 0, 60, "+998 90 111-11-11"), slice(t, 30, 90, "+998 90 222-22-22")
	for round := range 25 {
		empty(t, db)
		ids := []int64{
			stored(t, db, Apply, sheet.CSV, strings.NewReader(forth)),
			stored(t, db, Apply, sheet.CSV, strings.NewReader(back)),
		}
		runTogether(t, Runner{DB: db, Box: box(t), Batch: 7}, ids)
		sum := Tally{}
		for _, id := range ids {
			got := importNow(t, db, id)
			if got.Status != Done || got.Bad != 0 || got.Good != 60 {
				t.Fatalf("round %d: %s %+v", round, got.Status, got.Tally)
			}
			sum = sum.plus(got.Tally)
		}
		if sum.Created != 90 || sum.Changed != 30 {
			t.Fatalf("round %d: created %d, changed %d, want 90 and 30", round, sum.Created, sum.Changed)
		}
		want(t, db, 90, `select count(*) from organizations o join tin_registry r using (tin, org_id)`)
		want(t, db, 90, `select count(distinct org_id) from org_product_groups`)
	}
}

func TestOneImportByTwoWorkers(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for round := range 20 {
		empty(t, db)
		id := stored(t, db, Apply, sheet.CSV, open(t, "organizations.csv"))
		runTogether(t, Runner{DB: db, Box: box(t), Batch: 50}, []int64{id, id})
		if got := importNow(t, db, id); got.Status != Done || got.Created != 500 || got.Good != 500 {
			t.Fatalf("round %d: %s %+v", round, got.Status, got.Tally)
		}
		want(t, db, 1, `select count(*) from audit_log where action = 'import.finish' and target = $1`, target(id))
	}
}

func TestCancelledRunStops(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := stored(t, db, Apply, sheet.CSV, open(t, "organizations.csv"))
	r := Runner{DB: db, Box: box(t), Batch: 100, Progress: func(i Import) {
		if i.Rows() == 200 {
			if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return cancelRun(t.Context(), tx, id) }); err != nil {
				t.Error(err)
			}
		}
	}}
	if err := r.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := importNow(t, db, id); got.Status != Cancelled || got.Good != 200 {
		t.Errorf("got %s %+v", got.Status, got.Tally)
	}
	want(t, db, 200, `select count(*) from organizations`)
}

func runTogether(t testing.TB, r Runner, ids []int64) {
	t.Helper()
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			if err := r.Run(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// slice is a file of the rows from to to, with one telephone number in all; the
// second half of the rows stands first, so that two files meet in other orders.
func slice(t testing.TB, from, to int, phone string) string {
	t.Helper()
	var b bytes.Buffer
	if err := legacygen.WriteCSV(&b, to, 5); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(all)), "\n")
	chosen := append(slices.Clone(rows[1+(from+to)/2:]), rows[1+from:1+(from+to)/2]...)
	for i, row := range chosen {
		cells := strings.Split(row, ";")
		cells[8] = phone
		chosen[i] = strings.Join(cells, ";")
	}
	return rows[0] + "\n" + strings.Join(chosen, "\n") + "\n"
}
