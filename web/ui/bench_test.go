package ui_test

import (
	"context"
	"io"
	"testing"

	"kabinet/internal/core/taxid"
	"kabinet/web/ui"
)

// BenchmarkRowParts draws what a row of a list usually holds; the goal is at
// most 35 allocations a row (performance.md 5).
func BenchmarkRowParts(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		_ = ui.Tag(ui.Info, "Letter sent").Render(ctx, io.Discard)
		_ = ui.Day(at).Render(ctx, io.Discard)
		_ = ui.TIN(taxid.TIN("302118447"))
		_ = ui.Int(1204)
	}
}

func TestARowAllocatesLittle(t *testing.T) {
	got := testing.AllocsPerRun(200, func() {
		ctx := context.Background()
		_ = ui.Tag(ui.Info, "Letter sent").Render(ctx, io.Discard)
		_ = ui.Day(at).Render(ctx, io.Discard)
		_ = ui.TIN(taxid.TIN("302118447"))
		_ = ui.Int(1204)
	})
	if got > 35 {
		t.Errorf("%.0f allocations for the parts of one row", got)
	}
	t.Logf("%.0f allocations", got)
}
