// Package savedviewview draws the page on which questions to a list get names.
package savedviewview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/savedview"
	"kabinet/web/ui"
)

// Page is the page of a list's views.
type Page struct {
	Path    string // of the list
	Title   string // message key of the list
	Draft   savedview.Draft
	Choices savedview.Choices
	Wrong   fault.Complaints
	Words   func(query string) []string // what a query asks for
}

func (p Page) url(id int64, act string) string {
	return p.Path + "/views/" + strconv.FormatInt(id, 10) + "/" + act
}

// about is a question in words.
func (p Page) about(ctx context.Context, query string) string {
	if parts := p.Words(query); len(parts) > 0 {
		return strings.Join(parts, " · ")
	}
	return i18n.T(ctx, "savedview.everything")
}

// listURL is the list as the draft asks.
func (p Page) listURL() string {
	if p.Draft.Query == "" {
		return p.Path
	}
	return p.Path + "?" + p.Draft.Query
}

// acts are what can be done with a view.
func (p Page) acts(ctx context.Context, v savedview.View) []ui.Action {
	opens := ui.Action{
		Text: i18n.T(ctx, "savedview.open_with"), About: v.Name, URL: p.url(v.ID, "default"), Post: true, Values: []ui.Hidden{{Name: "default", Value: "yes"}},
	}
	if v.ID == p.Choices.Default {
		opens.Text, opens.Values = i18n.T(ctx, "savedview.open_without"), []ui.Hidden{{Name: "default", Value: "no"}}
	}
	return []ui.Action{opens, {Text: i18n.T(ctx, "savedview.remove"), About: v.Name, URL: p.url(v.ID, "remove"), Post: true}}
}
