package staff

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Filter chooses people; zero fields do not narrow.
type Filter struct {
	Query  string // words of a name, in any script
	Status string // Active or Blocked; what is neither does not narrow
	After  string // cursor of the page before
	Size   int    // rows on a page
}

// Page is one page of the list, the active first, then by name.
type Page struct {
	Rows   []Person
	Next   string         // cursor of the next page; empty on the last one
	Counts map[string]int // by status, with the rest of the filter
}

// All is the number of people that the filter finds, whatever their status.
func (p Page) All() int { return p.Counts[Active] + p.Counts[Blocked] }

// Total is the number of people that the filter chooses.
func (p Page) Total(f Filter) int {
	if f.Status != "" {
		return p.Counts[f.Status]
	}
	return p.All()
}

// maxExport bounds a file; no operator has so many people.
const maxExport = 10_000

// criteria is a filter whose parts are all valid.
type criteria struct {
	typed  string
	words  []string // folded
	status string
	after  rowKey
	size   int
}

// rowKey is the key of a row in the list's order.
type rowKey struct {
	Status string `json:"s"`
	Name   string `json:"n"`
	ID     int64  `json:"i"`
}

func (f Filter) open() (criteria, error) {
	c := criteria{typed: strings.TrimSpace(f.Query), size: f.Size}
	c.words = strings.Fields(fold.Text(c.typed))
	if slices.Contains(Statuses(), f.Status) {
		c.status = f.Status
	}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	return c, page.Decode(f.After, &c.after)
}

// Statuses lists the states of a person.
func Statuses() []string { return []string{Active, Blocked} }

// List gives one page of the staff.
func (s *Service) List(ctx context.Context, o actor.Operator, f Filter) (p Page, err error) {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return Page{}, err
	}
	c, err := f.open()
	if err != nil {
		return Page{}, err
	}
	if p.Counts, err = countPeople(ctx, s.DB, c); err != nil {
		return Page{}, err
	}
	if p.Rows, err = selectPeople(ctx, s.DB, c); err != nil {
		return Page{}, err
	}
	p.Rows, p.Next = page.Cut(p.Rows, c.size, func(p Person) string { return page.Encode(rowKey{p.Status, p.Name, p.ID}) })
	return p, nil
}

// Export gives all the people that the filter chooses, wherever its page stands.
func (s *Service) Export(ctx context.Context, o actor.Operator, f Filter) ([]Person, error) {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return nil, err
	}
	f.After, f.Size = "", maxExport
	c, err := f.open()
	if err != nil {
		return nil, err
	}
	return selectPeople(ctx, s.DB, c)
}
