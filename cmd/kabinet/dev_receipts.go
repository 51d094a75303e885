//go:build dev

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
	"kabinet/internal/receipt"
)

// till lets an invented fiscal operator say what the company sold.
type till struct {
	receipts *receipt.Service
	now      time.Time
}

// seedReceipts gives the company at work receipts of two terminals over some
// weeks, returns with and without their sale, and reasons why a receipt does not
// fit. That a code came by no document is not among them: nobody else has published.
func seedReceipts(ctx context.Context, db *pgxpool.Pool) error {
	t := till{receipts: &receipt.Service{DB: db, Known: document.Brought}, now: clock.System().UTC().Truncate(time.Minute)}
	for _, m := range t.messages() {
		if err := pg.InTx(ctx, db, func(tx pg.Tx) error { return t.receipts.TakeTx(ctx, tx, m) }); err != nil {
			return fmt.Errorf("receipt %s: %w", m.SourceID, err)
		}
	}
	return nil
}

const (
	glovesGTIN = "08690990100013" // a card in force
	nobodyGTIN = "04780101164394" // no card anywhere
)

func (t till) messages() []feed.Message {
	var all []feed.Message
	for n := range 40 {
		lines := []any{t.line("Nitril qoʻlqop, M, 100 dona", glovesGTIN, n, 1+n%3)}
		if n%4 == 0 {
			lines = append(lines, map[string]any{"name": "Paxta, 50 g", "gtin": "4780000000014", "quantity": "2", "sum": 1_200_000})
		}
		all = append(all, t.said(n, 1, time.Duration(n)*19*time.Hour, "sale", lines, nil))
	}
	none := t.line("Choʻntak dezinfektori, 50 ml", nobodyGTIN, 71, 1)
	spoilt := map[string]any{"name": "Nitril qoʻlqop, L, 100 dona", "quantity": 1, "sum": 8_400_000, "label": "8690990100037"}
	corrected := t.said(3, 2, 57*time.Hour, "sale", []any{t.line("Nitril qoʻlqop, M, 100 dona", glovesGTIN, 3, 1)}, nil)
	return append(all, corrected,
		t.said(70, 1, 30*time.Hour, "sale", []any{none, spoilt}, nil),
		t.said(80, 1, 20*time.Hour, "return", []any{t.line("Nitril qoʻlqop, M, 100 dona", glovesGTIN, 5, 1)}, t.ref(5)),
		t.said(81, 1, 26*time.Hour, "return", []any{t.line("Nitril qoʻlqop, M, 100 dona", glovesGTIN, 6, 1)}, t.ref(999)),
	)
}

// line is so many packs, each with its code.
func (t till) line(name, gtin string, n, packs int) map[string]any {
	var labels []string
	for k := range packs {
		labels = append(labels, fmt.Sprintf("01%s21%05d%02dQw'Z+a\x1d93aB%02d", gtin, n, k, k))
	}
	return map[string]any{"name": name, "quantity": packs, "sum": 8_400_000 * packs, "labels": labels}
}

// ref names a receipt as fiscal systems do.
func (t till) ref(n int) map[string]any {
	return map[string]any{"fiscal_sign": fmt.Sprintf("7312456%05d", n), "terminal": []string{"UZ191211503217", "UZ191211503225"}[n%2], "number": fmt.Sprint(1000 + n)}
}

func (t till) said(n int, version int64, ago time.Duration, kind string, lines []any, sale map[string]any) feed.Message {
	b := t.ref(n)
	total := 0
	for _, l := range lines {
		if sum, ok := l.(map[string]any)["sum"].(int); ok {
			total += sum
		}
	}
	at := t.now.Add(-ago)
	b["kind"], b["time"], b["total"], b["lines"] = kind, at.Format(time.RFC3339), total, lines
	if sale != nil {
		b["sale"] = sale
	}
	body, _ := json.Marshal(b) // texts and numbers never fail
	return feed.Message{Feed: "fiscal", SourceID: fmt.Sprintf("R-%05d", n), Kind: feed.Receipt, Version: version, OccurredAt: at, TIN: string(companyTIN), Body: body}
}
