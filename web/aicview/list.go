package aicview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/aic"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// ListPage is a page of an organization's AICs.
type ListPage struct {
	Filter aic.Filter
	Page   aic.Page
	Groups []productgroup.Group // of AICs, those of the reader
	Now    time.Time
	Wrong  fault.Complaints // of what was to be disbanded
}

func (l ListPage) url(change ...string) string { return ui.Query(ListURL, Query(l.Filter), change...) }

func (l ListPage) export() string { return ui.Query(ListURL+".csv", Query(l.Filter), "per", "") }

// first reports whether there is nothing yet, whatever one asks for.
func (l ListPage) first() bool {
	all := l.Filter
	all.State = ""
	return !l.Filter.Narrowed() && l.Page.Total(all) == 0
}

func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	all := l.Filter
	all.State = ""
	tabs := []ui.Tab{{Text: i18n.T(ctx, "aic.tab.all"), URL: l.url("state", ""), Current: l.Filter.State == "", Count: l.Page.Total(all), Counted: true}}
	for _, s := range aic.States() {
		n := l.Page.Counts[s]
		tabs = append(tabs, ui.Tab{Text: stateName(ctx, s), URL: l.url("state", string(s)), Current: l.Filter.State == s, Count: n, Counted: true, Hot: s == aic.Formed && n > 0})
	}
	return tabs
}

func (l ListPage) keep() []ui.Hidden {
	var kept []ui.Hidden
	for _, h := range []ui.Hidden{{Name: "state", Value: string(l.Filter.State)}, {Name: "per", Value: ui.Per(l.Filter.Size)}} {
		if h.Value != "" {
			kept = append(kept, h)
		}
	}
	if l.Filter.Newest {
		kept = append(kept, ui.Hidden{Name: "sort", Value: "-age"})
	}
	return kept
}

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if l.Filter.Number != "" {
		chips = append(chips, ui.Link{Text: "“" + l.Filter.Number + "”", URL: l.url("q", "")})
	}
	if l.Filter.GroupID != 0 {
		chips = append(chips, ui.Link{Text: l.groupName(ctx), URL: l.url("group", "")})
	}
	return chips
}

// chosen says on paper what tabs and chips say on the screen.
func (l ListPage) chosen(ctx context.Context) []string {
	var chosen []string
	for _, t := range l.tabs(ctx) {
		if t.Current {
			chosen = append(chosen, t.Text)
		}
	}
	for _, c := range l.chips(ctx) {
		chosen = append(chosen, c.Text)
	}
	return chosen
}

func (l ListPage) groupName(ctx context.Context) string {
	for _, g := range l.Groups {
		if g.ID == l.Filter.GroupID {
			return g.Name(lang(ctx))
		}
	}
	return l.group()
}

func (l ListPage) group() string {
	if l.Filter.GroupID == 0 {
		return ""
	}
	return strconv.Itoa(int(l.Filter.GroupID))
}

func (l ListPage) groupOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(l.Groups))
	for i, g := range l.Groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

func (l ListPage) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Page.Rows), Total: l.Page.Total(l.Filter), Per: l.Filter.Size}
	if l.Page.Next != "" {
		p.NextURL = l.url("after", l.Page.Next)
	}
	if l.Page.Prev != "" {
		p.FirstURL, p.PrevURL = l.url(), l.url("before", l.Page.Prev)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.url("per", ui.Per(n)) })
	return p
}

// columns are the heads of the list; the age turns the order.
func (l ListPage) columns(ctx context.Context) []ui.Column {
	age := ui.Column{Title: i18n.T(ctx, "aic.column.age"), Num: true, URL: l.url("sort", "-age"), Sort: ui.Descending}
	if l.Filter.Newest {
		age.URL, age.Sort = l.url("sort", ""), ui.Ascending
	}
	columns := []ui.Column{
		{Title: i18n.T(ctx, "aic.column.number")},
		{Title: i18n.T(ctx, "aic.column.state")},
		age,
		{Title: i18n.T(ctx, "aic.column.product")},
		{Title: i18n.T(ctx, "aic.column.codes"), Num: true},
		{Title: i18n.T(ctx, "aic.column.declaration")},
	}
	if mayDisband(ctx) {
		columns = append([]ui.Column{{Title: i18n.T(ctx, "aic.column.select"), Hidden: true}}, columns...)
	}
	return columns
}

func (l ListPage) none(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "aic.none"), Text: i18n.T(ctx, "aic.none_text")}
	if l.Filter.Narrowed() {
		e.Actions = []ui.Action{{Text: i18n.T(ctx, "ui.filter.clear"), URL: ListURL}}
	}
	return e
}

// Rows is the list as a table for office programs, with its head. Numbers stand in
// their parts: of 25 digits in a row such programs keep fifteen.
func Rows(ctx context.Context, all []aic.AIC, now time.Time) [][]string {
	head := []string{i18n.T(ctx, "aic.csv.number"), i18n.T(ctx, "aic.csv.day")}
	for _, k := range []string{"age", "state", "product", "codes", "declaration"} {
		head = append(head, i18n.T(ctx, "aic.column."+k))
	}
	rows := [][]string{head}
	for _, a := range all {
		rows = append(rows, []string{
			a.Number.Grouped(), ui.Date(a.Number.Day()), strconv.Itoa(a.Age(now)), stateName(ctx, a.State), product(ctx, a), strconv.Itoa(a.Codes), a.Declaration,
		})
	}
	return rows
}
