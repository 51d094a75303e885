package pg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/golang-migrate/migrate/v4"
	pgxmigrate "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// migrateLock is the key of the advisory lock that one migrating process holds.
	migrateLock     = 0x6b6162696e6574 // "kabinet"
	migrateLockWait = 100 * time.Millisecond

	// clearsDirty ends every migration file. A file runs as one implicit
	// transaction, so the flag is cleared exactly when its changes are stored.
	clearsDirty = "update schema_migrations set dirty = false;"
)

// ErrSchemaNewer says that a newer program has migrated the database already.
var ErrSchemaNewer = errors.New("the database has a newer schema than this program knows")

// Migrate brings the schema to the newest version in files. Several processes may
// call it at once: one migrates and the others wait for it. A version that an
// interruption left dirty was never applied (see clearsDirty) and is repeated;
// nobody has to repair anything by hand. Statements have no time limit; the end
// of the context stops between two files.
//
// A database migrated by a newer program is left alone with ErrSchemaNewer.
func Migrate(ctx context.Context, pool *pgxpool.Pool, files fs.FS) error {
	return withMigrator(ctx, pool, files, func(m *migrate.Migrate, last uint) error {
		current, _, err := m.Version()
		if err != nil && !errors.Is(err, migrate.ErrNilVersion) {
			return fmt.Errorf("read the schema version: %w", err)
		}
		if current > last {
			return fmt.Errorf("%w: it is at %d, the program ends at %d", ErrSchemaNewer, current, last)
		}
		if err := unlessUnchanged(m.Up()); err != nil {
			return err
		}
		return context.Cause(ctx) // a stop between two files is no error of the migrator
	})
}

// MigrateTo goes up or down to the given version; 0 removes everything. It is for
// tests and development: going down loses data, and an interrupted way down is
// not repaired by itself.
func MigrateTo(ctx context.Context, pool *pgxpool.Pool, files fs.FS, version uint) error {
	return withMigrator(ctx, pool, files, func(m *migrate.Migrate, _ uint) error {
		if version == 0 {
			return unlessUnchanged(m.Down())
		}
		return unlessUnchanged(m.Migrate(version))
	})
}

func unlessUnchanged(err error) error {
	if err == nil || errors.Is(err, migrate.ErrNoChange) {
		return nil
	}
	return fmt.Errorf("migrate the schema: %w", err)
}

// withMigrator lends a migrator to run while this process alone may migrate, after
// repairing what an earlier process left. last is the newest version in files.
func withMigrator(ctx context.Context, pool *pgxpool.Pool, files fs.FS, run func(m *migrate.Migrate, last uint) error) (err error) {
	src, err := iofs.New(files, ".")
	if err != nil {
		return fmt.Errorf("read the migration files: %w", err)
	}
	last, err := lastVersion(src)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	// A pool of its own: a migration may take longer than a page, and the
	// migrator keeps one connection while the lock keeps another.
	own, err := migrationPool(ctx, pool)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	defer own.Close()
	unlock, err := lockMigrations(ctx, own)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	defer unlock()
	if err := repair(ctx, own, src); err != nil {
		return errors.Join(err, src.Close())
	}
	m, err := migrator(own, src)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	defer func() { // before the pool, which would wait for ever for its connection
		sourceErr, databaseErr := m.Close()
		err = errors.Join(err, sourceErr, databaseErr)
	}()
	stop := context.AfterFunc(ctx, func() { m.GracefulStop <- true })
	defer stop()
	return run(m, last)
}

func migrator(pool *pgxpool.Pool, src source.Driver) (*migrate.Migrate, error) {
	db := stdlib.OpenDBFromPool(pool)
	target, err := pgxmigrate.WithInstance(db, &pgxmigrate.Config{})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the migration: %w", err), db.Close())
	}
	m, err := migrate.NewWithInstance("iofs", src, "postgres", target)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the migration: %w", err), target.Close())
	}
	return m, nil
}

func migrationPool(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Pool, error) {
	c := pool.Config()
	c.MaxConns, c.MinConns, c.MinIdleConns = 3, 0, 0
	c.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	c.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	c.ConnConfig.RuntimeParams["application_name"] = "kabinet migrate"
	own, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open the database for migrating: %w", err)
	}
	return own, nil
}

// lockMigrations waits until no other process migrates this database. It asks
// again and again instead of waiting inside the server, where an open statement
// could stand in the way of what the other process does.
func lockMigrations(ctx context.Context, pool *pgxpool.Pool) (unlock func(), err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach the database for migrating: %w", err)
	}
	for {
		var got bool
		if err := conn.QueryRow(ctx, `select pg_try_advisory_lock($1)`, int64(migrateLock)).Scan(&got); err != nil {
			conn.Release()
			return nil, fmt.Errorf("lock the migrations: %w", err)
		}
		if got {
			break
		}
		select {
		case <-ctx.Done():
			conn.Release()
			return nil, fmt.Errorf("wait for the process that migrates: %w", context.Cause(ctx))
		case <-time.After(migrateLockWait):
		}
	}
	return func() { // ending the connection gives the lock back, whatever state it is in
		raw := conn.Hijack()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
		defer cancel()
		_ = raw.Close(ctx)
	}, nil
}

// repair sets a version that an interruption left dirty back to the one before,
// so that it runs again. The caller holds the lock: nobody is applying it now.
func repair(ctx context.Context, pool *pgxpool.Pool, src source.Driver) error {
	version, dirty, err := appliedVersion(ctx, pool)
	if err != nil || !dirty {
		return err
	}
	if err := repairable(src, version); err != nil {
		return err
	}
	prev, err := src.Prev(version)
	if errors.Is(err, fs.ErrNotExist) {
		return execRepair(ctx, pool, `delete from schema_migrations where version = $1 and dirty`, version)
	}
	if err != nil {
		return fmt.Errorf("find the migration before %d: %w", version, err)
	}
	return execRepair(ctx, pool, `update schema_migrations set version = $2, dirty = false where version = $1 and dirty`, version, prev)
}

func execRepair(ctx context.Context, pool *pgxpool.Pool, sql string, args ...any) error {
	if _, err := pool.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("repair an interrupted migration: %w", err)
	}
	return nil
}

// repairable refuses a version whose file does not clear the flag itself: there
// "dirty" says nothing about whether it was applied.
func repairable(src source.Driver, version uint) error {
	r, _, err := src.ReadUp(version)
	if err != nil {
		return fmt.Errorf("an interrupted migration %d is unknown to this program: %w", version, err)
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read migration %d: %w", version, err)
	}
	if !strings.HasSuffix(strings.TrimSpace(string(text)), clearsDirty) {
		return fmt.Errorf("migration %d was interrupted and does not end with %q: compare the schema by hand and set its version", version, clearsDirty)
	}
	return nil
}

// appliedVersion reads the migrator's book; 0 when nothing was ever applied.
func appliedVersion(ctx context.Context, db Querier) (version uint, dirty bool, err error) {
	var exists bool
	if err := db.QueryRow(ctx, `select to_regclass('schema_migrations') is not null`).Scan(&exists); err != nil {
		return 0, false, fmt.Errorf("look for the schema version: %w", err)
	}
	if !exists {
		return 0, false, nil
	}
	err = db.QueryRow(ctx, `select version, dirty from schema_migrations order by version desc limit 1`).Scan(&version, &dirty)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read the schema version: %w", err)
	}
	return version, dirty, nil
}

func lastVersion(src source.Driver) (uint, error) {
	last, err := src.First()
	if err != nil {
		return 0, fmt.Errorf("there is no migration: %w", err)
	}
	for {
		next, err := src.Next(last)
		if errors.Is(err, fs.ErrNotExist) {
			return last, nil
		}
		if err != nil {
			return 0, fmt.Errorf("read the migrations: %w", err)
		}
		last = next
	}
}

// Schema is how far a database's schema is.
type Schema struct {
	Version uint // applied last, or the one being applied when Dirty; 0 if none
	Latest  uint // the newest that the program knows
	Dirty   bool // an interruption left Version unapplied; Migrate repeats it
}

// Current reports whether the schema is exactly what the program expects.
func (s Schema) Current() bool { return s.Version == s.Latest && !s.Dirty }

// MigrationStatus reads how far the schema is.
func MigrationStatus(ctx context.Context, db Querier, files fs.FS) (Schema, error) {
	src, err := iofs.New(files, ".")
	if err != nil {
		return Schema{}, fmt.Errorf("read the migration files: %w", err)
	}
	defer func() { _ = src.Close() }()
	var s Schema
	if s.Latest, err = lastVersion(src); err != nil {
		return s, err
	}
	s.Version, s.Dirty, err = appliedVersion(ctx, db)
	return s, err
}
