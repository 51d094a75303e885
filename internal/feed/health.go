package feed

import (
	"context"
	"slices"
	"time"

	"kabinet/internal/platform/pg"
)

// bounds are the upper ends of the classes in which the times of messages are
// counted; what took longer is in a last class of its own.
func bounds() []time.Duration {
	return []time.Duration{
		time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 5 * time.Millisecond, 7 * time.Millisecond, 10 * time.Millisecond,
		20 * time.Millisecond, 30 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond,
		500 * time.Millisecond, time.Second, 5 * time.Second,
	}
}

// slot is the class of a time.
func slot(d time.Duration) int {
	i, _ := slices.BinarySearch(bounds(), d)
	return i
}

// p95 is the upper end of the class in which 95 of 100 messages are reached.
func p95(times []int64) time.Duration {
	var all, n int64
	for _, t := range times {
		all += t
	}
	ends := append(bounds(), time.Minute)
	for i, t := range times {
		if n += t; all > 0 && n*100 >= all*95 && i < len(ends) {
			return ends[i]
		}
	}
	return 0
}

// Freshness says as of when the portal knows what a source knows.
type Freshness struct {
	Source
	State State
	At    time.Time // when it was heard last; zero: never
}

// AsOf gives the sources of some kinds, or of all, for pages that show what they
// delivered: "as of", and which of them are late. Sources that are off are left
// out, unless they were heard before.
func AsOf(ctx context.Context, q pg.Querier, kinds ...string) ([]Freshness, error) {
	if len(kinds) == 0 {
		kinds = Kinds()
	}
	return asOf(ctx, q, kinds)
}
