package system

import (
	"context"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg"
)

// Counting half a million organizations takes longer than all else of the first page
// of the staff, and what it says hardly changes: from so many on it is remembered.
const (
	manyOrgs  = 10_000
	countsFor = 10 * time.Second
)

// standing is how many organizations are in each state.
type standing struct{ imported, active, blocked int }

// standings remembers for some seconds how many organizations there are, when there
// are many.
type standings struct {
	mu    sync.Mutex
	last  standing
	until time.Time
}

func (s *standings) of(ctx context.Context, q pg.Querier) (standing, error) {
	if n, ok := s.known(); ok {
		return n, nil
	}
	n, err := orgStanding(ctx, q)
	if err == nil && n.imported+n.active+n.blocked >= manyOrgs {
		s.remember(n)
	}
	return n, err
}

func (s *standings) known() (standing, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, clock.System().Before(s.until)
}

func (s *standings) remember(n standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.until = n, clock.System().Add(countsFor)
}
