package attribute

import (
	"errors"
	"io"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/platform/sheet"
)

// FieldFile is the field of the form that takes a file.
const FieldFile = "file"

// Limits of a file of codes.
const (
	MaxFile = 5 << 20 // bytes
	MaxRows = 20_000
)

// Refusals of a whole file.
var (
	ErrNoFile   = fault.New(fault.Invalid, "attribute.file.none").On(FieldFile)
	ErrBigFile  = fault.New(fault.Invalid, "attribute.file.big", "max", MaxFile>>20).On(FieldFile)
	ErrManyRows = fault.New(fault.Invalid, "attribute.file.rows", "max", MaxRows).On(FieldFile)
	ErrHeading  = fault.New(fault.Invalid, "attribute.file.heading").On(FieldFile)
	ErrNoRows   = fault.New(fault.Invalid, "attribute.file.no_rows").On(FieldFile)
)

// Columns of a file of codes; our own files have all of them in this order.
const (
	ColumnCode = "code"
	ColumnUz   = "name_uz"
	ColumnRu   = "name_ru"
	ColumnEn   = "name_en"
	ColumnOff  = "off" // "yes" for what may not be chosen any more
)

// Columns lists them.
func Columns() []string { return []string{ColumnCode, ColumnUz, ColumnRu, ColumnEn, ColumnOff} }

// FileRow is a good row of a file.
type FileRow struct {
	N    int    `json:"n"` // as a spreadsheet numbers it
	Code string `json:"code"`
	Name Words  `json:"name"`
	Off  bool   `json:"off"`
}

// FileComplaint says what is wrong with a row of a file.
type FileComplaint struct {
	Row    int      `json:"row"`
	Column string   `json:"column"` // empty when it is about the row
	Key    string   `json:"key"`
	Args   []string `json:"args"` // name, value pairs
	Found  string   `json:"found"`
}

// Values are the arguments of the message.
func (c FileComplaint) Values() []any {
	all := make([]any, len(c.Args))
	for i, a := range c.Args {
		all[i] = a
	}
	return all
}

// maxComplaints is how many of them are kept; whoever has more begins with those.
const maxComplaints = 500

// File is what was read of a file of codes.
type File struct {
	Name string
	Read int // rows below the heading
	Rows []FileRow
	Bad  int // rows with complaints
	Told []FileComplaint
}

// ReadFile reads a CSV or XLSX file of codes of a dictionary. What is wrong with
// a row is a complaint about it; an error is about the whole file.
func ReadFile(list List, name string, in io.Reader) (File, error) {
	f := File{Name: shorten(name)}
	r, err := sheet.Open(in)
	if err != nil {
		return f, onFile(err)
	}
	defer func() { _ = r.Close() }() // only read from
	first, err := r.Next()
	h := headingOf(first)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return f, onFile(err)
	case len(h) == 0:
		return f, ErrHeading
	}
	seen := map[string]bool{}
	for {
		row, err := r.Next()
		switch {
		case errors.Is(err, io.EOF) && f.Read == 0:
			return f, ErrNoRows
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return f, onFile(err)
		case f.Read == MaxRows:
			return f, ErrManyRows
		}
		f.Read++
		f.take(h.open(list, row, seen))
	}
}

func (f *File) take(row FileRow, told []FileComplaint) {
	if len(told) == 0 {
		f.Rows = append(f.Rows, row)
		return
	}
	f.Bad++
	f.Told = append(f.Told, told[:min(len(told), maxComplaints-len(f.Told))]...)
}

// onFile puts a refusal of the file beside the field that took it.
func onFile(err error) error {
	if f, ok := fault.As(err); ok {
		return f.On(FieldFile)
	}
	return err
}

// heading says in which cell of a row each column stands; it is empty when one
// is missing that must be there.
type heading map[string]int

func headingOf(row sheet.Row) heading {
	h := heading{}
	for i, cell := range row.Cells {
		for _, name := range Columns() {
			if _, twice := h[name]; !twice && fold.Text(cell) == fold.Text(name) {
				h[name] = i
			}
		}
	}
	for _, name := range []string{ColumnCode, ColumnUz, ColumnRu} {
		if _, ok := h[name]; !ok {
			return nil
		}
	}
	return h
}

// cell gives a cell without the apostrophe with which our own files keep a text
// from being taken for a formula.
func (h heading) cell(row sheet.Row, name string) string {
	i, ok := h[name]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	s := strings.TrimSpace(row.Cells[i])
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@", s[1]) >= 0 {
		return s[1:]
	}
	return s
}

// open gives a good row, or what is wrong with it. seen are the codes above.
func (h heading) open(list List, row sheet.Row, seen map[string]bool) (FileRow, []FileComplaint) {
	if row.Flaw != sheet.Sound {
		return FileRow{}, []FileComplaint{{Row: row.N, Key: "attribute.file.unreadable"}}
	}
	d := CodeDraft{Code: h.cell(row, ColumnCode), Name: Words{Uz: h.cell(row, ColumnUz), Ru: h.cell(row, ColumnRu), En: h.cell(row, ColumnEn)}}
	c, err := d.Open(list)
	told := h.complaints(row, err)
	off, err := openFlagOrNothing(h.cell(row, ColumnOff))
	if err != nil {
		told = append(told, FileComplaint{Row: row.N, Column: ColumnOff, Key: ErrFlag.Key, Found: shorten(h.cell(row, ColumnOff))})
	}
	if len(told) == 0 && seen[c.Code] {
		told = append(told, FileComplaint{Row: row.N, Column: ColumnCode, Key: "attribute.file.twice", Found: c.Code})
	}
	seen[c.Code] = true
	return FileRow{N: row.N, Code: c.Code, Name: c.Name, Off: off}, told
}

func openFlagOrNothing(s string) (bool, error) {
	if s == "" {
		return false, nil
	}
	v, err := openFlag(s)
	return v == Yes, err
}

// complaints turns those about a form into those about a row.
func (h heading) complaints(row sheet.Row, err error) []FileComplaint {
	columns := map[string]string{"code": ColumnCode, "uz": ColumnUz, "ru": ColumnRu, "en": ColumnEn}
	cs, _ := fault.ComplaintsOf(err)
	var told []FileComplaint
	for _, c := range cs {
		column := columns[c.Field]
		told = append(told, FileComplaint{Row: row.N, Column: column, Key: c.Key, Args: texts(c.Args), Found: shorten(h.cell(row, column))})
	}
	return told
}
