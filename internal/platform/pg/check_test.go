package pg_test

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/migrations"
)

func TestCheck(t *testing.T) {
	t.Parallel()

	t.Run("finds nothing on a good database", func(t *testing.T) {
		t.Parallel()
		wantProblems(t, pgtest.New(t))
	})

	t.Run("tells how far the schema is", func(t *testing.T) {
		t.Parallel()
		db := pgtest.New(t)
		s, err := pg.MigrationStatus(t.Context(), db, migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, db, `update schema_migrations set version = $1`, s.Latest-1)
		wantProblems(t, db, "schema.pending")
		exec(t, db, `update schema_migrations set dirty = true`)
		wantProblems(t, db, "schema.interrupted")
		exec(t, db, `update schema_migrations set version = $1, dirty = false`, s.Latest+1)
		wantProblems(t, db, "schema.newer")
	})

	t.Run("tells that nothing is there yet", func(t *testing.T) {
		t.Parallel()
		wantProblems(t, pgtest.Empty(t), "schema.pending")
	})

	t.Run("misses the search extension", func(t *testing.T) {
		t.Parallel()
		db := pgtest.New(t)
		exec(t, db, `drop extension pg_trgm cascade`)
		wantProblems(t, db, "database.pg_trgm")
	})

	t.Run("refuses a locale that does not know Cyrillic", func(t *testing.T) {
		t.Parallel()
		wantProblems(t, other(t, `encoding 'UTF8' locale_provider libc locale 'C'`), "database.locale", "schema.pending")
	})

	t.Run("refuses a locale that finds no Cyrillic by likeness", func(t *testing.T) {
		t.Parallel()
		db := other(t, `encoding 'UTF8' locale_provider icu icu_locale 'und' lc_collate 'C' lc_ctype 'C'`)
		exec(t, db, `create extension pg_trgm`)
		wantProblems(t, db, "schema.pending", "database.locale")
	})

	t.Run("refuses another encoding", func(t *testing.T) {
		t.Parallel()
		db := other(t, `encoding 'SQL_ASCII' locale_provider libc locale 'C'`)
		wantProblems(t, db, "database.encoding", "database.locale", "schema.pending")
	})

	t.Run("says once that the server does not answer", func(t *testing.T) {
		t.Parallel()
		db, err := pgxpool.New(t.Context(), "postgres:///x?host="+filepath.Join(t.TempDir(), "nowhere"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		wantProblems(t, db, "database.unreachable")
	})
}

// other returns a pool on an empty database made with other options.
func other(t *testing.T, options string) *pgxpool.Pool {
	t.Helper()
	address := pgtest.URL(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/") + "_other"
	admin := pgtest.Empty(t)
	quoted := pgx.Identifier{name}.Sanitize()
	exec(t, admin, "create database "+quoted+" template template0 "+options)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context()) // it has ended by now
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			defer conn.Close(ctx)
			_, err = conn.Exec(ctx, "drop database "+quoted+" with (force)")
		}
		if err != nil {
			t.Error(err)
		}
	})
	u.Path = "/" + name
	db, err := pg.Open(t.Context(), pg.Config{URL: u.String(), MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func wantProblems(t *testing.T, db *pgxpool.Pool, want ...string) {
	t.Helper()
	var got []string
	for _, p := range pg.Check(t.Context(), db, migrations.FS) {
		got = append(got, p.Code)
		if p.Found == "" || p.Do == "" || strings.HasSuffix(p.String(), "..") {
			t.Errorf("badly worded: %s", p)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
