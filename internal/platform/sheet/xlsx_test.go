package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kabinet/internal/platform/sheet"
)

// workbook writes cells as a spreadsheet program does, numbers as numbers.
func workbook(t testing.TB, edit func(*excelize.File)) *bytes.Reader {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	edit(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func set(t testing.TB, f *excelize.File, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", cell, v); err != nil {
		t.Fatal(err)
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	t.Run("gives numbers with all their digits and counts empty rows", func(t *testing.T) {
		t.Parallel()
		got, table := read(t, workbook(t, func(f *excelize.File) {
			set(t, f, "A1", "tin")
			set(t, f, "B1", "director_pinfl")
			set(t, f, "A4", 302118447)
			set(t, f, "B4", 31203800010017)
			set(t, f, "A5", "x\ny")
		}))
		want := []row{{1, "tin|director_pinfl", 0}, {4, "302118447|31203800010017", 0}, {5, "x\ny", 0}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got)\n%s", diff)
		}
		if table.Format() != sheet.XLSX {
			t.Errorf("format = %s", table.Format())
		}
	})
	t.Run("reads the first sheet and says that there are more", func(t *testing.T) {
		t.Parallel()
		got, table := read(t, workbook(t, func(f *excelize.File) {
			set(t, f, "A1", "tin")
			if _, err := f.NewSheet("Other"); err != nil {
				t.Fatal(err)
			}
		}))
		if len(got) != 1 || len(table.Notes()) != 1 || table.Notes()[0].Key != "legacy.note.sheets" {
			t.Errorf("got rows %v and notes %v", got, table.Notes())
		}
	})
	t.Run("walks to a cell in the far corner", func(t *testing.T) {
		t.Parallel()
		got, _ := read(t, workbook(t, func(f *excelize.File) {
			set(t, f, "A1", "tin")
			set(t, f, "XFD1048576", "x")
		}))
		if len(got) != 2 || got[1].N != 1_048_576 {
			t.Errorf("got %d rows", len(got))
		}
	})
	t.Run("reads a workbook whose texts are big enough to go to a file", func(t *testing.T) {
		t.Parallel()
		got, _ := read(t, workbook(t, func(f *excelize.File) {
			for i := 1; i <= 3000; i++ {
				set(t, f, fmt.Sprintf("A%d", i), fmt.Sprintf("%d %s", i, strings.Repeat("ў", 1000)))
			}
		}))
		if len(got) != 3000 || !strings.HasPrefix(got[2999].Cells, "3000 ў") {
			t.Errorf("got %d rows", len(got))
		}
	})
}

func TestXLSXRefuses(t *testing.T) {
	t.Parallel()
	parts := func(names ...string) map[string]io.Reader {
		all := map[string]io.Reader{}
		for _, n := range names {
			all[n] = strings.NewReader("<x/>")
		}
		return all
	}
	tests := []struct {
		name string
		file io.Reader
		want error
	}{
		{"an archive of something else", archive(t, parts("a.txt", "b.txt")), sheet.ErrNotXLSX},
		{"a table of OpenDocument", archive(t, parts("mimetype", "content.xml", "META-INF/manifest.xml")), sheet.ErrODS},
		{"a workbook without a sheet", archive(t, parts("xl/workbook.xml", "[Content_Types].xml")), sheet.ErrNotXLSX},
		{"styles that unpack to 100 MB", bomb(t, "xl/styles.xml", 100<<20), sheet.ErrUnpacked},
		{"a sheet that unpacks to 800 MB", bomb(t, "xl/worksheets/sheet1.xml", 800<<20), sheet.ErrUnpacked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := readAll(tt.file); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	for _, row := range []string{"1048577", "30000000", "9223372036854775807"} {
		t.Run("row number "+row+", beyond the last row", func(t *testing.T) {
			t.Parallel()
			err := readAll(edited(t, "xl/worksheets/sheet1.xml", `<row r="1"><c r="A1"`, `<row r="`+row+`"><c r="A`+row+`"`))
			if !errors.Is(err, sheet.ErrNotXLSX) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("rows that each reach to the last column", func(t *testing.T) {
		t.Parallel()
		rows := strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 4000)
		err := readAll(edited(t, "xl/worksheets/sheet1.xml", "</sheetData>", rows+"</sheetData>"))
		if !errors.Is(err, sheet.ErrUnpacked) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a million rows with nothing in them, in 10 KB", func(t *testing.T) {
		t.Parallel()
		rows := strings.Repeat(`<row/>`, 1<<20)
		err := readAll(edited(t, "xl/worksheets/sheet1.xml", "</sheetData>", rows+"</sheetData>"))
		if !errors.Is(err, sheet.ErrManyRows) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("what a sheet unpacks to beyond what it says", func(t *testing.T) {
		t.Parallel()
		if err := readAll(liar(t)); !errors.Is(err, sheet.ErrNotXLSX) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a sheet cut off in the middle", func(t *testing.T) {
		t.Parallel()
		if err := readAll(edited(t, "xl/worksheets/sheet1.xml", "</row></sheetData>", "<")); err != nil && !errors.Is(err, sheet.ErrNotXLSX) {
			t.Errorf("got %v", err)
		}
	})
}

// What the library would hold in memory whole is refused before it is opened;
// parts of some megabytes stand for those of hundreds.
func TestXLSXRefusesWhatWouldFillTheMemory(t *testing.T) {
	t.Parallel()
	const sheetPart, textPart = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	row := `<row><c t="inlineStr"><is><t>` + strings.Repeat("text ", 100) + `</t></is></c></row>`
	rows := strings.Repeat(row, 12_000)
	tests := []struct {
		name, part, more string
		want             error
	}{
		{"sound rows", sheetPart, rows, nil},
		{"sound texts", textPart, strings.Repeat("<si><t>"+strings.Repeat("text ", 100)+"</t></si>", 12_000), nil},
		{"nothing but spaces", sheetPart, strings.Repeat(" ", 5<<20), sheet.ErrUnpacked},
		{"one cell", sheetPart, `<row><c t="inlineStr"><is><t>` + strings.Repeat("a", 5<<20) + `</t></is></c></row>`, sheet.ErrUnpacked},
		{"one attribute", sheetPart, `<row a="` + strings.Repeat(">", 5<<20) + `"/>`, sheet.ErrUnpacked},
		{"one row of small cells", sheetPart, "<row>" + strings.Repeat("<c/>", 2<<20) + "</row>", sheet.ErrUnpacked},
		{"one cell of small pieces", sheetPart, "<row><c><is>" + strings.Repeat("<r/>", 2<<20) + "</is></c></row>", sheet.ErrUnpacked},
		{"one text of small pieces", textPart, "<si>" + strings.Repeat("<r/>", 2<<20) + "</si>", sheet.ErrUnpacked},
		{"a pit without bottom", sheetPart, strings.Repeat("<a>", 2<<20), sheet.ErrUnpacked},
		{"tags hidden in a comment", sheetPart, rows + "<!--" + strings.Repeat("<row/>", 10) + "-->", sheet.ErrUnpacked},
		{"tags hidden in a text", sheetPart, rows + "<![CDATA[" + strings.Repeat("<row/>", 10) + "]]>", sheet.ErrUnpacked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			end := "</sheetData>"
			if tt.part == textPart {
				end = "</sst>"
			}
			if err := readAll(edited(t, tt.part, end, tt.more+end)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func readAll(r io.Reader) error {
	table, err := sheet.Open(r)
	if err != nil {
		return err
	}
	defer table.Close()
	for err == nil {
		_, err = table.Next()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func archive(t testing.TB, parts map[string]io.Reader) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, r := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

// bomb is a workbook that says of one part that it unpacks to size bytes.
func bomb(t testing.TB, name string, size uint64) *bytes.Reader {
	t.Helper()
	return raw(t, name, size, nil)
}

// liar is a workbook whose sheet unpacks to 64 MB and says that it has 10 bytes.
func liar(t testing.TB) *bytes.Reader {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, strings.Repeat("<row/>", 10<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return raw(t, "xl/worksheets/sheet1.xml", 10, packed.Bytes())
}

// raw is a small sound workbook with one part replaced by packed bytes.
func raw(t testing.TB, name string, size uint64, packed []byte) *bytes.Reader {
	t.Helper()
	book := workbook(t, func(f *excelize.File) { set(t, f, "A1", "tin") })
	sound, err := zip.NewReader(book, book.Size())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range sound.File {
		if f.Name == name {
			continue
		}
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, UncompressedSize64: size, CompressedSize64: uint64(len(packed)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

// edited is a small sound workbook with one text replaced.
func edited(t testing.TB, part, old, with string) *bytes.Reader {
	t.Helper()
	book := workbook(t, func(f *excelize.File) { set(t, f, "A1", "tin") })
	z, err := zip.NewReader(book, book.Size())
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]io.Reader{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			if !bytes.Contains(b, []byte(old)) {
				t.Fatalf("%s holds no %s", part, old)
			}
			b = bytes.Replace(b, []byte(old), []byte(with), 1)
		}
		parts[f.Name] = bytes.NewReader(b)
	}
	return archive(t, parts)
}
