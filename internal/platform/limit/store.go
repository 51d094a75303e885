package limit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
)

// count adds a hit to the present window and says how many there are and how
// long the window lasts.
func count(ctx context.Context, db *pgxpool.Pool, r Rule, key string) (n int, left time.Duration, err error) {
	const q = `
		insert into rate_limits (key, window_start, n)
		values ($1, date_bin($2::interval, now(), 'epoch'), 1)
		on conflict (key, window_start) do update set n = rate_limits.n + 1
		returning n, window_start + $2::interval - now()`
	err = db.QueryRow(ctx, q, r.counter(key), r.Per).Scan(&n, &left)
	return n, left, err
}

// countAll adds hits of several keys, in the order of the keys: two who count the
// same ones do not wait for each other for ever.
func countAll(ctx context.Context, tx pg.Tx, r Rule, times map[string]int) (over []string, left time.Duration, err error) {
	const q = `
		insert into rate_limits (key, window_start, n)
		select k, date_bin($3::interval, now(), 'epoch'), c from unnest($1::text[], $2::int[]) t (k, c) order by k
		on conflict (key, window_start) do update set n = rate_limits.n + excluded.n
		returning key, n, window_start + $3::interval - now()`
	keys, counts := make([]string, 0, len(times)), make([]int, 0, len(times))
	for key, n := range times {
		keys, counts = append(keys, r.Name+":"+key), append(counts, n)
	}
	rows, err := tx.Query(ctx, q, keys, counts, r.Per)
	if err != nil {
		return nil, 0, err
	}
	var key string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&key, &n, &left}, func() error {
		if n > r.Max {
			over = append(over, strings.TrimPrefix(key, r.Name+":"))
		}
		return nil
	})
	return over, left, err
}

// take adds a hit to the present window unless it is full. Those who come at
// once wait for one another at the row, so never more than Max have a place.
func take(ctx context.Context, db *pgxpool.Pool, r Rule, key string) (window time.Time, ok bool, err error) {
	const q = `
		insert into rate_limits (key, window_start, n)
		values ($1, date_bin($2::interval, now(), 'epoch'), 1)
		on conflict (key, window_start) do update set n = rate_limits.n + 1 where rate_limits.n < $3
		returning window_start`
	err = db.QueryRow(ctx, q, key, r.Per, r.Max).Scan(&window)
	if pg.NoRows(err) {
		return time.Time{}, false, nil
	}
	return window, err == nil, err
}

func giveBack(ctx context.Context, db *pgxpool.Pool, key string, window time.Time) error {
	const q = `update rate_limits set n = n - 1 where key = $1 and window_start = $2 and n > 0`
	_, err := db.Exec(ctx, q, key, window)
	return err
}

// look reads how many hits there are in the present window, which may be none.
func look(ctx context.Context, db *pgxpool.Pool, r Rule, key string) (n int, left time.Duration, err error) {
	const q = `
		select coalesce(sum(n), 0)::int, date_bin($2::interval, now(), 'epoch') + $2::interval - now()
		from rate_limits
		where key = $1 and window_start = date_bin($2::interval, now(), 'epoch')`
	err = db.QueryRow(ctx, q, r.counter(key), r.Per).Scan(&n, &left)
	return n, left, err
}

func deleteOld(ctx context.Context, db *pgxpool.Pool) (int64, error) {
	const q = `
		delete from rate_limits
		where (key, window_start) in (
			select key, window_start from rate_limits
			where window_start < now() - interval '1 day'
			order by window_start limit 5000)`
	tag, err := db.Exec(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("delete old counters: %w", err)
	}
	return tag.RowsAffected(), nil
}
