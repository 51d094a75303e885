package sheet

import (
	"fmt"
	"strings"
)

type part struct{ name, text string }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// spreadsheetML is the name of the language of workbooks.
const spreadsheetML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// look is the way a cell is drawn: number 49 of the formats of spreadsheet
// programs is "Text", which keeps what is typed as it is, 22 their own short
// date and time, 14 their own short date.
type look int

const (
	plainLook look = iota
	textLook
	boldLook
	momentLook
	quietLook
	wrapLook
	dayLook
)

// styles are numbered by look.
const styles = `<styleSheet xmlns="` + spreadsheetML + `">` +
	`<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>` +
	`<font><sz val="11"/><color rgb="FF595959"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// Names that the parts of a workbook go by.
const (
	packageML     = `http://schemas.openxmlformats.org/package/2006`
	relationships = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	mediaTypes    = `application/vnd.openxmlformats-officedocument.spreadsheetml`
)

func sheetName(i int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1) }

// fixedParts say what the file is made of and how cells look.
func fixedParts(sheets []Sheet) []part {
	var types, list, rels strings.Builder
	for i, s := range sheets {
		state := ""
		if s.Hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&types, `<Override PartName="/%s" ContentType="%s.worksheet+xml"/>`, sheetName(i), mediaTypes)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escaped(s.Name), i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relationships, i+1)
	}
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(sheets)+1, relationships)
	return []part{
		{"[Content_Types].xml", `<Types xmlns="` + packageML + `/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + mediaTypes + `.sheet.main+xml"/>` + types.String() +
			`<Override PartName="/xl/styles.xml" ContentType="` + mediaTypes + `.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageML + `/relationships">` +
			`<Relationship Id="rId1" Type="` + relationships + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + spreadsheetML + `" xmlns:r="` + relationships + `"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageML + `/relationships">` + rels.String() + `</Relationships>`},
		{"xl/styles.xml", styles},
	}
}
