package support

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
)

// Item is a request in the queue.
type Item struct {
	Request
	Org Org
}

// Tab is a part of the queue.
type Tab string

// The parts. What is to be answered stands by deadline, the rest by its latest
// change.
const (
	ToAnswer Tab = ""
	Mine     Tab = "mine" // what the reader holds
	Waits    Tab = Tab(Waiting)
	Solved   Tab = Tab(Answered)
	Over     Tab = "over" // closed or withdrawn
)

// Tabs lists them in the order of the page.
func Tabs() []Tab { return []Tab{ToAnswer, Mine, Waits, Solved, Over} }

// ParseTab reads a part; anything unknown is ToAnswer.
func ParseTab(s string) Tab {
	for _, t := range Tabs() {
		if string(t) == s {
			return t
		}
	}
	return ToAnswer
}

// byDeadline reports whether the part is ordered by deadline.
func (t Tab) byDeadline() bool { return t == ToAnswer || t == Mine }

// Due narrows what is to be answered by its deadline.
type Due string

// The deadlines.
const (
	Whenever Due = ""
	Late     Due = "late"
	Today    Due = "today" // or late
)

// Filter chooses requests; zero fields do not narrow.
type Filter struct {
	Tab   Tab
	Kind  Kind
	Due   Due
	Query string // number of a request, the first digits of a tax number, or words of the subject
	After string // cursor of the page before
	Size  int
}

// Limits of what is counted and exported.
const (
	countLimit  = 1000
	exportLimit = 5000
)

// Page is a page of the queue.
type Page struct {
	Rows   []Item
	Next   string // cursor; empty on the last page
	Counts map[Tab]page.Count
}

// place is where a page ends.
type place struct {
	At    time.Time `json:"t"`
	OrgID int64     `json:"o"`
	ID    int64     `json:"i"`
}

// List gives a page of the queue.
func (s *Service) List(ctx context.Context, op actor.Operator, f Filter) (Page, error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return Page{}, err
	}
	c := f.criteria(op.StaffID)
	if err := page.Decode(f.After, &c.after); err != nil {
		return Page{}, err
	}
	rows, err := queue(ctx, s.DB, c)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, c.size, func(i Item) string { return page.Encode(f.Tab.place(i)) })
	p.Counts, err = countTabs(ctx, s.DB, c)
	return p, err
}

func (t Tab) place(i Item) place {
	at := i.ChangedAt
	if t.byDeadline() {
		at = i.Due
	}
	return place{at, i.OrgID, i.ID}
}

// Export gives what a filter chooses, at most 5,000.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter) ([]Item, error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return nil, err
	}
	c := f.criteria(op.StaffID)
	c.size = exportLimit - 1 // queue reads one more to know whether others follow
	return queue(ctx, s.DB, c)
}

// criteria is a filter whose parts are all valid.
type criteria struct {
	tab      Tab
	staffID  int64
	kind     string
	due      Due
	number   int64  // of a request; 0 for all
	low, top string // range of tax numbers; empty for all
	words    string // pattern for ILIKE; empty for all
	after    place  // zero for the first page
	size     int
}

// criteria reads a filter. Nine digits or fewer may begin a tax number, and are a
// number of a request as well: either is found.
func (f Filter) criteria(staffID int64) criteria {
	c := criteria{tab: f.Tab, staffID: staffID, kind: string(f.Kind), due: f.Due, size: f.Size}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	q := strings.TrimSpace(f.Query)
	low, top, begun := taxid.Begun(q)
	c.number = ParseNumber(q)
	switch {
	case q == "":
	case begun:
		c.low, c.top = low, top
	case c.number == 0:
		c.words = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
	}
	return c
}
