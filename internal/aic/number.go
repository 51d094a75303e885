package aic

import (
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
)

// Refusals of ParseNumber, each about one part of the number.
var (
	ErrNumber = fault.New(fault.Invalid, "aic.number.digits")
	ErrHolder = fault.New(fault.Invalid, "aic.number.owner")
	ErrDay    = fault.New(fault.Invalid, "aic.number.day")
)

// Number is the number of an AIC: 25 digits (domain.md 2.11). The first 14 are whose
// it is, a tax number behind five zeros or a personal number; six are the day, DDMMYY;
// five count the AICs of that day. Where it is kept, stars stand for a personal
// number (Kept).
type Number string

const (
	ownerDigits  = 14
	dayDigits    = 6
	numberDigits = 25

	hiddenOwner = "**************" // where a personal number stood
)

// ParseNumber reads a number as people copy it: spaces and hyphens are dropped.
func ParseNumber(s string) (Number, error) {
	s = separators.Replace(s)
	if len(s) != numberDigits || strings.Trim(s, "0123456789") != "" {
		return "", ErrNumber
	}
	n := Number(s)
	if _, ok := n.TIN(); !ok {
		if _, err := taxid.ParsePINFL(n.Owner()); err != nil {
			return "", ErrHolder
		}
	}
	if n.Day().IsZero() {
		return "", ErrDay
	}
	return n, nil
}

var separators = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "", "-", "", "\n", "", "\r", "")

// Owner are the digits of whose it is.
func (n Number) Owner() string { return n.part(0, ownerDigits) }

// TIN is the tax number of whose it is; ok is false for a personal number.
func (n Number) TIN() (tin taxid.TIN, ok bool) {
	zeros := strings.Repeat("0", ownerDigits-9)
	rest, padded := strings.CutPrefix(n.Owner(), zeros)
	tin, err := taxid.ParseTIN(rest)
	return tin, padded && err == nil
}

// Personal reports whether its first digits are a personal number, or stood for one.
func (n Number) Personal() bool {
	_, ok := n.TIN()
	return !ok
}

// Kept is the number as it is stored, shown and signed: without the personal number
// of a sole trader, which is sealed wherever the portal keeps it. In the books of
// one trader the day and the counter tell AICs apart.
func (n Number) Kept() Number {
	if !n.Personal() {
		return n
	}
	return Number(hiddenOwner + n.Date() + n.Counter())
}

// Date are the six digits of the day.
func (n Number) Date() string { return n.part(ownerDigits, ownerDigits+dayDigits) }

// Day is the first moment of the day in Tashkent; zero when there is no such day.
func (n Number) Day() time.Time {
	d := n.Date()
	if len(d) != dayDigits {
		return time.Time{}
	}
	t, err := time.ParseInLocation("02012006", d[:4]+"20"+d[4:], clock.Tashkent())
	if err != nil {
		return time.Time{}
	}
	return t
}

// Counter are the digits that tell the AICs of a day apart.
func (n Number) Counter() string { return n.part(ownerDigits+dayDigits, numberDigits) }

func (n Number) part(from, to int) string {
	if len(n) != numberDigits {
		return ""
	}
	return string(n[from:to])
}

// Grouped is the number in its parts, for reading: blanks that are not copied as
// digits stand between them.
func (n Number) Grouped() string {
	return n.Owner() + "\u00a0" + n.Date() + "\u00a0" + n.Counter()
}
