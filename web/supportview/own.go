package supportview

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/requestview"
	"kabinet/web/ui"
)

// ownStatusTag is statusTag for the organization: what waits for it waits for the
// reader.
func ownStatusTag(ctx context.Context, s support.Status) templ.Component {
	if s == support.Waiting {
		return ui.Tag(ui.Warn, i18n.T(ctx, "support.status.waits_for_you"))
	}
	return statusTag(ctx, s)
}

// OwnPage is the list of members.
type OwnPage struct {
	support.OwnPage
	Filter    support.OwnFilter
	Everybody bool // requests of everybody in the organization are shown
	Contacts  Contacts
	Now       time.Time
}

// OwnURL is the address of the list with a filter, without what is empty.
func OwnURL(f support.OwnFilter) string { return ui.Query(ListURL, ownQuery(f)) }

func ownQuery(f support.OwnFilter) []string {
	return []string{"status", string(f.Part), "kind", string(f.Kind), "q", f.Query, "per", ui.Per(f.Size)}
}

func (p OwnPage) address(changes ...string) string {
	return ui.Query(ListURL, ownQuery(p.Filter), changes...)
}

func (p OwnPage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(support.Parts()))
	for _, part := range support.Parts() {
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "support.part."+partName(part)), URL: p.address("status", string(part)), Current: p.Filter.Part == part,
			Count: p.Counts[part], Counted: true, Hot: part == support.ForUs && p.Counts[part] > 0,
		})
	}
	return tabs
}

func partName(p support.Part) string {
	if p == support.All {
		return "all"
	}
	return string(p)
}

func (p OwnPage) keep() []ui.Hidden {
	var keep []ui.Hidden
	if p.Filter.Part != support.All {
		keep = append(keep, ui.Hidden{Name: "status", Value: string(p.Filter.Part)})
	}
	if per := ui.Per(p.Filter.Size); per != "" {
		keep = append(keep, ui.Hidden{Name: "per", Value: per})
	}
	return keep
}

func (p OwnPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: p.Filter.Query, URL: p.address("q", "")})
	}
	if p.Filter.Kind != "" {
		chips = append(chips, ui.Link{Text: kindText(ctx, p.Filter.Kind), URL: p.address("kind", "")})
	}
	return chips
}

func (p OwnPage) cleared() string { return p.address("q", "", "kind", "") }

func (p OwnPage) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "support.new.open"), URL: ListURL + "/new", Look: ui.Go}}
	if len(p.Rows) > 0 {
		all = append(all, ui.Action{Text: i18n.T(ctx, "support.export"), URL: ui.Query(ListURL+".csv", ownQuery(p.Filter), "per", "")})
	}
	return all
}

func (p OwnPage) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.Query == "" && p.Filter.Kind == "" {
		pager.Total = p.Counts[p.Filter.Part]
	}
	if p.Filter.After != "" {
		pager.FirstURL = p.address()
	}
	if p.Next != "" {
		pager.NextURL = p.address("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.address("per", strconv.Itoa(n)) })
	return pager
}

// ExportOwn is the table of a file: titles, then a row for each request.
func ExportOwn(ctx context.Context, rows []support.Row) [][]string {
	table := [][]string{{
		i18n.T(ctx, "support.column.number"), i18n.T(ctx, "support.column.title"), i18n.T(ctx, "support.column.about"), i18n.T(ctx, "support.column.status"),
		i18n.T(ctx, "support.column.by"), i18n.T(ctx, "support.column.created"), i18n.T(ctx, "support.column.changed"), i18n.T(ctx, "support.column.last"),
	}}
	for _, r := range rows {
		if w := r.Wish; w != nil {
			table = append(table, []string{
				"", requestview.Wish(ctx, *w), i18n.T(ctx, "request.kind."+string(w.Kind)), i18n.T(ctx, "request.status."+string(w.Status)),
				w.By, ui.CellTime(w.CreatedAt), ui.CellTime(r.At), w.Answer,
			})
			continue
		}
		table = append(table, []string{
			r.Number(), r.Title, aboutText(ctx, r.About), statusText(ctx, r.Status), r.By, ui.CellTime(r.CreatedAt), ui.CellTime(r.At), r.LastText,
		})
	}
	return table
}

func (p OwnPage) lead(ctx context.Context) string {
	if p.Everybody {
		return i18n.T(ctx, "support.lead_all")
	}
	return i18n.T(ctx, "support.lead_own")
}

func (p OwnPage) columns(ctx context.Context) []ui.Column {
	cs := []ui.Column{
		{Title: i18n.T(ctx, "support.column.title")},
		{Title: i18n.T(ctx, "support.column.about")},
		{Title: i18n.T(ctx, "support.column.status")},
		{Title: i18n.T(ctx, "support.column.last")},
	}
	if p.Everybody {
		cs = append(cs, ui.Column{Title: i18n.T(ctx, "support.column.by")})
	}
	return append(cs, ui.Column{Title: i18n.T(ctx, "support.column.changed")})
}

// lastBy says which side wrote last.
func lastBy(ctx context.Context, r support.Request) string {
	return i18n.T(ctx, "support.last."+string(r.LastSide))
}
