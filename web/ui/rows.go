package ui

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// Rows writes the rows of a long list. They are most of the page, and templ
// formats, escapes and copies each value of each row on its own: 25 rows written
// here take a tenth of the time (web/orgview, BenchmarkTable). Everything else of
// a page is worth a template.
//
// HTML takes constants only and Text escapes, so that no value gets into a page
// as markup.
type Rows struct{ b []byte }

// markup is what HTML takes: no other package can name the type, so nothing but
// a constant fits.
type markup string

var rowsPool = sync.Pool{New: func() any { return new(Rows) }}

// WriteRows draws rows with a function that writes them.
func WriteRows(write func(ctx context.Context, r *Rows)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		r := rowsPool.Get().(*Rows) //nolint:forcetypeassert // the pool holds nothing else
		defer rowsPool.Put(r)
		r.b = r.b[:0]
		write(ctx, r)
		_, err := w.Write(r.b)
		return err
	})
}

// HTML writes a constant.
func (r *Rows) HTML(m markup) { r.b = append(r.b, m...) }

// Text writes a value, also inside a quoted attribute. An address written by it
// must begin with a constant: a whole one could be a script.
func (r *Rows) Text(s string) {
	from := 0
	for i := range len(s) {
		if escape := escapes[s[i]]; escape != "" {
			r.b = append(append(r.b, s[from:i]...), escape...)
			from = i + 1
		}
	}
	r.b = append(r.b, s[from:]...)
}

// escapes are what stands for bytes that mean something in markup, by byte: most
// bytes of a page go through it, and a table takes half the time of a switch.
var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// Tag writes a Tag.
func (r *Rows) Tag(t Tone, text string) {
	r.HTML(tags[t])
	r.Text(text)
	r.HTML("</span>")
}

// Tag is a status: a shape and a word.
func Tag(t Tone, text string) templ.Component {
	return WriteRows(func(_ context.Context, r *Rows) { r.Tag(t, text) })
}

// tags are the beginnings of Tag, by tone.
var tags = [...]markup{
	Mute: `<span class="tag mute"><svg viewBox="0 0 12 12" aria-hidden="true"><rect x="1" y="1" width="10" height="10" stroke-dasharray="2 2"></rect></svg>`,
	OK:   `<span class="tag ok"><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="f" x="1" y="1" width="10" height="10"></rect></svg>`,
	Info: `<span class="tag info"><svg viewBox="0 0 12 12" aria-hidden="true"><rect x="1" y="1" width="10" height="10"></rect><path class="f" d="M1 11V6h10v5z"></path></svg>`,
	Warn: `<span class="tag warn"><svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 .9 11.1 6 6 11.1.9 6z"></path></svg>`,
	Bad:  `<span class="tag bad"><svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 1.2 11.2 11H.8z"></path></svg>`,
	Dark: `<span class="tag dark"><svg viewBox="0 0 12 12" aria-hidden="true"><path d="M1.5 1.5l9 9m0-9l-9 9"></path></svg>`,
}
