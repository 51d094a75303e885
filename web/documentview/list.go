package documentview

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// ListPage is a page of the inbox.
type ListPage struct {
	Filter  document.Filter
	Page    document.Page
	Groups  []productgroup.Group // those of the reader
	Sources []document.Source
	Empty   bool // the organization has no document at all
	Now     time.Time
	Wrong   fault.Complaints // of what was to be done with the selected ones
	Beside  []ui.Action      // other pages about documents
}

func tin(s string) string { return ui.TIN(taxid.TIN(s)) }

// allTime is the period of who wants no bounds.
const allTime = "all"

// FilterOf reads the address of a list; what cannot be read does not narrow
// (ux.md 5.2). Without a period it is the last 30 days; what waits for an answer is
// shown whatever its date.
func FilterOf(q url.Values, now time.Time) document.Filter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	f := document.Filter{
		Query: q.Get("q"), Tab: document.Tab(q.Get("type")), Kind: document.Kind(q.Get("kind")), Side: document.Side(q.Get("side")), GroupID: int16(group),
		Status: document.Status(q.Get("status")), Answer: document.Answer(q.Get("answer")), Feed: q.Get("source"), Action: q.Get("action") != "",
		From: q.Get("from"), Until: q.Get("to"), Order: document.Sorting(q.Get("sort")), After: q.Get("after"), Before: q.Get("before"), Size: page.Size(q.Get("per")),
	}.Clean()
	if f.From == "" && f.Until == "" && !f.Action && q.Get("period") != allTime {
		f.From, f.Until = document.LastDays(now, document.UsualDays)
	}
	return f
}

// pairs is what the address of a list says of a filter, but not where in it.
func pairs(f document.Filter, now time.Time) []string {
	order, group, period, action := string(f.Order), "", "", ""
	if f.Order == document.ByDate {
		order = ""
	}
	if f.GroupID != 0 {
		group = strconv.Itoa(int(f.GroupID))
	}
	if f.Action {
		action = "yes"
	}
	from, until := document.LastDays(now, document.UsualDays)
	switch {
	case f.From == from && f.Until == until && !f.Action:
		from, until = "", ""
	case f.From == "" && f.Until == "" && !f.Action:
		from, until, period = "", "", allTime
	default:
		from, until = f.From, f.Until
	}
	return []string{
		"type", string(f.Tab), "q", f.Query, "from", from, "to", until, "period", period, "kind", string(f.Kind), "side", string(f.Side),
		"group", group, "status", string(f.Status), "answer", string(f.Answer), "source", f.Feed, "action", action, "sort", order, "per", ui.Per(f.Size),
	}
}

// FilterQuery is a filter as the query of an address, without the question mark.
func FilterQuery(f document.Filter, now time.Time) string {
	return strings.TrimPrefix(ui.Query("", pairs(f, now)), "?")
}

// FilterURL is the address of the beginning of a list.
func FilterURL(f document.Filter, now time.Time) string { return ui.Query(ListURL, pairs(f, now)) }

func (l ListPage) url(change ...string) string {
	return ui.Query(ListURL, pairs(l.Filter, l.Now), change...)
}

// tabs are the types with their counts, and what waits for an answer.
func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	var tabs []ui.Tab
	for _, t := range document.Tabs() {
		name := string(t)
		if t == document.TabAll {
			name = "all"
		}
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "document.tab."+name), URL: l.url("type", string(t), "kind", ""), Current: l.Filter.Tab == t,
			Count: l.Page.Counts[t].N, Counted: true,
		})
	}
	return tabs
}

// periods are the presets of the period.
func (l ListPage) periods(ctx context.Context) []ui.Tab {
	today := func(days int) []string {
		from, until := document.LastDays(l.Now, days)
		return []string{"from", from, "to", until, "period", "", "action", ""}
	}
	usual := []string{"from", "", "to", "", "period", "", "action", ""}
	var tabs []ui.Tab
	for _, p := range []struct {
		name   string
		change []string
		shown  [2]string
	}{
		{"today", today(1), days(l.Now, 1)},
		{"week", today(7), days(l.Now, 7)},
		{"month", usual, days(l.Now, document.UsualDays)},
		{"quarter", today(90), days(l.Now, 90)},
		{allTime, []string{"from", "", "to", "", "period", allTime, "action", ""}, [2]string{}},
	} {
		current := !l.Filter.Action && l.Filter.From == p.shown[0] && l.Filter.Until == p.shown[1]
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, "document.period."+p.name), URL: l.url(p.change...), Current: current})
	}
	return append(tabs, ui.Tab{
		Text: i18n.T(ctx, "document.list.action"), URL: l.url("action", "yes", "from", "", "to", "", "period", ""), Current: l.Filter.Action,
		Count: l.Page.Action.N, Counted: true, Hot: l.Page.Action.N > 0,
	})
}

func days(now time.Time, n int) [2]string {
	from, until := document.LastDays(now, n)
	return [2]string{from, until}
}

// keep are the parts of the address that the search form carries on.
func (l ListPage) keep() []ui.Hidden {
	var kept []ui.Hidden
	all := pairs(l.Filter, l.Now)
	for i := 0; i+1 < len(all); i += 2 {
		if slices.Contains([]string{"type", "sort", "per", "action"}, all[i]) && all[i+1] != "" {
			kept = append(kept, ui.Hidden{Name: all[i], Value: all[i+1]})
		}
	}
	return kept
}

// chosen says on paper what tabs and chips say on the screen.
func (l ListPage) chosen(ctx context.Context) []string {
	chosen := []string{dayText(l.Filter.From) + "–" + dayText(l.Filter.Until)}
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

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	add := func(use bool, text, drop string) {
		if use {
			chips = append(chips, ui.Link{Text: text, URL: l.url(drop, "")})
		}
	}
	f := l.Filter
	add(f.Query != "", "“"+f.Query+"”", "q")
	add(f.Kind != "", KindName(ctx, f.Kind), "kind")
	add(f.Side != "", i18n.T(ctx, "document.side."+string(f.Side)), "side")
	add(f.GroupID != 0, l.groupName(ctx, f.GroupID), "group")
	add(f.Status != "", i18n.T(ctx, "document.status."+string(f.Status)), "status")
	add(f.Answer != "", i18n.T(ctx, "document.answer."+string(f.Answer)), "answer")
	add(f.Feed != "", sourceName(ctx, l.Sources, f.Feed), "source")
	return chips
}

func (l ListPage) clearURL() string {
	f := document.Filter{Tab: l.Filter.Tab, From: l.Filter.From, Until: l.Filter.Until, Size: page.Size("")}.Clean()
	return FilterURL(f, l.Now)
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

func (l ListPage) groupOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(l.Groups))
	for i, g := range l.Groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

// kindOptions are the types of the tab.
func (l ListPage) kindOptions(ctx context.Context) []ui.Option {
	kinds := l.Filter.Tab.Kinds()
	if kinds == nil {
		kinds = document.Kinds()
	}
	var options []ui.Option
	for _, k := range kinds {
		options = append(options, ui.Option{Value: string(k), Text: KindName(ctx, k)})
	}
	return options
}

func statusOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, s := range document.ShownStatuses() {
		options = append(options, ui.Option{Value: string(s), Text: i18n.T(ctx, "document.status."+string(s))})
	}
	return options
}

func answerOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, a := range []document.Answer{document.Waiting, document.Accepted, document.Rejected} {
		options = append(options, ui.Option{Value: string(a), Text: i18n.T(ctx, "document.answer."+string(a))})
	}
	return options
}

func sideOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: string(document.In), Text: i18n.T(ctx, "document.side.in")}, {Value: string(document.Out), Text: i18n.T(ctx, "document.side.out")}}
}

func (l ListPage) sourceOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, s := range l.Sources {
		options = append(options, ui.Option{Value: s.Feed, Text: sourceName(ctx, l.Sources, s.Feed)})
	}
	return options
}

// further reports whether one of the filters is set that are not in view.
func (l ListPage) further() bool {
	f := l.Filter
	return f.Side != "" || f.GroupID != 0 || f.Answer != "" || f.Feed != "" || f.Kind != ""
}

// facts are the totals of all that the filter chooses.
func (l ListPage) facts(ctx context.Context) []ui.Fact {
	t := l.Page.Totals
	var facts []ui.Fact
	add := func(key string, tiyin int64) {
		if tiyin != 0 {
			facts = append(facts, ui.Fact{Label: i18n.T(ctx, "document.total."+key), Value: ui.Money(ctx, tiyin)})
		}
	}
	add("in", t.In)
	add("out", t.Out)
	add("other", t.Other)
	return append(facts, ui.Fact{Label: i18n.T(ctx, "document.total.codes"), Value: ui.Number(t.Codes)})
}

func (l ListPage) pager() ui.Pager {
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

// heads are the heads of the columns; a second press on one turns the order.
func (l ListPage) heads(ctx context.Context) []ui.Column {
	title := func(name string) string { return i18n.T(ctx, "document.column."+name) }
	date := ui.Column{Title: title("date"), URL: l.url("sort", ""), Sort: ui.Unsorted}
	amount := ui.Column{Title: title("amount"), URL: l.url("sort", string(document.ByAmount)), Num: true}
	switch l.Filter.Order {
	case document.ByDate:
		date.Sort, date.URL = ui.Descending, l.url("sort", string(document.ByOldest))
	case document.ByOldest:
		date.Sort = ui.Ascending
	case document.ByAmount:
		amount.Sort, amount.URL = ui.Descending, l.url("sort", string(document.BySmallest))
	case document.BySmallest:
		amount.Sort = ui.Ascending
	}
	var heads []ui.Column
	if l.selects(ctx) {
		heads = append(heads, ui.Column{Title: i18n.T(ctx, "document.list.select"), Hidden: true})
	}
	return append(heads, ui.Column{Title: title("number")}, date, ui.Column{Title: title("status")}, ui.Column{Title: title("party")},
		amount, ui.Column{Title: title("codes"), Num: true}, ui.Column{Title: title("source")})
}

// selects reports whether the reader can answer one of the invoices on the page.
func (l ListPage) selects(ctx context.Context) bool {
	return layout.ViewerOf(ctx).Rights.Has(perm.DocAccept) && slices.ContainsFunc(l.Page.Rows, l.answerable)
}

func (l ListPage) answerable(d document.Document) bool {
	return d.Pending() && l.Page.Now.Before(d.Deadline)
}

// exports are the files of what the filter chooses.
func (l ListPage) exports() []ui.Link {
	f := l.Filter
	f.Size = page.Size("")
	return []ui.Link{{Text: "XLSX", URL: ui.Query(ListURL+".xlsx", pairs(f, l.Now))}, {Text: "CSV", URL: ui.Query(ListURL+".csv", pairs(f, l.Now))}}
}

// none says why there are no rows, and how to see some.
func (l ListPage) none(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "document.list.none"), Text: i18n.T(ctx, "document.list.none_text")}
	switch {
	case l.Filter.Query != "":
		e.Title, e.Text = i18n.T(ctx, "document.list.none_for", "query", l.Filter.Query), i18n.T(ctx, "document.list.none_hint")
	case l.Filter.Action:
		e.Title, e.Text = i18n.T(ctx, "document.list.no_action"), ""
	}
	if l.Filter.Narrowed() {
		e.Actions = append(e.Actions, ui.Action{Text: i18n.T(ctx, "ui.filter.clear"), URL: l.clearURL()})
	}
	if l.Filter.From != "" || l.Filter.Until != "" {
		e.Actions = append(e.Actions, ui.Action{Text: i18n.T(ctx, "document.list.widen"), URL: l.url("from", "", "to", "", "period", allTime)})
	}
	return e
}

// asOf says until when a source has delivered.
func asOf(ctx context.Context, s document.Source) string {
	name := s.Name
	if name == "" {
		name = s.Feed
	}
	if s.AsOf.IsZero() {
		return i18n.T(ctx, "document.asof.never", "source", name)
	}
	if s.Late {
		return i18n.T(ctx, "document.asof.late", "source", name, "time", ui.DateTime(s.AsOf))
	}
	return i18n.T(ctx, "document.asof", "source", name, "time", ui.DateTime(s.AsOf))
}

// FileRows are the rows of a file, with their titles; sums are numbers, dates are
// times.
func FileRows(ctx context.Context, ds []document.Document, sources []document.Source) (titles []string, rows [][]any) {
	for _, c := range []string{"date", "kind", "side", "number", "party_tin", "party", "amount", "vat", "codes", "wrong", "status", "answer", "deadline", "source"} {
		titles = append(titles, i18n.T(ctx, "document.column."+c))
	}
	for _, d := range ds {
		_, status := StatusTag(ctx, d.Status)
		_, answer := AnswerTag(ctx, d)
		side := ""
		if d.Side != document.NoSide {
			side = i18n.T(ctx, "document.side."+string(d.Side))
		}
		rows = append(rows, []any{
			d.At, KindName(ctx, d.Kind), side, d.Number, d.Party.TIN, d.Party.Name, float64(d.Amount) / 100, float64(d.VAT) / 100, d.Codes, d.Wrong,
			status, answer, d.Deadline, sourceName(ctx, sources, d.Feed),
		})
	}
	return titles, rows
}
