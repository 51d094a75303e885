package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/migrations"
)

func TestNew(t *testing.T) {
	t.Parallel()

	t.Run("gives a database with all migrations", func(t *testing.T) {
		t.Parallel()
		db := pgtest.New(t)
		s, err := pg.MigrationStatus(t.Context(), db, migrations.FS)
		if err != nil || !s.Current() {
			t.Fatalf("schema %+v, error %v; want it current", s, err)
		}
	})

	t.Run("keeps two tests apart", func(t *testing.T) {
		t.Parallel()
		a, b := pgtest.New(t), pgtest.New(t)
		if _, err := a.Exec(t.Context(), `create table only_here (id int)`); err != nil {
			t.Fatal(err)
		}
		if exists(t, b, `select to_regclass('only_here') is not null`) {
			t.Fatal("a table of one test is seen by another")
		}
	})

	t.Run("drops the database at the end although it is in use", func(t *testing.T) {
		t.Parallel()
		var name, server string
		t.Run("a test that leaves a connection open", func(t *testing.T) {
			address := pgtest.URL(t)
			conn, err := pgx.Connect(context.Background(), address)
			if err != nil {
				t.Fatal(err)
			}
			name, server = conn.Config().Database, address
			if !exists(t, conn, `select exists (select from pg_database where datname = $1)`, name) {
				t.Fatal("the database is missing")
			}
		})
		db := pgtest.Empty(t)
		if exists(t, db, `select exists (select from pg_database where datname = $1)`, name) {
			t.Fatalf("%s is still there (%s)", name, server)
		}
	})
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	if exists(t, db, `select exists (select from pg_tables where schemaname = 'public')`) {
		t.Fatal("an empty database has tables")
	}
}

func exists(t *testing.T, db rower, sql string, args ...any) bool {
	t.Helper()
	var yes bool
	if err := db.QueryRow(context.Background(), sql, args...).Scan(&yes); err != nil {
		t.Fatal(err)
	}
	return yes
}

// rower is a pool or a single connection.
type rower interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}
