package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kabinet/internal/platform/sheet"
)

// What is written here another program reads.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	wide := make([]any, 60)
	for i := range wide {
		wide[i] = i
	}
	var file bytes.Buffer
	err := sheet.Write(&file, "Zarafshon Sut, 302 118 447", [][]any{
		{"Nomi", "Soni", "Qachon"},
		{"  “Oʻroq” & <Bolgʻa>\n2  ", 12, time.Date(2025, 12, 3, 19, 30, 0, 0, time.UTC)},
		{"=cmd|' /C calc'!A0", -5, time.Time{}},
		{"a day", 1, time.Date(2025, 12, 3, 19, 0, 0, 0, time.UTC)},
		{"00012345678901234", int64(1) << 40, nil},
		wide,
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Zarafshon Sut, 302 118 447"},
		{"Nomi", "Soni", "Qachon"},
		{"  “Oʻroq” & <Bolgʻa>\n2  ", "12", "12/4/25 00:30"},
		{"'=cmd|' /C calc'!A0", "-5"},
		{"a day", "1", "12-04-25"},
		{"00012345678901234", "1099511627776"},
	}
	if d := cmp.Diff(want, rows[:6]); d != "" {
		t.Error(d)
	}
	if last, err := f.GetCellValue("Sheet1", "BH7"); err != nil || last != "59" {
		t.Errorf("the 60th column holds %q, %v", last, err)
	}
	style, err := f.GetColStyle("Sheet1", "C")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := f.GetStyle(style); err != nil || s.NumFmt != 49 {
		t.Errorf("a column is not text: %+v, %v", s, err)
	}
}

// What is written is also what our own reader takes.
func TestATemplateComesBack(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := sheet.Write(&file, "", [][]any{{"a", "b"}, {"x\x00\x01y", "ж"}}); err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Open(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(row.Cells, "|"))
	}
	if d := cmp.Diff([]string{"a|b", "x\ufffd\ufffdy|ж"}, got); d != "" {
		t.Error(d)
	}
}
