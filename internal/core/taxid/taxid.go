// Package taxid knows the shape of Uzbek tax and personal numbers.
//
// Only the shape is checked: the rules of both check digits are not published
// (domain.md 2.1), so a register decides whether a number exists.
package taxid

import (
	"strings"
	"time"

	"kabinet/internal/core/fault"
)

// Refusals of ParseTIN and ParsePINFL.
var (
	ErrTIN   = fault.New(fault.Invalid, "taxid.tin")
	ErrPINFL = fault.New(fault.Invalid, "taxid.pinfl")
)

// TIN is a tax number (STIR, ИНН): 9 digits, the first 2 to 9. Legal entities
// start with 2 or 3, natural persons with 4 to 7.
type TIN string

// PINFL is a personal number (JSHSHIR, ПИНФЛ): 14 digits, the first 1 to 6 for
// century and sex, then the date of birth as DDMMYY. It is personal data: it
// is stored sealed, shown masked and never logged.
type PINFL string

// PINFLPurpose is under which personal numbers are sealed and fingerprinted
// (platform/seal) wherever they are kept: one purpose, so that the fingerprints
// of a director, a person, a signature and staff compare.
const PINFLPurpose = "pinfl"

// ParseTIN reads a tax number as people write it: spaces, no-break spaces and
// hyphens are dropped. Anything but 9 digits is ErrTIN.
func ParseTIN(s string) (TIN, error) {
	s = digits(s)
	if len(s) != 9 || !allDigits(s) || s[0] < '2' {
		return "", ErrTIN
	}
	return TIN(s), nil
}

// Begun gives the range of the tax numbers that begin with what was typed: one to
// nine digits, separated as people write them. It is not ok for anything else.
func Begun(typed string) (low, top string, ok bool) {
	s := digits(typed)
	if s == "" || len(s) > 9 || !allDigits(s) {
		return "", "", false
	}
	return s + strings.Repeat("0", 9-len(s)), s + strings.Repeat("9", 9-len(s)), true
}

// Natural reports whether the number belongs to a natural person.
func (t TIN) Natural() bool { return len(t) == 9 && t[0] >= '4' && t[0] <= '7' }

// Grouped is the number as it is shown: 302 118 447 with no-break spaces.
func (t TIN) Grouped() string {
	if len(t) != 9 {
		return string(t)
	}
	return string(t[:3]) + "\u00a0" + string(t[3:6]) + "\u00a0" + string(t[6:])
}

// ParsePINFL reads a personal number; spaces and hyphens are dropped. Wrong
// length, first digit or birth date is ErrPINFL. The check digit is not
// judged: its rule is not published and a false refusal would lock a director
// out.
func ParsePINFL(s string) (PINFL, error) {
	s = digits(s)
	if len(s) != 14 || !allDigits(s) || s[0] < '1' || s[0] > '6' || !birthday(s) {
		return "", ErrPINFL
	}
	return PINFL(s), nil
}

// Masked keeps the first and last four digits: enough to recognise, not to use.
func (p PINFL) Masked() string {
	if len(p) != 14 {
		return ""
	}
	return string(p[:4]) + "…" + string(p[10:])
}

// String masks, so that a PINFL cannot reach a log by accident; convert to
// string on purpose where the digits are needed.
func (p PINFL) String() string { return p.Masked() }

// birthday checks DDMMYY with the century that the first digit stands for.
func birthday(s string) bool {
	century := []string{"18", "19", "20"}[(s[0]-'1')/2]
	_, err := time.Parse("02012006", s[1:5]+century+s[5:7])
	return err == nil
}

var separators = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", "\t", "")

// digits drops what people put between digits.
func digits(s string) string { return separators.Replace(strings.TrimSpace(s)) }

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
