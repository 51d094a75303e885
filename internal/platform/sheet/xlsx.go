package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of an XLSX file. The library's defaults let 515 KB take 2.5 GB
// (security.md 0, row 8): sheets and their texts over inMemory are unpacked to
// a temporary file, anything else that big is refused before it is opened.
const (
	maxPacked   = 64 << 20
	maxUnpacked = 768 << 20
	inMemory    = 4 << 20
	maxParts    = 500
	lastRow     = 1 << 20  // of any sheet; the library would count to a higher number all day
	maxSpread   = 50 << 20 // cells of all rows with the empty ones between, which the library makes too
)

// xlsxReader reads the first sheet of a workbook.
type xlsxReader struct {
	file  *excelize.File
	rows  *excelize.Rows
	n     int
	sound int
	cells int // so far, empty ones too
	notes []Note
}

func openXLSX(in io.Reader) (Reader, error) {
	packed, err := io.ReadAll(io.LimitReader(in, maxPacked+1))
	if err != nil {
		return nil, err
	}
	if err := bearable(packed); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(packed), excelize.Options{
		RawCellValue:      true, // 31203800010017, not 3.12E+13
		UnzipSizeLimit:    maxUnpacked,
		UnzipXMLSizeLimit: inMemory,
	})
	if err != nil {
		return nil, ErrNotXLSX.Because(err)
	}
	x := &xlsxReader{file: f}
	if err := x.firstSheet(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return x, nil
}

// bearable refuses an archive that is no workbook or unpacks to more than any
// table of ours. The sizes it states are those the unpacker holds it to.
func bearable(packed []byte) error {
	if len(packed) > maxPacked {
		return ErrUnpacked
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return ErrNotXLSX.Because(err)
	}
	if len(z.File) > maxParts {
		return ErrUnpacked
	}
	var sum uint64
	workbook, ods := false, false
	for _, part := range z.File {
		size := part.UncompressedSize64
		if size > maxUnpacked || size > inMemory && !spills(part.Name) {
			return ErrUnpacked
		}
		if size > inMemory || spills(part.Name) {
			if err := bearableMarkup(part); err != nil {
				return err
			}
		}
		sum += size
		workbook = workbook || strings.EqualFold(part.Name, "xl/workbook.xml")
		ods = ods || part.Name == "META-INF/manifest.xml"
	}
	switch {
	case !workbook && ods:
		return ErrODS
	case !workbook:
		return ErrNotXLSX
	case sum > maxUnpacked:
		return ErrUnpacked
	}
	return nil
}

// spills reports whether the library unpacks a big part to a temporary file.
func spills(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

func (x *xlsxReader) firstSheet() (err error) {
	defer recovered(&err)
	names := x.file.GetSheetList()
	if len(names) == 0 {
		return ErrNotXLSX
	}
	if len(names) > 1 {
		x.notes = append(x.notes, Note{Key: "legacy.note.sheets", Args: []any{"sheet", names[0]}})
	}
	x.rows, err = x.file.Rows(names[0])
	if err != nil {
		return ErrNotXLSX.Because(err)
	}
	return nil
}

func (x *xlsxReader) Format() Format { return XLSX }
func (x *xlsxReader) Notes() []Note  { return x.notes }

// Close removes what was unpacked.
func (x *xlsxReader) Close() error {
	if err := errors.Join(x.rows.Close(), x.file.Close()); err != nil {
		return fmt.Errorf("close workbook: %w", err)
	}
	return nil
}

// Next gives the next row that has anything in it.
func (x *xlsxReader) Next() (row Row, err error) {
	defer recovered(&err)
	for x.rows.Next() {
		if x.n++; x.n > lastRow {
			return Row{}, ErrNotXLSX
		}
		cells, err := x.rows.Columns()
		if err != nil {
			return Row{}, ErrNotXLSX.Because(err)
		}
		if x.cells += len(cells); x.cells > maxSpread {
			return Row{}, ErrUnpacked
		}
		if blank(cells) {
			continue
		}
		if x.sound++; x.sound > MaxRows {
			return Row{}, ErrManyRows
		}
		for i, c := range cells {
			cells[i] = wholeNumber(c)
		}
		return checked(Row{N: x.n, Cells: cells}), nil
	}
	if err := x.rows.Error(); err != nil {
		return Row{}, ErrNotXLSX.Because(err)
	}
	return Row{}, io.EOF
}

// wholeNumber writes out a number that is kept as 3.1203800010017E+13. Above
// 15 digits a spreadsheet has lost some, so those stay as they are and their
// rule complains.
func wholeNumber(s string) string {
	mantissa, exponent, ok := strings.Cut(s, "E+")
	if !ok || exponent == "" || mantissa == "" {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f >= 1e15 || f != float64(int64(f)) {
		return s
	}
	return strconv.FormatInt(int64(f), 10)
}

// recovered turns a panic of the library over a crafted file into a fault: the
// file is at fault, and the program goes on.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = ErrNotXLSX.Because(fmt.Errorf("panic: %v", p))
	}
}
