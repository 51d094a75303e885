package pg_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// history is a small schema. Its second step waits as long as the table pace
// says, so that a test can interrupt it in the middle and let it pass later.
func history() fstest.MapFS {
	step := func(sql string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(sql + "\nupdate schema_migrations set dirty = false;\n")}
	}
	return fstest.MapFS{
		"000001_pace.up.sql":   step(`create table pace as select 0::float8 as seconds;`),
		"000001_pace.down.sql": step(`drop table pace;`),
		"000002_slow.up.sql":   step("create table slow (id int);\nselect pg_sleep(seconds) from pace;"),
		"000002_slow.down.sql": step(`drop table slow;`),
		"000003_last.up.sql":   step(`create table last as select * from slow;`),
		"000003_last.down.sql": step(`drop table last;`),
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	all := []string{"last", "pace", "slow"}

	t.Run("applies everything, and a second time nothing", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		for range 2 {
			migrate(t, db, history())
			wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
		}
	})

	t.Run("does not need the pool it is given to have a free connection", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		for range db.Config().MaxConns {
			conn, err := db.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Release()
		}
		migrate(t, db, history())
	})

	t.Run("goes to a version and back to nothing", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		for _, to := range []struct {
			version uint
			tables  []string
		}{{2, []string{"pace", "slow"}}, {3, all}, {1, []string{"pace"}}, {0, nil}} {
			if err := pg.MigrateTo(t.Context(), db, history(), to.version); err != nil {
				t.Fatal(err)
			}
			wantSchema(t, db, pg.Schema{Version: to.version, Latest: 3}, to.tables...)
		}
	})

	t.Run("leaves a newer schema alone", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrate(t, db, history())
		older := history()
		delete(older, "000003_last.up.sql")
		delete(older, "000003_last.down.sql")
		if err := pg.Migrate(t.Context(), db, older); !errors.Is(err, pg.ErrSchemaNewer) {
			t.Fatalf("error = %v, want %v", err, pg.ErrSchemaNewer)
		}
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("several processes at once migrate once", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		const processes = 5
		results := make(chan error, processes)
		for range processes {
			go func() { results <- pg.Migrate(t.Context(), db, history()) }()
		}
		for range processes {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("gives up waiting for another process when told", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 60)
		done := make(chan error, 1)
		go func() { done <- pg.Migrate(t.Context(), db, history()) }()
		pid := sleeping(t, db)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := pg.Migrate(ctx, db, history()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %v, want the deadline", err)
		}
		exec(t, db, `select pg_terminate_backend($1)`, pid)
		<-done
	})
}

func TestMigrateAfterInterruption(t *testing.T) {
	t.Parallel()
	all := []string{"last", "pace", "slow"}

	t.Run("the connection is lost in the middle of a file", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 60)
		done := make(chan error, 1)
		go func() { done <- pg.Migrate(t.Context(), db, history()) }()
		exec(t, db, `select pg_terminate_backend($1)`, sleeping(t, db))
		if err := <-done; err == nil {
			t.Fatal("Migrate did not notice")
		}
		wantSchema(t, db, pg.Schema{Version: 2, Latest: 3, Dirty: true}, "pace")
		exec(t, db, `update pace set seconds = 0`)
		migrate(t, db, history())
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("the program died before the file ran", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 0)
		exec(t, db, `update schema_migrations set version = 2, dirty = true`)
		migrate(t, db, history())
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("the program died while the server went on to the end of the file", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 0)
		exec(t, db, `update schema_migrations set version = 2, dirty = true`)
		exec(t, db, text(t, "000002_slow.up.sql"))
		wantSchema(t, db, pg.Schema{Version: 2, Latest: 3}, "pace", "slow")
		migrate(t, db, history())
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("the program died before the very first file ran", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 0)
		if err := pg.MigrateTo(t.Context(), db, history(), 0); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `insert into schema_migrations (version, dirty) values (1, true)`)
		migrate(t, db, history())
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})

	t.Run("a file that does not clear the flag is left to a person", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		migrateTo1(t, db, 0)
		exec(t, db, `update schema_migrations set version = 2, dirty = true`)
		files := history()
		files["000002_slow.up.sql"] = &fstest.MapFile{Data: []byte(`create table slow (id int);`)}
		if err := pg.Migrate(t.Context(), db, files); err == nil {
			t.Fatal("a guess was made")
		}
		wantSchema(t, db, pg.Schema{Version: 2, Latest: 3, Dirty: true}, "pace")
	})

	t.Run("a faulty file changes nothing and can be corrected", func(t *testing.T) {
		t.Parallel()
		db := pgtest.Empty(t)
		files := history()
		files["000002_slow.up.sql"] = &fstest.MapFile{Data: []byte("create table slow (id int);\nselect 1/0;\nupdate schema_migrations set dirty = false;")}
		if err := pg.Migrate(t.Context(), db, files); err == nil {
			t.Fatal("a division by zero went through")
		}
		wantSchema(t, db, pg.Schema{Version: 2, Latest: 3, Dirty: true}, "pace")
		migrate(t, db, history())
		wantSchema(t, db, pg.Schema{Version: 3, Latest: 3}, all...)
	})
}

func migrate(t *testing.T, db *pgxpool.Pool, files fs.FS) {
	t.Helper()
	if err := pg.Migrate(t.Context(), db, files); err != nil {
		t.Fatal(err)
	}
}

// migrateTo1 applies the first file and lets the second one take some seconds.
func migrateTo1(t *testing.T, db *pgxpool.Pool, seconds float64) {
	t.Helper()
	if err := pg.MigrateTo(t.Context(), db, history(), 1); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `update pace set seconds = $1`, seconds)
}

// sleeping waits until the second file is in its middle and returns the server
// process that runs it.
func sleeping(t *testing.T, db *pgxpool.Pool) (pid int) {
	t.Helper()
	const q = `
		select pid from pg_stat_activity
		where datname = current_database() and application_name = 'kabinet migrate' and wait_event = 'PgSleep'`
	for {
		err := db.QueryRow(t.Context(), q).Scan(&pid)
		if err == nil {
			return pid
		}
		if !pg.NoRows(err) {
			t.Fatal(err)
		}
	}
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := history().ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantSchema(t *testing.T, db *pgxpool.Pool, want pg.Schema, tables ...string) {
	t.Helper()
	got, err := pg.MigrationStatus(t.Context(), db, history())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	rows, err := db.Query(t.Context(), `
		select tablename::text from pg_tables
		where schemaname = 'public' and tablename <> 'schema_migrations' order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		found = nil
	}
	if diff := cmp.Diff(tables, found); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}
