package receiptview

import (
	"context"
	"strings"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/receipt"
	"kabinet/web/ui"
)

// Titles are the heads of the file: the receipt, then the line.
func Titles(ctx context.Context) []string {
	var titles []string
	for _, k := range []string{"time", "kind", "number", "sign", "terminal", "total", "unknown", "name", "gtin", "quantity", "sum", "codes"} {
		titles = append(titles, i18n.T(ctx, "receipt.csv."+k))
	}
	return titles
}

// Rows are the lines of a receipt, each with what tells the receipt. Codes are
// written without their tails: office programs lose the separators.
func Rows(ctx context.Context, r receipt.Receipt) [][]string {
	var unknown []string
	for _, t := range r.Trouble.Each() {
		unknown = append(unknown, troubleName(ctx, t))
	}
	rows := make([][]string, len(r.Lines))
	for i, l := range r.Lines {
		var idents []string
		for _, c := range l.Codes {
			idents = append(idents, c.Ident())
		}
		rows[i] = []string{
			ui.CellTime(r.IssuedAt), kindName(ctx, r.Kind), r.Number, r.Sign, r.Terminal, ui.CellSum(r.Total), strings.Join(unknown, ", "),
			l.Name, string(l.GTIN), strings.ReplaceAll(quantity(l.Quantity), "\u00a0", ""), ui.CellSum(l.Sum), strings.Join(idents, " "),
		}
	}
	return rows
}
