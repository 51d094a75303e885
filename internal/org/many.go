package org

import (
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
)

// Counts of many rows are remembered: to count 400 rows takes as long as to
// read the page, to count 1,000 longer. Small counts are asked for each time,
// so whoever changes one of few rows sees the new number at once.
const (
	many      = 100              // from here on
	manyFor   = 5 * time.Second  // an exact count
	beyondFor = 10 * time.Second // that there are more than countLimit
)

// countKey is what was counted: a state, narrowed by dictionaries only. What
// people type is left out, so the number of keys is bounded by the data.
type countKey struct {
	status  Status
	region  string
	groupID int16
}

// counts remembers what was counted a moment ago; see many.
type counts struct {
	mu    sync.Mutex
	known map[countKey]counted
}

type counted struct {
	page.Count
	until time.Time
}

// of gives the counts that are known for a filter and lists the states that
// must be counted.
func (m *counts) of(c criteria) (known map[Status]page.Count, ask []Status) {
	known = make(map[Status]page.Count, len(Statuses()))
	if c.typed() {
		return known, Statuses()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := clock.System()
	for _, st := range Statuses() {
		if n, ok := m.known[countKey{st, c.region, c.groupID}]; ok && now.Before(n.until) {
			known[st] = n.Count
		} else {
			ask = append(ask, st)
		}
	}
	return known, ask
}

// saw notes a count if it is one to be remembered.
func (m *counts) saw(c criteria, st Status, n page.Count) {
	if c.typed() || n.N < many {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[countKey]counted{}
	}
	life := manyFor
	if n.More {
		life = beyondFor
	}
	m.known[countKey{st, c.region, c.groupID}] = counted{n, clock.System().Add(life)}
}
