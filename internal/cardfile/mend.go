package cardfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/cell"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/sheet"
)

// What a spreadsheet program does to what people type into it is mended here,
// where nothing is lost by it: zeros that fell off the front of a number that
// must have them, the apostrophe that keeps a text from being a formula, days
// that became numbers, names that a drop-down put behind a code. Where digits
// are lost a complaint says so.

// mended is what a cell says, as a form would have it; wrong is the key of what
// cannot be mended.
type mended struct {
	text  string
	wrong string
}

// mend opens the cell of a column.
func mend(field, cell string, format sheet.Format, book attribute.Book) mended {
	text := unescape(strings.TrimSpace(cell))
	text = strings.TrimSpace(plainText(text))
	if text == "" {
		return mended{}
	}
	switch field {
	case card.FieldGTIN:
		return mendGTIN(text)
	case card.FieldHS:
		return mendCode(text, 10, func(s string) bool { _, ok := book.FindHS(s); return ok })
	case card.FieldIKPU:
		return mendCode(text, 17, func(s string) bool { _, ok := book.FindIKPU(s); return ok })
	case card.FieldCategory:
		return mended{text: code(text, func(s string) bool { _, ok := book.FindCategory(s); return ok })}
	case card.FieldPackaging:
		return mended{text: code(text, func(s string) bool { return slices.Contains(card.Packagings(), card.Packaging(strings.ToUpper(s))) })}
	case card.FieldCountry:
		return mended{text: code(text, func(s string) bool { return len(s) == 2 })}
	}
	if name, ok := strings.CutPrefix(field, card.AttributePrefix); ok && format == sheet.XLSX {
		a, _ := book.Set.Find(name)
		return mended{text: mendValue(a.Kind, text)}
	}
	return mended{text: text}
}

// control is how workbooks write a character that XML cannot hold.
var control = regexp.MustCompile(`_x00([01][0-9A-Fa-f])_`)

// unescape reads control characters that a program left in their escaped form.
// Ends of lines become blanks; everything else is for the rule of the field to
// refuse.
func unescape(s string) string {
	if !strings.Contains(s, "_x00") {
		return s
	}
	return control.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[4:6], 16, 8)
		switch {
		case err != nil:
			return e
		case n == '\r' || n == '\n' || n == '\t':
			return " "
		}
		return string(rune(n))
	})
}

// plainText drops the apostrophe that keeps a text from being a formula.
func plainText(s string) string {
	rest := strings.TrimLeft(s, "'")
	if rest != s && cell.Formula(rest) {
		return s[1:]
	}
	return s
}

// plainCell is the way back: plainText gives what it was given. What begins with
// a formula gets its apostrophe where the file is written; this one is for texts
// that look as if they had it already.
func plainCell(s string) string {
	rest := strings.TrimLeft(s, "'")
	if rest != s && cell.Formula(rest) {
		return "'" + s
	}
	return s
}

// exponent finds a number that was shortened to 4,78E+12: its digits are lost.
var exponent = regexp.MustCompile(`^[0-9]+([.,][0-9]*)?[eE]\+?[0-9]+$`)

// fraction finds a number that a program wrote as if it had decimals.
var fraction = regexp.MustCompile(`^([0-9]+)[.,]0+$`)

// scanned finds what a reader of marking codes types: 01, the GTIN, more.
var scanned = regexp.MustCompile(`^(\]d2|\x1d|\x{00e8})?01[0-9]{14}.`)

func mendGTIN(s string) mended {
	if exponent.MatchString(s) {
		return mended{s, "cardfile.wrong.exponent"}
	}
	if scanned.MatchString(s) {
		return mended{s, "cardfile.wrong.scanned"}
	}
	if m := fraction.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	// A cell of numbers loses the zeros in front; they change no check digit.
	switch len(s) {
	case 7, 9, 10, 11:
		for _, n := range []int{8, 12} {
			if len(s) < n && gs1.Valid(strings.Repeat("0", n-len(s))+s) {
				return mended{text: strings.Repeat("0", n-len(s)) + s}
			}
		}
	}
	return mended{text: s}
}

// mendCode opens a code of n digits of a dictionary.
func mendCode(s string, n int, known func(string) bool) mended {
	s = code(s, known)
	if exponent.MatchString(s) {
		return mended{s, "cardfile.wrong.exponent"}
	}
	if m := fraction.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if len(s) == n-1 && known("0"+s) {
		s = "0" + s
	}
	return mended{text: s}
}

// Days of a workbook: numbers since the end of 1899. Below and above are no days
// a card could name.
const (
	firstDay = 7_000
	lastDay  = 110_000
)

// digitsShown is how many digits of a number a spreadsheet program shows; what
// follows is noise of binary fractions.
const digitsShown = 15

// mendValue opens the value of an attribute as a workbook keeps it: days as
// numbers, decimals with the noise of binary fractions.
func mendValue(kind attribute.Kind, s string) string {
	switch kind {
	case attribute.Date:
		if n, err := strconv.ParseFloat(s, 64); err == nil && n >= firstDay && n <= lastDay && n == float64(int(n)) {
			return time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)).Format(time.DateOnly)
		}
	case attribute.Integer, attribute.Decimal:
		if n, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") {
			n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', digitsShown, 64), 64) // written right here
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return s
}
