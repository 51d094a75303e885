// Package limit slows down guessing and flooding: sign-in, activation codes,
// re-sends, public checks.
//
// Counters live in Postgres, so that all processes count together, in an
// unlogged table, because losing them in a crash only means counting anew. A hit
// is stored whatever becomes of the act it guards; therefore it is a statement
// of its own and never part of the act's transaction.
package limit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/fault"
)

// ErrTooMany asks to wait; the fault says how long.
var ErrTooMany = fault.New(fault.TooMany, "limit.too_many")

// MaxWindow bounds how long a counter may be needed; older ones are deleted.
const MaxWindow = 24 * time.Hour

// Limiter counts hits.
type Limiter struct{ DB *pgxpool.Pool }

// Result is the answer to one hit.
type Result struct {
	Allowed    bool
	Remaining  int           // how many more are allowed at this moment
	RetryAfter time.Duration // when refused: after so long one more is allowed, in whole seconds
}

// Err is nil, or ErrTooMany with the time to wait.
func (r Result) Err() error {
	if r.Allowed {
		return nil
	}
	return ErrTooMany.After(r.RetryAfter)
}

// Hit counts one more act under key and says whether it is within most acts per
// window, which slides: hits of the window before count in proportion to how
// much of it the last `window` still covers, so that nobody gets a double
// share around its end. A refused hit is not counted; whoever goes on trying is
// let in again when the time is over.
//
// A key names the rule and whom it is about, "code:letter:17", "signin:ip:192.0.2.7".
// One key always goes with one window, of a second up to MaxWindow.
func (l Limiter) Hit(ctx context.Context, key string, most int, window time.Duration) (Result, error) {
	window = min(max(window.Truncate(time.Second), time.Second), MaxWindow)
	c, err := hit(ctx, l.DB, bounded(key), most, window)
	if err != nil {
		return Result{}, err
	}
	return c.result(most, window), nil
}

// Allow is Hit for those who only want to know whether to refuse: nil, or a
// fault that says when to come back.
func (l Limiter) Allow(ctx context.Context, key string, most int, window time.Duration) error {
	r, err := l.Hit(ctx, key, most, window)
	if err != nil {
		return err
	}
	return r.Err()
}

// count is what the database knows after a hit.
type count struct {
	counted  bool
	now      float64 // hits in this window, this one included if it was counted
	previous float64 // hits in the one before
	part     float64 // of this window that is over, 0 to 1
}

func (c count) result(most int, window time.Duration) Result {
	if c.counted {
		left := float64(most) - c.now - c.previous*(1-c.part)
		return Result{Allowed: true, Remaining: max(int(left), 0)}
	}
	seconds := c.wait(float64(most)) * window.Seconds()
	return Result{RetryAfter: time.Duration(seconds+1) * time.Second}
}

// wait is the share of a window after which one more hit fits: in this window
// when enough of the previous one has faded, else in the next, in which this one
// fades.
func (c count) wait(most float64) float64 {
	if room := most - 1 - c.now; room >= 0 && c.previous > 0 {
		return max(1-room/c.previous-c.part, 0)
	}
	faded := 0.0
	if c.now > 0 {
		faded = max(1-(most-1)/c.now, 0)
	}
	return 1 - c.part + faded
}
