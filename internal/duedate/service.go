package duedate

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Service reads the dates.
type Service struct{ DB *pgxpool.Pool }

// List is what a reader has to keep.
type List struct {
	Dates []Date    // the overdue first, then by time
	Now   time.Time // of the database
	Kinds []Kind    // that the reader may see
	More  []Kind    // of which there are more than are shown
}

// perKind is how many dates of a kind are shown: who has more works through the
// list of that feature.
const perKind = 100

// List gives the dates of a kind, of all with an empty one.
func (s *Service) List(ctx context.Context, a actor.Actor, only Kind) (List, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return List{}, err
	}
	var l List
	var asked []Kind
	for _, k := range Kinds() {
		if !a.Rights.Has(k.need()) {
			continue
		}
		l.Kinds = append(l.Kinds, k)
		if only == "" || only == k {
			asked = append(asked, k)
		}
	}
	dates, now, err := datesOf(ctx, s.DB, a, asked)
	if err != nil {
		return List{}, err
	}
	l.Now = now
	l.Dates, l.More = bounded(dates)
	inOrder(l.Dates)
	return l, nil
}

// bounded cuts what is too much and names the kinds of which there is more.
func bounded(all []Date) (dates []Date, more []Kind) {
	seen := map[Kind]int{}
	for _, d := range all {
		seen[d.Kind]++
		switch {
		case seen[d.Kind] <= perKind:
			dates = append(dates, d)
		case seen[d.Kind] == perKind+1:
			more = append(more, d.Kind)
		}
	}
	return dates, more
}
