package pg

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/clock"
)

// maxLogged bounds the text of a statement in the log, in bytes.
const maxLogged = 200

// tracer sees every statement of a pool: it warns of slow ones and counts them
// for whoever asked with CountStatements. It never touches arguments.
type tracer struct {
	logger *slog.Logger
	slow   time.Duration
}

var (
	_ pgx.QueryTracer    = (*tracer)(nil)
	_ pgx.BatchTracer    = (*tracer)(nil)
	_ pgx.CopyFromTracer = (*tracer)(nil)
)

type (
	counterKey struct{}
	startedKey struct{}
)

// started remembers a statement until its end.
type started struct {
	sql string
	at  time.Time
}

// Counter counts the statements sent with a context. It is safe for concurrent use.
type Counter struct {
	mu   sync.Mutex
	list []string
}

// CountStatements returns a context whose statements are counted, on any pool
// that Open made. Tests hold pages to their number of statements with it.
func CountStatements(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, counterKey{}, c), c
}

// N is the number of statements so far, without begin, commit, rollback and savepoints.
func (c *Counter) N() int { return len(c.Statements()) }

// Statements are the texts of the statements that N counts, each on one line.
func (c *Counter) Statements() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

func (c *Counter) add(sql string) {
	sql = squeeze(sql)
	verb, _, _ := strings.Cut(strings.ToLower(sql), " ")
	switch verb {
	case "begin", "commit", "rollback", "savepoint", "release":
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, sql)
}

func count(ctx context.Context, sql string) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.add(sql)
	}
}

func (t *tracer) start(ctx context.Context, sql string) context.Context {
	if t.logger == nil || t.slow <= 0 {
		return ctx
	}
	return context.WithValue(ctx, startedKey{}, started{sql, clock.System()})
}

func (t *tracer) end(ctx context.Context, err error) {
	s, ok := ctx.Value(startedKey{}).(started)
	if !ok {
		return
	}
	took := clock.Since(s.at)
	if took < t.slow {
		return
	}
	text := squeeze(s.sql)
	if len(text) > maxLogged {
		text = strings.ToValidUTF8(text[:maxLogged], "") + "…"
	}
	t.logger.WarnContext(ctx, "slow statement", "in", caller(), "ms", took.Milliseconds(), "failed", err != nil, "statement", text)
}

// TraceQueryStart implements pgx.QueryTracer.
func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	count(ctx, d.SQL)
	return t.start(ctx, d.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t *tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	t.end(ctx, d.Err)
}

// TraceBatchStart implements pgx.BatchTracer.
func (t *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return t.start(ctx, "batch")
}

// TraceBatchQuery implements pgx.BatchTracer.
func (t *tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	count(ctx, d.SQL)
}

// TraceBatchEnd implements pgx.BatchTracer.
func (t *tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	t.end(ctx, d.Err)
}

// TraceCopyFromStart implements pgx.CopyFromTracer.
func (t *tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	sql := "copy " + d.TableName.Sanitize()
	count(ctx, sql)
	return t.start(ctx, sql)
}

// TraceCopyFromEnd implements pgx.CopyFromTracer.
func (t *tracer) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromEndData) {
	t.end(ctx, d.Err)
}

// squeeze puts a statement on one line.
func squeeze(sql string) string { return strings.Join(strings.Fields(sql), " ") }

// caller names the function outside the driver and this package that sent the
// statement: the name under which a reader finds it.
func caller() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.Contains(f.Function, "jackc/pgx") && !strings.Contains(f.Function, "internal/platform/pg.") {
			return strings.TrimPrefix(f.Function, "kabinet/internal/")
		}
		if !more {
			return "unknown"
		}
	}
}
