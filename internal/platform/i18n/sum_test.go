package i18n_test

import (
	"testing"

	"kabinet/internal/platform/i18n"
)

func TestSum(t *testing.T) {
	t.Parallel()
	for tiyin, want := range map[int64]string{
		0: "0", 5: "0,05", 1248000025: "12\u00a0480\u00a0000,25", 1248000000: "12\u00a0480\u00a0000", -5: "\u22120,05", -100: "\u22121", -12345: "\u2212123,45",
	} {
		if got := i18n.Sum(tiyin); got != want {
			t.Errorf("%d: %q, want %q", tiyin, got, want)
		}
	}
}
