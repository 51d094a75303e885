package pg

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	txAttempts      = 3
	rollbackTimeout = 2 * time.Second
	retryPause      = 20 * time.Millisecond // the mean before the second attempt
)

// Querier reads. A pool and a Tx both are one.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

var (
	_ Querier = (*pgxpool.Pool)(nil)
	_ Querier = Tx{}
)

// Tx is an open transaction, and the only thing that writes. Only InTx makes a
// working one. It must not be kept beyond the function it was given to, nor be
// used by two goroutines at once.
type Tx struct{ tx pgx.Tx }

// Exec runs a statement that returns no rows.
func (t Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.tx.Exec(ctx, sql, args...)
}

// Query runs a statement that returns rows; they must be closed before the next one.
func (t Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.tx.Query(ctx, sql, args...)
}

// QueryRow runs a statement that returns at most one row; NoRows tells when it was none.
func (t Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.tx.QueryRow(ctx, sql, args...)
}

// CopyFrom stores many rows at the speed of COPY and returns their number.
func (t Tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.tx.CopyFrom(ctx, table, columns, rows)
}

// SendBatch sends several statements in one round trip; the results must be closed.
func (t Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.tx.SendBatch(ctx, b)
}

// Unwrap returns the driver's transaction for a library that joins it, as the
// job queue does. Ending it stays InTx's business.
func (t Tx) Unwrap() pgx.Tx { return t.tx }

// InTx runs fn in a transaction: committed when fn returns nil, rolled back when
// it returns an error or panics.
//
// When the server gave up the transaction for the sake of another one (deadlock,
// serialization failure) fn runs again, up to three times in all: whatever it
// does outside the transaction must bear that, and what it returns through
// variables must be set anew each time.
func InTx(ctx context.Context, db *pgxpool.Pool, fn func(tx Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := inTxOnce(ctx, db, fn)
		if err == nil || !collided(err) || attempt == txAttempts {
			return err
		}
		// Two transactions that collided must not meet in step again.
		wait := time.Duration(attempt) * rand.N(2*retryPause) //nolint:gosec // no secret, only spreads them
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

func inTxOnce(ctx context.Context, db *pgxpool.Pool, fn func(tx Tx) error) error {
	tx, err := db.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	ended := false
	defer func() {
		if !ended {
			rollback(ctx, tx)
		}
	}()
	if err := fn(Tx{tx}); err != nil {
		return err
	}
	ended = true
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

// rollback also works when the caller's time is up. Its error is of no use: the
// connection is then broken, the pool throws it away, and the server rolls back.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = tx.Rollback(ctx)
}

// InSlices repeats fn, each time in a transaction of its own, until it finds nothing
// to do: long work that holds few rows at a time and goes on where it was after a
// restart. fn returns how much it did; what it leaves out of its slice for good it
// must not count.
func InSlices[N int | int64](ctx context.Context, db *pgxpool.Pool, fn func(context.Context, Tx) (N, error)) error {
	for {
		var n N
		err := InTx(ctx, db, func(tx Tx) (err error) {
			n, err = fn(ctx, tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
