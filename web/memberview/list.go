package memberview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// ListPage is the list of users.
type ListPage struct {
	Page   member.Page
	Filter member.Filter
	Self   int64 // the reader
	// Address makes addresses of this list: name, value pairs to change.
	Address func(changes ...string) string
	Wrong   fault.Complaints // about what was ticked
}

func (p ListPage) actions(ctx context.Context) []ui.Action {
	return []ui.Action{
		{Text: i18n.T(ctx, "member.add"), URL: "/org/users/new", Look: ui.Go},
		{Text: i18n.T(ctx, "member.import"), URL: "/org/users/import"},
		{Text: i18n.T(ctx, "member.export"), URL: "/org/users.csv" + strings.TrimPrefix(p.Address("per", ""), "/org/users")},
	}
}

func (p ListPage) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{p.tab(i18n.T(ctx, "member.status.all"), "", p.Page.All)}
	for _, s := range member.Statuses() {
		tabs = append(tabs, p.tab(i18n.T(ctx, "member.status."+string(s)), s, p.Page.Counts[s]))
	}
	return tabs
}

func (p ListPage) tab(text string, s member.Status, c page.Count) ui.Tab {
	return ui.Tab{Text: text, URL: p.Address("status", string(s)), Current: p.Filter.Status == s, Count: c.N, Counted: !c.More}
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

func roleOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, r := range perm.MemberRoles() {
		list = append(list, ui.Option{Value: string(r), Text: RoleName(ctx, r)})
	}
	return list
}

func kindOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, k := range member.Kinds() {
		list = append(list, ui.Option{Value: string(k), Text: i18n.T(ctx, "member.kind."+string(k))})
	}
	return list
}

// chips name each part of the filter, with the address without it.
func (p ListPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "member.chip.search", "q", p.Filter.Query), URL: p.Address("q", "")})
	}
	if p.Filter.Role != "" {
		chips = append(chips, ui.Link{Text: RoleName(ctx, p.Filter.Role), URL: p.Address("role", "")})
	}
	if p.Filter.Kind != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "member.kind."+string(p.Filter.Kind)), URL: p.Address("kind", "")})
	}
	return chips
}

func (p ListPage) narrowed(ctx context.Context) bool {
	return len(p.chips(ctx)) > 0 || p.Filter.Status != ""
}

// alone reports whether the reader is the only user: the first thing to do is
// to let somebody in.
func (p ListPage) alone(ctx context.Context) bool {
	return !p.narrowed(ctx) && p.Page.All.N == 1 && p.Filter.After == ""
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

// columns of the list; alone there is nobody to act on, and none to tick.
func (p ListPage) columns(ctx context.Context) []ui.Column {
	var columns []ui.Column
	if !p.alone(ctx) {
		columns = append(columns, ui.Column{Title: i18n.T(ctx, "member.many.select"), Hidden: true})
	}
	for _, key := range []string{"name", "email", "roles", "where", "status", "seen"} {
		columns = append(columns, ui.Column{Title: i18n.T(ctx, "member.column."+key)})
	}
	return columns
}

// sub is what stands under a name: the position, and that it is the reader.
func (p ListPage) sub(ctx context.Context, l member.Listed) string {
	var parts []string
	if at := l.Positions.In(lang(ctx)); at != "" {
		parts = append(parts, at)
	}
	if l.Kind == member.Technical {
		parts = append(parts, i18n.T(ctx, "member.kind.technical"))
	}
	if l.ID == p.Self {
		parts = append(parts, i18n.T(ctx, "member.you"))
	}
	return strings.Join(parts, " · ")
}

// ExportTitles are the columns of the file.
func ExportTitles(ctx context.Context) []string {
	var titles []string
	for _, key := range []string{
		"name", "name_ru", "name_en", "position", "kind", "email", "roles", "groups", "places", "status", "created", "seen",
	} {
		titles = append(titles, i18n.T(ctx, "member.column."+key))
	}
	return titles
}

// ExportCells are the cells of one user in the file.
func ExportCells(ctx context.Context, l member.Listed) []string {
	return []string{
		l.Names.Uz, l.Names.Ru, l.Names.En, l.Positions.In(lang(ctx)),
		i18n.T(ctx, "member.kind."+string(l.Kind)), l.Email, roleNames(ctx, l.Roles),
		groupsOf(ctx, l), placesOf(ctx, l), i18n.T(ctx, "member.status."+string(l.Status)),
		ui.Date(l.CreatedAt), ui.CellTime(l.SeenAt),
	}
}

func groupsOf(ctx context.Context, l member.Listed) string {
	return reachNames(ctx, l.AllGroups, l.GroupNames(lang(ctx)), "groups")
}

func placesOf(ctx context.Context, l member.Listed) string {
	return reachNames(ctx, l.AllPlaces, l.Places, "places")
}

// whereOf says in one line where a user's rights hold.
func whereOf(ctx context.Context, l member.Listed) string {
	switch {
	case l.AllGroups && l.AllPlaces:
		return i18n.T(ctx, "member.where.all")
	case !l.AllGroups && !l.AllPlaces && len(l.Groups) == 0 && len(l.Places) == 0:
		return i18n.T(ctx, "member.where.none")
	}
	return i18n.T(ctx, "member.where", "groups", groupsOf(ctx, l), "places", placesOf(ctx, l))
}

// mailbox and mailHost are the two parts of an address: between them a narrow
// column may break it.
func mailbox(email string) string { return email[:strings.LastIndexByte(email, '@')+1] }

func mailHost(email string) string { return email[strings.LastIndexByte(email, '@')+1:] }
