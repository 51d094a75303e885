package sheet_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"kabinet/internal/platform/sheet"
)

// row is a row as a test expects it.
type row struct {
	N     int
	Cells string // joined with |
	Flaw  sheet.Flaw
}

func read(t testing.TB, r io.Reader) ([]row, sheet.Reader) {
	t.Helper()
	table, err := sheet.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.Close() })
	var all []row
	for {
		got, err := table.Next()
		if errors.Is(err, io.EOF) {
			return all, table
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row{got.N, strings.Join(got.Cells, "|"), got.Flaw})
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       []row
	}{
		{"semicolons", "a;b\n1;2\n", []row{{1, "a|b", 0}, {2, "1|2", 0}}},
		{"commas", "a,b,c\n1,2,3\n", []row{{1, "a|b|c", 0}, {2, "1|2|3", 0}}},
		{"tabs", "a\tb\n1\t2\n", []row{{1, "a|b", 0}, {2, "1|2", 0}}},
		{"commas inside quoted titles", "\"a,b,c,d\";e\n1;2\n", []row{{1, "a,b,c,d|e", 0}, {2, "1|2", 0}}},
		{"Excel's own first line", "sep=,\na,b\n", []row{{2, "a|b", 0}}},
		{"byte order mark", "\ufeffa;b\n", []row{{1, "a|b", 0}}},
		{"Windows line ends", "a;b\r\n1;2\r\n", []row{{1, "a|b", 0}, {2, "1|2", 0}}},
		{"the ends of old Macintoshes", "a;b\r1;2\r\"x\ry\";3\r", []row{{1, "a|b", 0}, {2, "1|2", 0}, {3, "x\ny|3", 0}}},
		{"no line end at the end", "a;b\n1;2", []row{{1, "a|b", 0}, {2, "1|2", 0}}},
		{"empty rows are counted, not given", "a;b\n\n;;\n1;2\n", []row{{1, "a|b", 0}, {4, "1|2", 0}}},
		{"a line break inside quotes is one row", "a;b\n\"x\ny\";2\nz;3\n", []row{{1, "a|b", 0}, {2, "x\ny|2", 0}, {3, "z|3", 0}}},
		{"doubled quotes", "a;b\n\"x \"\"y\"\"\";2\n", []row{{1, "a|b", 0}, {2, `x "y"|2`, 0}}},
		{"quotes inside a bare cell", "a;b\nООО \"Ромашка\";2\n", []row{{1, "a|b", 0}, {2, `ООО "Ромашка"|2`, 0}}},
		{"text after a closing quote", "a;b\n\"x\" MChJ;2\n", []row{{1, "a|b", 0}, {2, `x MChJ|2`, 0}}},
		{"an open quote stands alone", "a;b\n\"x;2\ny;3\nz;4\n", []row{{1, "a|b", 0}, {2, "x;2", sheet.Quote}, {3, "y|3", 0}, {4, "z|4", 0}}},
		{"an open quote does not end at the next quoted cell", "a;b\n\"x;2\n\"y\";3\n", []row{{1, "a|b", 0}, {2, "x;2", sheet.Quote}, {3, "y|3", 0}}},
		{"an open quote in the last row", "a;b\n1;\"x\n", []row{{1, "a|b", 0}, {2, "1|x", sheet.Quote}}},
		{"bytes that are no text", "a;b\nx\xff;2\ny;3\n", []row{{1, "a|b", 0}, {2, "x\xff|2", sheet.BadBytes}, {3, "y|3", 0}}},
		{"the zero character", "a;b\nx\x00;2\ny;3\n", []row{{1, "a|b", 0}, {2, "x\x00|2", sheet.Nul}, {3, "y|3", 0}}},
		{"fewer cells", "a;b;c\n1\n", []row{{1, "a|b|c", 0}, {2, "1", 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, table := read(t, strings.NewReader(tt.file))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got)\n%s", diff)
			}
			if table.Format() != sheet.CSV || len(table.Notes()) != 0 {
				t.Errorf("got format %s and notes %v", table.Format(), table.Notes())
			}
		})
	}
}

func TestCSVBigCells(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 1<<20)
	for name, cell := range map[string]string{
		"bare": big, "quoted": `"` + big + `"`, "never closed": `"` + big,
		"over many lines": `"` + strings.Repeat("xxxxxxx\n", 1<<17) + `"`,
	} {
		t.Run("a cell of 1 MB, "+name+", does not hide the row behind it", func(t *testing.T) {
			t.Parallel()
			got, _ := read(t, strings.NewReader("a;b\n1;"+cell+"\n2;y\n"))
			if len(got) < 3 || got[1].Flaw == sheet.Sound || len(got[1].Cells) > 300<<10 {
				t.Fatalf("got %d rows, flaw %v", len(got), got[1].Flaw)
			}
			if last := got[len(got)-1]; last.Cells != "2|y" {
				t.Errorf("the last row is %.40q", last.Cells)
			}
		})
	}
}

// A file of nothing but quotes opened by mistake took minutes: every row looked
// at the 32 lines behind it again and again. What is allocated tells how often.
func TestOpenQuotesEverywhereCostLittle(t *testing.T) {
	for name, line := range map[string]string{
		"and nothing closed":       `"` + strings.Repeat("x;", 2000),
		"and closed all the time":  `"` + strings.Repeat(`x";"`, 1000),
		"and text behind each one": strings.Repeat(`"a" "b";`, 500) + `"`,
	} {
		file := "a;b\n" + strings.Repeat(line+"\n", 500)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := readAll(strings.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if times := (after.TotalAlloc - before.TotalAlloc) / uint64(len(file)); times > 200 {
			t.Errorf("quotes opened %s: %d times the size of the file allocated", name, times)
		} else {
			t.Logf("quotes opened %s: %d times", name, times)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "ИНН;Наименование\r\n302118447;ООО «Зарафшон»\r\n"
	want := []row{{1, "ИНН|Наименование", 0}, {2, "302118447|ООО «Зарафшон»", 0}}
	tests := []struct {
		name string
		of   string
		err  error
		note string
	}{
		{"Windows-1251", encoded(charmap.Windows1251.NewEncoder().String(text)), nil, "Windows-1251"},
		{"UTF-16 little endian", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)), nil, "UTF-16"},
		{"UTF-16 big endian", encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)), nil, "UTF-16"},
	}
	for _, tt := range tests {
		t.Run("reads "+tt.name+" and says so", func(t *testing.T) {
			t.Parallel()
			got, table := read(t, strings.NewReader(tt.of))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rows (-want +got)\n%s", diff)
			}
			notes := table.Notes()
			if len(notes) != 1 || notes[0].Args[1] != tt.note {
				t.Errorf("notes = %v", notes)
			}
		})
	}
}

func encoded(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       error
	}{
		{"an empty file", "", sheet.ErrEmpty},
		{"only a byte order mark", "\ufeff", sheet.ErrEmpty},
		{"the old Excel format", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), sheet.ErrOldExcel},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\x00\x00\x02\x00", sheet.ErrBinary},
		{"the beginning of an archive", "PK\x03\x04 and nothing more", sheet.ErrNotXLSX},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := sheet.Open(strings.NewReader(tt.file)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestRowLimit(t *testing.T) {
	t.Parallel()
	table, err := sheet.Open(io.MultiReader(strings.NewReader("a;b\n"), &endless{"1;2\n"}))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for err == nil {
		_, err = table.Next()
		n++
	}
	if !errors.Is(err, sheet.ErrManyRows) || n != sheet.MaxRows+1 {
		t.Errorf("after %d rows: %v", n, err)
	}
}

// endless repeats a line.
type endless struct{ line string }

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e.line) <= len(p) {
		n += copy(p[n:], e.line)
	}
	return n, nil
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"a;b\n1;2\n", "\"x\ny\";2\n", "a,\"b", "\xff\xfea\x00;\x00", "PK\x03\x04", "a;b\n\"\"\"\n", "\xcf\xf0\xe8\xe2\xe5\xf2;1\n",
		"sep=;\n1;2", ";;;;\n", "a\rb\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := sheet.Open(strings.NewReader(string(b)))
		if err != nil {
			return
		}
		defer table.Close()
		before := 0
		for {
			row, err := table.Next()
			if err != nil {
				return
			}
			if row.N <= before {
				t.Fatalf("row %d follows row %d", row.N, before)
			}
			if row.Flaw != sheet.Sound && row.FlawCell >= max(len(row.Cells), 1) {
				t.Fatalf("the flaw is in cell %d of %d", row.FlawCell, len(row.Cells))
			}
			if len(row.Cells) > sheet.MaxCells {
				t.Fatalf("%d cells", len(row.Cells))
			}
			before = row.N
		}
	})
}
