package org

import (
	"sync"
	"time"

	"kabinet/internal/core/clock"
)

// manyFor is how long a count that was beyond the limit is taken to be so still.
const manyFor = 10 * time.Second

// countKey is what was counted: a state, narrowed by dictionaries only. What
// people type is left out, so the number of keys is bounded by the data.
type countKey struct {
	status  Status
	region  string
	groupID int16
}

// many remembers which counts were beyond the limit a moment ago. Counting a
// thousand rows to say "more than 1 000" again costs more than the page itself;
// counts below the limit are exact and asked for each time.
type many struct {
	mu   sync.Mutex
	seen map[countKey]time.Time
}

// unknown lists the states that must be counted for a filter.
func (m *many) unknown(c criteria) []Status {
	if c.typed() {
		return Statuses()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ask := make([]Status, 0, len(Statuses()))
	for _, st := range Statuses() {
		if at, ok := m.seen[countKey{st, c.region, c.groupID}]; !ok || clock.Since(at) > manyFor {
			ask = append(ask, st)
		}
	}
	return ask
}

// saw notes that there are more than the limit.
func (m *many) saw(c criteria, st Status) {
	if c.typed() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		m.seen = map[countKey]time.Time{}
	}
	m.seen[countKey{st, c.region, c.groupID}] = clock.System()
}
