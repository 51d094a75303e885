package app

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
)

// counts remembers for some seconds a number for each of those at work: the menu
// of every page shows how many cards the operator returned to the organization
// and how many notices the person has not read.
type counts struct {
	mu    sync.Mutex
	known map[string]counted
	swept time.Time
}

type counted struct {
	n  int
	at time.Time
}

// countReturned is the number in the menu of a reader. A page is drawn without it
// when it cannot be read.
func (a *App) countReturned(r *http.Request) int {
	i := httpx.Identity(r)
	if r.Method != http.MethodGet || !i.Member() || !i.Rights.Has(perm.CardRead) {
		return 0
	}
	who := httpx.Actor(r)
	key := fmt.Sprint(who.OrgID, who.Scope.AllGroups, who.Scope.Groups)
	if n, ok := a.returned.get(key); ok {
		return n
	}
	n, err := a.rooms.cards.Returned(r.Context(), who)
	if err != nil {
		logx.From(r.Context()).Warn("count returned cards", "err", err)
		return 0
	}
	a.returned.put(key, n)
	return n
}

func (c *counts) get(key string) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[key]
	return k.n, ok && clock.Since(k.at) < maxCache
}

// drop forgets a number that has just changed.
func (c *counts) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, key)
}

// put also drops what is too old, once in a while, so that the map holds those
// at work.
func (c *counts) put(key string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.System()
	if c.known == nil || now.Sub(c.swept) > maxCache {
		c.swept = now
		fresh := make(map[string]counted, len(c.known))
		for k, v := range c.known {
			if now.Sub(v.at) < maxCache {
				fresh[k] = v
			}
		}
		c.known = fresh
	}
	c.known[key] = counted{n, now}
}
