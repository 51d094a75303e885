// Package accessview draws what people may do, what they ask for, and what a
// refusal says.
package accessview

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/access"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// MyPage is what the reader may do.
type MyPage struct {
	User    member.User
	Choices member.Choices
	Admins  []member.Admin
	Give    bool // the reader can give to themselves
	Open    []access.Request
	Decided []access.Request
}

// AskPage asks for something, with a few words if the person likes.
type AskPage struct {
	Thing access.Thing
	Names member.Names
	Note  string
	Wrong fault.Complaints
}

// TakePage is the page before an administrator gives something to himself.
type TakePage struct {
	Thing access.Thing
	Names member.Names
	Next  string // where to go afterwards
}

// RefusePage asks why a request is refused.
type RefusePage struct {
	Request access.Request
	Reason  string
	Wrong   fault.Complaints
}

// ListPage is what the users of the organization ask for.
type ListPage struct {
	Page   access.Page
	Filter access.Filter
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// thingName is a thing in words, with what kind of thing it is.
func thingName(ctx context.Context, t access.Thing, names member.Names) string {
	name := names.In(lang(ctx))
	if t.Kind == access.Role {
		name = i18n.T(ctx, "role."+t.Code)
	}
	return i18n.T(ctx, "access.thing."+string(t.Kind), "name", name)
}

// way is the act that brings a thing: taking it, or asking for it. A small one
// stands in a table and leads to a page where a few words can be added.
func way(ctx context.Context, t access.Thing, about, next string, give, small bool) ui.Action {
	if give {
		q := url.Values{"kind": {string(t.Kind)}, "thing": {t.Code}}
		if next != "" {
			q.Set("next", next)
		}
		a := ui.Action{Text: i18n.T(ctx, "access.take."+string(t.Kind)), About: about, URL: "/me/access/take?" + q.Encode(), Look: ui.Go}
		if small {
			a.Look = ui.Plain
		}
		return a
	}
	text := i18n.T(ctx, "access.ask."+string(t.Kind))
	if small {
		return ui.Action{Text: text, About: about, URL: "/me/access/ask?" + url.Values{"kind": {string(t.Kind)}, "thing": {t.Code}}.Encode()}
	}
	return ui.Action{
		Text: text, About: about, URL: "/me/access/ask", Post: true, Look: ui.Go,
		Values: []ui.Hidden{{Name: "kind", Value: string(t.Kind)}, {Name: "thing", Value: t.Code}, {Name: "next", Value: next}},
	}
}

// Explained is a refusal in words.
type Explained struct {
	What   string     // what is missing
	Todo   string     // what to do; empty where the usual words fit
	Who    string     // who can give it; empty when nobody can
	Action *ui.Action // what to do now; nil when there is nothing
}

// Explain puts a refusal into words; next is where the person wanted to go.
func Explain(ctx context.Context, r access.Refusal, next string) Explained {
	e := Explained{What: missing(ctx, r), Who: adminNames(ctx, r.Admins)}
	switch {
	case r.Issuer:
		e.What += " " + i18n.T(ctx, "member.roles.issuer") + "."
	case r.Asked && !r.Give:
		e.What += " " + i18n.T(ctx, "access.asked")
		e.Action = &ui.Action{Text: i18n.T(ctx, "access.my.title"), URL: "/me/access"}
	default:
		a := way(ctx, r.Thing, "", next, r.Give, false)
		e.Action = &a
		if r.Give {
			e.Todo = i18n.T(ctx, "access.take.todo")
		}
	}
	return e
}

// missing names what would do, the narrowest first.
func missing(ctx context.Context, r access.Refusal) string {
	name := r.Names.In(lang(ctx))
	switch r.Thing.Kind {
	case access.Group:
		return i18n.T(ctx, "access.missing.group", "name", name)
	case access.Place:
		return i18n.T(ctx, "access.missing.place", "name", name)
	}
	first := i18n.T(ctx, "role."+string(r.Roles[0]))
	if len(r.Roles) == 1 {
		return i18n.T(ctx, "access.missing.role", "role", first)
	}
	var others []string
	for _, role := range r.Roles[1:] {
		others = append(others, i18n.T(ctx, "access.quoted", "name", i18n.T(ctx, "role."+string(role))))
	}
	return i18n.T(ctx, "access.missing.roles", "role", first, "others", strings.Join(others, ", "))
}

// adminNames are the administrators by name, with their addresses.
func adminNames(ctx context.Context, admins []member.Admin) string {
	var names []string
	for _, a := range admins {
		name := a.In(lang(ctx))
		if a.Email != "" {
			name += " (" + a.Email + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// lack is something the reader does not have.
type lack struct {
	Thing  access.Thing
	Name   string
	About  string
	Action *ui.Action // nil when it cannot be had now; About says why
}

func (p MyPage) lack(ctx context.Context, t access.Thing, name, about string) lack {
	l := lack{Thing: t, Name: name, About: about}
	if slices.ContainsFunc(p.Open, func(r access.Request) bool { return r.Thing == t }) {
		l.About = i18n.T(ctx, "access.asked")
		return l
	}
	a := way(ctx, t, name, "", p.Give, true)
	l.Action = &a
	return l
}

// roles are those the reader does not have.
func (p MyPage) roles(ctx context.Context) []lack {
	var list []lack
	for _, r := range perm.MemberRoles() {
		if r == perm.RoleDefault || p.User.Has(r) {
			continue
		}
		name, about := i18n.T(ctx, "role."+string(r)), i18n.T(ctx, "role."+string(r)+".about")
		if r.NeedsIssuer() && !p.Choices.Issuer {
			list = append(list, lack{Thing: access.RoleThing(r), Name: name, About: about + ". " + i18n.T(ctx, "member.roles.issuer")})
			continue
		}
		list = append(list, p.lack(ctx, access.RoleThing(r), name, about))
	}
	return list
}

// places are the groups and places of the organization outside of the reader's
// scope.
func (p MyPage) reach(ctx context.Context) []lack {
	var list []lack
	for _, g := range p.Choices.Groups {
		if !p.User.Scope.HasGroup(g.ID) {
			t := access.ReachThing(perm.Reach{Group: g.ID})
			list = append(list, p.lack(ctx, t, thingName(ctx, t, g.Names), ""))
		}
	}
	for _, at := range p.Choices.Places {
		if !p.User.Scope.HasPlace(at.ID) {
			t := access.ReachThing(perm.Reach{Place: at.ID})
			list = append(list, p.lack(ctx, t, thingName(ctx, t, member.Names{Uz: at.Name}), ""))
		}
	}
	return list
}

func (p MyPage) scope(ctx context.Context) []ui.Pair {
	s := p.User.Scope
	return []ui.Pair{
		{Key: i18n.T(ctx, "member.column.groups"), Value: reachWords(ctx, s.AllGroups, p.Choices.GroupNames(s, lang(ctx)))},
		{Key: i18n.T(ctx, "member.column.places"), Value: reachWords(ctx, s.AllPlaces, p.Choices.PlaceNames(s))},
		{Key: i18n.T(ctx, "access.admins"), Value: adminNames(ctx, p.Admins)},
	}
}

func reachWords(ctx context.Context, all bool, names []string) string {
	switch {
	case all:
		return i18n.T(ctx, "member.scope.groups.all")
	case len(names) == 0:
		return i18n.T(ctx, "member.scope.none")
	}
	return strings.Join(names, ", ")
}

func statusTone(s access.Status) ui.Tone {
	switch s {
	case access.Granted:
		return ui.OK
	case access.Refused:
		return ui.Bad
	case access.Open:
		return ui.Warn
	}
	return ui.Mute
}

func requestPath(id int64, below string) string {
	return "/org/requests/" + strconv.FormatInt(id, 10) + below
}

func (p ListPage) tabs(ctx context.Context) []ui.Tab {
	return []ui.Tab{
		{Text: i18n.T(ctx, "access.tab.open"), URL: "/org/requests", Current: !p.Filter.Decided, Count: p.Page.Open, Counted: true, Hot: p.Page.Open > 0},
		{Text: i18n.T(ctx, "access.tab.decided"), URL: "/org/requests?status=decided", Current: p.Filter.Decided},
	}
}

func (p ListPage) address(after string) string {
	q := url.Values{}
	if p.Filter.Decided {
		q.Set("status", "decided")
	}
	if p.Filter.Size != page.Size("") {
		q.Set("per", strconv.Itoa(p.Filter.Size))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/org/requests"
	}
	return "/org/requests?" + q.Encode()
}

func (p ListPage) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.Page.Rows), Total: -1}
	if p.Filter.After != "" {
		pager.FirstURL = p.address("")
	}
	if p.Page.Next != "" {
		pager.NextURL = p.address(p.Page.Next)
	}
	return pager
}

// decidedBy says who decided a request, and when.
func decidedBy(ctx context.Context, r access.Request) string {
	return r.DecidedBy.In(lang(ctx)) + ", " + ui.DateTime(r.DecidedAt)
}

func lackColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Title: i18n.T(ctx, "access.column.thing")}, {Title: i18n.T(ctx, "access.column.act"), Hidden: true}}
}
