package cell_test

import (
	"testing"

	"kabinet/internal/core/cell"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "Zarafshon": "Zarafshon", "=1+1": "'=1+1", "+998": "'+998", "-5": "'-5", "@sum": "'@sum", "\t=1": "'\t=1", "a=1": "a=1", "ўсимлик": "ўсимлик",
		"\n=1": "'\n=1", "＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "–": "–", "\xef": "\xef",
	} {
		if got := cell.Plain(s); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}
