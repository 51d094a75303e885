package placeview

import (
	"context"
	"strconv"

	"kabinet/internal/core/page"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// ListPage is a page of places.
type ListPage struct {
	Filter place.Filter
	Page   place.Page
}

// query is what the address of a list says of a filter, changed by pairs of
// names and values; an empty value takes a filter away.
func query(f place.Filter, change ...string) string {
	sort := string(f.Order)
	if f.Order == place.ByName {
		sort = ""
	}
	return ui.Query("", []string{
		"q", f.Query, "status", string(f.Status), "region", f.Region, "activity", string(f.Activity), "sort", sort, "per", ui.Per(f.Size),
	}, change...)
}

// ListURL is the address of the beginning of a list.
func ListURL(f place.Filter) string { return listURL + query(f) }

func (l ListPage) url(change ...string) string { return listURL + query(l.Filter, change...) }

func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	all := l.Page.Counts[place.Active] + l.Page.Counts[place.Blocked]
	tabs := []ui.Tab{{Text: i18n.T(ctx, "place.list.all"), URL: l.url("status", ""), Current: l.Filter.Status == "", Count: all, Counted: true}}
	for _, s := range []place.Status{place.Active, place.Blocked} {
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "place.list.tab."+string(s)), URL: l.url("status", string(s)), Current: l.Filter.Status == s,
			Count: l.Page.Counts[s], Counted: true,
		})
	}
	return tabs
}

// keep are the parts of the address that the search form carries on.
func (l ListPage) keep() []ui.Hidden {
	var hs []ui.Hidden
	add := func(use bool, name, value string) {
		if use {
			hs = append(hs, ui.Hidden{Name: name, Value: value})
		}
	}
	add(l.Filter.Status != "", "status", string(l.Filter.Status))
	add(l.Filter.Order != place.ByName, "sort", string(l.Filter.Order))
	add(l.Filter.Size != page.Size(""), "per", strconv.Itoa(l.Filter.Size))
	return hs
}

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var cs []ui.Link
	if l.Filter.Query != "" {
		cs = append(cs, ui.Link{Text: "“" + l.Filter.Query + "”", URL: l.url("q", "")})
	}
	if l.Filter.Region != "" {
		cs = append(cs, ui.Link{Text: regionName(ctx, l.Filter.Region), URL: l.url("region", "")})
	}
	if l.Filter.Activity != "" {
		cs = append(cs, ui.Link{Text: activityName(ctx, l.Filter.Activity), URL: l.url("activity", "")})
	}
	return cs
}

func (l ListPage) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Page.Rows), Total: l.Page.Total(l.Filter), Per: l.Filter.Size}
	if l.Page.Next != "" {
		p.NextURL = l.url("after", l.Page.Next)
	}
	if l.Filter.After != "" {
		p.FirstURL = l.url()
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.url("per", strconv.Itoa(n)) })
	return p
}

// columns are the heads of the list; a second press on one turns the order.
func (l ListPage) columns(ctx context.Context) []ui.Column {
	turn := func(up, down place.Order) (string, ui.Sort) {
		switch l.Filter.Order {
		case up:
			return l.url("sort", string(down)), ui.Ascending
		case down:
			return l.url("sort", string(up)), ui.Descending
		}
		return l.url("sort", string(up)), ui.Unsorted
	}
	name, id := ui.Column{Title: i18n.T(ctx, "place.field.name")}, ui.Column{Title: i18n.T(ctx, "place.field.id"), Num: true}
	name.URL, name.Sort = turn(place.ByName, place.ByNameZA)
	id.URL, id.Sort = turn(place.Oldest, place.Newest)
	return []ui.Column{name, id, {Title: i18n.T(ctx, "place.field.activities")}, {Title: i18n.T(ctx, "place.address")}, {Title: i18n.T(ctx, "place.status")}}
}

func (l ListPage) actions(ctx context.Context) []ui.Action {
	if !may(ctx) {
		return nil
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "place.new"), URL: newURL, Look: ui.Go},
		{Text: i18n.T(ctx, "place.import.title"), URL: importURL},
	}
}

func (l ListPage) exports() []ui.Link {
	f := l.Filter
	f.Size = page.Size("")
	return []ui.Link{{Text: "XLSX", URL: listURL + ".xlsx" + query(f)}, {Text: "CSV", URL: listURL + ".csv" + query(f)}}
}
