package pg_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestViolates(t *testing.T) {
	t.Parallel()
	db := withNumbers(t)
	exec(t, db, `insert into numbers (n) values (1)`)
	_, duplicate := db.Exec(t.Context(), `insert into numbers (n) values (1)`)
	_, missing := db.Exec(t.Context(), `insert into numbers (n) values (null)`)
	for _, tc := range []struct {
		name       string
		err        error
		constraint string
		want       bool
	}{
		{"the constraint", duplicate, "numbers_pkey", true},
		{"the constraint, wrapped", fmt.Errorf("insert: %w", duplicate), "numbers_pkey", true},
		{"another constraint", duplicate, "numbers_key", false},
		{"a violation without a name", missing, "numbers_pkey", false},
		{"no violation", errors.New("numbers_pkey"), "numbers_pkey", false},
		{"no error", nil, "numbers_pkey", false},
	} {
		if got := pg.Violates(tc.err, tc.constraint); got != tc.want {
			t.Errorf("%s: Violates = %v, want %v (%v)", tc.name, got, tc.want, tc.err)
		}
	}
}

func TestNoRows(t *testing.T) {
	t.Parallel()
	db := withNumbers(t)
	var n int
	err := db.QueryRow(t.Context(), `select n from numbers where n = 9`).Scan(&n)
	if !pg.NoRows(fmt.Errorf("number: %w", err)) {
		t.Errorf("NoRows is false for %v", err)
	}
	if pg.NoRows(nil) || pg.NoRows(errors.New("no rows in result set")) {
		t.Error("NoRows is true for something else")
	}
}

func TestUnavailable(t *testing.T) {
	t.Parallel()

	t.Run("a server that is not there", func(t *testing.T) {
		t.Parallel()
		_, err := pg.Open(t.Context(), pg.Config{URL: "postgres:///x?host=" + filepath.Join(t.TempDir(), "nowhere")})
		wantUnavailable(t, err, true)
	})

	t.Run("a statement beyond its time limit", func(t *testing.T) {
		t.Parallel()
		db, err := pg.Open(t.Context(), pg.Config{URL: pgtest.URL(t), StatementTimeout: 500 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		_, err = db.Exec(t.Context(), `select pg_sleep(5)`)
		wantUnavailable(t, err, true)
	})

	t.Run("a request beyond its time limit", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := db.Exec(ctx, `select pg_sleep(5)`)
		wantUnavailable(t, err, true)
	})

	t.Run("a request that went away", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := db.Exec(ctx, `select 1`)
		wantUnavailable(t, err, false)
	})

	t.Run("a connection that the server ended", func(t *testing.T) {
		t.Parallel()
		conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		_, err = conn.Exec(t.Context(), `select pg_terminate_backend(pg_backend_pid())`)
		wantUnavailable(t, err, true)
		_, err = conn.Exec(t.Context(), `select 1`)
		wantUnavailable(t, err, true)
	})

	t.Run("codes of the server", func(t *testing.T) {
		t.Parallel()
		for code, want := range map[string]bool{
			"53300": true,  // too many connections
			"53100": true,  // disk full
			"55P03": true,  // lock not available in time
			"57P03": true,  // starting up
			"25006": true,  // a standby took over, not yet for writing
			"08006": true,  // connection failure
			"23505": false, // unique violation
			"22P02": false, // malformed value
			"42P01": false, // no such table: a fault of ours
			"40001": false, // a collision
		} {
			wantUnavailable(t, fmt.Errorf("store: %w", &pgconn.PgError{Code: code}), want)
		}
	})

	wantUnavailable(t, nil, false)
	wantUnavailable(t, errors.New("anything else"), false)
}

func wantUnavailable(t *testing.T, err error, want bool) {
	t.Helper()
	if got := pg.Unavailable(err); got != want {
		t.Errorf("Unavailable = %v, want %v for: %v", got, want, err)
	}
}
