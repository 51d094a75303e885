package app

import (
	"net/http"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
	"kabinet/internal/system"
)

// queues remembers for some seconds what waits for the staff: it is the same for
// all of them.
type queues struct {
	mu  sync.Mutex
	all []system.Queue
	at  time.Time
}

// staffQueues is what waits for a reader of the staff who may do something about
// it, by task. A page is drawn without it when it cannot be read.
func (a *App) staffQueues(r *http.Request) map[string]int {
	if !httpx.Identity(r).Staff() {
		return nil
	}
	all, ok := a.queues.get()
	if !ok {
		var err error
		if all, err = (&system.Service{DB: a.db}).AllQueues(r.Context()); err != nil {
			logx.From(r.Context()).Warn("count for the menu of the staff", "err", err)
			return nil
		}
		a.queues.put(all)
	}
	n := map[string]int{}
	for _, q := range system.Mine(httpx.Operator(r), all) {
		n[string(q.Task)] = min(q.Waiting, system.MaxWaiting)
	}
	return n
}

func (q *queues) get() ([]system.Queue, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.all, clock.Since(q.at) < maxCache
}

func (q *queues) put(all []system.Queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all, q.at = all, clock.System()
}
