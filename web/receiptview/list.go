package receiptview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/internal/receipt"
	"kabinet/web/ui"
)

// ListPage is a page of an organization's receipts.
type ListPage struct {
	Filter  receipt.Filter
	Page    receipt.Page
	Groups  []productgroup.Group // those of the reader
	Sources []feed.Freshness
	Now     time.Time
	Wrong   fault.Complaints
}

func (l ListPage) url(change ...string) string {
	return ui.Query(ListURL, Query(l.Filter, l.Now), change...)
}

// export is the file of what the filter chooses.
func (l ListPage) export() string {
	return ui.Query(ListURL+".csv", Query(l.Filter, l.Now), "per", "")
}

// first reports whether there is nothing yet, whatever one asks for.
func (l ListPage) first() bool { return !l.Page.Any && len(l.Wrong) == 0 }

// tabs divide the list by what people come for.
func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	f := l.Filter
	return []ui.Tab{
		{Text: i18n.T(ctx, "receipt.tab.all"), URL: l.url("kind", "", "match", ""), Current: f.Kind == "" && f.Match == ""},
		{Text: i18n.T(ctx, "receipt.tab.sale"), URL: l.url("kind", string(receipt.Sale), "match", ""), Current: f.Kind == receipt.Sale && f.Match == ""},
		{Text: i18n.T(ctx, "receipt.tab.return"), URL: l.url("kind", string(receipt.Return), "match", ""), Current: f.Kind == receipt.Return && f.Match == ""},
		{Text: i18n.T(ctx, "receipt.tab.unmatched"), URL: l.url("kind", "", "match", receipt.Unmatched), Current: f.Kind == "" && f.Match == receipt.Unmatched},
	}
}

// period is one of the ready ones.
type period struct {
	key, from, to string
}

// periods are those of ux.md 5.1.
func (l ListPage) periods() []period {
	today := l.Now.In(clock.Tashkent())
	quarter := time.Date(today.Year(), (today.Month()-1)/3*3+1, 1, 0, 0, 0, 0, today.Location())
	return []period{
		{"today", dayOf(today), ""},
		{"week", dayOf(today.AddDate(0, 0, -6)), ""},
		{"month", usualFrom(today), ""},
		{"this_month", dayOf(today.AddDate(0, 0, 1-today.Day())), ""},
		{"quarter", dayOf(quarter), ""},
		{allTime, "", ""},
	}
}

// periodTabs lead to the ready periods.
func (l ListPage) periodTabs(ctx context.Context) []ui.Tab {
	var tabs []ui.Tab
	current := false
	for _, p := range l.periods() {
		f := l.Filter
		f.From, f.Until = p.from, p.to
		here := !current && f.From == l.Filter.From && f.Until == l.Filter.Until
		current = current || here
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, "receipt.period."+p.key), URL: FilterURL(f, l.Now), Current: here})
	}
	return tabs
}

// keep are the parts of the address that the search form carries on.
func (l ListPage) keep() []ui.Hidden {
	var kept []ui.Hidden
	add := func(name, value string) {
		if value != "" {
			kept = append(kept, ui.Hidden{Name: name, Value: value})
		}
	}
	add("kind", string(l.Filter.Kind))
	if l.Filter.Oldest {
		add("sort", "time")
	}
	add("per", ui.Per(l.Filter.Size))
	return kept
}

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	add := func(use bool, text, drop string) {
		if use {
			chips = append(chips, ui.Link{Text: text, URL: l.url(drop, "")})
		}
	}
	f := l.Filter
	add(f.Code != "", i18n.T(ctx, "receipt.code"), "code")
	add(f.Terminal != "", i18n.T(ctx, "receipt.terminal")+" “"+f.Terminal+"”", "terminal")
	add(f.Number != "", "“"+f.Number+"”", "number")
	add(f.Kind != "", kindName(ctx, f.Kind), "kind")
	add(f.Match != "", l.matchName(ctx), "match")
	add(f.GroupID != 0, l.groupName(ctx), "group")
	return chips
}

func (l ListPage) matchName(ctx context.Context) string {
	for _, o := range matchOptions(ctx) {
		if o.Value == l.Filter.Match {
			return o.Text
		}
	}
	return ""
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

func (l ListPage) clearURL() string { return ListURL }

func matchOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Value: receipt.Matched, Text: i18n.T(ctx, "receipt.matched")}, {Value: receipt.Unmatched, Text: i18n.T(ctx, "receipt.unmatched")}}
	for _, t := range receipt.Troubles() {
		options = append(options, ui.Option{Value: t.Name(), Text: troubleName(ctx, t)})
	}
	return options
}

func groupOptions(ctx context.Context, groups []productgroup.Group) []ui.Option {
	options := make([]ui.Option, len(groups))
	for i, g := range groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

// totals are the sums of the filtered receipts.
func (l ListPage) totals(ctx context.Context) []ui.Fact {
	t := l.Page.Totals
	sum := func(key string, sum int64, n int) ui.Fact {
		return ui.Fact{Label: i18n.T(ctx, "receipt.totals."+key), Value: ui.Money(ctx, sum), Hint: i18n.N(ctx, "receipt.count", n)}
	}
	return []ui.Fact{
		sum("sales", t.SalesSum, t.Sales), sum("returns", t.ReturnsSum, t.Returns), sum("net", t.SalesSum-t.ReturnsSum, t.Count()),
		{Label: i18n.T(ctx, "receipt.totals.unmatched"), Value: i18n.N(ctx, "receipt.count", t.Unmatched), URL: l.url("match", receipt.Unmatched)},
	}
}

// asOf says as of when each source is known, and whether one is late.
func (l ListPage) asOf(ctx context.Context) (text string, late bool) {
	var parts []string
	for _, s := range l.Sources {
		if s.At.IsZero() {
			parts = append(parts, i18n.T(ctx, "receipt.as_of.never", "source", s.Name(lang(ctx))))
		} else {
			parts = append(parts, i18n.T(ctx, "receipt.as_of", "source", s.Name(lang(ctx)), "time", ui.DateTime(s.At)))
		}
		late = late || s.State == feed.Late
	}
	return strings.Join(parts, " · "), late
}

func (l ListPage) pager() ui.Pager {
	t := l.Page.Totals
	p := ui.Pager{Shown: len(l.Page.Rows), Total: t.Count(), AtLeast: t.More, Per: l.Filter.Size}
	if l.Page.Next != "" {
		p.NextURL = l.url("after", l.Page.Next)
	}
	if l.Page.Prev != "" {
		p.FirstURL, p.PrevURL = l.url(), l.url("before", l.Page.Prev)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.url("per", ui.Per(n)) })
	return p
}

// heads are the heads of the columns; the time turns the order.
func (l ListPage) heads(ctx context.Context) []ui.Column {
	at := ui.Column{Title: i18n.T(ctx, "receipt.column.time"), URL: l.url("sort", "time"), Sort: ui.Descending}
	if l.Filter.Oldest {
		at.URL, at.Sort = l.url("sort", ""), ui.Ascending
	}
	heads := []ui.Column{at}
	for _, name := range columns {
		heads = append(heads, ui.Column{Title: i18n.T(ctx, "receipt.column."+name), Num: name == "total" || name == "codes"})
	}
	return heads
}

// columns behind the time.
var columns = []string{"kind", "known", "goods", "codes", "total"}

// none says why there are no rows.
func (l ListPage) none(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "receipt.none"), Text: i18n.T(ctx, "receipt.none_text")}
	if l.Filter.Code != "" {
		e.Title, e.Text = i18n.T(ctx, "receipt.none_code"), i18n.T(ctx, "receipt.none_code_text", "code", l.Filter.Code)
	}
	if l.Filter.From != "" || l.Filter.Until != "" {
		f := l.Filter
		f.From, f.Until = "", ""
		e.Actions = append(e.Actions, ui.Action{Text: i18n.T(ctx, "receipt.show_all"), URL: FilterURL(f, l.Now)})
	}
	if l.Filter.Narrowed() {
		e.Actions = append(e.Actions, ui.Action{Text: i18n.T(ctx, "ui.filter.clear"), URL: l.clearURL()})
	}
	return e
}

// changes says how the code was read.
func (l ListPage) changes(ctx context.Context) string {
	parts := make([]string, len(l.Page.Changes))
	for i, c := range l.Page.Changes {
		parts[i] = i18n.T(ctx, "receipt.changed."+string(c))
	}
	return strings.Join(parts, ", ")
}

// returnColumns are the heads above the returns of a sale: those of the list,
// without a way to sort.
func returnColumns(ctx context.Context) []ui.Column {
	heads := ListPage{}.heads(ctx)
	heads[0].URL = ""
	return heads
}
