package gs1prefix

import (
	"strings"

	"kabinet/internal/core/gs1"
)

// country is the beginning of all numbers that GS1 Uzbekistan gives out.
const country = "478"

// FromUzbekistan reports whether GS1 Uzbekistan gave the number out. In 14
// digits the first says how the item is packed, so 478 begins at the second; a
// number of eight digits begins after six zeros.
func FromUzbekistan(g gs1.GTIN) bool { return g.Under(country) || short(g) }

// short reports whether g is one of eight digits. They are given out one by
// one, never under a company's prefix.
func short(g gs1.GTIN) bool { return strings.HasPrefix(string(g), "000000"+country) }

// candidates lists the prefixes g could fall under, the longest first.
func candidates(g gs1.GTIN) []string {
	if !g.Under(country) {
		return nil
	}
	var all []string
	for n := maxDigits; n >= minDigits; n-- {
		all = append(all, string(g[1:1+n]))
	}
	return all
}

// Answer says whose a number is.
type Answer string

// The answers. Nobody's is a number of Uzbekistan that is not registered.
const (
	Covered Answer = "covered" // under an active prefix of the organization
	Single  Answer = "single"  // registered by itself for the organization
	Stopped Answer = "blocked" // the organization's, and blocked
	Others  Answer = "others"  // another organization's
	Nobody  Answer = "nobody"
	Foreign Answer = "foreign" // not of Uzbekistan: no prefix is needed
)

// Check is what the checker says about a number.
type Check struct {
	GTIN   gs1.GTIN
	Answer Answer
	Prefix string // the organization's, under which it falls
}

// holding is a prefix or single number in the register that fits.
type holding struct {
	Digits string
	Own    bool
	Status Status // of an own one
}

// judge decides by what fits: a number registered by itself goes before every
// prefix, a longer prefix before a shorter one (domain.md 2.4).
func judge(g gs1.GTIN, fitting []holding) Check {
	c := Check{GTIN: g, Answer: Foreign}
	if !FromUzbekistan(g) {
		return c
	}
	c.Answer = Nobody
	longest := ""
	for _, h := range fitting {
		if len(h.Digits) > len(longest) {
			longest, c.Answer, c.Prefix = h.Digits, h.answer(), ""
			if h.Own && len(h.Digits) < gtinLength {
				c.Prefix = h.Digits
			}
		}
	}
	return c
}

func (h holding) answer() Answer {
	switch {
	case !h.Own:
		return Others
	case h.Status != Active:
		return Stopped
	case len(h.Digits) == gtinLength:
		return Single
	}
	return Covered
}
