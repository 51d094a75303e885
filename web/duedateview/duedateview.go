// Package duedateview draws the dates to keep.
package duedateview

import (
	"context"
	"net/url"
	"strings"

	"kabinet/internal/duedate"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// List is the page of dates; Only is the kind it is narrowed to.
type List struct {
	duedate.List
	Only duedate.Kind
}

func (l List) address(path string, k duedate.Kind) string {
	return ui.Query(path, []string{"kind", string(k)})
}

// tabs are the kinds the reader may see.
func (l List) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "duedate.all"), URL: "/dates", Current: l.Only == ""}}
	for _, k := range l.Kinds {
		tabs = append(tabs, ui.Tab{Text: kind(ctx, k), URL: l.address("/dates", k), Current: l.Only == k})
	}
	return tabs
}

func kind(ctx context.Context, k duedate.Kind) string { return i18n.T(ctx, "duedate.kind."+string(k)) }

// what is the date in words.
func what(ctx context.Context, d duedate.Date) string {
	key := "duedate.what." + string(d.Kind)
	switch {
	case d.Kind == duedate.Moderation:
		return i18n.N(ctx, key, d.N)
	case d.Kind == duedate.Key && d.More != "":
		key += "_of"
	}
	return i18n.T(ctx, key, "name", d.Name, "more", d.More)
}

// lead says how many dates have passed or come within a week.
func (l List) lead(ctx context.Context) string {
	near := 0
	for _, d := range l.Dates {
		if d.Overdue(l.Now) || d.Soon(l.Now) {
			near++
		}
	}
	if near == 0 {
		return i18n.T(ctx, "duedate.none_soon")
	}
	return i18n.N(ctx, "duedate.soon", near)
}

// state is a tag beside the date: colour, shape and word.
func (l List) state(ctx context.Context, d duedate.Date) (ui.Tone, string) {
	switch {
	case d.Overdue(l.Now) && d.Kind == duedate.Maintenance:
		return ui.Warn, i18n.T(ctx, "duedate.running")
	case d.Overdue(l.Now):
		return ui.Bad, i18n.T(ctx, "duedate.overdue")
	case d.Soon(l.Now):
		return ui.Warn, ui.Left(ctx, d.At, l.Now)
	}
	return ui.Mute, ui.Left(ctx, d.At, l.Now)
}

func (l List) exports(ctx context.Context) []ui.Action {
	return []ui.Action{
		{Text: i18n.T(ctx, "duedate.calendar"), URL: l.address("/dates.ics", l.Only)},
		{Text: i18n.T(ctx, "duedate.table"), URL: l.address("/dates.csv", l.Only)},
	}
}

// more says of which kinds there is more than the page shows.
func (l List) more(ctx context.Context) string {
	names := make([]string, len(l.More))
	for i, k := range l.More {
		names[i] = kind(ctx, k)
	}
	return i18n.T(ctx, "duedate.more", "kinds", strings.Join(names, ", "))
}

// Rows is the list as a table for office programs, with its head.
func (l List) Rows(ctx context.Context) [][]string {
	rows := [][]string{{i18n.T(ctx, "duedate.when"), i18n.T(ctx, "duedate.about"), i18n.T(ctx, "duedate.what"), i18n.T(ctx, "duedate.state")}}
	for _, d := range l.Dates {
		_, state := l.state(ctx, d)
		rows = append(rows, []string{ui.CellTime(d.At), kind(ctx, d.Kind), what(ctx, d), state})
	}
	return rows
}

// Entries is the list for a calendar; base is the address of the portal.
func (l List) Entries(ctx context.Context, base string) []duedate.Entry {
	host := "kabinet"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	entries := make([]duedate.Entry, 0, len(l.Dates))
	for _, d := range l.Dates {
		link := strings.TrimSuffix(base, "/") + d.Path()
		entries = append(entries, duedate.Entry{
			UID: d.UID() + "@" + host, At: d.At, Summary: what(ctx, d), About: kind(ctx, d.Kind) + "\n" + link, URL: link,
		})
	}
	return entries
}
