// Package noticeview draws what a person was told, and the choice of what comes
// by mail.
package noticeview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Box is a page of notices.
type Box struct {
	notice.Inbox
	Filter notice.Filter
	At     int64 // the organization the reader is at work for
}

// URL is the list with a filter, from its first page.
func URL(f notice.Filter) string {
	f.Cursor = ""
	return address(f)
}

func address(f notice.Filter) string {
	unread := ""
	if f.Unread {
		unread = "1"
	}
	return ui.Query("/notices", []string{"unread", unread, "kind", string(f.Kind), "org", orgText(f.Org), "per", ui.Per(f.Per), "after", f.Cursor})
}

func orgText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// several reports whether the reader works for more than one organization.
func (b Box) several() bool { return len(b.Orgs) > 1 }

func (b Box) orgOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, len(b.Orgs))
	for i, o := range b.Orgs {
		list[i] = ui.Option{Value: orgText(o.ID), Text: o.Name(i18n.From(ctx).Code())}
	}
	return list
}

// orgName is whose notice it is; empty where there is no question.
func (b Box) orgName(ctx context.Context, n notice.Told) string {
	for _, o := range b.Orgs {
		if b.several() && o.ID == n.OrgID {
			return o.Name(i18n.From(ctx).Code())
		}
	}
	return ""
}

// open leads to the page of a notice. One of another organization is opened by
// going to work for that one.
func (b Box) open(n notice.Told) ui.Action {
	if n.OrgID == 0 || n.OrgID == b.At {
		return ui.Action{Text: n.Button, URL: n.Path}
	}
	return ui.Action{Text: n.Button, URL: "/sign-in/organization", Post: true, Values: []ui.Hidden{{Name: "org", Value: orgText(n.OrgID)}, {Name: "next", Value: n.Path}}}
}

// openLine is open for a line of several notices alike.
func (b Box) openLine(n notice.Told) ui.Action {
	a := b.open(n)
	a.Text = n.Subject
	return a
}

// with is the first page with the filter changed.
func (b Box) with(change func(*notice.Filter)) string {
	f := b.Filter
	change(&f)
	return URL(f)
}

func (b Box) pager() ui.Pager {
	p := ui.Pager{Shown: b.shown(), Total: -1, Per: b.Filter.Per}
	if b.Filter.Cursor != "" {
		p.FirstURL = URL(b.Filter)
	}
	if b.Next != "" {
		f := b.Filter
		f.Cursor = b.Next
		p.NextURL = address(f)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return b.with(func(f *notice.Filter) { f.Per = n }) })
	return p
}

func (b Box) shown() (n int) {
	for _, g := range b.Groups {
		n += len(g.Notices)
	}
	return n
}

// filtered reports whether the list may hold less than there is.
func (b Box) filtered() bool {
	return b.Filter.Unread || b.Filter.Kind != "" || b.Filter.Org != 0 || b.Filter.Cursor != ""
}

func (b Box) tabs(ctx context.Context) []ui.Tab {
	return []ui.Tab{
		{Text: i18n.T(ctx, "notice.tab.all"), URL: b.with(func(f *notice.Filter) { f.Unread = false }), Current: !b.Filter.Unread},
		{
			Text: i18n.T(ctx, "notice.tab.unread"), URL: b.with(func(f *notice.Filter) { f.Unread = true }), Current: b.Filter.Unread,
			Count: b.Unread, Counted: true, Hot: b.Unread > 0,
		},
	}
}

// keep is what the address holds besides the fields of the filter.
func (b Box) keep() (hs []ui.Hidden) {
	if b.Filter.Unread {
		hs = append(hs, ui.Hidden{Name: "unread", Value: "1"})
	}
	if per := ui.Per(b.Filter.Per); per != "" {
		hs = append(hs, ui.Hidden{Name: "per", Value: per})
	}
	return hs
}

func kindOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(notice.Kinds()))
	for _, k := range notice.Kinds() {
		list = append(list, ui.Option{Value: string(k), Text: kindName(ctx, k)})
	}
	return list
}

func kindName(ctx context.Context, k notice.Kind) string {
	return i18n.T(ctx, "notice.kind."+string(k))
}

// lead says how many are unread.
func (b Box) lead(ctx context.Context) string {
	switch {
	case b.Unread == 0:
		return i18n.T(ctx, "notice.all_read")
	case b.Unread >= notice.MaxUnread:
		return i18n.T(ctx, "notice.unread_many", "n", notice.MaxUnread)
	}
	return i18n.N(ctx, "notice.unread", b.Unread)
}

// actions are what can be done with the page.
func (b Box) actions(ctx context.Context) []ui.Action {
	dates := ui.Action{Text: i18n.T(ctx, "layout.me.letters"), URL: "/me/letters"}
	if b.Unread == 0 || b.Newest == 0 {
		return []ui.Action{dates}
	}
	return []ui.Action{dates, {
		Text: i18n.T(ctx, "notice.mark_read"), URL: "/notices/read", Post: true,
		Values: b.back(ui.Hidden{Name: "upto", Value: strconv.FormatInt(b.Newest, 10)}),
	}}
}

// markRead is the button of one group.
func (b Box) markRead(ctx context.Context, g notice.Group) ui.Action {
	a := ui.Action{Text: i18n.T(ctx, "notice.mark_one"), About: title(g), URL: "/notices/read", Post: true, Values: b.back()}
	for _, n := range g.Notices {
		a.Values = append(a.Values, ui.Hidden{Name: "id", Value: strconv.FormatInt(n.ID, 10)})
	}
	return a
}

// back lets an act return to the same list.
func (b Box) back(more ...ui.Hidden) []ui.Hidden {
	return append(more, append(b.keep(), ui.Hidden{Name: "kind", Value: string(b.Filter.Kind)}, ui.Hidden{Name: "org", Value: orgText(b.Filter.Org)})...)
}

// title is the heading of a group.
func title(g notice.Group) string {
	if g.Title != "" {
		return g.Title
	}
	return g.Notices[0].Subject
}

// Choice is the form of how letters come.
type Choice struct {
	Chosen notice.Choice
	Wrong  fault.Complaints
}

func (c Choice) field(ctx context.Context, k notice.Kind) ui.Field {
	return ui.Field{
		Name: string(k), Label: kindName(ctx, k), Hint: i18n.T(ctx, "notice.about_kind."+string(k)),
		Value: string(c.Chosen[k]), Wrong: c.Wrong,
	}
}

func ways(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(notice.Ways()))
	for _, w := range notice.Ways() {
		list = append(list, ui.Choice{Value: string(w), Text: i18n.T(ctx, "notice.way."+string(w))})
	}
	return list
}

// optional are the kinds whose letters can be chosen.
func optional() (ks []notice.Kind) {
	for _, k := range notice.Kinds() {
		if !k.Always() {
			ks = append(ks, k)
		}
	}
	return ks
}
