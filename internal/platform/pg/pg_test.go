package pg_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestOpen(t *testing.T) {
	t.Parallel()

	t.Run("sets the time limits on every connection", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		got := map[string]string{}
		for _, name := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name", "jit"} {
			var value string
			if err := db.QueryRow(t.Context(), `select current_setting($1)`, name).Scan(&value); err != nil {
				t.Fatal(err)
			}
			got[name] = value
		}
		want := map[string]string{
			"statement_timeout": "10s", "lock_timeout": "5s",
			"idle_in_transaction_session_timeout": "30s", "application_name": "kabinet test", "jit": "off",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("settings (-want +got):\n%s", diff)
		}
	})

	t.Run("a negative limit is none", func(t *testing.T) {
		t.Parallel()
		db := open(t, pg.Config{URL: pgtest.URL(t), StatementTimeout: -1})
		var value string
		if err := db.QueryRow(t.Context(), `show statement_timeout`).Scan(&value); err != nil || value != "0" {
			t.Fatalf("statement_timeout = %q, %v; want 0", value, err)
		}
	})

	t.Run("keeps the password out of errors", func(t *testing.T) {
		t.Parallel()
		for _, address := range []string{
			"postgres://someone:s3cret@/x?host=/nowhere",
			"postgres://someone:s3cret@:port:/x",
		} {
			_, err := pg.Open(t.Context(), pg.Config{URL: address})
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("error = %v", err)
			}
		}
	})

	t.Run("refuses the protocol that puts values into statements", func(t *testing.T) {
		t.Parallel()
		_, err := pg.Open(t.Context(), pg.Config{URL: "postgres:///x?host=/nowhere&default_query_exec_mode=simple_protocol"})
		if err == nil || !strings.Contains(err.Error(), "simple_protocol") {
			t.Fatalf("error = %v", err)
		}
	})
}

func TestCountStatements(t *testing.T) {
	t.Parallel()
	db := withNumbers(t)
	ctx, counter := pg.CountStatements(t.Context())
	err := pg.InTx(ctx, db, func(tx pg.Tx) error {
		if _, err := tx.Exec(ctx, `insert into numbers (n)
			values ($1)`, 1); err != nil {
			return err
		}
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"numbers"}, []string{"n"}, pgx.CopyFromRows([][]any{{2}, {3}}))
		if err != nil {
			return err
		}
		var b pgx.Batch
		b.Queue(`select 1`)
		b.Queue(`select 2`)
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, `select 3`) // with another context: not counted
	want := []string{"insert into numbers (n) values ($1)", `copy "numbers"`, "select 1", "select 2"}
	if diff := cmp.Diff(want, counter.Statements()); diff != "" {
		t.Fatalf("statements (-want +got):\n%s", diff)
	}
	if counter.N() != len(want) {
		t.Fatalf("N = %d, want %d", counter.N(), len(want))
	}
}

func TestSlowStatements(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db := open(t, pg.Config{
		URL:    pgtest.URL(t),
		Logger: slog.New(slog.NewTextHandler(&log, nil)), SlowQuery: 50 * time.Millisecond,
	})
	exec(t, db, `select 1`)
	if log.Len() != 0 {
		t.Fatalf("a quick statement was logged: %s", &log)
	}
	sleepyStatement(t.Context(), t, db)
	line := log.String()
	for _, want := range []string{"slow statement", "pg_test.sleepyStatement", `select pg_sleep(0.06), $1::text`, "ms="} {
		if !strings.Contains(line, want) {
			t.Errorf("the warning lacks %q: %s", want, line)
		}
	}
	if strings.Contains(line, "personal") {
		t.Errorf("the warning has an argument in it: %s", line)
	}
}

func sleepyStatement(ctx context.Context, t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	if _, err := db.Exec(ctx, "select pg_sleep(0.06),\n\t$1::text", "personal"); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, c pg.Config) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}
