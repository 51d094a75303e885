// Package pgtest gives every test its own PostgreSQL database: a copy of a
// template that is migrated once, made in some 30 ms and dropped when the test
// ends. Commits, COPY, LISTEN and jobs work as in production.
//
// The server is the one that KABINET_TEST_DATABASE_URL names; "make test" starts
// a throw-away one and sets it. Without it a test fails rather than being skipped
// unnoticed.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/migrations"
)

// Env names the variable with the address of the server for tests.
const Env = "KABINET_TEST_DATABASE_URL"

const (
	poolSize       = 4
	testPrefix     = "kabinet_t_"
	templatePrefix = "kabinet_tpl_"
	unfinished     = "_new"

	// After these ages a database of an earlier run is dropped. The first is well
	// beyond the time that go test grants a package.
	staleTest     = time.Hour
	staleTemplate = 24 * time.Hour

	// templateLock is the key of the advisory lock around making templates.
	templateLock = 0x70677465737431
)

// New returns a pool on a migrated database of the test's own.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, URL(t))
}

// Empty returns a pool on a database without any migration.
func Empty(t testing.TB) *pgxpool.Pool {
	t.Helper()
	server := serverURL(t)
	name := create(t, server, "template0", `encoding 'UTF8'`)
	return open(t, withDatabase(t, server, name))
}

// URL returns the address of a migrated database of the test's own, for a test
// that starts the whole program on it.
func URL(t testing.TB) string {
	t.Helper()
	server := serverURL(t)
	template, err := migrated(t.Context(), server)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	name := create(t, server, template, `strategy file_copy`)
	return withDatabase(t, server, name)
}

func serverURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Env)
	if server == "" {
		t.Fatalf("%s is not set: run the tests with \"make test\", or a part of them with \"go run ./cmd/devpg -- go test ./internal/...\"", Env)
	}
	return server
}

func open(t testing.TB, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), pg.Config{URL: address, MaxConns: poolSize, AppName: "kabinet test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// create makes a database that is dropped, with whatever is still connected to
// it, at the end of the test.
func create(t testing.TB, server, template, options string) string {
	t.Helper()
	name := testPrefix + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text()[:12])
	if err := admin(t.Context(), server, "create database "+name+" template "+template+" "+options); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := admin(ctx, server, "drop database if exists "+name+" with (force)"); err != nil {
			t.Errorf("drop the database of the test: %v", err)
		}
	})
	return name
}

// withDatabase is the server's address with another database.
func withDatabase(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", Env, err)
	}
	u.Path = "/" + name
	return u.String()
}

// admin runs one statement on the server's maintenance database.
func admin(ctx context.Context, server, sql string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// templates remembers what this process found or made, by server.
var templates struct {
	sync.Mutex
	names map[string]string
}

// migrated returns the name of the template with all migrations, which the first
// process of a run makes while the others wait.
func migrated(ctx context.Context, server string) (string, error) {
	templates.Lock()
	defer templates.Unlock()
	if name := templates.names[server]; name != "" {
		return name, nil
	}
	hash, err := hashFiles(migrations.FS)
	if err != nil {
		return "", err
	}
	name := templatePrefix + hash
	if err := ensureTemplate(ctx, server, name); err != nil {
		return "", err
	}
	if templates.names == nil {
		templates.names = map[string]string{}
	}
	templates.names[server] = name
	return name, nil
}

func hashFiles(files fs.FS) (string, error) {
	names, err := fs.Glob(files, "*.sql") // in order
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", path.Base(name), len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func ensureTemplate(ctx context.Context, server, name string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("reach the server of %s: %w", Env, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // gives the lock back
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, int64(templateLock)); err != nil {
		return err
	}
	if err := dropStale(ctx, conn, name); err != nil {
		return err
	}
	var exists bool
	const q = `select exists (select from pg_database where datname = $1)`
	if err := conn.QueryRow(ctx, q, name).Scan(&exists); err != nil || exists {
		return err
	}
	return makeTemplate(ctx, conn, server, name)
}

// makeTemplate works under another name until everything is done, so that an
// interrupted run leaves nothing that looks like a template.
func makeTemplate(ctx context.Context, conn *pgx.Conn, server, name string) error {
	work := name + unfinished
	for _, sql := range []string{
		"drop database if exists " + work + " with (force)",
		"create database " + work + " template template0 encoding 'UTF8'",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	u, err := url.Parse(server)
	if err != nil {
		return fmt.Errorf("%s: %w", Env, err)
	}
	u.Path = "/" + work
	pool, err := pg.Open(ctx, pg.Config{URL: u.String(), MaxConns: poolSize, AppName: "kabinet test"})
	if err != nil {
		return err
	}
	err = pg.Migrate(ctx, pool, migrations.FS)
	pool.Close()
	if err != nil {
		return err
	}
	for _, sql := range []string{
		"alter database " + work + " rename to " + name,
		"alter database " + name + " is_template true allow_connections false",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// dropStale removes databases that earlier, interrupted runs left on a server
// that outlives its runs. Only a superuser can tell their age; for others it
// leaves them.
func dropStale(ctx context.Context, conn *pgx.Conn, keep string) error {
	const q = `
		select datname, datistemplate
		from pg_database
		where datname <> $1
		  and (datname like 'kabinet\_t\_%' or datname like 'kabinet\_tpl\_%')
		  and (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification
		      < now() - case when datname like 'kabinet\_t\_%' then $2::interval else $3::interval end
		order by datname`
	type database struct {
		Name     string
		Template bool
	}
	rows, err := conn.Query(ctx, q, keep, staleTest, staleTemplate)
	if err != nil {
		return err
	}
	stale, err := pgx.CollectRows(rows, pgx.RowToStructByPos[database])
	var pe *pgconn.PgError
	if errors.As(err, &pe) && pe.Code == "42501" { // insufficient privilege
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for stale databases: %w", err)
	}
	for _, db := range stale {
		name := pgx.Identifier{db.Name}.Sanitize()
		if db.Template {
			if _, err := conn.Exec(ctx, "alter database "+name+" is_template false"); err != nil {
				return err
			}
		}
		if _, err := conn.Exec(ctx, "drop database if exists "+name+" with (force)"); err != nil {
			return err
		}
	}
	return nil
}
