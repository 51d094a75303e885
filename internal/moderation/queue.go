package moderation

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Hands chooses cards by who looks at them.
type Hands string

// The choices; Anybody is the zero value.
const (
	Anybody Hands = ""
	Mine    Hands = "mine" // claimed by the reader, or passed on to them
	Free    Hands = "free" // nobody's at the moment
)

// AllHands lists them in the order of tabs.
func AllHands() []Hands { return []Hands{Anybody, Free, Mine} }

// Due chooses cards by their deadline.
type Due string

// The choices; Whenever is the zero value.
const (
	Whenever Due = ""
	Late     Due = "overdue"
	Today    Due = "day" // overdue or within 24 hours
)

// Filter chooses waiting versions; zero fields do not narrow.
type Filter struct {
	Hands Hands
	Due   Due
	Group int16  // id of a product group
	Query string // the first digits of a GTIN, or words of a name
	TIN   string // the first digits of an organization's tax number
	After string // cursor of the page before
	Size  int    // rows on a page
}

// countLimit is how far cards are counted (ux.md 5.2), searchLimit how far those
// that a search or a group finds: each of them is looked up by itself.
const (
	countLimit  = 10_000
	searchLimit = 1000
)

// exportLimit is how many rows a file has at most.
const exportLimit = 5000

// Page is one page of the queue, the most urgent first.
type Page struct {
	Rows   []Item
	Next   string // cursor of the next page; empty on the last one
	Counts map[Hands]page.Count
}

// place is where a page ends.
type place struct {
	At time.Time `json:"t"`
	Ref
}

func placeOf(i Item) place { return place{i.Deadline, i.Ref} }

// List gives one page of the queue.
func (s *Service) List(ctx context.Context, op actor.Operator, f Filter) (Page, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return Page{}, err
	}
	c := f.criteria(op)
	if err := page.Decode(f.After, &c.after); err != nil {
		return Page{}, err
	}
	rows, err := queue(ctx, s.DB, c)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, c.size, func(i Item) string { return page.Encode(placeOf(i)) })
	p.Counts, err = countEach(ctx, s.DB, c)
	return p, err
}

// Export gives the cards a filter chooses, at most 5,000.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter) ([]Item, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return nil, err
	}
	c := f.criteria(op)
	c.size = exportLimit - 1 // queue reads one more to know whether others follow
	return queue(ctx, s.DB, c)
}

// Ahead gives the first cards that a filter chooses: what stands beside an item.
func (s *Service) Ahead(ctx context.Context, op actor.Operator, f Filter, n int) ([]Item, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return nil, err
	}
	f.Size = n
	c := f.criteria(op)
	c.size-- // queue reads one more to know whether others follow
	return queue(ctx, s.DB, c)
}

// criteria is a filter whose parts are all valid.
type criteria struct {
	hands    Hands
	due      Due
	group    int16
	low, top string   // range of tax numbers; empty for all
	digits   string   // a GTIN begins with them, whichever its length
	words    []string // folded: each is in the name
	nothing  bool     // what was typed cannot be found
	staffID  int64    // the reader
	after    place    // where the page before ended; zero for the first
	size     int
}

// criteria reads a filter. Unknown values do not narrow; what cannot be the
// beginning of a number, or has no letters, finds nothing.
func (f Filter) criteria(op actor.Operator) criteria {
	c := criteria{hands: f.Hands, due: f.Due, group: f.Group, staffID: op.StaffID, size: f.Size}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	if tin, ok := numberOf(f.TIN, tinLength); ok && tin != "" {
		c.low = tin + strings.Repeat("0", tinLength-len(tin))
		c.top = tin + strings.Repeat("9", tinLength-len(tin))
	} else if !ok {
		c.nothing = true
	}
	c.find(f.Query)
	return c
}

const (
	tinLength  = 9
	gtinLength = 14
)

// find reads a search: at least four digits and nothing else are a number.
func (c *criteria) find(query string) {
	if digits, ok := numberOf(query, gtinLength); ok && len(digits) >= 4 {
		c.digits = digits
		return
	}
	c.words = strings.Fields(fold.Text(query))
	c.nothing = c.nothing || len(c.words) == 0 && strings.TrimSpace(query) != ""
}

// numberOf gives the digits of a number as people write it; false for anything
// else or what is too long.
func numberOf(s string, most int) (string, bool) {
	digits := strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(s)
	return digits, len(digits) <= most && strings.Trim(digits, "0123456789") == ""
}
