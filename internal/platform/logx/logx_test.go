package logx_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"kabinet/internal/platform/logx"
)

func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ctx := logx.Into(t.Context(), logx.New(&out, "json", "info"))
	ctx = logx.With(ctx, slog.String("request", "8F3K"))

	logx.From(ctx).Info("sent", "token", "abc123", "PINFL", "31203800010017", "bytes", 7)

	line := out.String()
	for _, want := range []string{`"request":"8F3K"`, `"bytes":7`, `"token":"[redacted]"`, `"PINFL":"[redacted]"`} {
		if !strings.Contains(line, want) {
			t.Errorf("line lacks %s: %s", want, line)
		}
	}
	if strings.Contains(line, "abc123") || strings.Contains(line, "31203800010017") {
		t.Errorf("a secret is in the log: %s", line)
	}
}
