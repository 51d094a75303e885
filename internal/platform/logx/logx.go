// Package logx writes the log: one line of JSON for each event, with what the
// context knows (request, account, organization) on every line, and without
// what must never stand in a log.
package logx

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// secret names whose values never reach a log, whoever logs them.
var secret = map[string]bool{
	"code": true, "token": true, "pkcs7": true, "pinfl": true, "password": true,
	"authorization": true, "cookie": true, "secret": true, "challenge": true,
}

const redacted = "[redacted]"

// New makes a logger; format is "json" or "text", level one of slog's words.
func New(w io.Writer, format, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: l, ReplaceAttr: clean}
	var h slog.Handler = slog.NewJSONHandler(w, opts)
	if format == "text" {
		h = slog.NewTextHandler(w, opts)
	}
	return slog.New(contextual{h})
}

// clean replaces secrets and writes times in UTC.
func clean(_ []string, a slog.Attr) slog.Attr {
	if secret[strings.ToLower(a.Key)] {
		return slog.String(a.Key, redacted)
	}
	if a.Value.Kind() == slog.KindTime {
		return slog.Time(a.Key, a.Value.Time().UTC())
	}
	return a
}

type attrsKey struct{}

type loggerKey struct{}

// With gives a context whose log lines carry more attributes.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	have, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return context.WithValue(ctx, attrsKey{}, append(slices.Clip(have), attrs...))
}

// Into puts the logger itself into a context; app does it once.
func Into(ctx context.Context, l *slog.Logger) context.Context {
	return context.WithValue(ctx, loggerKey{}, l)
}

// From is the logger of the context, with the context's attributes; slog's
// default where nobody put one.
func From(ctx context.Context) *slog.Logger {
	l, ok := ctx.Value(loggerKey{}).(*slog.Logger)
	if !ok {
		l = slog.Default()
	}
	attrs, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	if len(attrs) == 0 {
		return l
	}
	args := make([]any, len(attrs))
	for i, a := range attrs {
		args[i] = a
	}
	return l.With(args...)
}

// contextual adds the context's attributes to lines logged with a context.
type contextual struct{ slog.Handler }

// Handle writes one line.
func (c contextual) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(attrsKey{}).([]slog.Attr); ok {
		r.AddAttrs(attrs...)
	}
	return c.Handler.Handle(ctx, r)
}

// WithAttrs keeps the wrapping.
func (c contextual) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextual{c.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the wrapping.
func (c contextual) WithGroup(name string) slog.Handler { return contextual{c.Handler.WithGroup(name)} }
