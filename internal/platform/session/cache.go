package session

import (
	"sync"
	"time"

	"kabinet/internal/core/clock"
)

// entry is a session as it was read.
type entry struct {
	Identity
	data []byte
	read time.Time
}

// cache keeps what was read for some seconds. Its promise is that nothing read
// before an eviction is served after it, also when the reading was under way:
// mark is taken before the statement, and put refuses if anything was evicted
// since.
type cache struct {
	mu        sync.Mutex
	life      time.Duration
	rows      map[string]entry
	evictions uint64 // so far
	swept     time.Time
}

func newCache(life time.Duration) *cache { return &cache{life: life, rows: map[string]entry{}} }

func (c *cache) get(key string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.rows[key]
	if !ok || clock.Since(e.read) > c.life {
		return entry{}, false
	}
	return e, true
}

func (c *cache) mark() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.evictions
}

func (c *cache) put(key string, e entry, mark uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life == 0 || mark != c.evictions {
		return
	}
	e.read = clock.System()
	c.sweep(e.read)
	c.rows[key] = e
}

// sweep drops what is too old once in a life, so the map holds at most the
// sessions of the last two lives.
func (c *cache) sweep(now time.Time) {
	if now.Sub(c.swept) < c.life {
		return
	}
	c.swept = now
	for k, e := range c.rows {
		if now.Sub(e.read) > c.life {
			delete(c.rows, k)
		}
	}
}

func (c *cache) evict(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evictions++
	delete(c.rows, key)
}

// clear forgets everything: used when messages of other processes may have
// been missed.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evictions++
	clear(c.rows)
}

// evictWhere forgets the sessions of a person, a member or staff.
func (c *cache) evictWhere(match func(Identity) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evictions++
	for k, e := range c.rows {
		if match(e.Identity) {
			delete(c.rows, k)
		}
	}
}
