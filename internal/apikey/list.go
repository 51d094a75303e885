package apikey

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Filter chooses keys of an organization; zero fields do not narrow.
type Filter struct {
	Query  string // parts of the name of the key or of its owner, or its first characters
	Status Status
	After  string // cursor of the page before
	Size   int    // rows on a page
}

// Page is one page of keys, the newest first.
type Page struct {
	Rows []Key
	Next string // cursor of the next page; empty on the last one
}

// criteria is a filter whose parts are all valid.
type criteria struct {
	query  string // folded, or "" for any
	prefix string // of the key itself
	status Status
	before int64 // id; 0 from the start
	size   int
}

// open checks a filter. What is not known does not narrow, so that an old
// address still shows something.
func (f Filter) open() (criteria, error) {
	q := strings.TrimSpace(f.Query)
	c := criteria{query: fold.Text(q), size: f.Size}
	if strings.HasPrefix(q, mark) {
		c.query, c.prefix = "", q[:min(len(q), shownLen)]
	}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	if slices.Contains(Statuses(), f.Status) {
		c.status = f.Status
	}
	return c, page.Decode(f.After, &c.before)
}

// List gives a page of the keys of all users of the organization.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Page{}, err
	}
	c, err := f.open()
	if err != nil {
		return Page{}, err
	}
	keys, err := selectPage(ctx, s.DB, a.OrgID, c)
	var p Page
	p.Rows, p.Next = page.Cut(keys, c.size, func(k Key) string { return page.Encode(k.ID) })
	return p, err
}

// exportSlice is how many keys one statement of an export reads.
const exportSlice = 500

// Export gives every key that the filter chooses to each, page by page.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter, each func(Key) error) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	f.Size, f.After = exportSlice, ""
	for {
		p, err := s.List(ctx, a, f)
		if err != nil {
			return err
		}
		for _, k := range p.Rows {
			if err := each(k); err != nil {
				return err
			}
		}
		if p.Next == "" {
			return nil
		}
		f.After = p.Next
	}
}
