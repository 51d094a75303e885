package limit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// maxKey keeps what people type from growing the index.
const maxKey = 128

// bounded shortens a key that somebody made long.
func bounded(key string) string {
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// hit counts if there is room, in one statement that is its own transaction. The
// row lock of the upsert makes parallel hits queue up, so none is lost; a
// refused hit writes nothing, so a flood costs reads only.
//
//tenant:any counters belong to visitors, who may have no organization
func hit(ctx context.Context, db *pgxpool.Pool, key string, most int, window time.Duration) (count, error) {
	const q = `
		with clock as (
			select extract(epoch from statement_timestamp())::float8 / $3::float8 as windows
		), past as (
			select to_timestamp(floor(windows) * $3::float8) as start,
				windows - floor(windows) as part,
				coalesce((
					select n from rate_limits
					where key = $1 and window_start = to_timestamp((floor(windows) - 1) * $3::float8)), 0) as previous
			from clock
		), counted as (
			insert into rate_limits (key, window_start, n)
			select $1, start, 1 from past
			where 1 + previous * (1 - part) <= $2
			on conflict on constraint rate_limits_pkey do update
			set n = rate_limits.n + 1
			where rate_limits.n + 1 + (select previous * (1 - part) from past) <= $2
			returning n
		)
		select counted.n is not null,
			coalesce(counted.n, (select n from rate_limits where key = $1 and window_start = past.start), 0)::float8,
			past.previous::float8, past.part
		from past left join counted on true`
	var c count
	err := db.QueryRow(ctx, q, key, most, window.Seconds()).Scan(&c.counted, &c.now, &c.previous, &c.part)
	if err != nil {
		return count{}, fmt.Errorf("rate limit: %w", err)
	}
	return c, nil
}

// slice is how many old counters one statement deletes.
const slice = 5000

// ForgetArgs asks to delete counters nobody needs any more.
type ForgetArgs struct{}

// Kind names the job.
func (ForgetArgs) Kind() string { return "limit.forget" }

// Forgetter deletes counters. Running it twice deletes nothing more.
type Forgetter struct{ DB *pgxpool.Pool }

// Work deletes in slices, so that hits never wait long for it.
func (f Forgetter) Work(ctx context.Context, _ ForgetArgs) error {
	for {
		var n int64
		err := pg.InTx(ctx, f.DB, func(tx pg.Tx) (err error) {
			n, err = forget(ctx, tx)
			return err
		})
		if err != nil || n < slice {
			return err
		}
	}
}

// forget deletes one slice and reports how many there were.
//
//tenant:any counters belong to visitors, who may have no organization
func forget(ctx context.Context, tx pg.Tx) (int64, error) {
	const q = `
		delete from rate_limits
		where ctid = any(array(
			select ctid from rate_limits
			where window_start < now() - 2 * $1::interval
			order by window_start
			limit $2))`
	tag, err := tx.Exec(ctx, q, MaxWindow, slice)
	if err != nil {
		return 0, fmt.Errorf("forget rate limits: %w", err)
	}
	return tag.RowsAffected(), nil
}

var _ jobs.Worker[ForgetArgs] = Forgetter{}
