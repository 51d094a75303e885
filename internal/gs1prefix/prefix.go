// Package gs1prefix keeps the GS1 company prefixes of organizations.
//
// Only the operator writes them, only prefixes of Uzbekistan (478…) are kept,
// and a prefix belongs to one organization in the whole system (domain.md 2.4).
package gs1prefix

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
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

// Prefix is a company prefix of an organization: 478 and 1 to 9 digits more.
type Prefix struct {
	Digits       string
	Status       Status
	RegisteredAt time.Time
}

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

// shape is that of the constraint gs1_prefixes_shape.
func shape(p string) bool {
	if len(p) < 4 || len(p) > 12 || p[:3] != "478" {
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
