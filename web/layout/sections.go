package layout

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// orgSections are the pages about the organization. Items one may not use are
// left out; their addresses still answer with what is missing.
var orgSections = []item{
	{url: "/org", key: "layout.org.profile", need: perm.OrgRead},
	{url: "/org/places", key: "layout.org.places", need: perm.OrgRead},
	{url: "/org/groups", key: "layout.org.groups", need: perm.OrgRead},
	{url: "/org/gs1", key: "layout.org.gs1", need: perm.OrgRead},
	{url: "/org/agreement", key: "layout.org.agreement", need: perm.OrgRead},
	{url: "/org/users", key: "layout.org.users", need: perm.MemberManage},
	{url: "/org/roles", key: "layout.org.roles", need: perm.OrgRead},
	{url: "/org/requests", key: "layout.org.requests", need: perm.MemberManage},
	{url: "/org/keys", key: "layout.org.keys", need: perm.MemberManage},
	{url: "/org/authorizations", key: "layout.org.authorizations", need: perm.ProviderManage},
	{url: "/org/events", key: "layout.org.events", need: perm.EventRead},
}

// meSections are the pages a person has about itself.
var meSections = []item{
	{url: "/me", key: "layout.me.summary", need: perm.OrgRead},
	{url: "/me/access", key: "layout.me.access", need: perm.OrgRead},
	{url: "/me/keys", key: "layout.me.keys", need: perm.OrgRead},
	{url: "/notices", key: "layout.me.notices", need: perm.OrgRead},
	{url: "/dates", key: "layout.me.dates", need: perm.OrgRead},
	{url: "/me/letters", key: "layout.me.letters", need: perm.OrgRead},
	{url: "/me/sessions", key: "layout.me.sessions", need: perm.OrgRead},
}

// OrgSections are the tabs above the pages about the organization.
func OrgSections(ctx context.Context) templ.Component {
	return ui.Tabs(i18n.T(ctx, "layout.org.label"), ViewerOf(ctx).sections(ctx, orgSections))
}

// MeSections are the tabs above the pages a person has about itself.
func MeSections(ctx context.Context) templ.Component {
	return ui.Tabs(i18n.T(ctx, "layout.me.label"), ViewerOf(ctx).sections(ctx, meSections))
}

// sections marks the tab under which the page lies: the longest address wins,
// since the first one is the beginning of all.
func (v Viewer) sections(ctx context.Context, items []item) []ui.Tab {
	path, _, _ := strings.Cut(v.Path, "?")
	tabs := make([]ui.Tab, 0, len(items))
	current := -1
	for _, s := range items {
		if !v.Rights.Has(s.need) {
			continue
		}
		if path == s.url || strings.HasPrefix(path, s.url+"/") {
			current = len(tabs)
		}
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, s.key), URL: s.url})
	}
	if current >= 0 {
		tabs[current].Current = true
	}
	return tabs
}
