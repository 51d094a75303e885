package mail

import (
	"context"
	"sync"
	"time"
)

// pace spreads letters evenly: one for each interval, none saved up, because a
// relay that counts per second counts bursts too. The zero value never waits.
type pace struct {
	interval time.Duration
	now      func() time.Time
	mu       sync.Mutex
	next     time.Time
}

func newPace(perSecond int, now func() time.Time) *pace {
	if perSecond <= 0 {
		return &pace{}
	}
	return &pace{interval: time.Second / time.Duration(perSecond), now: now}
}

// wait returns when it is this letter's turn, or with the context's error. A
// letter whose turn comes after its deadline gives up at once and takes no turn.
func (p *pace) wait(ctx context.Context) error {
	if p.interval == 0 {
		return ctx.Err()
	}
	delay, ok := p.reserve(ctx)
	if !ok {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pace) reserve(ctx context.Context) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	turn := now
	if p.next.After(now) {
		turn = p.next
	}
	if deadline, ok := ctx.Deadline(); ok && turn.After(deadline) {
		return 0, false
	}
	p.next = turn.Add(p.interval)
	return turn.Sub(now), true
}
