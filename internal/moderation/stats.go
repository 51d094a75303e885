package moderation

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/productgroup"
)

// Periods are the lengths that statistics are shown for, in days.
func Periods() []int { return []int{7, 30, 90} }

// Period reads a length; anything unknown means 30 days.
func Period(days int) int {
	for _, d := range Periods() {
		if d == days {
			return d
		}
	}
	return 30
}

// Stats is how moderation goes: what waits now, and what was decided in the
// days before.
type Stats struct {
	Days    []Day // every day of the period, the oldest first, in Tashkent
	Groups  []GroupLine
	Reasons []ReasonLine
	Ages    Ages
}

// Ages counts what waits by how long it has waited.
type Ages struct {
	Day     int // less than a day
	Three   int // one to three days
	Longer  int // longer, and in time
	Overdue int
}

// All is everything that waits.
func (a Ages) All() int { return a.Day + a.Three + a.Longer + a.Overdue }

// Day is what was decided on one day.
type Day struct {
	Date      time.Time
	Published int
	Returned  int
	InTime    int // of both
}

// All is everything that was decided that day.
func (d Day) All() int { return d.Published + d.Returned }

// GroupLine is a product group: what waits and what was decided.
type GroupLine struct {
	Group     productgroup.Group
	Waiting   Ages
	Published int
	Returned  int
	InTime    int           // of both
	Median    time.Duration // from sending to decision; 0 when nothing was decided
}

// Decided is everything that was decided.
func (g GroupLine) Decided() int { return g.Published + g.Returned }

// ReasonLine is how often a reason was given; the zero Reason stands for own
// words of moderators.
type ReasonLine struct {
	Reason Reason
	Cards  int
}

// Decided sums the days up.
func (s Stats) Decided() (sum Day) {
	for _, d := range s.Days {
		sum.Published += d.Published
		sum.Returned += d.Returned
		sum.InTime += d.InTime
	}
	return sum
}

// Stats gives the statistics of the last days, today among them.
func (s *Service) Stats(ctx context.Context, op actor.Operator, days int) (Stats, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return Stats{}, err
	}
	var st Stats
	var err error
	if st.Days, err = statDays(ctx, s.DB, Period(days)); err != nil {
		return Stats{}, err
	}
	if st.Groups, err = statGroups(ctx, s.DB, Period(days)); err != nil {
		return Stats{}, err
	}
	for _, g := range st.Groups {
		st.Ages.Day += g.Waiting.Day
		st.Ages.Three += g.Waiting.Three
		st.Ages.Longer += g.Waiting.Longer
		st.Ages.Overdue += g.Waiting.Overdue
	}
	st.Reasons, err = statReasons(ctx, s.DB, Period(days))
	return st, err
}
