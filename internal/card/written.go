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

// Written gives the cards a filter chooses with what they say, in the order of
// their ids: at most n beyond the id after. Order and place of the filter do not
// count.
func (s *Service) Written(ctx context.Context, a actor.Actor, f Filter, after int64, n int) ([]Written, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return nil, err
	}
	return selectWritten(ctx, s.DB, ask(a.OrgID, a.Scope, f.Clean()), after, n)
}

// Extent says how many cards a filter chooses, exactly, and of which product
// groups.
func (s *Service) Extent(ctx context.Context, a actor.Actor, f Filter) (n int, groups []int16, err error) {
	if err := a.Need(perm.CardRead); err != nil {
		return 0, nil, err
	}
	return countWritten(ctx, s.DB, ask(a.OrgID, a.Scope, f.Clean()))
}
