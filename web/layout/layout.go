// Package layout draws the frame of every page: head, bar, menus, footer.
//
// A page hands over a Page and its content as children. The frame reads
// nothing but these values and the language: it needs no database and no
// session, so that problem pages look the same when everything else is down.
package layout

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Area is a part of the portal with a frame of its own.
type Area uint8

// The areas.
const (
	Public   Area = iota // before sign-in: one narrow column
	Portal               // members of an organization
	Operator             // staff; looks different on purpose
)

// Page is what the frame needs to know.
type Page struct {
	Title   string // the h1 or close to it; first in <title>
	Section string // the menu item it belongs to, where that is another name
	Area    Area
	Path    string // path and query of the request, for the language switch
	Wrong   bool   // the page shows complaints: <title> begins with "Error:"
	Theme   string // "light", "dark" or empty for what the system says
	Density string // "compact" draws lists and forms closer; all else is comfortable
	Nav     []NavItem
	Person  *Person
	Org     *Org
	Flash   *ui.Notice
	Banner  *ui.Notice // what every page announces
	Help    *ui.Link   // the article about this page
	Support *ui.Link   // where people ask
	Scripts []string   // further modules, "js/sign.js"
	Reload  int        // seconds after which a reader without script gets the page again; 0: never
	Idle    int        // seconds without use after which the reader is signed out; 0: nobody is to be told
	Version string     // of the program
}

// NavItem is one line of the menu.
type NavItem struct {
	Text    string
	URL     string
	Current bool
	Count   int    // shown when above 0
	About   string // what is counted, read aloud: "returned"
	Hot     bool   // the count asks for action
	Apart   bool   // a line above: another group begins
}

// menus are the menus as they were drawn.
var menus ui.Drawn

// items draws the menu from memory: it stands on every page twice, for wide
// screens and for phones, and is the same for all with the same rights.
func items(nav []NavItem) templ.Component {
	key := make(ui.Key, 0, 1024)
	for _, n := range nav {
		key = key.Add(n.Text, n.URL, strconv.Itoa(n.Count), n.About, strconv.FormatBool(n.Current), strconv.FormatBool(n.Hot), strconv.FormatBool(n.Apart))
	}
	return menus.Part(key, func() templ.Component { return itemList(nav) })
}

// Person is who is signed in.
type Person struct {
	Name    string
	Role    string // in words
	URL     string // own page, beginning with /; empty where there is none
	SignOut string // POST address, beginning with /
}

// Org is the organization a member acts for.
type Org struct {
	Name string
	TIN  taxid.TIN
	URL  string // a choice page, when the person belongs to several
}

// suffix ends every title. The names are the same in all languages.
const suffix = "Kabinet – ASL BELGISI"

// title is page – section – portal, "Error:" in front when something is wrong
// (ux.md 5.11).
func (p Page) title(ctx context.Context) string {
	parts := make([]string, 0, 3)
	for _, s := range []string{p.Title, p.Section} {
		if s != "" && (len(parts) == 0 || parts[0] != s) {
			parts = append(parts, s)
		}
	}
	t := strings.Join(append(parts, suffix), " – ")
	if p.Wrong {
		return i18n.T(ctx, "layout.title.error") + " " + t
	}
	return t
}

// colorScheme tells the browser how to draw what the style sheet does not.
func (p Page) colorScheme() string {
	switch p.Theme {
	case "light", "dark":
		return p.Theme
	default:
		return "light dark"
	}
}

// home is where the mark leads.
func (p Page) home() string { return [...]string{"/", "/home", "/op"}[p.Area] }

func (p Page) barClass() string {
	if p.Area == Operator {
		return "bar bar-op"
	}
	return "bar"
}

// langURL is the same page in another language; the query stays.
func (p Page) langURL(l i18n.Lang) string {
	if bare := strings.HasPrefix(p.Path, "/") && !strings.HasPrefix(p.Path, "//") && !strings.ContainsAny(p.Path, "?#%\\"); bare {
		return p.Path + "?lang=" + l.Code() // most pages: nothing to keep
	}
	u, err := url.Parse(p.Path)
	if err != nil || u.Path == "" || u.Path[0] != '/' || strings.HasPrefix(u.Path, "//") {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	q.Set("lang", l.Code())
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: q.Encode()}).String()
}

// Problem is what a page says when it cannot be what was asked for: what
// happened, what to do, who can help, and a number to name.
type Problem struct {
	Status     int
	What       string // what exactly happened, in words; empty means the usual text of the status
	Number     string // reference for the support desk
	RetryAfter time.Duration
	Todo       string     // what to do, when the usual text of the status does not fit
	Who        string     // who can help, when it is not the support: "Gʻulomjon Oʻrinboyev"
	Action     *ui.Action // what to do next; empty leads to the start
}

// known are the statuses with words of their own.
var known = map[int]string{
	400: "400", 401: "401", 403: "403", 404: "404", 405: "405", 409: "409",
	410: "410", 413: "413", 422: "422", 429: "429", 500: "500", 503: "503",
}

func (p Problem) key(part string) string {
	code, ok := known[p.Status]
	if !ok {
		code = "500"
	}
	return "layout.problem." + code + "." + part
}

// when says in whole minutes when trying again makes sense; empty when unknown.
func (p Problem) when(ctx context.Context) string {
	switch {
	case p.RetryAfter <= 0:
		return ""
	case p.RetryAfter < time.Minute:
		return i18n.N(ctx, "layout.problem.retry_seconds", int(max(p.RetryAfter, time.Second)/time.Second))
	default:
		return i18n.N(ctx, "layout.problem.retry_minutes", int((p.RetryAfter+time.Minute-1)/time.Minute))
	}
}

// ProblemTitle is the title and h1 of the page of a status.
func ProblemTitle(ctx context.Context, status int) string {
	return i18n.T(ctx, Problem{Status: status}.key("title"))
}

// what is the exact text of the refusal, else the usual one of its status.
func (p Problem) what(ctx context.Context) string {
	if p.What != "" {
		return p.What
	}
	return i18n.T(ctx, p.key("what"))
}

// of is the page's frame under the title of a problem.
func (p Page) of(ctx context.Context, pr Problem) Page {
	p.Title, p.Section, p.Wrong, p.Scripts, p.Reload = ProblemTitle(ctx, pr.Status), "", true, nil, 0
	return p
}
