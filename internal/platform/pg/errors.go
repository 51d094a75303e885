package pg

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Codes of the server, named as in appendix A of its manual.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	readOnlyTransaction  = "25006" // after a switch to another server, for a while
	lockNotAvailable     = "55P03" // lock_timeout
	queryCanceled        = "57014" // statement_timeout
	idleSessionTimeout   = "57P05"
	idleInTransaction    = "25P03"
	adminShutdown        = "57P01"
	crashShutdown        = "57P02"
	cannotConnectNow     = "57P03"
	classIntegrity       = "23"
	classConnection      = "08"
	classResources       = "53" // connections, memory, disk
)

// Violates reports whether the database refused a change because of the named
// constraint or unique index.
func Violates(err error, constraint string) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.HasPrefix(pe.Code, classIntegrity) && pe.ConstraintName == constraint
}

// NoRows reports whether a statement that should have found a row found none.
func NoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// Unavailable reports whether the database could not be used at this moment:
// unreachable, starting or stopping, out of connections, or too slow for a time
// limit. The same request may work in a while. A caller that went away
// (context.Canceled) is no such case.
func Unavailable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		return codeUnavailable(pe.Code)
	}
	var ce *pgconn.ConnectError
	var ne net.Error
	return errors.As(err, &ce) || errors.As(err, &ne) ||
		errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}

func codeUnavailable(code string) bool {
	switch code {
	case readOnlyTransaction, lockNotAvailable, queryCanceled, idleSessionTimeout, idleInTransaction,
		adminShutdown, crashShutdown, cannotConnectNow:
		return true
	}
	return strings.HasPrefix(code, classConnection) || strings.HasPrefix(code, classResources)
}

// collided reports whether the server gave up a transaction for another one.
func collided(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == serializationFailure || pe.Code == deadlockDetected)
}

// serverSaid reports whether the server itself answered with an error.
func serverSaid(err error) bool {
	_, ok := errors.AsType[*pgconn.PgError](err)
	return ok
}
