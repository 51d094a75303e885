package place

import (
	"strconv"
	"strings"

	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/region"
)

// Order is how a list of places is sorted; the number tells equals apart.
type Order string

// The orders, as the address of a list has them.
const (
	ByName   Order = "name"
	ByNameZA Order = "-name"
	Newest   Order = "-id"
	Oldest   Order = "id"
)

// ParseOrder reads an order; anything unknown is by name.
func ParseOrder(s string) Order {
	switch o := Order(s); o {
	case ByNameZA, Newest, Oldest:
		return o
	}
	return ByName
}

// Filter chooses places; zero fields do not narrow.
type Filter struct {
	Query    string // part of name or address; a number, GLN or own code whole
	Status   Status
	Region   string // code
	Activity Activity
	Order    Order
	After    string // cursor of the page before
	Size     int    // rows on a page
}

// Page is one page of a list.
type Page struct {
	Rows   []Place
	Next   string         // cursor of the next page; empty on the last one
	Counts map[Status]int // with the rest of the filter
	Any    bool           // the organization has places at all, whatever the filter
}

// Total is the number of places that the filter chooses.
func (p Page) Total(f Filter) int {
	if f.Status != "" {
		return p.Counts[f.Status]
	}
	return p.Counts[Active] + p.Counts[Blocked]
}

// Clean gives the filter without what does not exist: an unknown region or
// activity does not narrow (ux.md 5.2).
func (f Filter) Clean() Filter {
	f.Query = strings.TrimSpace(f.Query)
	f.Order = ParseOrder(string(f.Order))
	if r, err := region.Parse(f.Region); err == nil {
		f.Region = r.Code
	} else {
		f.Region = ""
	}
	if _, ok := ParseStatus(string(f.Status)); !ok {
		f.Status = ""
	}
	switch f.Activity {
	case Production, Storage, Sales:
	default:
		f.Activity = ""
	}
	return f
}

// maxWords bounds a search; nobody types more to find a place.
const maxWords = 8

// words are the folded words of the query.
func (f Filter) words() []string {
	words := strings.Fields(fold.Text(f.Query))
	return words[:min(len(words), maxWords)]
}

// number is the query read as the number of a place, 0 when it is none.
func (f Filter) number() int32 {
	n, err := strconv.ParseInt(strings.ReplaceAll(f.Query, " ", ""), 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return int32(n)
}

// spot is where a page ends: the key of its last row.
type spot struct {
	Name string `json:"n"`
	ID   int32  `json:"i"`
}

func (f Filter) spot() (s spot, err error) { return s, page.Decode(f.After, &s) }

func cursorOf(p Place) string { return page.Encode(spot{p.Name, p.ID}) }
