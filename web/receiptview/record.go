package receiptview

import (
	"context"
	"net/url"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/receipt"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// RecordPage is one receipt.
type RecordPage struct{ receipt.Record }

func (p RecordPage) title(ctx context.Context) string {
	return i18n.T(ctx, "receipt.name", "number", p.Number)
}

func (p RecordPage) head(ctx context.Context) ui.PageHead {
	status := ui.Tag(ui.OK, i18n.T(ctx, "receipt.matched"))
	if p.Trouble != 0 {
		status = ui.Tag(ui.Warn, i18n.T(ctx, "receipt.unmatched"))
	}
	return ui.PageHead{
		Crumbs: []ui.Link{{Text: i18n.T(ctx, "receipt.title"), URL: ListURL}}, Title: p.title(ctx), Code: p.Sign, Status: status,
		Lead: kindName(ctx, p.Kind) + ", " + ui.DateTime(p.IssuedAt) + ", " + ui.Money(ctx, p.Total),
	}
}

func (p RecordPage) facts(ctx context.Context) []ui.Pair {
	facts := []ui.Pair{
		{Key: i18n.T(ctx, "receipt.column.kind"), Value: kindName(ctx, p.Kind)},
		{Key: i18n.T(ctx, "receipt.column.time"), Value: ui.DateTime(p.IssuedAt)},
		{Key: i18n.T(ctx, "receipt.column.total"), Value: ui.Money(ctx, p.Total)},
		{Key: i18n.T(ctx, "receipt.terminal"), Value: p.Terminal, Code: true},
		{Key: i18n.T(ctx, "receipt.only_number"), Value: p.Number, Code: true},
		{Key: i18n.T(ctx, "receipt.sign"), Value: p.Sign, Code: true},
	}
	if p.Kind == receipt.Return {
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "receipt.sale"), Rich: saleLink(p.Record)})
	}
	return append(facts, ui.Pair{Key: i18n.T(ctx, "receipt.source"), Value: i18n.T(ctx, "receipt.source_value", "n", p.Version, "time", ui.DateTime(p.TakenAt))})
}

// saleName is the sale as the return names it.
func saleName(ctx context.Context, r receipt.Record) string {
	if (r.Content.Sale == receipt.Ref{}) {
		return i18n.T(ctx, "receipt.sale_unnamed")
	}
	s := r.Content.Sale
	return i18n.T(ctx, "receipt.sale_named", "sign", dash(s.Sign), "terminal", dash(s.Terminal), "number", dash(s.Number))
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// todo is what can be done about a reason here.
func (p RecordPage) todo(ctx context.Context, t receipt.Trouble) *ui.Action {
	rights := layout.ViewerOf(ctx).Rights
	switch {
	case t == receipt.NoCard && rights.Has(perm.CardEdit):
		return &ui.Action{Text: i18n.T(ctx, "receipt.why.make_card"), URL: "/cards/new"}
	case t == receipt.Unknown:
		return &ui.Action{Text: i18n.T(ctx, "receipt.why.documents"), URL: "/documents"}
	}
	return nil
}

// missing are the products of a reason, to be named with it.
func (p RecordPage) missing(t receipt.Trouble) (names []string) {
	for _, l := range p.Lines {
		if l.Trouble&t != 0 {
			name := l.Name
			if l.GTIN != "" {
				name += " (" + string(l.GTIN) + ")"
			}
			names = append(names, name)
		}
	}
	return names
}

func codeURL(code string) string { return ListURL + "?" + url.Values{"code": {code}}.Encode() }

func lineColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Title: i18n.T(ctx, "receipt.line.name")},
		{Title: i18n.T(ctx, "receipt.line.codes")},
		{Title: i18n.T(ctx, "receipt.line.quantity"), Num: true},
		{Title: i18n.T(ctx, "receipt.column.total"), Num: true},
	}
}

func versionColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Title: i18n.T(ctx, "receipt.versions.number")},
		{Title: i18n.T(ctx, "receipt.column.time")},
		{Title: i18n.T(ctx, "receipt.column.goods")},
		{Title: i18n.T(ctx, "receipt.column.total"), Num: true},
		{Title: i18n.T(ctx, "receipt.versions.taken")},
	}
}

func mayOpenCards(ctx context.Context) bool { return layout.ViewerOf(ctx).Rights.Has(perm.CardRead) }
