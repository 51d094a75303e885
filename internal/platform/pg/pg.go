// Package pg is the way to PostgreSQL: the pool, transactions, what errors mean,
// the schema's migrations and the checks that a server is fit for Kabinet.
//
// Reads take a Querier, writes take a Tx, and a Tx comes only from InTx: a write
// outside a transaction does not compile. Statements belong to store files,
// constant and with their columns listed; constraint names are told apart with
// Violates, never by the text of an error.
package pg

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	connectTimeout   = 5 * time.Second
	statementTimeout = 10 * time.Second
	lockTimeout      = 5 * time.Second
	idleInTxTimeout  = 30 * time.Second

	connsPerCore = 4
	minConns     = 8  // of the default, so that a small machine is not starved
	maxConns     = 64 // of the default, well below a server's usual limit of 100
)

// Config says how to reach the database. Zero values mean the defaults.
type Config struct {
	URL      string // postgres://…, or the keyword form of libpq
	MaxConns int32  // default 4 for each core, at least 8 and at most 64
	AppName  string // shown by the server in pg_stat_activity; default "kabinet"

	// The server ends what lasts longer; a hung statement must never hang a page.
	// Zero means the default, a negative value no limit.
	StatementTimeout time.Duration // default 10 s
	LockTimeout      time.Duration // default 5 s
	IdleInTxTimeout  time.Duration // default 30 s

	// Logger gets a warning for each statement that took SlowQuery or longer, with
	// the function it stands in and without its arguments. Nil or zero: none.
	Logger    *slog.Logger
	SlowQuery time.Duration
}

// Open makes a pool and reaches the server once, for at most 5 seconds. An error
// never contains the password.
func Open(ctx context.Context, c Config) (*pgxpool.Pool, error) {
	pc, err := poolConfig(c)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach the database: %w", err)
	}
	return pool, nil
}

func poolConfig(c Config) (*pgxpool.Config, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	pc.MaxConns = c.MaxConns
	if pc.MaxConns <= 0 {
		pc.MaxConns = int32(min(max(connsPerCore*runtime.GOMAXPROCS(0), minConns), maxConns))
	}
	cc := pc.ConnConfig
	cc.ConnectTimeout = connectTimeout
	cc.Tracer = &tracer{logger: c.Logger, slow: c.SlowQuery}
	// The simple protocol puts values into the text of a statement.
	if cc.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol {
		return nil, fmt.Errorf("read the database address: default_query_exec_mode=simple_protocol is not allowed")
	}
	set := func(name, value string) { cc.RuntimeParams[name] = value }
	set("application_name", orDefault(c.AppName, "kabinet"))
	set("statement_timeout", milliseconds(c.StatementTimeout, statementTimeout))
	set("lock_timeout", milliseconds(c.LockTimeout, lockTimeout))
	set("idle_in_transaction_session_timeout", milliseconds(c.IdleInTxTimeout, idleInTxTimeout))
	// Statements of pages are short: compiling one takes longer than running it.
	set("jit", "off")
	return pc, nil
}

// milliseconds is a time limit as the server reads it; 0 there means none.
func milliseconds(d, byDefault time.Duration) string {
	switch {
	case d < 0:
		return "0"
	case d == 0:
		d = byDefault
	}
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10)
}

func orDefault(s, byDefault string) string {
	if s == "" {
		return byDefault
	}
	return s
}
