// Package limit slows people and programs down who try too often.
//
// Counting is one statement on the database's clock, so any number of
// processes count together. The counters live in an unlogged table: a crash
// forgets them, which costs nothing but a few tries more. Addresses of IPv6 count
// by the network of one customer.
package limit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
)

// ErrTooMany is the refusal; After says when the next try counts.
var ErrTooMany = fault.New(fault.TooMany, "fault.too_many")

// Rule allows Max hits in a window of Per, counted from round times (fixed
// windows): at worst twice as many pass around a border.
type Rule struct {
	Name string // "eds.challenge"; part of the key, so rules never share counters
	Max  int
	Per  time.Duration
}

// Result is what one hit found.
type Result struct {
	Allowed    bool
	Left       int           // further hits allowed in this window
	RetryAfter time.Duration // until the window ends; 0 while allowed
}

// Hit counts one try of whoever key names (an address, a session, a hash). It
// is stored in a transaction of its own: a try counts also when what was tried
// is rolled back.
func Hit(ctx context.Context, db *pgxpool.Pool, rule Rule, key string) (Result, error) {
	n, left, err := count(ctx, db, rule, key)
	if err != nil {
		return Result{}, fmt.Errorf("count %s: %w", rule.Name, err)
	}
	if n > rule.Max {
		return Result{RetryAfter: left}, nil
	}
	return Result{Allowed: true, Left: rule.Max - n}, nil
}

// Need is Hit for callers who only go on when allowed: ErrTooMany otherwise.
func Need(ctx context.Context, db *pgxpool.Pool, rule Rule, key string) error {
	res, err := Hit(ctx, db, rule, key)
	switch {
	case err != nil:
		return err
	case !res.Allowed:
		return ErrTooMany.After(res.RetryAfter)
	}
	return nil
}

// HitAll counts several tries of several keys at once, all of them or none: over
// are the keys for which that would be too many, left how long their window lasts.
func HitAll(ctx context.Context, db *pgxpool.Pool, rule Rule, times map[string]int) (over []string, left time.Duration, err error) {
	err = pg.InTx(ctx, db, func(tx pg.Tx) error {
		over, left, err = countAll(ctx, tx, rule, times)
		if err == nil && len(over) > 0 {
			err = ErrTooMany // nothing is kept
		}
		return err
	})
	if err != nil && len(over) == 0 {
		return nil, 0, fmt.Errorf("count %s: %w", rule.Name, err)
	}
	return over, left, nil
}

// Spent is ErrTooMany when key has used up what rule allows, without counting
// a try: for limits that count failures only.
func Spent(ctx context.Context, db *pgxpool.Pool, rule Rule, key string) error {
	n, left, err := look(ctx, db, rule, key)
	switch {
	case err != nil:
		return fmt.Errorf("look at %s: %w", rule.Name, err)
	case n >= rule.Max:
		return ErrTooMany.After(left)
	}
	return nil
}

// Place is one try taken by Take that may be given back; the zero value is none.
type Place struct {
	db     *pgxpool.Pool
	key    string
	window time.Time
}

// Take counts a try before it is known how it ends; ErrTooMany when none is
// left, and then nothing is counted. It is for limits of failures whose trial
// takes time: counted afterwards, any number at once would find the limit not
// reached. What succeeded gives its place Back.
func Take(ctx context.Context, db *pgxpool.Pool, rule Rule, key string) (Place, error) {
	p := Place{db: db, key: rule.counter(key)}
	window, ok, err := take(ctx, db, rule, p.key)
	switch {
	case err != nil:
		return Place{}, fmt.Errorf("take of %s: %w", rule.Name, err)
	case ok:
		p.window = window
		return p, nil
	}
	_, left, err := look(ctx, db, rule, key)
	if err != nil {
		return Place{}, fmt.Errorf("look at %s: %w", rule.Name, err)
	}
	return Place{}, ErrTooMany.After(left)
}

// Back gives the place back to the window it was taken from.
func (p Place) Back(ctx context.Context) error {
	if p.db == nil {
		return nil
	}
	if err := giveBack(ctx, p.db, p.key, p.window); err != nil {
		return fmt.Errorf("give back a try: %w", err)
	}
	return nil
}

// Clean forgets windows that ended more than a day ago, a slice at a time.
func Clean(ctx context.Context, db *pgxpool.Pool) error {
	for {
		n, err := deleteOld(ctx, db)
		if err != nil || n == 0 {
			return err
		}
	}
}
