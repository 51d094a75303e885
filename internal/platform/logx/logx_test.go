package logx_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/logx"
)

// pass is a value that writes itself, with something in it that must not be seen.
type pass struct{ number string }

// LogValue gives the parts.
func (p pass) LogValue() slog.Value {
	return slog.GroupValue(slog.String("Code", p.number), slog.String("kind", "paper"))
}

func TestLog(t *testing.T) {
	t.Parallel()
	tashkent := time.FixedZone("", 5*60*60)
	for name, write := range map[string]func(context.Context){
		"by a logger": func(ctx context.Context) {
			logx.From(ctx).Info("sent", "token", "abc123", "PINFL", "31203800010017", "bytes", 7)
		},
		"by a logger made for more lines": func(ctx context.Context) {
			logx.From(ctx).With("token", "abc123", "bytes", 7).Info("sent", "PINFL", "31203800010017")
		},
		"as the line of a request": func(ctx context.Context) {
			logx.Line(ctx, "sent", slog.String("token", "abc123"), slog.String("PINFL", "31203800010017"), slog.Int("bytes", 7))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			ctx := logx.Into(t.Context(), logx.New(&out, "json", "info"))
			write(logx.With(ctx, slog.String("request", "8F3K")))
			line := out.String()
			for _, want := range []string{`"msg":"sent"`, `"request":"8F3K"`, `"bytes":7`, `"token":"[redacted]"`, `"PINFL":"[redacted]"`, `Z","level":"INFO"`} {
				if !strings.Contains(line, want) {
					t.Errorf("line lacks %s: %s", want, line)
				}
			}
			if strings.Contains(line, "abc123") || strings.Contains(line, "31203800010017") {
				t.Errorf("a secret is in the log: %s", line)
			}
		})
	}
	t.Run("inside groups and values that write themselves", func(t *testing.T) {
		t.Parallel()
		var out bytes.Buffer
		l := logx.New(&out, "json", "info").WithGroup("letter")
		l.Info("sent", "pass", pass{"abc123"}, slog.Group("form", "cookie", "abc123", "at", time.Date(2026, 1, 2, 3, 4, 5, 0, tashkent)))
		for _, want := range []string{`"letter":{"pass":{"Code":"[redacted]","kind":"paper"}`, `"form":{"cookie":"[redacted]","at":"2026-01-01T22:04:05Z"}`} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("line lacks %s: %s", want, out.String())
			}
		}
	})
	t.Run("not below its level", func(t *testing.T) {
		t.Parallel()
		var out bytes.Buffer
		logx.Line(logx.Into(t.Context(), logx.New(&out, "json", "warn")), "request")
		if out.Len() > 0 {
			t.Errorf("%s was written", out.String())
		}
	})
}
