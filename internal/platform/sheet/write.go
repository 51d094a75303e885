package sheet

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/cell"
	"kabinet/internal/core/clock"
)

// Write writes a table as a workbook of one sheet. about stands above the table:
// whose it is, how it was narrowed, when; empty for a table that is filled in and
// sent back. Cells are texts, which are made harmless, whole numbers, and times,
// which become dates of the workbook in Tashkent time; the first row is the
// heading. What is typed below stays as it is typed: the columns are text.
//
// These few parts are written here because the library that reads the workbooks
// of strangers adds ten megabytes to the program when it also writes (decision
// 0018).
func Write(out io.Writer, about string, rows [][]any) error {
	z := zip.NewWriter(out)
	for _, p := range fixedParts() {
		if err := writePart(z, p.name, strings.NewReader(p.text)); err != nil {
			return err
		}
	}
	table, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := writeTable(table, about, rows); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

type part struct{ name, text string }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// fixedParts say what the file is made of and how cells look; the styles are
// numbered by look.
func fixedParts() []part {
	const (
		pkg = `http://schemas.openxmlformats.org/package/2006`
		doc = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
		app = `application/vnd.openxmlformats-officedocument.spreadsheetml`
	)
	return []part{
		{"[Content_Types].xml", `<Types xmlns="` + pkg + `/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + app + `.sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + app + `.worksheet+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + app + `.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + pkg + `/relationships">` +
			`<Relationship Id="rId1" Type="` + doc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + spreadsheetML + `" xmlns:r="` + doc + `">` +
			`<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pkg + `/relationships">` +
			`<Relationship Id="rId1" Type="` + doc + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + doc + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="` + spreadsheetML + `">` +
			`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
			`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
			`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
			`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
			`<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`},
	}
}

// spreadsheetML is the name of the language of workbooks.
const spreadsheetML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

func writePart(z *zip.Writer, name string, text io.Reader) error {
	w, err := z.Create(name)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if _, err := io.Copy(w, io.MultiReader(strings.NewReader(xmlHead), text)); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// look is the way a cell is drawn: number 49 of the formats of spreadsheet
// programs is "Text", which keeps what is typed as it is, 22 their own short
// date and time.
type look int

const (
	plainLook look = iota
	textLook
	boldLook
	momentLook
)

// columnWidth is in characters.
const columnWidth = 24

func writeTable(out io.Writer, about string, rows [][]any) error {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="` + spreadsheetML + `">`)
	fmt.Fprintf(&b, `<cols><col min="1" max="%d" width="%d" style="%d" customWidth="1"/></cols><sheetData>`, MaxCells, columnWidth, textLook)
	n := 1
	if about != "" {
		writeRow(&b, n, []any{about}, plainLook)
		n++
	}
	for i, row := range rows {
		heading := plainLook
		if i == 0 {
			heading = boldLook
		}
		writeRow(&b, n+i, row, heading)
		if _, err := io.WriteString(out, b.String()); err != nil {
			return err
		}
		b.Reset()
	}
	b.WriteString(`</sheetData></worksheet>`)
	_, err := io.WriteString(out, b.String())
	return err
}

// writeRow writes a row; heading is the look of all its cells, or plainLook.
func writeRow(b *strings.Builder, n int, row []any, heading look) {
	fmt.Fprintf(b, `<row r="%d">`, n)
	for i, v := range row {
		writeCell(b, column(i)+strconv.Itoa(n), v, heading)
	}
	b.WriteString(`</row>`)
}

func writeCell(b *strings.Builder, at string, v any, heading look) {
	style := func(own look) look {
		if heading != plainLook {
			return heading
		}
		return own
	}
	switch v := v.(type) {
	case nil:
	case time.Time:
		if !v.IsZero() {
			fmt.Fprintf(b, `<c r="%s" s="%d"><v>%s</v></c>`, at, style(momentLook), serial(v))
		}
	case string:
		fmt.Fprintf(b, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">`, at, style(textLook))
		_ = xml.EscapeText(b, []byte(cell.Plain(v))) // a builder never fails
		b.WriteString(`</t></is></c>`)
	default:
		fmt.Fprintf(b, `<c r="%s" s="%d"><v>%d</v></c>`, at, style(plainLook), v)
	}
}

// serial is a moment as spreadsheets count: days since the end of 1899, in the
// reader's own time.
func serial(t time.Time) string {
	local := t.In(clock.Tashkent())
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	days := int(day.Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	part := float64(local.Hour()*3600+local.Minute()*60+local.Second()) / 86400
	return strconv.FormatFloat(float64(days)+part, 'f', -1, 64)
}

// column is the letters of a column counted from 0.
func column(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
