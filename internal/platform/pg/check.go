package pg

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
)

// minServer is the oldest server that the statements are written for.
const minServer = 15

// Problem is one reason why a database is not fit for Kabinet, in English for
// the operator's terminal.
type Problem struct {
	Code  string // stable, for scripts: "database.version", "schema.pending" …
	Found string // what was found
	Do    string // what to do about it
}

// String is the problem on one line.
func (p Problem) String() string { return p.Code + ": " + p.Found + ". " + p.Do + "." }

// Check looks for everything that would make Kabinet misbehave on this database:
// the server's version, its encoding and locale, the search extension and the
// schema. "serve" refuses to start unless the list is empty. The server's time
// zone does not matter and is not looked at.
func Check(ctx context.Context, pool *pgxpool.Pool, files fs.FS) []Problem {
	var problems []Problem
	for _, check := range []func(context.Context, Querier, fs.FS) *Problem{
		checkVersion, checkEncoding, checkCase, checkSchema, checkTrigrams,
	} {
		p := check(ctx, pool, files)
		if p == nil {
			continue
		}
		problems = append(problems, *p)
		if p.Code == unreachable {
			break // the others would say the same again
		}
	}
	return problems
}

const (
	unreachable = "database.unreachable"

	// remake is the cure for a wrong encoding or locale, which are fixed for the
	// life of a database.
	remake = "Make the database anew with: create database kabinet template template0 encoding 'UTF8' " +
		"locale_provider icu icu_locale 'und' lc_collate 'C' lc_ctype 'C.UTF-8'; and restore the data into it"
)

func unanswered(err error) *Problem {
	return &Problem{
		unreachable, "the database does not answer: " + err.Error(),
		"Look at KABINET_DATABASE_URL and whether the server runs and lets this machine in",
	}
}

func checkVersion(ctx context.Context, db Querier, _ fs.FS) *Problem {
	var number int
	if err := db.QueryRow(ctx, `select current_setting('server_version_num')::int`).Scan(&number); err != nil {
		return unanswered(err)
	}
	if number/10000 >= minServer {
		return nil
	}
	return &Problem{
		"database.version", fmt.Sprintf("the server is PostgreSQL %d", number/10000),
		fmt.Sprintf("Use version %d or newer", minServer),
	}
}

func checkEncoding(ctx context.Context, db Querier, _ fs.FS) *Problem {
	var encoding string
	if err := db.QueryRow(ctx, `select current_setting('server_encoding')`).Scan(&encoding); err != nil {
		return unanswered(err)
	}
	if encoding == "UTF8" {
		return nil
	}
	return &Problem{"database.encoding", "the database is encoded in " + encoding + ", not UTF8", remake}
}

func checkCase(ctx context.Context, db Querier, _ fs.FS) *Problem {
	var folds bool
	// Written as code points: under another encoding the letters themselves would
	// be refused, and the encoding is reported already.
	err := db.QueryRow(ctx, `select lower(U&'\0419') = U&'\0439'`).Scan(&folds)
	if err != nil && !serverSaid(err) {
		return unanswered(err)
	}
	if err == nil && folds {
		return nil
	}
	return &Problem{"database.locale", "lower('Й') is not 'й' here: names in Cyrillic would not be found", remake}
}

// checkTrigrams needs the extension, which a migration makes: it is silent while
// the schema is not current, because that is reported already.
func checkTrigrams(ctx context.Context, db Querier, files fs.FS) *Problem {
	var present bool
	if err := db.QueryRow(ctx, `select exists (select from pg_extension where extname = 'pg_trgm')`).Scan(&present); err != nil {
		return unanswered(err)
	}
	if !present {
		if s, err := MigrationStatus(ctx, db, files); err != nil || !s.Current() {
			return nil
		}
		return &Problem{
			"database.pg_trgm", "the extension pg_trgm is missing",
			"Install the server's contrib package and run in this database: create extension pg_trgm",
		}
	}
	var alike bool
	err := db.QueryRow(ctx, `select similarity('Ташкент', 'Тошкент') > 0`).Scan(&alike)
	if err != nil && !serverSaid(err) {
		return unanswered(err)
	}
	if err == nil && alike {
		return nil
	}
	return &Problem{"database.locale", "similarity('Ташкент', 'Тошкент') is 0 here: searching names in Cyrillic would find nothing", remake}
}

func checkSchema(ctx context.Context, db Querier, files fs.FS) *Problem {
	s, err := MigrationStatus(ctx, db, files)
	if err != nil {
		return unanswered(err)
	}
	switch {
	case s.Current():
		return nil
	case s.Version > s.Latest:
		return &Problem{
			"schema.newer", fmt.Sprintf("the schema is at version %d and this program knows %d", s.Version, s.Latest),
			"Start the newer program, or restore a backup made before it was installed",
		}
	case s.Dirty:
		return &Problem{
			"schema.interrupted", fmt.Sprintf("migration %d was interrupted and not applied", s.Version),
			"Run: kabinet migrate; it repeats that migration",
		}
	}
	return &Problem{
		"schema.pending", fmt.Sprintf("the schema is at version %d of %d", s.Version, s.Latest),
		"Run: kabinet migrate",
	}
}
