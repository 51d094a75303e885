package eimzo

import (
	"sync"
	"time"
)

const (
	failuresToOpen = 5
	openFor        = 10 * time.Second
)

// breaker stops asking a server that failed several times in a row: people get
// their answer at once instead of after the timeout, and requests do not pile
// up. After a while a single request tries again.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

// allow reports whether a call may go out. When the waiting time is over, one
// caller is let through and the others wait for another period.
func (b *breaker) allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < failuresToOpen {
		return true
	}
	if now.Before(b.until) {
		return false
	}
	b.until = now.Add(openFor)
	return true
}

// record notes how a call ended.
func (b *breaker) record(now time.Time, failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !failed {
		b.failures = 0
		return
	}
	if b.failures++; b.failures >= failuresToOpen {
		b.until = now.Add(openFor)
	}
}
