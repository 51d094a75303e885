package publicapi

import (
	"sync"
	"time"
)

// meter counts in windows of fixed length. It holds no more than was counted in
// the present one.
type meter struct {
	max int
	per time.Duration

	mu    sync.Mutex
	began time.Time
	n     map[string]int
}

func newMeter(max int, per time.Duration) *meter { return &meter{max: max, per: per} }

// Quota is what is left of a window. The zero value says nothing.
type Quota struct {
	Limit, Left int
	Reset       time.Duration // until the window ends
	Spent       bool          // the hit that asked was one too many
}

// hit counts one.
func (m *meter) hit(key string, now time.Time) Quota {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	m.n[key]++
	n := m.n[key]
	return Quota{Limit: m.max, Left: max(m.max-n, 0), Reset: m.rest(now), Spent: n > m.max}
}

// knows reports whether anything was counted for key in this window.
func (m *meter) knows(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	return m.n[key] > 0
}

// spent reports whether key has used up its window, without counting.
func (m *meter) spent(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	return m.n[key] >= m.max
}

// left is how long the window lasts.
func (m *meter) left(now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	return m.rest(now)
}

func (m *meter) turn(now time.Time) {
	if began := now.Truncate(m.per); !began.Equal(m.began) {
		m.began, m.n = began, map[string]int{}
	}
}

func (m *meter) rest(now time.Time) time.Duration { return m.began.Add(m.per).Sub(now) }
