package feedhttp

import (
	"context"
	"sync"
	"time"

	"kabinet/internal/core/fault"
)

// How many calls are read at once by one process: each may hold some 50 MB while
// its messages are judged. One source has half of them at most, so that a slow one
// holds up nobody but itself.
const (
	atOnce    = 4
	ofOne     = 2
	atDoor    = 10 * time.Second // a call waits so long for others to end
	comeAgain = 5 * time.Second
)

// errBusy says that nothing was read, and when to send it again.
var errBusy = fault.New(fault.Unavailable, "feed.refusal.busy").After(comeAgain)

// slots are the places of calls that are read.
type slots struct {
	all chan struct{}
	mu  sync.Mutex
	of  map[string]chan struct{} // by the code of a source that was let in
}

func newSlots() *slots {
	return &slots{all: make(chan struct{}, atOnce), of: map[string]chan struct{}{}}
}

// enter waits for a place and gives what leaves it; errBusy when there is none in
// time.
func (s *slots) enter(ctx context.Context, source string) (leave func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, atDoor, errBusy)
	defer cancel()
	own := s.own(source)
	for i, place := range []chan struct{}{own, s.all} {
		select {
		case place <- struct{}{}:
		case <-ctx.Done():
			if i > 0 {
				<-own
			}
			return nil, context.Cause(ctx)
		}
	}
	return func() { <-s.all; <-own }, nil
}

func (s *slots) own(source string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[source] == nil {
		s.of[source] = make(chan struct{}, ofOne)
	}
	return s.of[source]
}
