package cardview

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/internal/savedview"
	"kabinet/web/ui"
)

// ListName is what the list is called among saved views.
const ListName = "cards"

// viewsURL is where views and columns of the list are kept.
const viewsURL = ListURL + "/views"

// ListPage is a page of an organization's cards.
type ListPage struct {
	Filter  card.Filter
	Page    card.Page
	Groups  []productgroup.Group // those of the reader
	Choices savedview.Choices
	Wrong   fault.Complaints // of what was to be done with the selected ones
}

// Columns of the list, in their order; the first and the status always show. On a
// phone they stand below each other: the status is among the first three.
func Columns() []string {
	return []string{"name", "gtin", "status", "brand", "group", "country", "packaging", "updated"}
}

// AlwaysShown are the columns without which a row is not understood.
func AlwaysShown() []string { return []string{"name", "status"} }

// usual are the columns of who has chosen none.
func usual() []string { return []string{"name", "gtin", "status", "group", "country", "updated"} }

// columns are those that the reader sees.
func (l ListPage) columns() []string {
	chosen := l.Choices.Columns
	if len(chosen) == 0 {
		chosen = usual()
	}
	return savedview.Shown(Columns(), AlwaysShown(), chosen)
}

// FilterOf reads the address of a list; what cannot be read does not narrow
// (ux.md 5.2).
func FilterOf(ctx context.Context, q url.Values) card.Filter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	tab := q.Get("status")
	if tab == everything {
		tab = ""
	}
	return card.Filter{
		IDs: SplitIDs(q.Get(IDsName)), Query: q.Get("q"), Tab: card.Tab(tab), GroupID: int16(group), Country: q.Get("country"), Packaging: card.Packaging(q.Get("packaging")), Planned: q.Get("planned") != "",
		From: q.Get("from"), Until: q.Get("to"), Order: card.Order(q.Get("sort")), After: q.Get("after"), Before: q.Get("before"),
		Size: page.Size(q.Get("per")), Lang: lang(ctx),
	}.Clean()
}

// everything is the status of who wants no default view: all cards.
const everything = "all"

// pairs is what the address of a list says of a filter, but not where in it.
func pairs(f card.Filter) []string {
	order, group := string(f.Order), ""
	if f.Order == card.ByUpdated {
		order = ""
	}
	if f.GroupID != 0 {
		group = strconv.Itoa(int(f.GroupID))
	}
	planned := ""
	if f.Planned {
		planned = "1"
	}
	return []string{
		IDsName, JoinIDs(f.IDs), "q", f.Query, "status", string(f.Tab), "group", group, "country", f.Country, "packaging", string(f.Packaging), "planned", planned,
		"from", f.From, "to", f.Until, "sort", order, "per", ui.Per(f.Size),
	}
}

// FilterQuery is a filter as the query of an address, without the question mark;
// the place in the list is left out.
func FilterQuery(f card.Filter) string { return strings.TrimPrefix(ui.Query("", pairs(f)), "?") }

// FilterURL is the address of the beginning of a list.
func FilterURL(f card.Filter) string { return ui.Query(ListURL, pairs(f)) }

// ExportURL is the workbook of what a filter chooses.
func ExportURL(f card.Filter) string { return ui.Query(ListURL+".xlsx", pairs(f)) }

// url is the list with a change. Where a view opens the list, all cards have an
// address of their own.
func (l ListPage) url(change ...string) string {
	to := ui.Query(ListURL, pairs(l.Filter), change...)
	if _, opens := l.Choices.Opens(); opens && to == ListURL {
		return ListURL + "?status=" + everything
	}
	return to
}

func (l ListPage) clearURL() string {
	empty := ListPage{Choices: l.Choices, Filter: card.Filter{Tab: l.Filter.Tab, Size: page.Size("")}.Clean()}
	return empty.url()
}

// first reports whether there is nothing yet, whatever one asks for.
func (l ListPage) first() bool {
	return !l.Filter.Narrowed() && l.Page.Counts[card.TabAll].N == 0 && l.Page.Counts[card.TabArchive].N == 0
}

// tabs are those of the statuses, then what is built in, then the reader's own.
func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	view := l.view()
	var tabs []ui.Tab
	for _, t := range card.Tabs() {
		name := string(t)
		if t == card.TabAll {
			name = everything
		}
		n := l.Page.Counts[t]
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "card.list.tab."+name), URL: l.url("status", string(t)), Current: view == "" && l.Filter.Tab == t,
			Count: n.N, Counted: n.N > 0 || !n.More, More: n.More, Hot: t == card.TabReturned && n.N > 0,
		})
	}
	for _, v := range l.views(ctx) {
		tabs = append(tabs, ui.Tab{Text: v.Name, URL: ListURL + "?" + v.Query, Current: v.Query == view})
	}
	return tabs
}

// views are the built-in ones and the reader's own.
func (l ListPage) views(ctx context.Context) []savedview.View {
	return append(builtIn(ctx), l.Choices.Views...)
}

// builtIn are the views everybody has: what Home counts too.
func builtIn(ctx context.Context) []savedview.View {
	return []savedview.View{
		{Name: i18n.T(ctx, "card.list.no_country"), Query: "country=" + card.NoCountry},
		{Name: i18n.T(ctx, "card.list.planned"), Query: "planned=1"},
	}
}

// view is the query of the view that is shown, "" if it is none.
func (l ListPage) view() string {
	query := FilterQuery(l.Filter)
	if query == "country="+card.NoCountry || query == "planned=1" || slices.ContainsFunc(l.Choices.Views, func(v savedview.View) bool { return v.Query == query }) {
		return query
	}
	return ""
}

// keep are the parts of the address that the search form carries on.
func (l ListPage) keep() []ui.Hidden {
	var kept []ui.Hidden
	all := pairs(l.Filter)
	for i := 0; i+1 < len(all); i += 2 {
		if slices.Contains([]string{"status", "sort", "per"}, all[i]) && all[i+1] != "" {
			kept = append(kept, ui.Hidden{Name: all[i], Value: all[i+1]})
		}
	}
	return kept
}

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	add := func(use bool, text string, drop string) {
		if use {
			chips = append(chips, ui.Link{Text: text, URL: l.url(drop, "")})
		}
	}
	f := l.Filter
	add(len(f.IDs) > 0, i18n.N(ctx, "card.list.chosen", len(f.IDs)), IDsName)
	add(f.Query != "", "“"+f.Query+"”", "q")
	add(f.GroupID != 0, l.groupName(ctx, f.GroupID), "group")
	add(f.Country != "", l.countryName(ctx), "country")
	add(f.Packaging != "", packagingName(ctx, f.Packaging), "packaging")
	add(f.Planned, i18n.T(ctx, "card.list.planned"), "planned")
	add(f.From != "", i18n.T(ctx, "card.list.since", "day", dayText(f.From)), "from")
	add(f.Until != "", i18n.T(ctx, "card.list.until", "day", dayText(f.Until)), "to")
	return chips
}

// Words say how the list is narrowed.
func (l ListPage) Words(ctx context.Context) []string {
	var words []string
	if l.Filter.Tab != card.TabAll {
		words = append(words, i18n.T(ctx, "card.list.tab."+string(l.Filter.Tab)))
	}
	for _, c := range l.chips(ctx) {
		words = append(words, c.Text)
	}
	return words
}

func (l ListPage) countryName(ctx context.Context) string {
	if l.Filter.Country == card.NoCountry {
		return i18n.T(ctx, "card.list.no_country")
	}
	return countryName(ctx, l.Filter.Country)
}

func (l ListPage) groupName(ctx context.Context, id int16) string {
	for _, g := range l.Groups {
		if g.ID == id {
			return g.Name(lang(ctx))
		}
	}
	return strconv.Itoa(int(id))
}

func (l ListPage) group() string {
	if l.Filter.GroupID == 0 {
		return ""
	}
	return strconv.Itoa(int(l.Filter.GroupID))
}

func groupOptions(ctx context.Context, groups []productgroup.Group) []ui.Option {
	options := make([]ui.Option, len(groups))
	for i, g := range groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

func countryOptions(ctx context.Context) []ui.Option {
	return append([]ui.Option{{Value: card.NoCountry, Text: i18n.T(ctx, "card.list.no_country")}}, ui.Countries(ctx)...)
}

func packagingOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, p := range card.Packagings() {
		options = append(options, ui.Option{Value: string(p), Text: packagingName(ctx, p)})
	}
	return options
}

// further reports whether one of the filters is set that are not in view.
func (l ListPage) further() bool {
	return l.Filter.Packaging != "" || l.Filter.From != "" || l.Filter.Until != ""
}

// allWords name all cards that a filter chooses.
func allWords(ctx context.Context, n page.Count) string {
	if n.More {
		return i18n.T(ctx, "card.bulk.all_more", "n", ui.Int(n.N))
	}
	return i18n.N(ctx, "card.bulk.all", n.N)
}

func (l ListPage) pager() ui.Pager {
	if l.Page.Similar {
		return ui.Pager{Shown: len(l.Page.Rows), Total: -1}
	}
	total := l.Page.Total(l.Filter)
	p := ui.Pager{Shown: len(l.Page.Rows), Total: total.N, AtLeast: total.More, Per: l.Filter.Size}
	if l.Page.Next != "" {
		p.NextURL = l.url("after", l.Page.Next)
	}
	if l.Page.Prev != "" {
		p.FirstURL, p.PrevURL = l.url(), l.url("before", l.Page.Prev)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.url("per", ui.Per(n)) })
	return p
}

// sorts are the orders by column: up and down.
var sorts = map[string][2]card.Order{
	"name": {card.ByName, card.ByNameZA}, "gtin": {card.ByGTIN, card.ByGTINZA}, "updated": {card.ByOldest, card.ByUpdated}, "status": {card.ByStatus, card.ByDone},
}

// heads are the heads of the columns; a second press on one turns the order.
func (l ListPage) heads(ctx context.Context) []ui.Column {
	heads := []ui.Column{{Title: i18n.T(ctx, "card.list.select"), Hidden: true}}
	for _, name := range l.columns() {
		c := ui.Column{Title: columnName(ctx, name)}
		if by, ok := sorts[name]; ok && !l.Page.Similar {
			c.URL = l.url("sort", string(by[0]))
			switch l.Filter.Order {
			case by[0]:
				c.URL, c.Sort = l.url("sort", string(by[1])), ui.Ascending
			case by[1]:
				c.Sort = ui.Descending
			}
			if name == "updated" && c.Sort != ui.Descending { // the latest first is what one wants first
				c.URL = l.url("sort", "")
			}
		}
		heads = append(heads, c)
	}
	return heads
}

func columnName(ctx context.Context, name string) string {
	return i18n.T(ctx, "card.list.column."+name)
}

func columnChoices(ctx context.Context) []ui.Choice {
	var choices []ui.Choice
	for _, name := range Columns() {
		c := ui.Choice{Value: name, Text: columnName(ctx, name)}
		if slices.Contains(AlwaysShown(), name) {
			c.Disabled, c.Hint = true, i18n.T(ctx, "card.list.always")
		}
		choices = append(choices, c)
	}
	return choices
}

func (l ListPage) actions(ctx context.Context) []ui.Action {
	if !mayEdit(ctx) {
		return nil
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "card.list.new"), URL: newURL, Look: ui.Go},
		{Text: i18n.T(ctx, "card.list.import"), URL: importURL},
	}
}

// exports are the files of what the filter chooses.
func (l ListPage) exports() []ui.Link {
	f := l.Filter
	f.Size = page.Size("")
	return []ui.Link{{Text: "XLSX", URL: ExportURL(f)}, {Text: "CSV", URL: ui.Query(ListURL+".csv", pairs(f))}}
}

// saveURL is where the question of this page gets a name.
func (l ListPage) saveURL() string { return ui.Query(viewsURL, pairs(l.Filter)) }

// none says why there are no rows.
func (l ListPage) none(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "card.list.none"), Text: i18n.T(ctx, "card.list.none_text")}
	if l.Filter.Query != "" {
		e.Title, e.Text = i18n.T(ctx, "card.list.none_for", "query", l.Filter.Query), i18n.T(ctx, "card.list.none_hint")
	}
	if l.Filter.Narrowed() {
		e.Actions = []ui.Action{{Text: i18n.T(ctx, "ui.filter.clear"), URL: l.clearURL()}}
	}
	return e
}

// dayText is a day of an address as people write it.
func dayText(s string) string {
	parts := strings.Split(s, "-")
	if len(parts) != 3 {
		return s
	}
	return parts[2] + "." + parts[1] + "." + parts[0]
}
