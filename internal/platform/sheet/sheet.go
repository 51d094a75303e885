// Package sheet reads a table that somebody made elsewhere, as CSV or XLSX,
// row by row in bounded memory.
//
// It trusts nothing about the file. What is wrong with one row is a flaw of
// that row and reading goes on; what makes the whole file unreadable is a
// fault. Rows are numbered as a spreadsheet program numbers them, from 1 and
// with empty ones, so that a person finds the row a complaint names.
package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"kabinet/internal/core/fault"
)

// Limits of one file. They are far above every real one and keep a made-up
// file from taking the machine.
const (
	MaxRows  = 300_000 // rows with anything in them
	MaxCells = 256     // cells of a row; what stands beyond is told apart
	MaxCell  = 32_767  // bytes of a cell: what a spreadsheet holds
)

// Faults of a whole file.
var (
	ErrEmpty     = fault.New(fault.Invalid, "legacy.file.empty")
	ErrBinary    = fault.New(fault.Invalid, "legacy.file.binary")
	ErrOldExcel  = fault.New(fault.Invalid, "legacy.file.old_excel")
	ErrNotXLSX   = fault.New(fault.Invalid, "legacy.file.not_xlsx")
	ErrODS       = fault.New(fault.Invalid, "legacy.file.ods")
	ErrUnpacked  = fault.New(fault.Invalid, "legacy.file.unpacked")
	ErrManyRows  = fault.New(fault.Invalid, "legacy.file.rows", "max", MaxRows)
	ErrDelimiter = fault.New(fault.Invalid, "legacy.file.delimiter")
)

// Format is the kind of a file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Flaw says what is wrong with how a row is written.
type Flaw int

// The flaws of a row.
const (
	Sound    Flaw = iota
	Quote         // a quote is opened and not closed
	BigCell       // a cell is longer than MaxCell
	BadBytes      // a cell is not UTF-8
	Nul           // a cell holds the zero character
)

// Row is one row of a table.
type Row struct {
	N        int      // as a spreadsheet numbers it, from 1
	Cells    []string // at most MaxCells; valid until the next row is read
	More     int      // cells that hold something beyond MaxCells
	Flaw     Flaw
	FlawCell int // index of the cell with the flaw
}

// Note is something about the file that a person should know and that keeps
// nobody from reading it: a message key and its values.
type Note struct {
	Key  string
	Args []any
}

// Reader gives rows until io.EOF.
type Reader interface {
	Next() (Row, error)
	Format() Format
	Notes() []Note
	Close() error
}

// The first bytes of the two kinds of file that are no text.
const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // .xls, and .xlsx with a password
)

// Open finds out what the file is by its content, never by its name.
func Open(r io.Reader) (Reader, error) {
	in := bufio.NewReaderSize(r, sampleSize)
	head, err := in.Peek(sampleSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	format, err := Sniff(head)
	if err != nil {
		return nil, err
	}
	if format == XLSX {
		return openXLSX(in)
	}
	return openCSV(in, head)
}

// Sniff tells from the first bytes of a file what it is; 512 will do.
func Sniff(head []byte) (Format, error) {
	switch {
	case len(head) == 0:
		return "", ErrEmpty
	case bytes.HasPrefix(head, []byte(zipMagic)):
		return XLSX, nil
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return "", ErrOldExcel
	case !wide(head) && binary(head):
		return "", ErrBinary
	}
	return CSV, nil
}

// blank reports whether nothing stands in a row.
func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}
