package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/cell"
)

// Sheet is one table of a workbook that is written.
type Sheet struct {
	Name   string // at most 31 characters, none of []:*?/\
	Hidden bool
	Widths []int // of the columns from the left, in characters; the others are 24
	Wrap   bool  // long texts run over several lines: a sheet to be read
	Fixed  int   // rows from above that stay in sight
	Lists  []List
}

// List offers values for the cells of a column: a drop-down. The values stand in
// a range of another sheet, usually a hidden one, because a list that stands in
// the cell itself may have 255 characters and no commas.
type List struct {
	Column int    // the column, from 0
	First  int    // rows, from 1
	Last   int    //
	Range  string // "Lists!$A$1:$A$20"; see Range
	Strict bool   // nothing else may be typed; otherwise it is only offered
	Title  string // of the hint beside the chosen cell, at most 32 characters
	Prompt string // at most 255 characters
}

// Range names the first n cells of a column of a sheet.
func Range(sheet string, column0, n int) string {
	c := column(column0)
	return fmt.Sprintf("'%s'!$%s$1:$%s$%d", strings.ReplaceAll(sheet, "'", "''"), c, c, n)
}

// Writer writes a workbook row by row, whatever its length, in the memory of one
// row. The sheets are named at the beginning and filled in their order.
//
// These few parts are written here because the library that reads the workbooks
// of strangers adds ten megabytes to the program when it also writes (decision
// 0018).
type Writer struct {
	zip    *zip.Writer
	sheets []Sheet
	at     int // sheet being filled
	out    io.Writer
	row    int // rows of it so far
	buf    []byte
}

// errSheets says that more sheets were filled than named, or fewer.
var errSheets = errors.New("sheet: not the sheets that were named")

// NewWriter begins a workbook with its first sheet.
func NewWriter(out io.Writer, sheets []Sheet) (*Writer, error) {
	w := &Writer{zip: zip.NewWriter(out), sheets: sheets, at: -1}
	for _, p := range fixedParts(sheets) {
		part, err := w.zip.Create(p.name)
		if err != nil {
			return nil, fmt.Errorf("write workbook: %w", err)
		}
		if _, err := io.WriteString(part, xmlHead+p.text); err != nil {
			return nil, fmt.Errorf("write workbook: %w", err)
		}
	}
	return w, w.Next()
}

// Next ends the sheet being filled and begins the one after it.
func (w *Writer) Next() error {
	if err := w.end(); err != nil {
		return err
	}
	if w.at++; w.at >= len(w.sheets) {
		return errSheets
	}
	part, err := w.zip.Create(sheetName(w.at))
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	w.out, w.row = part, 0
	return w.write(w.sheets[w.at].head())
}

// Row writes a row. Cells are texts, which are made harmless, whole numbers,
// times, which become dates of the workbook in Tashkent time (midnight is a day),
// and nil for nothing. What is typed below stays as it is typed: the columns are text.
func (w *Writer) Row(cells ...any) error { return w.put(plainLook, cells) }

// Heading writes a row in bold.
func (w *Writer) Heading(cells ...any) error { return w.put(boldLook, cells) }

// Quiet writes a row in gray: what explains the one above it.
func (w *Writer) Quiet(cells ...any) error { return w.put(quietLook, cells) }

// Close ends the last sheet and the workbook; the caller closes what is below.
func (w *Writer) Close() error {
	if w.at != len(w.sheets)-1 {
		return errSheets
	}
	if err := w.end(); err != nil {
		return err
	}
	if err := w.zip.Close(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func (w *Writer) put(heading look, cells []any) error {
	w.row++
	if heading == plainLook && w.sheets[w.at].Wrap {
		heading = wrapLook
	}
	b := append(w.buf[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(w.row), 10)
	b = append(b, `">`...)
	for i, v := range cells {
		b = appendCell(b, i, w.row, v, heading)
	}
	w.buf = append(b, `</row>`...)
	if _, err := w.out.Write(w.buf); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// end writes what stands below the rows.
func (w *Writer) end() error {
	if w.out == nil {
		return nil
	}
	return w.write(`</sheetData>` + validations(w.sheets[w.at].Lists) + `</worksheet>`)
}

func (w *Writer) write(s string) error {
	if _, err := io.WriteString(w.out, s); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// columnWidth is in characters.
const columnWidth = 24

// head is what stands above the rows. Its parts have one order only.
func (s Sheet) head() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="` + spreadsheetML + `">`)
	if s.Fixed > 0 {
		fmt.Fprintf(&b, `<sheetViews><sheetView workbookViewId="0"><pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`,
			s.Fixed, s.Fixed+1)
	}
	style := textLook
	if s.Wrap {
		style = wrapLook
	}
	b.WriteString(`<cols>`)
	for i, width := range s.Widths {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" style="%d" customWidth="1"/>`, i+1, i+1, width, style)
	}
	if n := len(s.Widths); n < MaxCells {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" style="%d" customWidth="1"/>`, n+1, MaxCells, columnWidth, style)
	}
	b.WriteString(`</cols><sheetData>`)
	return b.String()
}

// validations are the drop-downs of a sheet.
func validations(lists []List) string {
	if len(lists) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<dataValidations count="%d">`, len(lists))
	for _, l := range lists {
		kind := "warning"
		if l.Strict {
			kind = "stop"
		}
		c := column(l.Column)
		fmt.Fprintf(&b, `<dataValidation type="list" errorStyle="%s" allowBlank="1" showInputMessage="1" showErrorMessage="1"%s%s sqref="%s%d:%s%d"><formula1>%s</formula1></dataValidation>`,
			kind, attribute("promptTitle", l.Title, maxTitle), attribute("prompt", l.Prompt, maxPrompt), c, l.First, c, l.Last, escaped(l.Range))
	}
	b.WriteString(`</dataValidations>`)
	return b.String()
}

// What spreadsheet programs show beside a cell, in characters.
const (
	maxTitle  = 32
	maxPrompt = 255
)

func attribute(name, value string, most int) string {
	if value == "" {
		return ""
	}
	if r := []rune(value); len(r) > most {
		value = string(r[:most-1]) + "…"
	}
	return ` ` + name + `="` + escaped(value) + `"`
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder never fails
	return b.String()
}

// appendCell writes one cell.
func appendCell(b []byte, i, row int, v any, heading look) []byte {
	var kind, value string
	style := textLook
	switch v := v.(type) {
	case nil:
		return b
	case time.Time:
		if v.IsZero() {
			return b
		}
		style, value = momentLook, serial(v)
		if !strings.Contains(value, ".") {
			style = dayLook
		}
	case string:
		if v == "" {
			return b
		}
		kind, value = ` t="inlineStr"`, v
	default:
		style, value = plainLook, fmt.Sprint(v)
	}
	if heading != plainLook {
		style = heading
	}
	b = append(append(b, `<c r="`...), column(i)...)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, `" s="`...)
	b = strconv.AppendInt(b, int64(style), 10)
	b = append(append(append(b, '"'), kind...), '>')
	if kind == "" {
		return append(append(append(b, `<v>`...), value...), `</v></c>`...)
	}
	b = append(b, `<is><t xml:space="preserve">`...)
	t := appender{b}
	_ = xml.EscapeText(&t, []byte(cell.Plain(value))) // appending never fails
	return append(t.b, `</t></is></c>`...)
}

// appender appends what is written to it.
type appender struct{ b []byte }

// Write never fails.
func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// column is the letters of a column counted from 0.
func column(i int) string {
	if i < len(letters) {
		return letters[i : i+1]
	}
	return column(i/len(letters)-1) + column(i%len(letters))
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
