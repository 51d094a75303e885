package receiptview

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/receipt"
	"kabinet/web/ui"
)

// body writes the rows. What is the same in all of them is made once: a page has
// up to 100.
func body(receipts []receipt.Receipt) templ.Component {
	return ui.WriteRows(func(ctx context.Context, r *ui.Rows) {
		w := rowWriter{r: r, words: map[string]string{}, kinds: map[receipt.Kind]string{}, matched: i18n.T(ctx, "receipt.matched")}
		for _, c := range columns {
			w.words[c] = i18n.T(ctx, "receipt.column."+c)
		}
		for _, k := range []receipt.Kind{receipt.Sale, receipt.Return} {
			w.kinds[k] = kindName(ctx, k)
		}
		for _, one := range receipts {
			w.row(ctx, one)
		}
	})
}

// rowWriter writes rows of receipts.
type rowWriter struct {
	r       *ui.Rows
	words   map[string]string // heads of columns
	kinds   map[receipt.Kind]string
	matched string
}

func (w rowWriter) row(ctx context.Context, one receipt.Receipt) {
	w.r.HTML(`<tr role="row"><th role="rowheader" scope="row"><a href="/receipts/`)
	w.r.Text(strconv.FormatInt(one.ID, 10))
	w.r.HTML(`">`)
	w.r.Text(ui.DateTime(one.IssuedAt))
	w.r.HTML(`</a><span class="sub code">`)
	w.r.Text(one.Terminal + " · " + one.Number)
	w.r.HTML(`</span></th>`)
	w.cell("kind", w.kinds[one.Kind])
	w.r.HTML(`<td role="cell" data-l="`)
	w.r.Text(w.words["known"])
	w.r.HTML(`"><span>`)
	w.known(ctx, one)
	w.r.HTML(`</span></td>`)
	w.cell("goods", goods(ctx, one))
	w.number("codes", ui.Int(one.CodeCount()))
	w.number("total", ui.Money(ctx, one.Total))
	w.r.HTML(`</tr>`)
}

func (w rowWriter) known(ctx context.Context, one receipt.Receipt) {
	if one.Trouble == 0 {
		w.r.Tag(ui.OK, w.matched)
		return
	}
	for _, t := range one.Trouble.Each() {
		w.r.Tag(ui.Warn, troubleName(ctx, t))
		w.r.HTML(` `)
	}
}

func (w rowWriter) cell(column, text string) {
	w.r.HTML(`<td role="cell" data-l="`)
	w.r.Text(w.words[column])
	w.r.HTML(`"><span>`)
	w.r.Text(text)
	w.r.HTML(`</span></td>`)
}

func (w rowWriter) number(column, text string) {
	w.r.HTML(`<td role="cell" class="num" data-l="`)
	w.r.Text(w.words[column])
	w.r.HTML(`"><span>`)
	w.r.Text(text)
	w.r.HTML(`</span></td>`)
}

// goods names the first product of a receipt and counts the others.
func goods(ctx context.Context, one receipt.Receipt) string {
	if len(one.Lines) == 0 {
		return ""
	}
	text := one.Lines[0].Name
	if n := len(one.Lines) - 1; n > 0 {
		text += " " + i18n.N(ctx, "receipt.goods_more", n)
	}
	return text
}
