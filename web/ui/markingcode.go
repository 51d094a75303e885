package ui

import (
	"context"

	"github.com/a-h/templ"

	"kabinet/internal/core/marking"
	"kabinet/internal/platform/i18n"
)

// MarkingCode draws a marking code; the separators that nobody sees are drawn as
// signs.
func MarkingCode(c marking.Code) templ.Component {
	return WriteRows(func(ctx context.Context, r *Rows) {
		r.HTML(`<span class="code marking">`)
		for i, part := range c.Parts() {
			if i > 0 {
				r.HTML(`<abbr class="gs" title="`)
				r.Text(i18n.T(ctx, "marking.separator"))
				r.HTML(`">GS</abbr>`)
			}
			r.Text(part)
		}
		r.HTML(`</span>`)
	})
}
