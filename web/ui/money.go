package ui

import (
	"context"

	"kabinet/internal/platform/i18n"
)

// Money is a sum in tiyin as people read it: 12 480 000,25 soʻm.
func Money(ctx context.Context, tiyin int64) string {
	return i18n.T(ctx, "core.money", "sum", i18n.Sum(tiyin))
}
