package card

import (
	"context"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// MaxChosen is how many cards one act takes at once, and how many rows go into a
// file without a job.
const MaxChosen = 5000

// ErrManyChosen says that a filter chooses more than MaxChosen.
var ErrManyChosen = fault.New(fault.Invalid, "card.list.many_chosen", "max", MaxChosen).On("all")

// Find gives a page of the cards of the actor's organization and groups. A search
// that finds nothing gives those that are spelled alike.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	at, err := f.spot(f.After + f.Before)
	if err != nil {
		return Page{}, err
	}
	p, err := s.page(ctx, a, f, at)
	if err == nil && len(p.Rows) == 0 && f.After != "" { // what stood there is gone: the last page
		f.Before, f.After = f.After, ""
		p, err = s.page(ctx, a, f, f.past(at))
		p.Next = ""
	}
	if err != nil || len(p.Rows) > 0 || len(readSearch(f.Query).words) == 0 || p.Total(f) != (page.Count{}) {
		return p, err
	}
	p.Rows, err = selectSimilar(ctx, s.DB, ask(a.OrgID, a.Scope, f))
	p.Similar = len(p.Rows) > 0
	return p, err
}

// page reads a page from a spot on and says where those before and after it are.
func (s *Service) page(ctx context.Context, a actor.Actor, f Filter, at spot) (p Page, err error) {
	p.Rows, p.Counts, err = selectPage(ctx, s.DB, ask(a.OrgID, a.Scope, f), at)
	p.Rows, p.Prev, p.Next = page.Turned(p.Rows, f.Size, f.After, f.Before, f.cursor)
	return p, err
}

// Selection is which cards an act is about: some of a page, or all that a filter
// chooses.
type Selection struct {
	IDs    []int64
	All    bool
	Filter Filter
}

// Chosen gives the cards of a selection that the actor may see, in order; missing
// are ids of none of them. Of a filter there are at most MaxChosen, else
// ErrManyChosen.
func (s *Service) Chosen(ctx context.Context, a actor.Actor, sel Selection) (cards []Card, missing []int64, err error) {
	if err := a.Need(perm.CardRead); err != nil {
		return nil, nil, err
	}
	if sel.All {
		cards, err = selectChosen(ctx, s.DB, ask(a.OrgID, a.Scope, sel.Filter.Clean()), MaxChosen)
		if len(cards) > MaxChosen {
			return nil, nil, ErrManyChosen
		}
		return cards, nil, err
	}
	if len(sel.IDs) > MaxChosen {
		return nil, nil, ErrManyChosen
	}
	cards, err = readCards(ctx, s.DB, a.OrgID, sel.IDs)
	cards = slices.DeleteFunc(cards, func(c Card) bool { return !a.Scope.HasGroup(c.GroupID) })
	seen := make(map[int64]bool, len(cards))
	for _, c := range cards {
		seen[c.ID] = true
	}
	for _, id := range sel.IDs {
		if !seen[id] {
			seen[id] = true // twice in a form is once missing
			missing = append(missing, id)
		}
	}
	return cards, missing, err
}
