package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kabinet/internal/platform/sheet"
)

// formBook is a form with a drop-down from a hidden sheet and a sheet to read.
func formBook(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := sheet.NewWriter(&file, []sheet.Sheet{
		{Name: "Cards", Fixed: 2, Widths: []int{18, 30}, Lists: []sheet.List{
			{Column: 1, First: 3, Last: 1002, Range: sheet.Range("It's a list", 27, 3), Strict: true, Title: "Kind & sort", Prompt: strings.Repeat("ў<", 200)},
			{Column: 2, First: 3, Last: 1002, Range: sheet.Range("It's a list", 0, 1)},
		}},
		{Name: "About", Wrap: true},
		{Name: "It's a list", Hidden: true},
	})
	rows := func(err ...error) {
		if e := errors.Join(err...); e != nil {
			t.Fatal(e)
		}
	}
	rows(err, w.Heading("gtin", "kind", "=x"), w.Quiet("GTIN *", "Kind"), w.Row("04780000000013", nil, "-5"))
	rows(w.Next(), w.Heading("field"), w.Row("a\nb & <c>"))
	rows(w.Next(), w.Row("one"), w.Row("two"), w.Row("three"), w.Close())
	return file.Bytes()
}

func TestAFormWithDropDownsIsReadByAnotherProgram(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(formBook(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d := cmp.Diff([]string{"Cards", "About", "It's a list"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	if shown, err := f.GetSheetVisible("It's a list"); err != nil || shown {
		t.Errorf("the lists are shown: %t, %v", shown, err)
	}
	rows, err := f.GetRows("Cards")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"gtin", "kind", "'=x"}, {"GTIN *", "Kind"}, {"04780000000013", "", "'-5"}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	lists, err := f.GetDataValidations("Cards")
	if err != nil || len(lists) != 2 {
		t.Fatalf("%d lists, %v", len(lists), err)
	}
	l := lists[0]
	if l.Type != "list" || l.Sqref != "B3:B1002" || html.UnescapeString(l.Formula1) != "'It''s a list'!$AB$1:$AB$3" || l.ErrorStyle == nil || *l.ErrorStyle != "stop" {
		t.Errorf("%+v", l)
	}
	if *l.PromptTitle != "Kind & sort" || len([]rune(*l.Prompt)) != 255 {
		t.Errorf("title %q, %d characters", *l.PromptTitle, len([]rune(*l.Prompt)))
	}
	if *lists[1].ErrorStyle != "warning" {
		t.Errorf("%+v", lists[1])
	}
	if p, err := f.GetPanes("Cards"); err != nil || p.YSplit != 2 || !p.Freeze {
		t.Errorf("%+v, %v", p, err)
	}
}

// Spreadsheet programs call a file damaged when a part is no XML or elements of
// a sheet do not stand in the one order of the standard (ECMA-376, 18.3.1.99).
func TestThePartsOfAWorkbookAreWellFormedAndInOrder(t *testing.T) {
	t.Parallel()
	file := formBook(t)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range z.File {
		in, err := p.Open()
		if err != nil {
			t.Fatal(err)
		}
		var top []string
		depth := 0
		for d := xml.NewDecoder(in); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			switch el := token.(type) {
			case xml.StartElement:
				if depth++; depth == 2 {
					top = append(top, el.Name.Local)
				}
			case xml.EndElement:
				depth--
			}
		}
		if p.Name == "xl/worksheets/sheet1.xml" {
			if d := cmp.Diff([]string{"sheetViews", "cols", "sheetData", "dataValidations"}, top); d != "" {
				t.Error(d)
			}
		}
	}
}

func TestSheetsAreFilledInTheirOrder(t *testing.T) {
	t.Parallel()
	w, err := sheet.NewWriter(io.Discard, []sheet.Sheet{{Name: "a"}, {Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil {
		t.Error("a sheet is missing and nobody says so")
	}
	if err := errors.Join(w.Next(), w.Close()); err != nil {
		t.Error(err)
	}
	if err := w.Next(); err == nil {
		t.Error("there is a third sheet of two")
	}
}
