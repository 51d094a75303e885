package attribute

import (
	"cmp"
	"slices"
)

// Code is an entry of a dictionary of a product group.
type Code struct {
	Code string
	Name Words
}

// Category is a kind of goods within a product group.
type Category = Code

// List is one of the dictionaries of a product group.
type List string

// The dictionaries.
const (
	Categories List = "category"
	HS         List = "hs"   // ten digits, TN VED
	IKPU       List = "ikpu" // seventeen digits, the national catalogue (MXIK)
)

// Book is everything needed to write and check cards of one product group.
type Book struct {
	Group      int16
	Set        Set
	Categories []Category // what may be chosen, in the order of codes, like HS and IKPU
	HS         []Code
	IKPU       []Code

	// retired are codes that were switched off: cards that name one still show
	// what it means.
	retired map[List][]Code

	// long are dictionaries of which only some entries are here.
	long map[List]bool
}

// Long reports whether a dictionary has more entries than a form lists and the book
// only some of them (BookFor).
func (b Book) Long(list List) bool { return b.long[list] }

// Chooses reports whether there is anything to choose from a dictionary.
func (b Book) Chooses(list List) bool { return b.long[list] || len(b.Of(list)) > 0 }

// FindCategory gives a category that may be chosen.
func (b Book) FindCategory(code string) (Category, bool) { return find(b.Categories, code) }

// FindHS gives an HS code that may be chosen.
func (b Book) FindHS(code string) (Code, bool) { return find(b.HS, code) }

// FindIKPU gives an IKPU code that may be chosen.
func (b Book) FindIKPU(code string) (Code, bool) { return find(b.IKPU, code) }

// Name is what a code means, also one that may not be chosen any more; empty
// words for one that never was.
func (b Book) Name(list List, code string) Words {
	if c, ok := find(b.Of(list), code); ok {
		return c.Name
	}
	c, _ := find(b.retired[list], code)
	return c.Name
}

// Of is a dictionary: what may be chosen, in the order of codes.
func (b Book) Of(list List) []Code {
	switch list {
	case Categories:
		return b.Categories
	case HS:
		return b.HS
	case IKPU:
		return b.IKPU
	}
	return nil
}

func (b *Book) set(list List, codes []Code) {
	switch list {
	case Categories:
		b.Categories = codes
	case HS:
		b.HS = codes
	case IKPU:
		b.IKPU = codes
	}
}

// find looks in codes that stand in order.
func find(codes []Code, code string) (Code, bool) {
	i, ok := slices.BinarySearchFunc(codes, code, func(c Code, code string) int { return cmp.Compare(c.Code, code) })
	if !ok {
		return Code{}, false
	}
	return codes[i], true
}
