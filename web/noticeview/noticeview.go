// Package noticeview draws what a person was told, and the choice of what comes
// by mail.
package noticeview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Box is a page of notices.
type Box struct {
	notice.Inbox
	Cursor string
	Per    int
}

// newest is the id up to which a reader of this page has read.
func (b Box) newest() string {
	if len(b.Notices) == 0 {
		return "0"
	}
	return strconv.FormatInt(b.Notices[0].ID, 10)
}

func (b Box) pager() ui.Pager {
	p := ui.Pager{Shown: len(b.Notices), Total: -1, Per: b.Per}
	if b.Cursor != "" {
		p.FirstURL = b.at("")
	}
	if b.Next != "" {
		p.NextURL = b.at(b.Next)
	}
	for _, n := range page.Sizes() {
		p.PerURLs = append(p.PerURLs, ui.Link{Text: strconv.Itoa(n), URL: "/notices?per=" + strconv.Itoa(n)})
	}
	return p
}

func (b Box) at(cursor string) string {
	return ui.Query("/notices", []string{"per", ui.Per(b.Per), "after", cursor})
}

// lead says how many are unread.
func (b Box) lead(ctx context.Context) string {
	if b.Unread == 0 {
		return i18n.T(ctx, "notice.all_read")
	}
	return i18n.N(ctx, "notice.unread", b.Unread)
}

// Choice is the form of what comes by mail.
type Choice struct {
	Kinds []notice.Kind // chosen
	Wrong fault.Complaints
}

func (c Choice) field(ctx context.Context) ui.Field {
	return ui.Field{Name: "kinds", Label: i18n.T(ctx, "notice.kinds"), Hint: i18n.T(ctx, "notice.kinds.hint"), Wrong: c.Wrong}
}

func (c Choice) chosen() []string {
	list := []string{string(notice.Security)}
	for _, k := range c.Kinds {
		list = append(list, string(k))
	}
	return list
}

func choices(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(notice.Kinds()))
	for _, k := range notice.Kinds() {
		list = append(list, ui.Choice{
			Value: string(k), Text: i18n.T(ctx, "notice.kind."+string(k)), Hint: i18n.T(ctx, "notice.about_kind."+string(k)), Disabled: k.Always(),
		})
	}
	return list
}

// actions are what can be done with the page.
func (b Box) actions(ctx context.Context) []ui.Action {
	if b.Unread == 0 {
		return nil
	}
	return []ui.Action{{
		Text: i18n.T(ctx, "notice.mark_read"), URL: "/notices/read", Post: true, Values: []ui.Hidden{{Name: "upto", Value: b.newest()}},
	}}
}
