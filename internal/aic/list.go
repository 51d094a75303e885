package aic

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/document"
)

// Filter chooses AICs; zero fields do not narrow.
type Filter struct {
	Number  string // the first digits, or all
	State   State
	GroupID int16
	Newest  bool   // the newest first; else the oldest, which wait longest
	After   string // cursor of the page before
	Before  string // or of the page after
	Size    int    // rows on a page
}

// Page is one page of a list.
type Page struct {
	Rows   []AIC
	Prev   string // cursor of the page before, for Filter.Before
	Next   string // cursor of the page after, for Filter.After
	Counts map[State]int
	Works  bool // the organization works in a group of AICs
}

// Total is the number of AICs that the filter chooses.
func (p Page) Total(f Filter) int {
	if f.State != "" {
		return p.Counts[f.State]
	}
	all := 0
	for _, n := range p.Counts {
		all += n
	}
	return all
}

// Clean gives the filter without what does not exist or cannot be read: it does
// not narrow (ux.md 5.2).
func (f Filter) Clean() Filter {
	f.Number = separators.Replace(f.Number)
	if len(f.Number) > numberDigits || strings.Trim(f.Number, "0123456789") != "" {
		f.Number = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, f.Number)
		f.Number = f.Number[:min(len(f.Number), numberDigits)]
	}
	if !slices.Contains(States(), f.State) {
		f.State = ""
	}
	if f.After != "" {
		f.Before = ""
	}
	f.Size = max(f.Size, 1)
	return f
}

// behindOwner is what was typed of a number whose owner is hidden: all of it, or
// what follows the stars, which nobody types.
func (f Filter) behindOwner() string {
	if len(f.Number) > numberDigits-ownerDigits {
		return f.Number[min(len(f.Number), ownerDigits):]
	}
	return f.Number
}

// Narrowed reports whether anything but the state narrows the list.
func (f Filter) Narrowed() bool { return f.Number != "" || f.GroupID != 0 }

// spot is where a page ends or begins.
type spot struct {
	Day string `json:"d"`
	ID  int64  `json:"i"`
}

func (f Filter) spot() (s spot, err error) {
	if f.After+f.Before == "" {
		return s, nil
	}
	if err := page.Decode(f.After+f.Before, &s); err != nil {
		return s, err
	}
	if t, err := time.Parse(time.DateOnly, s.Day); err != nil || t.Year() < 1 { // there is no year 0 in the database
		return s, page.ErrCursor
	}
	return s, nil
}

func cursor(a AIC) string { return page.Encode(spot{a.Number.Day().Format(time.DateOnly), a.ID}) }

// Find gives a page of the AICs of the actor's organization and groups.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (p Page, err error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	at, err := f.spot()
	if err != nil {
		return Page{}, err
	}
	q := question{Filter: f, orgID: a.OrgID, scope: a.Scope}
	if p.Counts, err = q.counts(ctx, s.DB); err != nil {
		return Page{}, err
	}
	if p.Works, err = Works(ctx, s.DB, a.OrgID); err != nil {
		return Page{}, err
	}
	if p.Rows, err = q.page(ctx, s.DB, at); err != nil {
		return Page{}, err
	}
	p.Rows, p.Prev, p.Next = page.Turned(p.Rows, f.Size, f.After, f.Before, cursor)
	return p, nil
}

// Record is an AIC with everything around it.
type Record struct {
	AIC
	Lines    []Line             // with the first Sample codes of each
	Versions []Version          // the newest first
	Declared document.Declaring // the declaration among the documents that names it; zero: none
}

// Sample is how many codes of a product a record shows; all are in a file.
const Sample = 5

// Version is what a source said of an AIC.
type Version struct {
	Number  int64
	At      time.Time // when it happened, by the source
	TakenAt time.Time
	Content Content
}

// Get reads an AIC of the actor's organization and groups.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (r Record, err error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Record{}, err
	}
	if r.AIC, err = s.one(ctx, a, id); err != nil {
		return Record{}, err
	}
	if r.Lines, err = sampleOf(ctx, s.DB, a.OrgID, id, Sample); err != nil {
		return Record{}, err
	}
	if r.Versions, err = versionsOf(ctx, s.DB, a.OrgID, id); err != nil {
		return Record{}, err
	}
	named, err := document.DeclarationsOf(ctx, s.DB, a.OrgID, []string{string(r.Number)})
	r.Declared = named[string(r.Number)]
	return r, err
}

func (s *Service) one(ctx context.Context, a actor.Actor, id int64) (AIC, error) {
	found, err := readAICs(ctx, s.DB, a.OrgID, []int64{id})
	switch {
	case err != nil:
		return AIC{}, err
	case len(found) == 0:
		return AIC{}, ErrNotFound
	}
	return found[0], visible(found[0], a.Scope)
}

// visible refuses an AIC that is not in reach. One whose group nobody has said yet
// is for those who reach all groups.
func visible(a AIC, scope perm.Scope) error {
	switch {
	case scope.HasGroup(a.GroupID):
		return nil
	case a.GroupID == 0:
		return ErrNotFound
	}
	return actor.OutOfReach(perm.Reach{Group: a.GroupID})
}

// Export gives each AIC that the filter chooses to write, the first MaxExport.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter) ([]AIC, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return nil, err
	}
	f = f.Clean()
	f.After, f.Before, f.Size = "", "", MaxExport
	q := question{Filter: f, orgID: a.OrgID, scope: a.Scope}
	return q.page(ctx, s.DB, spot{})
}

// MaxExport bounds a downloaded list.
const MaxExport = 10_000
