package documentview

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// body writes the rows of the list. What is the same in all of them is made once.
func (l ListPage) body() templ.Component {
	return ui.WriteRows(func(ctx context.Context, r *ui.Rows) {
		w := rowWriter{r: r, list: l, words: map[string]string{}, picks: l.selects(ctx)}
		for _, c := range []string{"date", "status", "party", "amount", "codes", "source"} {
			w.words[c] = i18n.T(ctx, "document.column."+c)
		}
		for _, d := range l.Page.Rows {
			w.row(ctx, d)
		}
	})
}

type rowWriter struct {
	r     *ui.Rows
	list  ListPage
	words map[string]string
	picks bool
}

func (w rowWriter) row(ctx context.Context, d document.Document) {
	id := strconv.FormatInt(d.ID, 10)
	w.r.HTML(`<tr role="row">`)
	if w.picks {
		w.pick(d, id)
	}
	w.r.HTML(`<th role="rowheader" scope="row"><a href="/documents/`)
	w.r.Text(id)
	w.r.HTML(`">`)
	w.r.Text(d.Number)
	w.r.HTML(`</a><span class="sub">`)
	w.r.Text(KindName(ctx, d.Kind))
	if d.Side != document.NoSide {
		w.r.HTML(`, `)
		w.r.Text(i18n.T(ctx, "document.side."+string(d.Side)))
	}
	w.r.HTML(`</span></th>`)
	w.cell("date", ui.Date(d.At))
	w.status(ctx, d)
	w.party(d)
	w.figure("amount", money(ctx, d.Amount))
	w.figure("codes", number(d.Codes))
	w.cell("source", sourceName(ctx, w.list.Sources, d.Feed))
	w.r.HTML(`</tr>`)
}

// pick is the box of an invoice that can be answered.
func (w rowWriter) pick(d document.Document, id string) {
	w.r.HTML(`<td role="cell" class="pick">`)
	if w.list.answerable(d) {
		w.r.HTML(`<input type="checkbox" name="id" value="`)
		w.r.Text(id)
		w.r.HTML(`" aria-label="`)
		w.r.Text(d.Number)
		w.r.HTML(`">`)
	}
	w.r.HTML(`</td>`)
}

func (w rowWriter) cell(column, text string) {
	w.r.HTML(`<td role="cell" data-l="`)
	w.r.Text(w.words[column])
	w.r.HTML(`"><span>`)
	w.r.Text(text)
	w.r.HTML(`</span></td>`)
}

func (w rowWriter) figure(column, text string) {
	w.r.HTML(`<td role="cell" class="num" data-l="`)
	w.r.Text(w.words[column])
	w.r.HTML(`"><span>`)
	w.r.Text(text)
	w.r.HTML(`</span></td>`)
}

func (w rowWriter) party(d document.Document) {
	w.r.HTML(`<td role="cell" data-l="`)
	w.r.Text(w.words["party"])
	w.r.HTML(`"><span>`)
	if d.Party.Name == "" && d.Party.TIN == "" {
		w.r.HTML(`—`)
	}
	w.r.Text(d.Party.Name)
	if d.Party.TIN != "" {
		w.r.HTML(`<span class="sub code">`)
		w.r.Text(tin(d.Party.TIN))
		w.r.HTML(`</span>`)
	}
	w.r.HTML(`</span></td>`)
}

// status says how far a document is, what is odd about it, and how it stands with
// an answer.
func (w rowWriter) status(ctx context.Context, d document.Document) {
	w.r.HTML(`<td role="cell" data-l="`)
	w.r.Text(w.words["status"])
	w.r.HTML(`"><span>`)
	w.r.Tag(StatusTag(ctx, d.Status))
	if d.Warned > 0 && d.Status == document.Success {
		w.r.HTML(` `)
		w.r.Tag(ui.Warn, i18n.T(ctx, "document.warned"))
	}
	if w.list.Page.Unseen[d.ID] {
		w.r.HTML(` `)
		w.r.Tag(ui.Warn, i18n.T(ctx, "document.unseen"))
	}
	if tone, text := AnswerTag(ctx, d); text != "" {
		w.r.HTML(` `)
		w.r.Tag(tone, text)
	}
	if d.Pending() {
		w.r.HTML(`<span class="sub">`)
		w.r.Text(ui.Left(ctx, d.Deadline, w.list.Page.Now))
		w.r.HTML(`</span>`)
	}
	w.r.HTML(`</span></td>`)
}
