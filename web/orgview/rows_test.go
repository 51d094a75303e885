package orgview

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
)

// maxAllocs is the goal for one row (performance.md 6).
const maxAllocs = 35

func some(n int) ListPage {
	p := ListPage{Address: func(...string) string { return "/op/orgs" }}
	states := []org.Status{org.Imported, org.Active, org.Active, org.Blocked}
	for i := range n {
		p.Page.Rows = append(p.Page.Rows, org.Listed{
			ID: int64(i + 1), TIN: fmt.Sprint(302118447 + i), Form: org.MChJ,
			NameUz: fmt.Sprintf("“ZARAFSHON SUT %d” MCHJ", i), NameRu: fmt.Sprintf("ООО «ЗАРАФШОН СУТ %d»", i),
			Region: "SA", Email: "info@zarafshon.example", Status: states[i%len(states)],
		})
	}
	return p
}

// other draws the same table with html/template, as one would without templ.
func other(ctx context.Context) *template.Template {
	return template.Must(template.New("rows").Funcs(template.FuncMap{
		"t": func(key string) string { return i18n.T(ctx, key) }, "tin": tin, "path": func(tin string) string { return recordPath + tin },
		"lang": func() string { return lang(ctx) }, "status": func(s org.Status) string { return statusText(ctx, s) },
	}).Parse(`<div class="tbl" role="group" aria-label="{{t "org.list.title"}}" tabindex="0">
<table role="table" aria-label="{{t "org.list.title"}}">
<thead role="rowgroup"><tr role="row">
{{range $key := .Columns}}<th role="columnheader" scope="col">{{t $key}}</th>{{end}}
</tr></thead>
<tbody role="rowgroup">
{{range .Rows}}<tr role="row">
<th role="rowheader" scope="row"><a href="{{path .TIN}}">{{.Name lang}}</a> <span class="sub">{{.Form.Name lang}}</span></th>
<td role="cell" class="tin" data-l="{{t "org.list.tin"}}"><span>{{tin .TIN}}</span></td>
<td role="cell" data-l="{{t "org.list.region"}}"><span>{{.RegionName lang}}</span></td>
<td role="cell" data-l="{{t "org.list.status"}}">{{if eq .Status "active" -}}
<span class="tag ok"><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="f" x="1" y="1" width="10" height="10"></rect></svg>{{status .Status}}</span>
{{- else if eq .Status "blocked" -}}
<span class="tag dark"><svg viewBox="0 0 12 12" aria-hidden="true"><path d="M1.5 1.5l9 9m0-9l-9 9"></path></svg>{{status .Status}}</span>
{{- else -}}
<span class="tag mute"><svg viewBox="0 0 12 12" aria-hidden="true"><rect x="1" y="1" width="10" height="10" stroke-dasharray="2 2"></rect></svg>{{status .Status}}</span>
{{- end}}</td>
</tr>{{end}}
</tbody></table></div>`))
}

func drawOther(t *template.Template, w io.Writer, p ListPage) error {
	return t.Execute(w, map[string]any{
		"Columns": []string{"org.list.name", "org.list.tin", "org.list.region", "org.list.status"}, "Rows": p.Page.Rows,
	})
}

var between = regexp.MustCompile(`\s*([<>])\s*`)

// What is compared must be the same table.
func TestBothEnginesDrawTheSameTable(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), i18n.Ru)
	var a, b bytes.Buffer
	if err := rows(some(4)).Render(ctx, &a); err != nil {
		t.Fatal(err)
	}
	if err := drawOther(other(ctx), &b, some(4)); err != nil {
		t.Fatal(err)
	}
	plain := func(b bytes.Buffer) string { return between.ReplaceAllString(b.String(), "$1") }
	if diff := cmp.Diff(plain(b), plain(a)); diff != "" {
		t.Errorf("html/template and templ differ (-/+):\n%s", diff)
	}
}

func TestARowIsDrawnWithFewAllocations(t *testing.T) {
	ctx := i18n.With(t.Context(), i18n.Ru)
	allocs := func(n int) float64 {
		table := rows(some(n))
		var b bytes.Buffer
		return testing.AllocsPerRun(50, func() {
			b.Reset()
			_ = table.Render(ctx, &b) // a buffer does not fail
		})
	}
	perRow := (allocs(50) - allocs(25)) / 25
	t.Logf("%.1f allocations for a row", perRow)
	if perRow > maxAllocs {
		t.Errorf("a row takes %.1f allocations, more than %d", perRow, maxAllocs)
	}
}

// BenchmarkTable draws 25 rows with templ and with html/template.
func BenchmarkTable(b *testing.B) {
	ctx := i18n.With(b.Context(), i18n.Ru)
	page := some(25)
	var buf bytes.Buffer
	b.Run("templ", func(b *testing.B) {
		table := rows(page)
		b.ReportAllocs()
		for b.Loop() {
			buf.Reset()
			_ = table.Render(ctx, &buf) // a buffer does not fail
		}
	})
	b.Run("html-template", func(b *testing.B) {
		table := other(ctx)
		b.ReportAllocs()
		for b.Loop() {
			buf.Reset()
			_ = drawOther(table, &buf, page)
		}
	})
}
