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
	Took      time.Duration // from sending to decision, on average; 0 when nothing was decided
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
	period, err := spanOf(ctx, s.DB, Period(days))
	if err != nil {
		return Stats{}, err
	}
	decided, err := cells(ctx, s.DB, period)
	if err != nil {
		return Stats{}, err
	}
	groups, err := groupLines(ctx, s.DB)
	if err != nil {
		return Stats{}, err
	}
	given, err := statReasons(ctx, s.DB, period)
	if err != nil {
		return Stats{}, err
	}
	return sum(period.from, Period(days), decided, groups, given), nil
}

// sum adds what was decided up by day and by group; groups that say nothing are
// left out.
func sum(from time.Time, days int, decided []cell, groups []GroupLine, given []ReasonLine) Stats {
	st := Stats{Days: make([]Day, days), Reasons: given}
	for i := range st.Days {
		st.Days[i].Date = from.AddDate(0, 0, i)
	}
	for _, g := range groups {
		var seconds int64
		for _, c := range decided {
			if c.Group == g.Group.ID {
				g.Published += c.Published
				g.Returned += c.Returned
				g.InTime += c.InTime
				seconds += c.Seconds
			}
		}
		if g.Decided() > 0 {
			g.Took = time.Duration(seconds/int64(g.Decided())) * time.Second
		}
		st.Ages = st.Ages.plus(g.Waiting)
		if g.Decided() > 0 || g.Waiting.All() > 0 {
			st.Groups = append(st.Groups, g)
		}
	}
	for _, c := range decided {
		i := int(c.Day.Sub(from) / (24 * time.Hour)) // dates without a clock: days of 24 hours
		if i < 0 || i >= days {
			continue // decided after midnight, between two questions
		}
		d := &st.Days[i]
		d.Published += c.Published
		d.Returned += c.Returned
		d.InTime += c.InTime
	}
	return st
}

func (a Ages) plus(b Ages) Ages {
	return Ages{Day: a.Day + b.Day, Three: a.Three + b.Three, Longer: a.Longer + b.Longer, Overdue: a.Overdue + b.Overdue}
}
