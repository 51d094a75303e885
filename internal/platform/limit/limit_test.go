package limit_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg/pgtest"
)

var rule = limit.Rule{Name: "test", Max: 50, Per: 24 * time.Hour}

func TestHit(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)

	t.Run("loses no try of many at once", func(t *testing.T) {
		var allowed atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 25 {
					res, err := limit.Hit(t.Context(), db, rule, "192.0.2.1")
					if err != nil {
						t.Error(err)
					}
					if res.Allowed {
						allowed.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if allowed.Load() != 50 {
			t.Errorf("allowed %d of 200 tries, want 50", allowed.Load())
		}
	})

	t.Run("says when the next try counts", func(t *testing.T) {
		res, err := limit.Hit(t.Context(), db, rule, "192.0.2.1")
		if err != nil || res.Allowed || res.RetryAfter <= 0 || res.RetryAfter > rule.Per {
			t.Errorf("got %+v, %v", res, err)
		}
	})

	t.Run("counts others apart", func(t *testing.T) {
		if err := limit.Need(t.Context(), db, rule, "192.0.2.2"); err != nil {
			t.Error(err)
		}
		if err := limit.Need(t.Context(), db, rule, "192.0.2.1"); !errors.Is(err, limit.ErrTooMany) {
			t.Errorf("got %v, want ErrTooMany", err)
		}
	})
}

// TestNetworks counts one customer's IPv6 addresses together: whoever has one has
// 2^64 of them.
func TestNetworks(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	few := limit.Rule{Name: "test.net", Max: 2, Per: 24 * time.Hour}
	for _, step := range []struct {
		key string
		ok  bool
	}{
		{"2001:db8:1:2::1", true},
		{"2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2:3:4:5:6", false},
		{"2001:db8:1:3::1", true},
		{"2001:db8:1:2::1 300000001", true}, // another counter
		{"2001:db8:1:2::2 300000001", true},
		{"2001:db8:1:2::3 300000001", false},
		{"2001:db8:1:2::3 300000002", true},
		{"192.0.2.1", true},
		{"192.0.2.2", true},
		{"192.0.2.2", true},
		{"192.0.2.2", false},
		{"", true},
	} {
		if res, err := limit.Hit(t.Context(), db, few, step.key); err != nil || res.Allowed != step.ok {
			t.Errorf("%q: %+v, %v, want allowed %v", step.key, res, err, step.ok)
		}
	}
	if err := limit.Spent(t.Context(), db, few, "2001:db8:1:2::abcd"); !errors.Is(err, limit.ErrTooMany) {
		t.Errorf("another address of a network that is spent: %v", err)
	}
	if _, err := limit.Take(t.Context(), db, few, "2001:db8:1:2::abcd"); !errors.Is(err, limit.ErrTooMany) {
		t.Errorf("another address of a network that is spent takes a place: %v", err)
	}
}

func TestSpent(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	few := limit.Rule{Name: "test.few", Max: 2, Per: time.Hour}
	for n := range 3 {
		err := limit.Spent(t.Context(), db, few, "x")
		if spent := errors.Is(err, limit.ErrTooMany); spent != (n == 2) || err != nil && !spent {
			t.Errorf("after %d tries: %v", n, err)
		}
		if _, err := limit.Hit(t.Context(), db, few, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := limit.Spent(t.Context(), db, few, "other"); err != nil {
		t.Errorf("another one's tries count: %v", err)
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	few := limit.Rule{Name: "test.take", Max: 5, Per: 24 * time.Hour}
	var mu sync.Mutex
	var taken []limit.Place
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			p, err := limit.Take(t.Context(), db, few, "x")
			if f, ok := fault.As(err); ok && errors.Is(err, limit.ErrTooMany) && f.RetryAfter > 0 {
				return
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			taken = append(taken, p)
		})
	}
	wg.Wait()
	if len(taken) != 5 {
		t.Fatalf("%d of 40 at once have a place, want 5", len(taken))
	}
	if err := taken[0].Back(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		_, err := limit.Take(t.Context(), db, few, "x")
		if full := errors.Is(err, limit.ErrTooMany); full != (n == 1) || err != nil && !full {
			t.Errorf("try %d after one was given back: %v", n+1, err)
		}
	}
	if _, err := limit.Take(t.Context(), db, few, "other"); err != nil {
		t.Errorf("another one's tries count: %v", err)
	}
}

func TestHitAll(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	few := limit.Rule{Name: "test.all", Max: 5, Per: 24 * time.Hour}
	for _, step := range []struct {
		times map[string]int
		over  string
	}{
		{map[string]int{"a": 3, "b": 5}, ""},
		{map[string]int{"a": 1, "b": 1, "c": 6}, "b c"},
		{map[string]int{"a": 2}, ""}, // what was refused did not count
		{map[string]int{"a": 1}, "a"},
		{nil, ""},
	} {
		over, left, err := limit.HitAll(t.Context(), db, few, step.times)
		slices.Sort(over)
		if err != nil || strings.Join(over, " ") != step.over || len(over) > 0 && left <= 0 {
			t.Errorf("%v: %v, %s, %v, want %q", step.times, over, left, err, step.over)
		}
	}
}

func TestCleanForgetsOldWindowsOnly(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	const old = `insert into rate_limits (key, window_start, n) select 'old' || i, now() - interval '25 hours', 1 from generate_series(1, 6000) i`
	if _, err := db.Exec(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if _, err := limit.Hit(t.Context(), db, rule, "x"); err != nil {
		t.Fatal(err)
	}
	if err := limit.Clean(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(t.Context(), `select count(*) from rate_limits`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d counters left, want 1 (%v)", n, err)
	}
}
