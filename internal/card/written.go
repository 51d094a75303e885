package card

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Written is a card with what its newest version says.
type Written struct {
	Card
	Content Content
}

// Written gives the chosen cards that the actor may see with what they say, in
// the order of their ids: at most n beyond the id after. Order and place of a
// filter do not count.
func (s *Service) Written(ctx context.Context, a actor.Actor, sel Selection, after int64, n int) ([]Written, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return nil, err
	}
	return selectWritten(ctx, s.DB, sel.ask(a), after, n)
}

// Extent says how many cards are chosen, exactly, and of which product groups.
func (s *Service) Extent(ctx context.Context, a actor.Actor, sel Selection) (n int, groups []int16, err error) {
	if err := a.Need(perm.CardRead); err != nil {
		return 0, nil, err
	}
	return countWritten(ctx, s.DB, sel.ask(a))
}

// chosen is a question about the cards of a selection.
type chosen struct {
	*question
	ids []int64 // nil: all that the filter chooses
}

func (sel Selection) ask(a actor.Actor) chosen {
	if sel.All {
		return chosen{question: ask(a.OrgID, a.Scope, sel.Filter.Clean())}
	}
	ids := sel.IDs
	if ids == nil {
		ids = []int64{}
	}
	return chosen{question: ask(a.OrgID, a.Scope, Filter{}), ids: ids}
}
