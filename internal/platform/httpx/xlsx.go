package httpx

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"kabinet/internal/core/cell"
	"kabinet/internal/core/clock"
)

// workbookType is what a workbook is called among files.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// XLSX sends a table as a workbook to download. about stands above the table:
// whose it is, how it was narrowed, when; empty for a table that is filled in and
// sent back. Cells are texts, which are made harmless, whole numbers, and times,
// which become dates of the workbook in Tashkent time; the first row is the
// heading. It is made in memory; the caller bounds the rows.
func XLSX(w http.ResponseWriter, name, about string, rows [][]any) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing was unpacked
	if err := fill(f, about, rows); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", workbookType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
	return nil
}

// looks are the ways a cell of a workbook is drawn.
type looks struct{ text, bold, moment int }

// Formats of spreadsheet programs: "Text" keeps what is typed as it is, the
// other one is their own short date and time.
const (
	textFormat   = 49
	momentFormat = 22
	columnWidth  = 24
)

func newLooks(f *excelize.File) (l looks, err error) {
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&l.text, excelize.Style{NumFmt: textFormat}},
		{&l.bold, excelize.Style{Font: &excelize.Font{Bold: true}}},
		{&l.moment, excelize.Style{NumFmt: momentFormat}},
	} {
		if *s.into, err = f.NewStyle(&s.style); err != nil {
			return l, err
		}
	}
	return l, nil
}

func fill(f *excelize.File, about string, rows [][]any) error {
	l, err := newLooks(f)
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	// Text is the format of what will be typed below, too.
	if err := s.SetColStyle(1, 32, l.text); err != nil {
		return err
	}
	if err := s.SetColWidth(1, 32, columnWidth); err != nil {
		return err
	}
	n := 1
	if about != "" {
		if err := s.SetRow("A1", []any{cell.Plain(about)}); err != nil {
			return err
		}
		n++
	}
	for i, row := range rows {
		if err := s.SetRow("A"+strconv.Itoa(n+i), l.cells(row, i == 0)); err != nil {
			return err
		}
	}
	return s.Flush()
}

// cells makes a row fit for the workbook.
func (l looks) cells(row []any, heading bool) []any {
	cells := make([]any, len(row))
	for i, v := range row {
		c := excelize.Cell{Value: v}
		switch v := v.(type) {
		case string:
			c.Value, c.StyleID = cell.Plain(v), l.text
		case time.Time:
			c.Value, c.StyleID = v.In(clock.Tashkent()), l.moment
			if v.IsZero() {
				c = excelize.Cell{Value: ""}
			}
		}
		if heading {
			c.StyleID = l.bold
		}
		cells[i] = c
	}
	return cells
}
