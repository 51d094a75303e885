package cardfile_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	osexec "os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/sheet"
)

// The run of TestMemory in a process of its own finds its task here.
const memoryTask = "KABINET_TEST_CARDFILE_TASK" // "<import id> <database>"

// maxPeak is the memory one import may take, in kilobytes of VmHWM: program,
// runtime and all (performance.md: 256 MB at 100,000 rows).
const maxPeak = 256 << 10

// memoryRows is how many cards the measured file has. What is promised for
// 100,000 is tried with fewer in every run: memory that grew with the rows would
// show there too.
var memoryRows = flag.Int("memory-rows", 1_500, "cards of the file in TestMemory")

// TestMemory checks and applies a file in processes of their own and reads from
// the kernel how much memory each had at most; beside it the same rows go in by
// plain COPY.
func TestMemory(t *testing.T) {
	if task := os.Getenv(memoryTask); task != "" {
		runForMemory(t, task)
		return
	}
	if testing.Short() {
		t.Skip("reads many rows")
	}
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		t.Run(string(format), func(t *testing.T) {
			d := newDeskAt(t, pgtest.URL(t))
			id := d.upload(editor, "water", "many."+string(format), many(t, d.book(waterID), format, *memoryRows))
			d.measured(t, "check", id)
			d.must(d.files.Apply(t.Context(), editor, id))
			d.measured(t, "apply", id)
			d.copied(t)
		})
	}
}

// newDeskAt is newDesk in a database that another process can find.
func newDeskAt(t testing.TB, url string) *desk {
	t.Helper()
	db, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	d := &desk{TB: t, url: url, db: db, cards: &card.Service{DB: db}, files: &cardfile.Service{DB: db}}
	d.seed()
	return d
}

// many is a file of n cards, each with all its columns.
func many(t testing.TB, book attribute.Book, format sheet.Format, n int) []byte {
	t.Helper()
	var columns []string
	for _, c := range cardfile.Columns(book.Set) {
		columns = append(columns, c.Field)
	}
	var b bytes.Buffer
	text := csv.NewWriter(&b)
	write := text.Write
	var w *sheet.Writer
	if format == sheet.XLSX {
		var err error
		if w, err = sheet.NewWriter(&b, []sheet.Sheet{{Name: "Cards"}}); err != nil {
			t.Fatal(err)
		}
		write = func(cells []string) error { return w.Row(anys(cells)...) }
	}
	if err := write(columns); err != nil {
		t.Fatal(err)
	}
	row := make([]string, len(columns))
	for i := range n {
		typed := bottle(i)
		typed[card.FieldNameRu] += " № " + strconv.Itoa(i)
		for at, c := range columns {
			row[at] = typed[c]
		}
		if err := write(row); err != nil {
			t.Fatal(err)
		}
	}
	text.Flush()
	if w != nil {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// measured carries a run out in a process of its own.
func (d *desk) measured(t *testing.T, what string, id int64) {
	t.Helper()
	again := osexec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemory$", "-test.v", "-test.timeout=20m")
	again.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", memoryTask, id, d.url))
	start := clock.System()
	out, err := again.CombinedOutput()
	took := clock.Since(start)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	i, err := d.files.Get(t.Context(), editor, id)
	d.must(err)
	if i.Status != cardfile.Done || i.Created != *memoryRows {
		t.Fatalf("%+v\n%s", i, out)
	}
	idle, peak := figure(t, string(out), "idle kB: "), figure(t, string(out), "peak kB: ")
	t.Logf("%s: %d rows in %v (%.0f rows/s), peak %d MB, %d MB of it before it began", what, *memoryRows, took.Round(10*time.Millisecond),
		float64(*memoryRows)/took.Seconds(), peak>>10, idle>>10)
	if peak > maxPeak {
		t.Errorf("the %s of %d rows had %d MB, want at most %d", what, *memoryRows, peak>>10, maxPeak>>10)
	}
}

// copied stores the same cards by plain COPY into tables of the same shape, with
// their indexes.
func (d *desk) copied(t *testing.T) {
	t.Helper()
	var took time.Duration
	for _, table := range []string{"cards", "card_versions"} {
		d.exec(`create table copied_` + table + ` (like ` + table + ` including all)`)
		rows, err := d.db.Query(t.Context(), `select * from `+table)
		d.must(err)
		var names []string
		for _, f := range rows.FieldDescriptions() {
			names = append(names, f.Name)
		}
		all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
		d.must(err)
		start := clock.System()
		n, err := d.db.CopyFrom(t.Context(), pgx.Identifier{"copied_" + table}, names, pgx.CopyFromRows(all))
		took += clock.Since(start)
		d.must(err)
		if int(n) != *memoryRows {
			t.Fatalf("%d copied", n)
		}
	}
	t.Logf("COPY: %d cards and versions in %v (%.0f rows/s)", *memoryRows, took.Round(10*time.Millisecond), float64(*memoryRows)/took.Seconds())
}

func runForMemory(t *testing.T, task string) {
	id, url, _ := strings.Cut(task, " ")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	t.Logf("idle kB: %s", status(t, "VmHWM"))
	run := cardfile.Runner{DB: db, Photos: &card.Service{DB: db}}
	if err := run.Run(context.WithoutCancel(t.Context()), 2, n); err != nil {
		t.Fatal(err)
	}
	t.Logf("peak kB: %s", status(t, "VmHWM"))
}

// status reads a figure of this process from the kernel.
func status(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the kernel does not say how much memory a process has")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB"))
		}
	}
	t.Fatal("no " + name)
	return ""
}

func figure(t *testing.T, out, name string) int {
	t.Helper()
	_, rest, ok := strings.Cut(out, name)
	number, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if !ok || err != nil {
		t.Fatalf("no %q in\n%s", name, out)
	}
	return n
}
