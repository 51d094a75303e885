package pg_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestInTx(t *testing.T) {
	t.Parallel()
	errOwn := errors.New("the rule says no")

	t.Run("stores everything when the function returns nil", func(t *testing.T) {
		t.Parallel()
		db := withNumbers(t)
		if err := pg.InTx(t.Context(), db, insert(t, 1, nil)); err != nil {
			t.Fatal(err)
		}
		wantNumbers(t, db, 1)
	})

	t.Run("stores nothing when the function returns an error, and returns that error", func(t *testing.T) {
		t.Parallel()
		db := withNumbers(t)
		if err := pg.InTx(t.Context(), db, insert(t, 1, errOwn)); err != errOwn { //nolint:errorlint // the very value is promised
			t.Fatalf("error = %v, want %v itself", err, errOwn)
		}
		wantNumbers(t, db)
	})

	t.Run("stores nothing when the function panics, and gives the connection back", func(t *testing.T) {
		t.Parallel()
		db := withNumbers(t)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = pg.InTx(t.Context(), db, func(tx pg.Tx) error {
				_ = insert(t, 1, nil)(tx)
				panic("bug")
			})
		}()
		wantNumbers(t, db)
		if n := db.Stat().AcquiredConns(); n != 0 {
			t.Fatalf("%d connections are still out", n)
		}
	})

	t.Run("rolls back although the caller's time is up", func(t *testing.T) {
		t.Parallel()
		db := withNumbers(t)
		ctx, cancel := context.WithCancel(t.Context())
		err := pg.InTx(ctx, db, func(tx pg.Tx) error {
			err := insert(t, 1, nil)(tx)
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("error = %v, want context.Canceled", err)
		}
		wantNumbers(t, db)
	})

	t.Run("runs again after a collision, three times at most", func(t *testing.T) {
		t.Parallel()
		for _, tc := range []struct {
			name           string
			code           string
			failures, runs int
			fails          bool
		}{
			{"one serialization failure", "40001", 1, 2, false},
			{"two deadlocks", "40P01", 2, 3, false},
			{"three deadlocks", "40P01", 3, 3, true},
			{"another error", "23505", 1, 1, true},
		} {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				db := withNumbers(t)
				runs := 0
				err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
					runs++
					if err := insert(t, runs, nil)(tx); err != nil {
						return err
					}
					if runs <= tc.failures {
						return &pgconn.PgError{Code: tc.code}
					}
					return nil
				})
				if runs != tc.runs || (err != nil) != tc.fails {
					t.Fatalf("runs = %d, error = %v; want %d runs, failing %v", runs, err, tc.runs, tc.fails)
				}
				if !tc.fails {
					wantNumbers(t, db, runs) // only the last run's
				}
			})
		}
	})
}

// Two transactions that lock two rows in opposite order: the server ends one of
// them, and both must succeed in the end.
func TestInTxSurvivesDeadlock(t *testing.T) {
	t.Parallel()
	db := withNumbers(t)
	if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		return errors.Join(insert(t, 1, nil)(tx), insert(t, 2, nil)(tx))
	}); err != nil {
		t.Fatal(err)
	}
	var first sync.WaitGroup // both hold their first row
	first.Add(2)
	lock := func(mine, other int) error {
		var once sync.Once
		return pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			const q = `update numbers set hits = hits + 1 where n = $1`
			if _, err := tx.Exec(t.Context(), q, mine); err != nil {
				return err
			}
			once.Do(func() { first.Done(); first.Wait() })
			_, err := tx.Exec(t.Context(), q, other)
			return err
		})
	}
	results := make(chan error, 2)
	go func() { results <- lock(1, 2) }()
	go func() { results <- lock(2, 1) }()
	if err := errors.Join(<-results, <-results); err != nil {
		t.Fatal(err)
	}
	var hits int
	if err := db.QueryRow(t.Context(), `select sum(hits) from numbers`).Scan(&hits); err != nil || hits != 4 {
		t.Fatalf("hits = %d, %v; want 4: each transaction once", hits, err)
	}
}

func withNumbers(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.Empty(t)
	exec(t, db, `create table numbers (n int constraint numbers_pkey primary key, hits int not null default 0)`)
	return db
}

func insert(t *testing.T, n int, result error) func(pg.Tx) error {
	return func(tx pg.Tx) error {
		if _, err := tx.Exec(t.Context(), `insert into numbers (n) values ($1)`, n); err != nil {
			return err
		}
		return result
	}
}

func wantNumbers(t *testing.T, db pg.Querier, want ...int) {
	t.Helper()
	rows, err := db.Query(t.Context(), `select n from numbers order by n`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 {
		got = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("numbers stored (-want +got):\n%s", diff)
	}
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
