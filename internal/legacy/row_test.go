package legacy

import (
	"encoding/csv"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "kabinet/internal/core/golden" // the flag -update
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

const samples = "../../testdata/legacy"

// groups is the dictionary as the migrations fill it.
func groups() productgroup.Dictionary {
	names := map[int16]string{
		3: "tobacco", 7: "pharma", 10: "medicals", 11: "alcohol", 13: "water", 15: "beer", 17: "bio",
		18: "appliances", 19: "antiseptic", 33: "vegetableoil", 53: "fertilizers",
	}
	var all []productgroup.Group
	for id, slug := range names {
		all = append(all, productgroup.Group{ID: id, Slug: slug, Uz: "uz-" + slug, Ru: "ru-" + slug, En: "en-" + slug})
	}
	return productgroup.NewDictionary(all)
}

// readThrough opens every row of a table and gives what came of it.
func readThrough(t testing.TB, r io.Reader) (good []candidate, told []Complaint) {
	t.Helper()
	rows, err := sheet.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	first, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	h, told := readHeader(first)
	o := newOpener(h, groups())
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return good, told
		}
		if err != nil {
			t.Fatal(err)
		}
		c, cs := o.open(row)
		if len(cs) > 0 {
			told = append(told, cs...)
			continue
		}
		good = append(good, c)
	}
}

func open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestSampleIsGood(t *testing.T) {
	t.Parallel()
	good, told := readThrough(t, open(t, "organizations.csv"))
	if len(good) != 500 || len(told) != 0 {
		t.Errorf("got %d good rows and complaints %v, want 500 and none", len(good), told)
	}
}

// expected reads or, with -update, writes the complaints about the bad file.
// Those that need a database are in it too; see TestBadFile in store_test.go.
func expected(t testing.TB, got [][]string) [][]string {
	t.Helper()
	name := filepath.Join(samples, "organizations-bad.expected.csv")
	if got != nil && flag.Lookup("update").Value.String() == "true" {
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.WriteAll(append([][]string{{"row", "column", "key", "found"}}, got...)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := csv.NewReader(open(t, "organizations-bad.expected.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func lines(told []Complaint) [][]string {
	var all [][]string
	for _, c := range told {
		all = append(all, []string{strconv.Itoa(c.Row), c.Field, c.Key, c.Found})
	}
	return all
}

func TestBadRows(t *testing.T) {
	t.Parallel()
	good, told := readThrough(t, open(t, "organizations-bad.csv"))
	var want [][]string
	for _, l := range expected(t, nil) {
		if l[2] != "org.draft.active" && l[2] != "gs1prefix.draft.taken" {
			want = append(want, l)
		}
	}
	byPlace(want)
	got := lines(told)
	byPlace(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("complaints (-want +got)\n%s", diff)
	}
	for _, c := range told {
		if strings.Contains(c.Found, "31203800010017") {
			t.Errorf("row %d shows a personal number", c.Row)
		}
	}
	bad := map[int]bool{}
	for _, c := range told {
		if !c.Note() {
			bad[c.Row] = true
		}
	}
	if len(good)+len(bad) != 74 {
		t.Errorf("%d good and %d bad rows, want 74 in all", len(good), len(bad))
	}
}

// byPlace sorts lines by row and column.
func byPlace(ls [][]string) {
	slices.SortStableFunc(ls, func(a, b []string) int {
		x, _ := strconv.Atoi(a[0])
		y, _ := strconv.Atoi(b[0])
		if x != y {
			return x - y
		}
		return strings.Compare(a[1], b[1])
	})
}
