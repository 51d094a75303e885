// Package workday counts working days of Uzbekistan.
//
// Monday to Friday are worked. Public holidays, and weekends that are worked
// for them, are data: staff keep them in a dictionary, because the state moves
// days every year and names religious feasts late.
package workday

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg"
)

// Day is a day of the calendar without time or zone: midnight in UTC.
type Day = time.Time

// DayOf is the day it is in Tashkent at a moment.
func DayOf(at time.Time) Day {
	year, month, day := at.In(clock.Tashkent()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// end is the last moment of a day in Tashkent, as exact as Postgres keeps it.
func end(d Day) time.Time {
	year, month, day := d.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, clock.Tashkent()).Add(-time.Microsecond).UTC()
}

// Calendar knows the days that are not as the week says, from First to Last.
type Calendar struct {
	First, Last Day
	except      map[Day]bool // whether it is worked
}

// Working reports whether a day is worked.
func (c Calendar) Working(d Day) bool {
	if working, ok := c.except[d]; ok {
		return working
	}
	return weekday(d)
}

// weekday is the rule of the week.
func weekday(d Day) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }

// nth is the n-th working day after from, if it is within the calendar.
func (c Calendar) nth(from Day, n int) (Day, bool) {
	for d := from.AddDate(0, 0, 1); !d.After(c.Last); d = d.AddDate(0, 0, 1) {
		if c.Working(d) {
			n--
		}
		if n == 0 {
			return d, true
		}
	}
	return Day{}, false
}

// Load reads the calendar from one day to another, both included.
func Load(ctx context.Context, q pg.Querier, first, last Day) (Calendar, error) {
	except, err := exceptions(ctx, q, first, last)
	return Calendar{First: first, Last: last, except: except}, err
}

// farthest is how many days of the calendar are looked through for the end of a
// term: beyond them somebody has taken all working days away.
const farthest = 4000

// Add is the end of the days-th working day after the one of from, in Tashkent:
// what is due within five working days of Monday is due when the next Monday
// ends. The day of from itself does not count. It is an error to ask for less
// than one day.
func Add(ctx context.Context, q pg.Querier, from time.Time, days int) (time.Time, error) {
	if days < 1 {
		return time.Time{}, fmt.Errorf("add %d working days", days)
	}
	first := DayOf(from)
	for span := 2*days + 14; span <= farthest; span *= 2 {
		c, err := Load(ctx, q, first, first.AddDate(0, 0, span))
		if err != nil {
			return time.Time{}, err
		}
		if d, ok := c.nth(first, days); ok {
			return end(d), nil
		}
	}
	return time.Time{}, fmt.Errorf("no %d working days within %d days of %s", days, farthest, first.Format(time.DateOnly))
}
