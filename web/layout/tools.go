package layout

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// tools are the switch of languages and the reader. Every page has them twice,
// at the top and in the menu of phones, so they are written like rows; long
// names the languages in full.
func (p Page) tools(long bool) templ.Component {
	return ui.WriteRows(func(ctx context.Context, w *ui.Rows) {
		p.writeLangs(ctx, w, long)
		if p.Person != nil && p.Area != Public {
			p.Person.write(ctx, w)
		}
	})
}

// writeLangs names each language in itself.
func (p Page) writeLangs(ctx context.Context, w *ui.Rows, long bool) {
	w.HTML(`<nav class="lang" aria-label="`)
	w.Text(i18n.T(ctx, "layout.language"))
	w.HTML(`">`)
	for _, l := range i18n.Langs() {
		w.HTML(`<a href="/`)
		w.Text(strings.TrimPrefix(p.langURL(l), "/"))
		w.HTML(`" lang="`)
		w.Text(l.Tag())
		w.HTML(`" hreflang="`)
		w.Text(l.Tag())
		if l == i18n.From(ctx) {
			w.HTML(`" aria-current="true`)
		}
		w.HTML(`">`)
		if long {
			w.Text(l.Name())
		} else {
			w.Text(l.Short())
		}
		w.HTML(`</a>`)
	}
	w.HTML(`</nav>`)
}

// write draws the reader, with the way to the own page and the way out where
// there are any.
func (r Person) write(ctx context.Context, w *ui.Rows) {
	if r.URL == "" {
		w.HTML(`<div class="who">`)
		r.writeName(w)
		w.HTML(`</div>`)
	} else {
		w.HTML(`<a class="who" href="/`)
		w.Text(strings.TrimPrefix(r.URL, "/"))
		w.HTML(`">`)
		r.writeName(w)
		w.HTML(`</a>`)
	}
	if r.SignOut != "" {
		w.HTML(` <form method="post" action="/`)
		w.Text(strings.TrimPrefix(r.SignOut, "/"))
		w.HTML(`"><button class="out" type="submit">`)
		w.Text(i18n.T(ctx, "layout.sign_out"))
		w.HTML(`</button></form>`)
	}
}

func (r Person) writeName(w *ui.Rows) {
	w.HTML(`<b>`)
	w.Text(r.Name)
	w.HTML(`</b>`)
	if r.Role != "" {
		w.HTML(` <small>`)
		w.Text(r.Role)
		w.HTML(`</small>`)
	}
}
