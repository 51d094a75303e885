package place

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

// FieldID is the column of a file that names a place by its number.
const FieldID = "id"

// FieldFile is the field of the form that takes a file.
const FieldFile = "file"

// Limits of a file of places.
const (
	MaxFile = 5 << 20 // bytes
	MaxRows = 5000
)

// Refusals of a whole file.
var (
	ErrNoFile   = fault.New(fault.Invalid, "place.import.no_file").On(FieldFile)
	ErrBigFile  = fault.New(fault.Invalid, "place.import.big_file", "max", MaxFile>>20).On(FieldFile)
	ErrManyRows = fault.New(fault.Invalid, "place.import.many_rows", "max", MaxRows).On(FieldFile)
	ErrHeading  = fault.New(fault.Invalid, "place.import.heading").On(FieldFile)
	ErrNoRows   = fault.New(fault.Invalid, "place.import.no_rows").On(FieldFile)
)

// Row is a row of a file that passed every rule which needs no other place.
type Row struct {
	N          int   `json:"n"`            // as a spreadsheet numbers it
	ID         int32 `json:"id,omitempty"` // of the place it changes, where the file says so
	AnyCountry bool  `json:"any_country"`  // the file names no country
	Fields
}

// Complaint says what is wrong with a row of a file.
type Complaint struct {
	Row   int      `json:"row"`
	Field string   `json:"field"` // empty when it is about the row
	Key   string   `json:"key"`   // of the reason; "place.advice." + Key says what to do
	Args  []string `json:"args"`  // name, value pairs
	Found string   `json:"found"` // what stood there, at most 60 characters
}

// Values are the arguments of the message.
func (c Complaint) Values() []any {
	vs := make([]any, len(c.Args))
	for i, a := range c.Args {
		vs[i] = a
	}
	return vs
}

// maxComplaints is how many of them are kept; whoever has more begins with those.
const maxComplaints = 1000

// File is what was read of a file.
type File struct {
	Name string
	Read int // rows below the heading
	Rows []Row
	Bad  int // rows with complaints
	Told []Complaint
}

func (f *File) complain(cs ...Complaint) {
	if len(cs) > 0 {
		f.Bad++
	}
	f.Told = append(f.Told, cs[:min(len(cs), maxComplaints-len(f.Told))]...)
}

// ReadFile reads a CSV or XLSX file. What is wrong with a row is a complaint
// about it; an error is about the whole file.
func ReadFile(name string, in io.Reader) (File, error) {
	f := File{Name: shortened(name, 120)}
	r, err := sheet.Open(in)
	if err != nil {
		return f, onFile(err)
	}
	defer func() { _ = r.Close() }() // only read from
	h, err := findHeading(r)
	if err != nil {
		return f, onFile(err)
	}
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
		good, told := h.open(row)
		f.complain(told...)
		if len(told) == 0 {
			f.Rows = append(f.Rows, good)
		}
	}
}

// onFile puts a refusal of the file beside the field that took it.
func onFile(err error) error {
	if f, ok := fault.As(err); ok {
		return f.On(FieldFile)
	}
	return err
}

// heading says in which cell of a row each field stands.
type heading map[string]int

// headingWithin is how many rows may stand above the heading: a workbook of ours
// says first whose places it holds.
const headingWithin = 5

func findHeading(r sheet.Reader) (heading, error) {
	for range headingWithin {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		h := heading{}
		for i, cell := range row.Cells {
			if name, ok := titles()[fold.Text(cell)]; ok {
				if _, twice := h[name]; !twice {
					h[name] = i
				}
			}
		}
		if h.whole() {
			return h, nil
		}
	}
	return nil, ErrHeading
}

// whole reports whether every column is there without which no place is known.
func (h heading) whole() bool {
	for _, name := range []string{FieldName, FieldActivities, FieldRegion, FieldDistrict} {
		if _, ok := h[name]; !ok {
			return false
		}
	}
	return true
}

// titles finds a column by every way to write its title.
func titles() map[string]string {
	known := map[string]string{
		"manzil": FieldStreet, "adres": FieldStreet, "address": FieldStreet, "nomi": FieldName, "naimenovanie": FieldName,
		"rayon": FieldDistrict, "tuman": FieldDistrict, "viloyat": FieldRegion, "oblast": FieldRegion,
	}
	for _, name := range append(FieldNames(), FieldID) {
		known[fold.Text(name)] = name
		for _, l := range i18n.Langs() {
			known[fold.Text(i18n.Text(l, "place.field."+name))] = name
		}
	}
	return known
}

func (h heading) cell(row sheet.Row, name string) string {
	i, ok := h[name]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return unguarded(strings.TrimSpace(row.Cells[i]))
}

// unguarded takes away the apostrophe with which our own files keep a text from
// being taken for a formula.
func unguarded(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@", s[1]) >= 0 {
		return s[1:]
	}
	return s
}

// open gives a good row, or what is wrong with it.
func (h heading) open(row sheet.Row) (Row, []Complaint) {
	if row.Flaw != sheet.Sound {
		return Row{}, []Complaint{{Row: row.N, Key: "place.import.unreadable"}}
	}
	cell := func(name string) string { return h.cell(row, name) }
	good := Row{N: row.N, AnyCountry: cell(FieldCountry) == ""}
	var err error
	good.Fields, err = Draft{
		Name: cell(FieldName), Activities: activityWords(cell(FieldActivities)), Country: cell(FieldCountry), Region: cell(FieldRegion),
		District: cell(FieldDistrict), Street: cell(FieldStreet), GLN: cell(FieldGLN), Code: cell(FieldCode),
	}.Open()
	told := h.complaints(row, err)
	if number := cell(FieldID); number != "" {
		id, err := ParseID(strings.ReplaceAll(number, " ", ""))
		if err != nil {
			told = append(told, complain(row.N, FieldID, "place.import.id", number))
		}
		good.ID = id
	}
	return good, told
}

// complaints turns those of a draft into those of a row.
func (h heading) complaints(row sheet.Row, err error) []Complaint {
	wrong, _ := fault.ComplaintsOf(err)
	var told []Complaint
	for _, c := range wrong {
		told = append(told, complain(row.N, c.Field, c.Key, h.cell(row, c.Field), c.Args...))
	}
	return told
}

func complain(row int, field, key, found string, args ...any) Complaint {
	c := Complaint{Row: row, Field: field, Key: key, Found: shortened(found, 60)}
	for _, a := range args {
		c.Args = append(c.Args, fmt.Sprint(a))
	}
	return c
}

// shortened makes a foreign text fit to be kept and shown.
func shortened(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// activityWords reads "Производство, хранение" in any of the languages; what it
// does not know it leaves to be complained about.
func activityWords(s string) []string {
	known := map[string]Activity{"sklad": Storage, "ombor": Storage, "sotuv": Sales, "torgovlya": Sales, "realizatsiya": Sales}
	for _, a := range Activities() {
		known[fold.Text(string(a))] = a
		for _, l := range i18n.Langs() {
			known[fold.Text(i18n.Text(l, "place.activity."+string(a)))] = a
		}
	}
	var words []string
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;/+|\n", r) }) {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if a, ok := known[fold.Text(word)]; ok {
			word = string(a)
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

func itoa(id int32) string { return strconv.Itoa(int(id)) }
