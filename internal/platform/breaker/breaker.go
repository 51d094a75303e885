// Package breaker keeps the portal from waiting for a peer that does not answer.
package breaker

import (
	"sync"
	"time"
)

// After FailuresToOpen failures in a row nobody is asked for OpenFor.
const (
	FailuresToOpen = 5
	OpenFor        = 10 * time.Second
)

// Breaker stops asking a server that failed several times in a row: people get
// their answer at once instead of after the timeout, and requests do not pile
// up. After a while a single request tries again.
type Breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

// Allow reports whether a call may go out. When the waiting time is over, one
// caller is let through and the others wait for another period.
func (b *Breaker) Allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < FailuresToOpen {
		return true
	}
	if now.Before(b.until) {
		return false
	}
	b.until = now.Add(OpenFor)
	return true
}

// Record notes how a call ended.
func (b *Breaker) Record(now time.Time, failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !failed {
		b.failures = 0
		return
	}
	if b.failures++; b.failures >= FailuresToOpen {
		b.until = now.Add(OpenFor)
	}
}
