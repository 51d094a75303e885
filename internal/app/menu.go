package app

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/menu"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
	"kabinet/web/layout"
)

// counts remembers for some seconds the numbers in the menu of each of those at
// work.
type counts struct {
	mu    sync.Mutex
	known map[string]counted
	swept time.Time
}

type counted struct {
	n  menu.Counts
	at time.Time
}

// inMenu are the numbers in the menu of whoever asks. Exports and redirects draw
// no menu, so they cost nothing there; a form with complaints has them as every page.
func (a *App) inMenu(r *http.Request) layout.Counts {
	n := a.menuCounts(r)
	return layout.Counts{Returned: n.Returned, Unread: n.Unread, Answers: n.Answers, Waiting: n.Waiting, Queues: a.staffQueues(r)}
}

// menuCounts are the numbers in the menu of a reader. A page is drawn without them
// when they cannot be read.
func (a *App) menuCounts(r *http.Request) menu.Counts {
	if !httpx.Identity(r).Member() {
		return menu.Counts{}
	}
	key := countsKey(r)
	if n, ok := a.counts.get(key); ok {
		return n
	}
	n, err := (&menu.Service{DB: a.db}).Counts(r.Context(), httpx.Actor(r))
	if err != nil {
		logx.From(r.Context()).Warn("count for the menu", "err", err)
		return menu.Counts{}
	}
	a.counts.put(key, n)
	return n
}

// forgetCounts lets the next page count anew: its reader has just read something.
func (a *App) forgetCounts(r *http.Request) { a.counts.drop(countsKey(r)) }

// countsKey is all that the numbers depend on: whose they are, which rights show
// them and in which groups.
func countsKey(r *http.Request) string {
	who := httpx.Actor(r)
	return fmt.Sprint(who.OrgID, " ", who.MemberID, who.Rights, who.Scope.AllGroups, who.Scope.Groups)
}

func (c *counts) get(key string) (menu.Counts, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[key]
	return k.n, ok && clock.Since(k.at) < maxCache
}

// drop forgets numbers that have just changed.
func (c *counts) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, key)
}

// put also drops what is too old, once in a while, so that the map holds those
// at work.
func (c *counts) put(key string, n menu.Counts) {
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
