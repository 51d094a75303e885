// Package receipt keeps fiscal receipts: what was sold at the organization's
// terminals, what came back, and which marking codes left circulation by it.
//
// Receipts come from the fiscal operator by feed; nobody writes them here. What the
// source corrects is kept as versions. A receipt is matched when everything in it
// is known: its codes can be read, their products have cards, those of others'
// products came by a document, and a return has its sale. What is not known is kept
// as reasons (Trouble), found again by the list, and looked at anew every hour, when
// a sale or a document with codes arrives and when a receipt is opened.
//
// Home and readiness ask with Any.
package receipt

import (
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
)

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "receipt.not_found")
	ErrDay      = fault.New(fault.Invalid, "receipt.day")
	ErrBackward = fault.New(fault.Invalid, "receipt.backward").On("to")
)

// Kind is what a receipt is about.
type Kind string

// The kinds.
const (
	Sale   Kind = "sale"
	Return Kind = "return"
)

// Trouble is a set of reasons why a receipt does not fit to what is known; 0 is
// matched. It is stored: values keep their meaning.
type Trouble int16

// The reasons.
const (
	NoCard  Trouble = 1 << iota // a code's product has no card here and none in the catalogue
	Unknown                     // a code of somebody else's product that no document brought here
	BadCode                     // what stands in place of a code is none
	NoSale                      // a return whose sale is not here
)

// Troubles lists them in the order of pages.
func Troubles() []Trouble { return []Trouble{NoSale, NoCard, Unknown, BadCode} }

// Name is what a reason is called in addresses and keys of words.
func (t Trouble) Name() string {
	switch t {
	case NoCard:
		return "no_card"
	case Unknown:
		return "unknown"
	case BadCode:
		return "bad_code"
	case NoSale:
		return "no_sale"
	}
	return ""
}

// Each lists the single reasons of a set.
func (t Trouble) Each() []Trouble {
	var all []Trouble
	for _, one := range Troubles() {
		if t&one != 0 {
			all = append(all, one)
		}
	}
	return all
}

// Ref names a receipt as fiscal systems do; parts may be missing.
type Ref struct {
	Sign     string `json:"sign,omitempty"` // fiscal sign
	Terminal string `json:"terminal,omitempty"`
	Number   string `json:"number,omitempty"`
}

// Line is one line of a receipt.
type Line struct {
	Name     string         `json:"name"`
	GTIN     gs1.GTIN       `json:"gtin,omitempty"`
	Quantity int64          `json:"quantity"` // thousandths of a unit
	Sum      int64          `json:"sum"`      // tiyin
	Codes    []marking.Code `json:"codes,omitempty"`
	Bad      []string       `json:"bad,omitempty"` // labels that are no codes, as they came, without what cannot be shown
}

// Content is what a source says of a receipt in one version.
type Content struct {
	Ref
	Kind     Kind      `json:"kind"`
	IssuedAt time.Time `json:"issued_at"`
	Total    int64     `json:"total"` // tiyin, never negative
	Sale     Ref       `json:"sale"`  // what a return returns
	Lines    []Line    `json:"lines"`
}

// Receipt is a receipt as it is kept.
type Receipt struct {
	Content
	OrgID   int64
	ID      int64
	Version int64
	Feed    string
	SaleID  int64 // of a return that has its sale
	Trouble Trouble
	Groups  []int16 // of the products in it, as far as they are known
	TakenAt time.Time
}

// CodeCount is how many codes the lines have.
func (c Content) CodeCount() (n int) {
	for _, l := range c.Lines {
		n += len(l.Codes) + len(l.Bad)
	}
	return n
}

// marks are what the codes are found by.
func (c Content) marks() []int64 {
	marks := []int64{}
	for _, l := range c.Lines {
		for _, code := range l.Codes {
			marks = append(marks, code.Marks()...)
		}
	}
	return marks
}

// ParseID reads an id from an address; what is none is ErrNotFound.
func ParseID(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, ErrNotFound
	}
	return id, nil
}
