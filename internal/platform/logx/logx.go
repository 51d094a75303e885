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

	"kabinet/internal/core/clock"
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
	opts := &slog.HandlerOptions{Level: l}
	var h slog.Handler = slog.NewJSONHandler(w, opts)
	if format == "text" {
		h = slog.NewTextHandler(w, opts)
	}
	return slog.New(contextual{h})
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
	l := logger(ctx)
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

func logger(ctx context.Context) *slog.Logger {
	if l, ok := ctx.Value(loggerKey{}).(*slog.Logger); ok {
		return l
	}
	return slog.Default()
}

// Line writes the line that every request has. It is From(ctx).Info without a
// logger made for one line and without looking up where in the program it was
// called: a third of the time.
func Line(ctx context.Context, msg string, attrs ...slog.Attr) {
	h := logger(ctx).Handler()
	if !h.Enabled(ctx, slog.LevelInfo) {
		return
	}
	r := slog.NewRecord(clock.System(), slog.LevelInfo, msg, 0)
	r.AddAttrs(attrs...)
	_ = h.Handle(ctx, r) // a log that cannot be written has nobody to tell, as in slog itself
}

// contextual adds the context's attributes to lines logged with a context, and
// cleans what is logged. slog has a hook for the second, ReplaceAttr, but a
// logger with one writes each line by a way four times as slow.
type contextual struct{ slog.Handler }

// Handle writes one line.
func (c contextual) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(attrsKey{}).([]slog.Attr); ok {
		r.AddAttrs(attrs...)
	}
	r.Time = r.Time.UTC()
	return c.Handler.Handle(ctx, cleanRecord(r))
}

// WithAttrs keeps the wrapping.
func (c contextual) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextual{c.Handler.WithAttrs(cleanAll(attrs))}
}

// WithGroup keeps the wrapping.
func (c contextual) WithGroup(name string) slog.Handler { return contextual{c.Handler.WithGroup(name)} }

// cleanRecord gives back most lines as they are.
func cleanRecord(r slog.Record) slog.Record {
	dirty := false
	r.Attrs(func(a slog.Attr) bool {
		dirty = !plain(a)
		return !dirty
	})
	if !dirty {
		return r
	}
	c := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		c.AddAttrs(clean(a))
		return true
	})
	return c
}

// plain reports whether clean would change nothing.
func plain(a slog.Attr) bool {
	switch a.Value.Kind() {
	case slog.KindGroup, slog.KindLogValuer, slog.KindTime:
		return false
	}
	return !isSecret(a.Key)
}

// clean replaces secrets and writes times in UTC.
func clean(a slog.Attr) slog.Attr {
	if isSecret(a.Key) {
		return slog.String(a.Key, redacted)
	}
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindTime:
		return slog.Time(a.Key, a.Value.Time().UTC())
	case slog.KindGroup:
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(cleanAll(a.Value.Group())...)}
	}
	return a
}

func cleanAll(attrs []slog.Attr) []slog.Attr {
	cleaned := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		cleaned[i] = clean(a)
	}
	return cleaned
}

func isSecret(key string) bool { return secret[strings.ToLower(key)] }
