package limit

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func hitOK(t testing.TB, l Limiter, key string, most int, window time.Duration) Result {
	t.Helper()
	r, err := l.Hit(t.Context(), key, most, window)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exec(t testing.TB, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		_, err := tx.Exec(t.Context(), sql, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rows(t testing.TB, db *pgxpool.Pool) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `select count(*) from rate_limits`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestHitsBeyondTheLimitAreRefused(t *testing.T) {
	t.Parallel()
	l := Limiter{DB: pgtest.New(t)}
	for n := 1; n <= 3; n++ {
		if r := hitOK(t, l, "code:1", 3, 24*time.Hour); !r.Allowed || r.Remaining != 3-n || r.Err() != nil {
			t.Errorf("hit %d = %+v", n, r)
		}
	}
	r := hitOK(t, l, "code:1", 3, 24*time.Hour)
	if r.Allowed || r.RetryAfter <= 0 || r.RetryAfter > 48*time.Hour {
		t.Errorf("hit 4 = %+v, want refused with a time to wait", r)
	}
	err := l.Allow(t.Context(), "code:1", 3, 24*time.Hour)
	if f, ok := fault.As(err); !ok || !errors.Is(err, ErrTooMany) || f.RetryAfter <= 0 {
		t.Errorf("Allow = %v, want ErrTooMany with a time to wait", err)
	}
	if r := hitOK(t, l, "code:2", 3, 24*time.Hour); !r.Allowed {
		t.Errorf("another key = %+v, want allowed", r)
	}
}

func TestNoHitIsLostOrAllowedTooMuch(t *testing.T) {
	t.Parallel()
	l := Limiter{DB: pgtest.New(t)}
	const most, each, goroutines = 300, 100, 8
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range each {
				r, err := l.Hit(t.Context(), "flood", most, 24*time.Hour)
				if err != nil {
					t.Error(err)
				}
				if r.Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	var n int64
	if err := l.DB.QueryRow(t.Context(), `select sum(n) from rate_limits`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if allowed.Load() != most || n != most {
		t.Errorf("%d of %d hits allowed, %d counted, want %d", allowed.Load(), each*goroutines, n, most)
	}
}

// TestTheWindowSlides moves the counters into the past, as time would.
func TestTheWindowSlides(t *testing.T) {
	t.Parallel()
	l := Limiter{DB: pgtest.New(t)}
	for range 10 {
		hitOK(t, l, "k", 10, 24*time.Hour)
	}
	exec(t, l.DB, `update rate_limits set window_start = window_start - interval '24 hours'`)
	allowed := 0
	for range 20 {
		if hitOK(t, l, "k", 10, 24*time.Hour).Allowed {
			allowed++
		}
	}
	var part float64
	if err := l.DB.QueryRow(t.Context(), `select extract(epoch from now())::float8 / 86400 - floor(extract(epoch from now()) / 86400)::float8`).Scan(&part); err != nil {
		t.Fatal(err)
	}
	if want := int(10 * part); allowed < want-1 || allowed > want+1 {
		t.Errorf("%d allowed with %.2f of the day over, want about %d", allowed, part, want)
	}
	exec(t, l.DB, `update rate_limits set window_start = window_start - interval '48 hours'`)
	if r := hitOK(t, l, "k", 10, 24*time.Hour); !r.Allowed || r.Remaining != 9 {
		t.Errorf("two windows later = %+v, want all forgotten", r)
	}
}

// TestAfterTheWaitOneMoreFits checks the promise of RetryAfter by arithmetic.
func TestAfterTheWaitOneMoreFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 1000).Draw(t, "most")
		c := count{
			now:      float64(rapid.IntRange(0, most).Draw(t, "now")),
			previous: float64(rapid.IntRange(0, most).Draw(t, "previous")),
			part:     rapid.Float64Range(0, 0.999).Draw(t, "part"),
		}
		if c.now+1+c.previous*(1-c.part) <= float64(most) {
			return // not refused
		}
		at := c.part + c.wait(float64(most)) + 1e-9
		used := c.now + c.previous*(1-at)
		if at >= 1 {
			used = c.now * (2 - at)
		}
		if at < c.part || at > 2+1e-6 || used+1 > float64(most)+1e-3 {
			t.Fatalf("%+v: at %.4f there are %.4f of %d", c, at, used, most)
		}
	})
}

func TestLongKeysAreShortened(t *testing.T) {
	t.Parallel()
	l := Limiter{DB: pgtest.New(t)}
	long := strings.Repeat("a", 100_000)
	hitOK(t, l, long, 5, time.Minute)
	if r := hitOK(t, l, long+"b", 5, 24*time.Hour); r.Remaining != 4 {
		t.Errorf("two long keys count together: %+v", r)
	}
}

func TestForgetterDeletesWhatNobodyNeeds(t *testing.T) {
	t.Parallel()
	l := Limiter{DB: pgtest.New(t)}
	exec(t, l.DB, `
		insert into rate_limits (key, window_start, n)
		select 'old' || i, now() - interval '49 hours', 1 from generate_series(1, $1::int) as i`, 2*slice+1)
	hitOK(t, l, "new", 1, time.Minute)
	for range 2 {
		if err := (Forgetter{DB: l.DB}).Work(t.Context(), ForgetArgs{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := rows(t, l.DB); n != 1 {
		t.Errorf("%d counters left, want 1", n)
	}
}

func TestAHitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Limiter{DB: pgtest.New(t)}).Hit(ctx, "k", 1, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want canceled", err)
	}
}

func BenchmarkHit(b *testing.B) {
	l := Limiter{DB: pgtest.New(b)}
	for b.Loop() {
		hitOK(b, l, "k", 1<<30, time.Hour)
	}
}
