package cardview

import (
	"context"

	"github.com/a-h/templ"

	"kabinet/internal/card"
	"kabinet/web/ui"
)

// body writes the rows. What is the same in all of them is made once: a page has
// up to 100.
func (l ListPage) body() templ.Component {
	return ui.WriteRows(func(ctx context.Context, r *ui.Rows) {
		w := rowWriter{r: r, columns: l.columns(), words: map[string]string{}}
		w.groups = map[int16]string{}
		for _, g := range l.Groups {
			w.groups[g.ID] = g.Name(lang(ctx))
		}
		for _, c := range w.columns {
			w.words[c] = columnName(ctx, c)
		}
		for _, c := range l.Page.Rows {
			w.row(ctx, c)
		}
	})
}

// rowWriter writes rows of cards.
type rowWriter struct {
	r       *ui.Rows
	columns []string
	groups  map[int16]string
	words   map[string]string // heads of columns
}

func (w rowWriter) row(ctx context.Context, c card.Card) {
	id := count(c.ID)
	name, language := Named(ctx, c)
	w.r.HTML(`<tr role="row"><td role="cell" class="pick"><input type="checkbox" name="id" value="`)
	w.r.Text(id)
	w.r.HTML(`" aria-label="`)
	w.r.Text(name)
	w.r.HTML(`"></td><th role="rowheader" scope="row"><a href="/cards/`)
	w.r.Text(id)
	if language != "" {
		w.r.HTML(`" lang="`)
		w.r.Text(language)
	}
	w.r.HTML(`">`)
	w.r.Text(name)
	w.r.HTML(`</a></th>`)
	for _, column := range w.columns[1:] {
		w.r.HTML(`<td role="cell" data-l="`)
		w.r.Text(w.words[column])
		w.r.HTML(`">`)
		w.value(ctx, column, c)
		w.r.HTML(`</td>`)
	}
	w.r.HTML(`</tr>`)
}

func (w rowWriter) value(ctx context.Context, column string, c card.Card) {
	switch column {
	case "gtin":
		w.r.HTML(`<span class="code">`)
		w.r.Text(string(c.GTIN))
		w.r.HTML(`</span>`)
	case "updated":
		w.r.HTML(`<span class="dt">`)
		w.r.Text(ui.Date(c.ChangedAt))
		w.r.HTML(`</span>`)
	case "status":
		w.status(ctx, c)
	default:
		w.r.HTML(`<span>`)
		w.r.Text(w.text(ctx, column, c))
		w.r.HTML(`</span>`)
	}
}

func (w rowWriter) text(ctx context.Context, column string, c card.Card) string {
	switch column {
	case "brand":
		return c.Brand
	case "group":
		return w.groups[c.GroupID]
	case "country":
		return countryName(ctx, c.Country)
	case "packaging":
		return packagingName(ctx, c.Packaging)
	}
	return ""
}

// status says where a card stands: in force or not, and what is being written.
func (w rowWriter) status(ctx context.Context, c card.Card) {
	w.r.HTML(`<span>`)
	if c.Standing != card.New {
		w.r.Tag(StandingTag(ctx, c.Standing))
	}
	if c.Editing != card.Settled {
		w.r.HTML(` `)
		w.r.Tag(EditingTag(ctx, c.Editing))
	}
	w.r.HTML(`</span>`)
}
