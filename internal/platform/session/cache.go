package session

import (
	"sync"
	"sync/atomic"
	"time"

	"kabinet/internal/core/clock"
)

// entry is a session as it was read. Requests share it; nothing but used ever
// changes.
type entry struct {
	Identity
	data  []byte            // as scs keeps it
	texts map[string]string // what is in data
	idle  bool              // last_seen is old enough to be moved by the next use
	read  time.Time         // when the statement left
	used  atomic.Int64      // when a request last asked for it, in Unix nanoseconds
}

func (e *entry) use() { e.used.Store(clock.System().UnixNano()) }

// usedSinceRead reports whether a request asked for it after it was read.
func (e *entry) usedSinceRead() bool { return e.used.Load() >= e.read.UnixNano() }

// cache keeps what was read for some seconds. Its promise is that nothing read
// before an eviction is served after it, also when the reading was under way:
// mark is taken before the statement, and put refuses if anything was evicted
// since; renew refuses if what it renews is no longer there.
type cache struct {
	mu        sync.Mutex
	life      time.Duration
	rows      map[string]*entry
	evictions uint64 // so far
	swept     time.Time
}

func newCache(life time.Duration) *cache { return &cache{life: life, rows: map[string]*entry{}} }

func (c *cache) get(key string) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.rows[key]
	if !ok || clock.Since(e.read) > c.life {
		return nil, false
	}
	e.use()
	return e, true
}

func (c *cache) mark() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.evictions
}

func (c *cache) put(key string, e *entry, mark uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life == 0 || mark != c.evictions {
		return
	}
	c.sweep(clock.System())
	c.rows[key] = e
}

// sweep drops what is too old once in a life, so the map holds at most the
// sessions of the last two lives and those that are kept fresh.
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

const (
	// lingerFor is how long after its last use a session is kept fresh: about as
	// long as a person reads a page.
	lingerFor = time.Minute
	// maxFresh bounds how many are; beyond it each is read when it is asked for.
	maxFresh = 5000
)

// due lists the sessions in use whose reading will soon be too old.
func (c *cache) due() []*entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.System()
	c.sweep(now)
	if len(c.rows) > maxFresh {
		return nil
	}
	var due []*entry
	for _, e := range c.rows {
		if now.Sub(e.read) >= c.life*3/5 && now.UnixNano()-e.used.Load() < int64(lingerFor) {
			due = append(due, e)
		}
	}
	return due
}

// renew puts a new reading in the place of an old one, or with nil takes the
// old one away. If that is gone, somebody evicted it while the new one was being
// read, which may be as stale.
func (c *cache) renew(old, fresh *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.rows[old.Key] != old:
	case fresh == nil:
		delete(c.rows, old.Key)
	default:
		fresh.used.Store(old.used.Load())
		c.rows[old.Key] = fresh
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
