// Package orgview draws organizations for the operator's staff.
package orgview

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// ListPage is the list of organizations.
type ListPage struct {
	Page   org.Page
	Filter org.Filter
	Groups []productgroup.Group
	Wrong  fault.Complaints // about the search
	// Address makes addresses of this list: name, value pairs to change.
	Address func(changes ...string) string
}

// RecordPage is one organization.
type RecordPage struct {
	Org      org.Org
	Groups   []productgroup.OrgGroup
	Prefixes []gs1prefix.Prefix
	Sections []templ.Component // of other features
	History  []org.Event
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// recordPath is where the records of organizations are, each under its tax number.
const recordPath = "/op/orgs/"

// writeRows writes the rows of the list; what is the same in all is looked up once.
func (p ListPage) writeRows(ctx context.Context, w *ui.Rows) {
	l, tinTitle, regionTitle, statusTitle := lang(ctx), i18n.T(ctx, "org.list.tin"), i18n.T(ctx, "org.list.region"), i18n.T(ctx, "org.list.status")
	status := make(map[org.Status]string, len(org.Statuses()))
	for _, st := range org.Statuses() {
		status[st] = statusText(ctx, st)
	}
	for _, o := range p.Page.Rows {
		w.HTML(`<tr role="row"><th role="rowheader" scope="row"><a href="` + recordPath)
		w.Text(o.TIN)
		w.HTML(`">`)
		w.Text(o.Name(l))
		w.HTML(`</a> <span class="sub">`)
		w.Text(o.Form.Name(l))
		w.HTML(`</span></th><td role="cell" class="tin" data-l="`)
		w.Text(tinTitle)
		w.HTML(`"><span>`)
		w.Text(tin(o.TIN))
		w.HTML(`</span></td><td role="cell" data-l="`)
		w.Text(regionTitle)
		w.HTML(`"><span>`)
		w.Text(o.RegionName(l))
		w.HTML(`</span></td><td role="cell" data-l="`)
		w.Text(statusTitle)
		w.HTML(`">`)
		w.Tag(statusTone(o.Status), status[o.Status])
		w.HTML(`</td></tr>`)
	}
}

func statusTag(ctx context.Context, s org.Status) templ.Component {
	return ui.Tag(statusTone(s), statusText(ctx, s))
}

func statusText(ctx context.Context, s org.Status) string {
	return i18n.T(ctx, "org.status."+string(s))
}

func statusTone(s org.Status) ui.Tone {
	switch s {
	case org.Active:
		return ui.OK
	case org.Blocked:
		return ui.Dark
	}
	return ui.Mute
}

// actions are a file of what the list shows, if it shows anything, and the way
// to more organizations.
func (p ListPage) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "org.list.import"), URL: "/op/imports/new", Look: ui.Go}}
	if len(p.Page.Rows) > 0 {
		all = append(all, ui.Action{Text: i18n.T(ctx, "org.list.export"), URL: p.exportURL()})
	}
	return all
}

func (p ListPage) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{p.tab(i18n.T(ctx, "org.status.all"), "", p.Page.All)}
	for _, s := range org.Statuses() {
		tabs = append(tabs, p.tab(statusText(ctx, s), s, p.Page.Counts[s]))
	}
	return tabs
}

// tab shows a count only when it is exact; "more than 1 000" stands below the rows.
func (p ListPage) tab(text string, s org.Status, c page.Count) ui.Tab {
	return ui.Tab{
		Text: text, URL: p.Address("status", string(s)), Current: p.Filter.Status == s,
		Count: c.N, Counted: !c.More && len(p.Wrong) == 0,
	}
}

func (p ListPage) keep() []ui.Hidden {
	var keep []ui.Hidden
	if p.Filter.Status != "" {
		keep = append(keep, ui.Hidden{Name: "status", Value: string(p.Filter.Status)})
	}
	if p.Filter.Size != page.Size("") {
		keep = append(keep, ui.Hidden{Name: "per", Value: strconv.Itoa(p.Filter.Size)})
	}
	return keep
}

func regionOptions(ctx context.Context) []ui.Option {
	all := region.All()
	options := make([]ui.Option, 0, len(all))
	for _, r := range all {
		options = append(options, ui.Option{Value: r.Code, Text: r.Name(lang(ctx))})
	}
	return options
}

func (p ListPage) groupOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(p.Groups))
	for _, g := range p.Groups {
		options = append(options, ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))})
	}
	return options
}

func (p ListPage) group() string {
	if p.Filter.GroupID == 0 {
		return ""
	}
	return strconv.Itoa(int(p.Filter.GroupID))
}

// chips name each part of the filter, with the address without it.
func (p ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "org.list.chip.search", "q", p.Filter.Query), URL: p.Address("q", "")})
	}
	if r, err := region.Parse(p.Filter.Region); err == nil {
		chips = append(chips, ui.Link{Text: r.Name(lang(ctx)), URL: p.Address("region", "")})
	}
	for _, g := range p.Groups {
		if g.ID == p.Filter.GroupID {
			chips = append(chips, ui.Link{Text: g.Name(lang(ctx)), URL: p.Address("group", "")})
		}
	}
	return chips
}

func (p ListPage) narrowed(ctx context.Context) bool {
	return len(p.chips(ctx)) > 0 || p.Filter.Status != ""
}

func (p ListPage) pager() ui.Pager {
	total := p.Page.Total(p.Filter)
	pager := ui.Pager{Shown: len(p.Page.Rows), Total: total.N, AtLeast: total.More, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.Address("after", "")
	}
	if p.Page.Next != "" {
		pager.NextURL = p.Address("after", p.Page.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.Address("per", strconv.Itoa(n)) })
	return pager
}

// exportURL is the address of the same list as a file.
func (p ListPage) exportURL() string {
	return "/op/orgs.csv" + p.Address("per", "")[len("/op/orgs"):]
}

// ExportTitles are the columns of the file.
func ExportTitles(ctx context.Context) []string {
	return []string{
		i18n.T(ctx, "org.list.tin"), i18n.T(ctx, "org.list.name"), i18n.T(ctx, "org.record.form"),
		i18n.T(ctx, "org.list.region"), i18n.T(ctx, "org.record.email"), i18n.T(ctx, "org.list.status"),
	}
}

// ExportCells are the cells of one organization in the file.
func ExportCells(ctx context.Context, lang string, l org.Listed) []string {
	return []string{
		l.TIN, l.Name(lang), l.Form.Name(lang), l.RegionName(lang), l.Email, statusText(ctx, l.Status),
	}
}

func (p RecordPage) facts(ctx context.Context) []ui.Pair {
	o, l := p.Org, lang(ctx)
	return []ui.Pair{
		{Key: i18n.T(ctx, "org.list.tin"), Value: ui.TIN(o.TIN)},
		{Key: i18n.T(ctx, "org.record.form"), Value: o.Form.Name(l)},
		{Key: i18n.T(ctx, "org.record.name_uz"), Value: o.NameUz, Lang: "uz-Latn"},
		{Key: i18n.T(ctx, "org.record.name_ru"), Value: o.NameRu, Lang: "ru"},
		{Key: i18n.T(ctx, "org.record.name_en"), Value: o.NameEn, Lang: "en"},
		{Key: i18n.T(ctx, "org.record.director"), Value: o.Director},
	}
}

func (p RecordPage) contacts(ctx context.Context) []ui.Pair {
	o := p.Org
	return []ui.Pair{
		{Key: i18n.T(ctx, "org.record.email"), Value: o.Email},
		{Key: i18n.T(ctx, "org.record.phone"), Value: ui.Phone(o.Phone)},
		{Key: i18n.T(ctx, "org.record.language"), Value: ui.LanguageName(o.Language)},
		{Key: i18n.T(ctx, "org.list.region"), Value: o.RegionName(lang(ctx))},
		{Key: i18n.T(ctx, "org.record.district"), Value: o.District},
		{Key: i18n.T(ctx, "org.record.street"), Value: o.Street},
	}
}

func (p RecordPage) dates(ctx context.Context) []ui.Pair {
	o := p.Org
	dates := []ui.Pair{
		{Key: i18n.T(ctx, "org.record.imported"), Value: ui.DateTime(o.ImportedAt)},
		{Key: i18n.T(ctx, "org.record.updated"), Value: ui.DateTime(o.UpdatedAt)},
	}
	if o.ActivatedAt.IsZero() {
		return dates
	}
	return append(dates, ui.Pair{Key: i18n.T(ctx, "org.record.activated"), Value: ui.DateTime(o.ActivatedAt)})
}

func (p RecordPage) events(ctx context.Context) []ui.Event {
	events := make([]ui.Event, 0, len(p.History))
	for _, l := range p.History {
		events = append(events, ui.Event{At: l.At, Text: ui.ActName(ctx, l.Action), By: l.By})
	}
	return events
}

// managePrefixes is the way to the page where staff change prefixes, for whoever may.
func managePrefixes(ctx context.Context, o org.Org) *ui.Link {
	if !layout.ViewerOf(ctx).Rights.Has(perm.OpPrefixManage) {
		return nil
	}
	return &ui.Link{Text: i18n.T(ctx, "gs1prefix.manage"), URL: recordPath + string(o.TIN) + "/prefixes"}
}

func recordTitle(ctx context.Context, o org.Org) string { return o.Name(lang(ctx)) }

func tin(s string) string { return ui.TIN(taxid.TIN(s)) }
