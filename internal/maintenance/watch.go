package maintenance

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
)

// staleAfter is how old a process's knowledge of windows may be: so much later
// at most it follows what another one was told.
const staleAfter = 5 * time.Second

// Watch knows at any moment whether a window runs or is announced, without
// asking the database for every page.
type Watch struct {
	DB    *pgxpool.Pool
	Clock clock.Clock

	mu     sync.Mutex
	ahead  []Window
	read   time.Time     // by this process's clock; only differences count
	fast   time.Duration // how far the database's clock is ahead of ours
	asking bool
}

// Now gives the window that runs, or else the nearest that is announced, and
// what time it is for the database. While the database does not answer what was
// known last stays true.
func (w *Watch) Now(ctx context.Context) (Window, time.Time) {
	w.refresh(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.Clock().Add(w.fast)
	for _, one := range w.ahead {
		switch {
		case !one.Until.After(now):
			continue
		case one.From.After(now):
			one.State = Planned
		default:
			one.State = Running
		}
		return one, now
	}
	return Window{}, now
}

// refresh reads anew what is too old; one request asks, the others go on with
// what is known.
func (w *Watch) refresh(ctx context.Context) {
	w.mu.Lock()
	if w.asking || w.Clock().Sub(w.read) < staleAfter {
		w.mu.Unlock()
		return
	}
	w.asking = true
	w.mu.Unlock()
	// The reader who happens to ask may leave; the others want to know.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	ahead, now, err := announced(ctx, w.DB)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking, w.read = false, w.Clock()
	if err == nil {
		w.ahead, w.fast = ahead, now.Sub(w.read)
	}
}
