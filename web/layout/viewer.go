package layout

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Viewer is the reader of a page. It travels with the request's context, put
// there once, so that a page names its title and content and nothing else.
type Viewer struct {
	Path    string // path and query of the request
	Name    string // empty when nobody is signed in
	Role    string // message key of the widest role, "role.org_admin"
	OrgName string
	TIN     taxid.TIN
	Orgs    int // organizations to choose from
	Staff   bool
	Rights  perm.Set
	Theme   string
	Density string
	Flash   *ui.Notice
	Banner  *ui.Notice    // what every page announces: maintenance
	Counts  func() Counts // the numbers in the menu, asked for when one is drawn; nil for none
	Help    *ui.Link      // the article about the page
	Support *ui.Link
	Idle    time.Duration // signs the reader out when the portal is not used for so long; 0 for who is not signed in
	Version string
}

// Counts are the numbers in the menu: what asks for action.
type Counts struct {
	Returned int            // cards the operator returned to the organization
	Unread   int            // notices the reader has not read
	Answers  int            // own requests to the operator with words the reader has not read
	Waiting  int            // invoices that wait for the reader's answer
	Queues   map[string]int // what waits for the staff, by task: "support", "cards" …
}

type viewerKey struct{}

// WithViewer gives a context whose pages are drawn for v.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerOf is the reader of the page.
func ViewerOf(ctx context.Context) Viewer {
	v, _ := ctx.Value(viewerKey{}).(Viewer)
	return v
}

// seen fills the frame with what is known of the reader; what the page says
// itself stays.
func (p Page) seen(ctx context.Context, area Area) Page {
	v := ViewerOf(ctx)
	p.Area, p.Path, p.Theme, p.Density, p.Version, p.Support = area, v.Path, v.Theme, v.Density, v.Version, v.Support
	p.Banner = v.Banner
	if p.Help == nil {
		p.Help = v.Help
	}
	if p.Flash == nil {
		p.Flash = v.Flash
	}
	if v.Name == "" || area == Public {
		return p
	}
	p.Person = v.person(ctx)
	p.Idle = v.warnable()
	p.Nav = v.nav(ctx, area)
	if area == Portal && v.OrgName != "" {
		p.Org = &Org{Name: v.OrgName, TIN: v.TIN}
		if v.Orgs > 1 {
			p.Org.URL = "/sign-in/organization"
		}
	}
	return p
}

// warnable is after how many seconds without use the reader is signed out, by a
// clock that is never late: the server's own is exact to a minute. Where sessions
// are shorter than people read warnings there are none.
func (v Viewer) warnable() int {
	const exact, shortest = time.Minute, 5 * time.Minute
	if v.Idle < shortest {
		return 0
	}
	return int((v.Idle - exact) / time.Second)
}

func (v Viewer) person(ctx context.Context) *Person {
	p := &Person{Name: v.Name, URL: "/me", SignOut: "/sign-out"}
	if v.Staff {
		p.URL = "/op/me"
	}
	if v.Role != "" {
		p.Role = i18n.T(ctx, v.Role)
	}
	return p
}

// item is a line of the menu and the right without which it is not shown.
type item struct {
	url, key string
	need     perm.Code
	apart    bool
	count    func(Counts) int // what asks for action there, shown when above 0
	about    string           // message key: what is counted
}

// queued counts what waits of one of the staff's tasks.
func queued(task string) func(Counts) int { return func(n Counts) int { return n.Queues[task] } }

var portalMenu = []item{
	{url: "/home", key: "layout.nav.home", need: perm.OrgRead},
	{url: "/cards", key: "layout.nav.cards", need: perm.CardRead, count: func(n Counts) int { return n.Returned }, about: "layout.nav.returned"},
	{url: "/catalogue", key: "layout.nav.catalogue", need: perm.CardLookup},
	{url: "/documents", key: "layout.nav.documents", need: perm.DocumentRead, count: func(n Counts) int { return n.Waiting }, about: "layout.nav.waiting"},
	{url: "/receipts", key: "receipt.title", need: perm.DocumentRead},
	{url: "/org", key: "layout.nav.org", need: perm.OrgRead, apart: true},
	{url: "/support", key: "layout.nav.support", need: perm.OrgRead, count: func(n Counts) int { return n.Answers }, about: "layout.nav.answers"},
	{url: "/me", key: "layout.nav.me", need: perm.OrgRead, count: func(n Counts) int { return n.Unread }, about: "layout.nav.unread"},
}

var operatorMenu = []item{
	{url: "/op", key: "layout.nav.overview", need: perm.OpOrgRead},
	{url: "/op/orgs", key: "layout.nav.orgs", need: perm.OpOrgRead},
	{url: "/op/readiness", key: "readiness.title", need: perm.OpOrgRead},
	{url: "/op/imports", key: "layout.nav.imports", need: perm.OpOrgImport},
	{url: "/op/campaigns", key: "layout.nav.campaigns", need: perm.OpCampaignRead},
	{url: "/op/letters", key: "layout.nav.letters", need: perm.OpCampaignRead},
	{url: "/op/requests", key: "layout.nav.requests", need: perm.OpRequestRead, count: queued("requests"), about: "layout.nav.queued"},
	{url: "/op/support", key: "layout.nav.questions", need: perm.OpSupportRead, count: queued("support"), about: "layout.nav.queued"},
	{url: "/op/agreements", key: "agreement.desk.title", need: perm.OpRequestRead, count: queued("agreements"), about: "layout.nav.queued"},
	{url: "/op/cards", key: "moderation.title", need: perm.OpCardRead, count: queued("cards"), about: "layout.nav.queued"},
	{url: "/op/feeds", key: "feed.title", need: perm.OpFeedRead, apart: true, count: queued("feeds"), about: "layout.nav.queued"},
	{url: "/op/jobs", key: "layout.nav.jobs", need: perm.OpJobRead, count: queued("jobs"), about: "layout.nav.queued"},
	{url: "/op/maintenance", key: "layout.nav.maintenance", need: perm.OpMaintenance},
	{url: "/op/audit", key: "layout.nav.audit", need: perm.OpAuditRead},
	{url: "/op/dictionaries", key: "layout.nav.dictionaries", need: perm.OpDictionaryRead},
	{url: "/op/help", key: "help.opinions", need: perm.OpOrgRead},
	{url: "/op/staff", key: "layout.nav.staff", need: perm.OpStaffManage},
}

func (v Viewer) nav(ctx context.Context, area Area) []NavItem {
	menu := portalMenu
	if area == Operator {
		menu = operatorMenu
	}
	var counts Counts
	if v.Counts != nil {
		counts = v.Counts()
	}
	items := make([]NavItem, 0, len(menu))
	for _, m := range menu {
		if v.Rights.Has(m.need) {
			items = append(items, v.navItem(ctx, m, counts))
		}
	}
	return items
}

func (v Viewer) navItem(ctx context.Context, m item, counts Counts) NavItem {
	n := NavItem{Text: i18n.T(ctx, m.key), URL: m.url, Current: v.at(m.url), Apart: m.apart}
	if m.count != nil {
		n.Count, n.About, n.Hot = m.count(counts), i18n.T(ctx, m.about), true
	}
	return n
}

// at reports whether the page lies under a menu item; the two starts of the
// areas are only themselves.
func (v Viewer) at(url string) bool {
	path, _, _ := strings.Cut(v.Path, "?")
	return path == url || url != "/op" && strings.HasPrefix(path, url+"/")
}
