package staffview

import (
	"context"
	"strconv"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/staff"
	"kabinet/web/ui"
)

const listURL = "/op/staff"

// People is a page of the list of staff.
type People struct {
	staff.Page
	Filter staff.Filter
	Self   int64 // the reader
}

// query is the address of the list with one value changed; an empty value takes
// it away. A change begins at the first page.
func (p People) query(name, value string) string {
	return ui.Query("", []string{"q", p.Filter.Query, "status", p.Filter.Status, "per", ui.Per(p.Filter.Size)}, name, value)
}

func (p People) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "staff.add"), URL: listURL + "/new", Look: ui.Go}}
	if len(p.Rows) > 0 {
		all = append(all, ui.Action{Text: i18n.T(ctx, "staff.export"), URL: listURL + ".csv" + p.query("per", "")})
	}
	return all
}

func (p People) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "staff.status.all"), URL: listURL + p.query("status", ""), Current: p.Filter.Status == "", Count: p.All(), Counted: true}}
	for _, s := range staff.Statuses() {
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "staff.status."+s), URL: listURL + p.query("status", s), Current: p.Filter.Status == s,
			Count: p.Counts[s], Counted: true,
		})
	}
	return tabs
}

func (p People) keep() []ui.Hidden {
	var keep []ui.Hidden
	for _, h := range []ui.Hidden{{Name: "status", Value: p.Filter.Status}, {Name: "per", Value: ui.Per(p.Filter.Size)}} {
		if h.Value != "" {
			keep = append(keep, h)
		}
	}
	return keep
}

func (p People) chips(ctx context.Context) []ui.Link {
	if p.Filter.Query == "" {
		return nil
	}
	return []ui.Link{{Text: i18n.T(ctx, "staff.chip", "q", p.Filter.Query), URL: listURL + p.query("q", "")}}
}

func (p People) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.Rows), Total: p.Total(p.Filter), Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = listURL + p.query("after", "")
	}
	if p.Next != "" {
		pager.NextURL = listURL + p.query("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return listURL + p.query("per", strconv.Itoa(n)) })
	return pager
}

// Sheet is the list as a table for office programs.
func Sheet(ctx context.Context, people []staff.Person) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "staff.column.name"), i18n.T(ctx, "staff.column.roles"),
		i18n.T(ctx, "staff.column.status"), i18n.T(ctx, "staff.column.since"),
	}}
	for _, p := range people {
		rows = append(rows, []string{p.Name, roleNames(ctx, p.Roles), i18n.T(ctx, "staff.status."+p.Status), ui.CellTime(p.CreatedAt)})
	}
	return rows
}
