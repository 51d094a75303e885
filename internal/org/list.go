package org

import (
	"strings"
	"unicode/utf8"

	"kabinet/internal/core/page"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
)

// countLimit is how far rows are counted; beyond it a count says "more than".
const countLimit = 1000

// minSearch is the shortest word that the index of three letters finds.
const minSearch = 3

// Filter chooses organizations; zero fields do not narrow.
type Filter struct {
	Query   string // part of a name, or the first digits of a tax number
	Status  Status
	Region  string // code
	GroupID int16
	After   string // cursor of the page before
	Size    int    // rows on a page
}

// Listed is a row of the list.
type Listed struct {
	ID     int64
	TIN    string
	Form   Form
	NameUz string
	NameRu string
	NameEn string
	Region string
	Email  string
	Status Status
}

// Name is the name in a language, as Org.Name gives it.
func (l Listed) Name(lang string) string {
	return nameIn(lang, l.NameUz, l.NameRu, l.NameEn)
}

// RegionName is the name of its region in a language.
func (l Listed) RegionName(lang string) string { return regionIn(lang, l.Region) }

// Page is one page of the list, newest organizations first.
type Page struct {
	Rows   []Listed
	Next   string                // cursor of the next page; empty on the last one
	All    page.Count            // whatever the status
	Counts map[Status]page.Count // by status, with the rest of the filter
}

// Total is the number of rows that the filter chooses.
func (p Page) Total(f Filter) page.Count {
	if f.Status != "" {
		return p.Counts[f.Status]
	}
	return p.All
}

// place is where a page ends: the key of its last row.
type place struct {
	ID int64 `json:"i"`
}

// criteria is a filter whose parts are all valid.
type criteria struct {
	words    []string // folded, each found anywhere in a name
	low, top string   // range of tax numbers, when digits were typed
	status   Status
	region   string
	groupID  int16
	before   int64 // organizations with smaller ids; 0 for all
	size     int
}

// open checks a filter. Unknown states and regions do not narrow, so that an
// old address still shows something; a search too short to be answered by the
// index is ErrShortSearch.
func (f Filter) open() (criteria, error) {
	c := criteria{groupID: f.GroupID, size: f.Size}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	c.status, _ = ParseStatus(string(f.Status))
	if r, err := region.Parse(f.Region); err == nil {
		c.region = r.Code
	}
	var p place
	if err := page.Decode(f.After, &p); err != nil {
		return criteria{}, err
	}
	c.before = p.ID
	return c, c.search(f.Query)
}

func (c *criteria) search(typed string) error {
	if low, top, ok := taxid.Begun(typed); ok {
		c.low, c.top = low, top
		return nil
	}
	c.words = strings.Fields(Fold(typed))
	longest := 0
	for _, w := range c.words {
		longest = max(longest, utf8.RuneCountInString(w))
	}
	if strings.TrimSpace(typed) != "" && longest < minSearch {
		return ErrShortSearch
	}
	return nil
}

// typed reports whether a person searched for something.
func (c criteria) typed() bool { return len(c.words) > 0 || c.low != "" }
