package receipt

import (
	"context"
	"slices"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Record is a receipt with everything around it.
type Record struct {
	Receipt
	Lines    []LineNow
	Sale     *Receipt  // of a return, when it is here
	Returns  []Receipt // of a sale, the oldest first, 100 at most
	Versions []Version // that are not in force, the newest first
}

// LineNow is a line with what is known of it at this moment.
type LineNow struct {
	Line
	Card    int64 // own card of the product; 0 for none
	Trouble Trouble
}

// Version is what the source said of a receipt and does not say any more.
type Version struct {
	Number  int64
	TakenAt time.Time
	Content Content
}

// Get reads a receipt of the actor's organization and groups. What does not fit is
// looked up at this moment, whatever the list says still.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Record, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Record{}, err
	}
	r, err := oneReceipt(ctx, s.DB, a.OrgID, id)
	if err == nil {
		err = visible(a.Scope, r.Groups)
	}
	if err != nil {
		return Record{}, err
	}
	rec := Record{Receipt: r}
	if err := rec.link(ctx, s); err != nil {
		return Record{}, err
	}
	all, err := s.weigh(ctx, s.DB, []Receipt{r})
	if err != nil {
		return Record{}, err
	}
	about := all[0]
	rec.Trouble = about.trouble
	for i, l := range r.Lines {
		rec.Lines = append(rec.Lines, LineNow{Line: l, Card: about.cards[i], Trouble: about.lines[i]})
	}
	rec.Versions, err = versionsOf(ctx, s.DB, a.OrgID, id)
	return rec, err
}

// link finds the other receipts that belong to this one.
func (r *Record) link(ctx context.Context, s *Service) error {
	linked, err := linkedReceipts(ctx, s.DB, r.Receipt)
	for i, other := range linked {
		if other.ID == r.SaleID {
			r.Sale = &linked[i]
		} else {
			r.Returns = append(r.Returns, other)
		}
	}
	return err
}

// visible refuses a receipt that is not in reach, by a group that would open it.
func visible(scope perm.Scope, groups []int16) error {
	switch {
	case within(scope, groups):
		return nil
	case len(groups) == 0:
		return ErrNotFound
	}
	return actor.OutOfReach(perm.Reach{Group: groups[0]})
}

// within reports whether a receipt of these groups is open to somebody: one of no
// known group is to those only who see everything.
func within(scope perm.Scope, groups []int16) bool {
	return scope.AllGroups || slices.ContainsFunc(groups, scope.HasGroup)
}
