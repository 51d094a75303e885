// Package gs1 knows the arithmetic of GS1 identification numbers: the check
// digit that GTIN, GLN and SSCC share, and the shape of GTIN and GLN.
//
// It judges numbers, not owners: which company a prefix belongs to is a matter
// of gs1prefix and of the register of GS1 Uzbekistan.
package gs1

import (
	"strings"

	"kabinet/internal/core/fault"
)

// Refusals. ErrDigits is about a text that is no number at all, ErrGTIN and
// ErrGLN about one of a wrong length, ErrCheck about a number of the right
// length whose last digit does not fit: a slip of the finger.
var (
	ErrDigits = fault.New(fault.Invalid, "gs1.digits")
	ErrGTIN   = fault.New(fault.Invalid, "gs1.gtin")
	ErrGLN    = fault.New(fault.Invalid, "gs1.gln")
	ErrCheck  = fault.New(fault.Invalid, "gs1.check")
)

// maxBody is the longest number without its check digit: that of an SSCC.
const maxBody = 17

// CheckDigit is the last digit of the number that begins with digits, as the
// character '0' to '9': from the right multiply by 3, 1, 3, 1 …, and fill the
// sum up to a multiple of ten (GS1 General Specifications 7.9.1). It takes 1 to
// 17 digits: 7, 11, 12 and 13 make a GTIN, 12 a GLN, 17 an SSCC. Anything else
// is ErrDigits.
func CheckDigit(digits string) (byte, error) {
	if digits == "" || len(digits) > maxBody || !allDigits(digits) {
		return 0, ErrDigits
	}
	return checkDigit(digits), nil
}

func checkDigit(digits string) byte {
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		sum += int(digits[i]-'0') * weight
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10)
}

// Valid reports whether digits has the length of a GTIN (8, 12, 13, 14), GLN
// (13), GSIN (17) or SSCC (18) and ends with the check digit that fits. It
// takes bare digits; what people type goes through ParseGTIN and ParseGLN.
func Valid(digits string) bool {
	switch len(digits) {
	case 8, 12, 13, 14, 17, 18:
		return allDigits(digits) && fits(digits)
	}
	return false
}

// fits compares the last of several digits with what the others ask for.
func fits(digits string) bool {
	last := len(digits) - 1
	return checkDigit(digits[:last]) == digits[last]
}

// GTIN is a trade item number as it is stored and shown: 14 digits, shorter
// ones filled with zeros from the left (domain.md 4.2).
type GTIN string

// ParseGTIN reads a GTIN as people write or scan it: 8, 12, 13 or 14 digits;
// spaces and hyphens are dropped. The wrong length or no digits at all is
// ErrGTIN, a check digit that does not fit is ErrCheck.
func ParseGTIN(s string) (GTIN, error) {
	s = separators.Replace(s)
	switch len(s) {
	case 8, 12, 13, 14:
	default:
		return "", ErrGTIN
	}
	if !allDigits(s) || zeros(s) {
		return "", ErrGTIN
	}
	if !fits(s) {
		return "", ErrCheck
	}
	return GTIN(strings.Repeat("0", 14-len(s)) + s), nil
}

// Under reports whether the number falls under a company prefix. The first of
// the 14 digits says how the item is packed (0 a unit, 1–8 a group, 9 variable
// measure), so the prefix begins with the second (domain.md 4.4).
func (g GTIN) Under(prefix string) bool {
	return len(g) == 14 && prefix != "" && strings.HasPrefix(string(g[1:13]), prefix)
}

// GLN is a location number: 13 digits.
type GLN string

// ParseGLN reads a location number; spaces and hyphens are dropped. Anything
// but 13 digits is ErrGLN, a check digit that does not fit is ErrCheck.
func ParseGLN(s string) (GLN, error) {
	s = separators.Replace(s)
	if len(s) != 13 || !allDigits(s) || zeros(s) {
		return "", ErrGLN
	}
	if !fits(s) {
		return "", ErrCheck
	}
	return GLN(s), nil
}

// separators are what people put between digits.
var separators = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "", "-", "", "\u2011", "")

// zeros catches the one number whose check digit fits and that nobody has.
func zeros(s string) bool { return strings.Trim(s, "0") == "" }

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
