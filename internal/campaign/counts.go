package campaign

import (
	"context"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg"
)

// counting spends at most a fifteenth of the time on counting the letters of a
// running campaign, however many people watch it: a count is good for as many
// times as long as it took. A small campaign is counted anew each time; one of
// 300,000 letters takes some 100 ms and is counted every one and a half seconds.
// Counter rows would be quicker to read, but every letter of a campaign would
// wait for the same row.
type counting struct {
	mu    sync.Mutex
	known map[int64]*tally
}

// tally is the count of one campaign; whoever holds it counts for all.
type tally struct {
	mu     sync.Mutex
	until  time.Time
	counts map[Status]int
}

const countingShare = 15

// of gives the numbers of a campaign. Callers must not change the map.
func (c *counting) of(ctx context.Context, q pg.Querier, campaignID int64) (map[Status]int, error) {
	t := c.tally(campaignID)
	t.mu.Lock()
	defer t.mu.Unlock()
	start := clock.System()
	if start.Before(t.until) {
		return t.counts, nil
	}
	counts, err := countLetters(ctx, q, campaignID)
	if err != nil {
		return nil, err
	}
	now := clock.System()
	t.counts, t.until = counts, now.Add(now.Sub(start)*countingShare)
	return counts, nil
}

func (c *counting) tally(campaignID int64) *tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.known[campaignID]
	if !ok {
		t = &tally{}
		c.known[campaignID] = t
	}
	return t
}
