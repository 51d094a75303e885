// Package clock is the only place that reads the wall clock.
//
// What it says is for showing and logging. Whether a code, a session or a
// right is still valid is decided by the database's clock in the statement
// that uses it (security.md 0, row 4).
package clock

import "time"

// Clock gives the present moment in UTC with the database's precision.
type Clock func() time.Time

// System is the machine's clock, cut to microseconds as Postgres keeps them.
func System() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Since measures how long something took.
func Since(start time.Time) time.Duration { return time.Since(start) }

// At is a clock that stands still, for tests.
func At(t time.Time) Clock { return func() time.Time { return t } }
