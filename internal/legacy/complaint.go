package legacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/org"
	"kabinet/internal/platform/sheet"
)

// Complaint is what is wrong with a cell of a file: where, why, and what
// stood there. Complaints about the file as a whole have row 0.
type Complaint struct {
	Row   int    // as a spreadsheet numbers it, from 1
	Field string // column name; empty when it is about the row
	Key   string // message key of the reason; see Advice for what to do
	Args  []any  // name, value pairs of the message
	Found string // at most 100 characters, personal numbers masked
}

const noteKeys = "legacy.note."

// Note reports whether it only tells something and refuses nothing.
func (c Complaint) Note() bool { return strings.HasPrefix(c.Key, noteKeys) }

func complaint(row int, field, key, found string, args ...any) Complaint {
	return Complaint{Row: row, Field: field, Key: key, Args: args, Found: shorten(found)}
}

// ofFile turns a fault of the whole file into a complaint about it.
func ofFile(e *fault.Error) Complaint { return complaint(0, "", e.Key, "", e.Args...) }

// finder gives what stood in the cells a complaint is about.
type finder struct {
	header header
	cells  []string
}

// complaints turns the complaints of a rule into those of a row.
func (f finder) complaints(row int, err error) []Complaint {
	wrong, _ := fault.ComplaintsOf(err)
	told := make([]Complaint, 0, len(wrong))
	for _, c := range wrong {
		told = append(told, f.complaint(row, c.Field, c.Key, c.Args...))
	}
	return told
}

func (f finder) complaint(row int, field, key string, args ...any) Complaint {
	found := f.header.cell(sheet.Row{Cells: f.cells}, field)
	if exponent(field, found) {
		key, args = "legacy.row.exponent", nil
	}
	return complaint(row, field, key, masked(field, found), args...)
}

// exponent finds a number that a spreadsheet program has shortened to
// 3,12038E+13 when it wrote the file: its digits are lost.
func exponent(field, found string) bool {
	if field != org.FieldTIN && field != org.FieldPINFL && field != org.FieldPhone {
		return false
	}
	mantissa, power, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(found)), "E+")
	return ok && power != "" && strings.Trim(power, "0123456789") == "" &&
		strings.Trim(mantissa, "0123456789.,") == "" && mantissa != ""
}

// at gives the column and content of a cell by its place.
func (f finder) at(i int) (field, value string) {
	if i >= 0 && i < len(f.cells) {
		value = f.cells[i]
	}
	for name, at := range f.header.at {
		if at == i {
			return name, masked(name, value)
		}
	}
	return "", value
}

// masked hides what stands in the column of personal numbers, right or wrong.
func masked(field, value string) string {
	if field == org.FieldPINFL {
		return maskNumber(value)
	}
	return value
}

// maxFound is how much of a cell a complaint keeps.
const maxFound = 100

// shorten makes what stood in a cell fit to be stored and shown: valid text,
// 100 characters, and no personal number even where it stood in a column that
// is none of its own.
func shorten(s string) string {
	if len(s) > 8*maxFound {
		s = s[:8*maxFound]
	}
	s = maskPersonal(strings.Map(printable, strings.ToValidUTF8(s, "\ufffd")))
	if utf8.RuneCountInString(s) <= maxFound {
		return s
	}
	return string([]rune(s)[:maxFound]) + "…"
}

// printable shows what cannot be seen: control characters by their pictures,
// marks that turn the direction of text by the sign for an unknown one.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return ' '
	case r < ' ':
		return '\u2400' + r
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return '\ufffd'
	}
	return r
}

// personalLen is the number of digits of a personal number.
const personalLen = 14

// maskPersonal hides every run of 14 digits.
func maskPersonal(s string) string {
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && '0' <= s[i] && s[i] <= '9' {
			run++
			continue
		}
		if run == personalLen {
			masked := s[:i-personalLen] + maskNumber(s[i-personalLen:i])
			s, i = masked+s[i:], len(masked)
		}
		run = 0
	}
	return s
}

// maskNumber keeps the first and last four characters of what should have been
// a personal number and nearly is one; what is far from it is shown.
func maskNumber(s string) string {
	r := []rune(strings.TrimSpace(s))
	digits := 0
	for _, c := range r {
		if unicode.IsDigit(c) {
			digits++
		}
	}
	if digits < personalLen/2 || len(r) < 10 {
		return s
	}
	return string(r[:4]) + "…" + string(r[len(r)-4:])
}
