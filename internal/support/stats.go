package support

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
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

// Stats is how asking and answering goes: what waits now, and what became of
// what was asked in the days before.
type Stats struct {
	Now   Now
	Days  []Day // every day of the period, the oldest first, in Tashkent
	Kinds []KindLine
	Said  []Opinion // the latest scores with words, or low ones
}

// Now is what waits at this moment.
type Now struct {
	ToAnswer int
	Late     int // of it
	Waiting  int // for organizations
}

// Tally is what became of requests that were asked.
type Tally struct {
	Asked    int
	Answered int // at least once
	InTime   int // of them, the first time
	Scored   int
	Scores   int           // sum of the scores
	Took     time.Duration // sum from asking to the first answer
}

// Average is the mean score, 0 when nobody gave one.
func (t Tally) Average() float64 {
	if t.Scored == 0 {
		return 0
	}
	return float64(t.Scores) / float64(t.Scored)
}

// First is the mean time to the first answer, 0 when nothing was answered.
func (t Tally) First() time.Duration {
	if t.Answered == 0 {
		return 0
	}
	return t.Took / time.Duration(t.Answered)
}

func (t Tally) plus(u Tally) Tally {
	return Tally{
		Asked: t.Asked + u.Asked, Answered: t.Answered + u.Answered, InTime: t.InTime + u.InTime,
		Scored: t.Scored + u.Scored, Scores: t.Scores + u.Scores, Took: t.Took + u.Took,
	}
}

// Day is what was asked on one day.
type Day struct {
	Date time.Time
	Tally
}

// KindLine is what was asked about one kind of things.
type KindLine struct {
	Kind Kind
	Tally
}

// Opinion is a score with what was said.
type Opinion struct {
	Ref
	Number string
	Score  int
	Text   string
	At     time.Time
}

// All sums the days up.
func (s Stats) All() (sum Tally) {
	for _, d := range s.Days {
		sum = sum.plus(d.Tally)
	}
	return sum
}

// Stats gives the statistics of the last days, today among them.
func (s *Service) Stats(ctx context.Context, op actor.Operator, days int) (st Stats, err error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return Stats{}, err
	}
	days = Period(days)
	from, err := firstDay(ctx, s.DB, days)
	if err != nil {
		return Stats{}, err
	}
	cells, err := tallies(ctx, s.DB, from)
	if err != nil {
		return Stats{}, err
	}
	st = sumUp(from, days, cells)
	if st.Now, err = waitsNow(ctx, s.DB); err != nil {
		return Stats{}, err
	}
	st.Said, err = opinions(ctx, s.DB, from)
	return st, err
}

// cell is what was asked about a kind on a day.
type cell struct {
	Day  time.Time
	Kind Kind
	Tally
}

func sumUp(from time.Time, days int, cells []cell) Stats {
	st := Stats{Days: make([]Day, days)}
	for i := range st.Days {
		st.Days[i].Date = from.AddDate(0, 0, i)
	}
	byKind := map[Kind]Tally{}
	for _, c := range cells {
		byKind[c.Kind] = byKind[c.Kind].plus(c.Tally)
		if i := int(c.Day.Sub(from) / (24 * time.Hour)); i >= 0 && i < days { // dates without a clock: days of 24 hours
			st.Days[i].Tally = st.Days[i].plus(c.Tally)
		}
	}
	for _, k := range Kinds() {
		if t := byKind[k]; t.Asked > 0 {
			st.Kinds = append(st.Kinds, KindLine{k, t})
		}
	}
	return st
}
