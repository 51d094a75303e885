// Package gs1prefix keeps the GS1 company prefixes of organizations, and the
// single numbers (GTIN) of those that have no prefix.
//
// Only the operator writes them, only those of Uzbekistan (478…) are kept, and
// a prefix or a single number belongs to one organization in the whole system
// (domain.md 2.4). A blocked one stays that organization's. The arithmetic of
// numbers is in core/gs1.
package gs1prefix

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
)

// Refusals. ErrOwn is about what the organization has already, ErrOthers about
// what another one has: whose it is nobody is told.
var (
	ErrNotFound = fault.New(fault.NotFound, "gs1prefix.not_found")
	ErrShape    = fault.New(fault.Invalid, "gs1prefix.shape")
	ErrForeign  = fault.New(fault.Invalid, "gs1prefix.foreign")
	ErrOwn      = fault.New(fault.Conflict, "gs1prefix.own") // with "digits": under what
	ErrOthers   = fault.New(fault.Conflict, "gs1prefix.others")
	ErrReason   = fault.New(fault.Invalid, "gs1prefix.reason_missing").On("reason")
	ErrState    = fault.New(fault.Conflict, "gs1prefix.state")
)

// FieldPrefixes is the column of a file that lists the prefixes.
const FieldPrefixes = "gs1_prefixes"

// maxPrefixes is how many prefixes one organization may bring in one row.
const maxPrefixes = 100

// Status is the state of a prefix.
type Status string

// A prefix is active until the operator blocks it.
const (
	Active  Status = "active"
	Blocked Status = "blocked"
)

// Prefix is a company prefix of an organization: 478 and 1 to 9 digits more; or
// a single number, then Digits are the 14 of a GTIN.
type Prefix struct {
	Digits       string
	Status       Status
	RegisteredAt time.Time
	Reason       string // why it is blocked
}

// Single reports whether it is a number of its own and no prefix.
func (p Prefix) Single() bool { return len(p.Digits) == gtinLength }

const gtinLength = 14

// ParsePrefix reads one prefix as people write it: blanks and hyphens are
// dropped.
func ParsePrefix(s string) (string, error) {
	s = blanks.Replace(s)
	if !shape(s) {
		return "", ErrShape
	}
	return s, nil
}

var blanks = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "", "-", "")

// Parse reads a list of prefixes separated by commas, semicolons or spaces.
// An empty text is no prefixes. The first thing wrong is the fault.
func Parse(s string) ([]string, error) {
	var ps []string
	for p := range strings.FieldsFuncSeq(s, separator) {
		switch {
		case !shape(p):
			return nil, fault.New(fault.Invalid, "gs1prefix.draft.shape", "prefix", shorten(p))
		case slices.Contains(ps, p):
			return nil, fault.New(fault.Invalid, "gs1prefix.draft.twice", "prefix", p)
		case len(ps) == maxPrefixes:
			return nil, fault.New(fault.Invalid, "gs1prefix.draft.many", "max", maxPrefixes)
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// A prefix has 478 and 1 to 9 digits more.
const (
	minDigits = 4
	maxDigits = 12
)

// shape is that of the constraint gs1_prefixes_shape.
func shape(p string) bool {
	if len(p) < minDigits || len(p) > maxDigits || p[:3] != country {
		return false
	}
	return strings.Trim(p, "0123456789") == ""
}

func separator(r rune) bool {
	return strings.ContainsRune(",;| \u00a0\t\r\n", r)
}

// shorten keeps what a complaint quotes readable.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// parseEither reads what staff type: a GTIN when it has as many digits as one,
// else a prefix.
func parseEither(s string) (string, error) {
	if len(blanks.Replace(s)) <= maxDigits {
		return ParsePrefix(s)
	}
	g, err := gs1.ParseGTIN(s)
	switch {
	case err != nil:
		return "", err
	case !FromUzbekistan(g):
		return "", ErrForeign
	}
	return string(g), nil
}

// onField ties a refusal to the field it is about.
func onField(err error, field string) error {
	if f, ok := fault.As(err); ok {
		return f.On(field)
	}
	return err
}
