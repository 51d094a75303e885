package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// viewer tells the pages who reads them.
func (a *App) viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{
			Path: r.URL.RequestURI(), Name: i.Name, Role: widest(i.Roles),
			OrgName: i.OrgNames.In(i18n.From(r.Context()).Code()), TIN: taxid.TIN(i.TIN), Orgs: i.Orgs,
			Staff: i.Staff(), Rights: i.Rights, Theme: i.Theme, Density: i.Density,
			Banner: a.banner(r), Counts: func() layout.Counts { return a.inMenu(r) }, Help: a.helpFor(r), Support: a.support(), Version: a.opts.Version,
		}
		if i.Member() || i.Staff() {
			v.Idle = a.conf.Session.Idle
		}
		if r.Method == http.MethodGet && i.Key != "" {
			v.Flash = a.flash(r)
		}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

// widest names what to show beside the person's name: the kind of work the roles
// were given for, else the role that says most.
func widest(roles []string) string {
	if p, ok := perm.PresetOf(roles); ok {
		return "preset." + string(p)
	}
	mine := slices.DeleteFunc(perm.MemberRoles(), func(r perm.Role) bool { return r == perm.RoleDefault })
	for _, r := range slices.Concat(perm.StaffRoles(), mine, []perm.Role{perm.RoleDefault}) { // what everybody has says least
		for _, have := range roles {
			if string(r) == have {
				return "role." + have
			}
		}
	}
	return ""
}

// flash takes what the last act left to be said; a session without one is not
// written to.
func (a *App) flash(r *http.Request) *ui.Notice {
	ctx := r.Context()
	key := a.sessions.Get(ctx, "flash")
	if key == "" {
		return nil
	}
	a.sessions.Take(ctx, "flash")
	tones := map[string]ui.Tone{"info": ui.Info, "warn": ui.Warn, "bad": ui.Bad}
	tone, ok := tones[a.sessions.Take(ctx, "flash.tone")]
	if !ok {
		tone = ui.OK
	}
	n := &ui.Notice{Tone: tone, Text: i18n.T(ctx, key)}
	if way, ok := strings.CutPrefix(a.sessions.Take(ctx, "flash.undo"), key+" "); ok { // that of this word, not of one nobody saw
		n.Action = &ui.Action{Text: i18n.T(ctx, "layout.undo"), URL: way, Post: true}
	}
	return n
}

func (a *App) support() *ui.Link {
	switch s := a.conf.Support; {
	case s.Bot != "":
		return &ui.Link{Text: strings.TrimPrefix(s.Bot, "https://"), URL: s.Bot}
	case s.Email != "":
		return &ui.Link{Text: s.Email, URL: "mailto:" + s.Email}
	}
	return nil
}

// areaOf says in whose frame a problem is shown: staff pages to staff, members'
// pages to members, the public one to everybody else.
func areaOf(r *http.Request) layout.Area {
	i := session.Of(r.Context())
	switch {
	case i.Staff() && strings.HasPrefix(r.URL.Path, "/op"):
		return layout.Operator
	case i.Member():
		return layout.Portal
	}
	return layout.Public
}

func drawIn(area layout.Area, w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	pr := layout.Problem{Status: p.Status, What: whatHappened(r, p), Number: p.Number, RetryAfter: p.RetryAfter, Who: whoGrants(r, p)}
	if p.Key == "fault.sign_in" {
		pr.Todo, pr.Action = signInAgain(r)
	}
	drawProblem(area, w, r, pr)
}

// signInAgain leads somebody whose session ended while a form was filled in to
// the sign-in in a tab of its own: the form is still with the browser, which
// sends it when this page is loaded anew.
func signInAgain(r *http.Request) (todo string, a *ui.Action) {
	way := httpx.SignInPath
	if strings.HasPrefix(r.URL.Path, "/op") {
		way = httpx.StaffSignInPath
	}
	return i18n.T(r.Context(), "layout.problem.401.form"), &ui.Action{Text: i18n.T(r.Context(), "way.sign_in"), URL: way, Look: ui.Go, NewTab: true}
}

func drawProblem(area layout.Area, w http.ResponseWriter, r *http.Request, pr layout.Problem) {
	// A page is not drawn in a context that has ended, and often that is the problem.
	if err := httpx.Render(w, r.WithContext(context.WithoutCancel(r.Context())), pr.Status, layout.Refusal(area, pr)); err != nil {
		logx.From(r.Context()).Error("draw problem page", "err", err)
		http.Error(w, http.StatusText(pr.Status), pr.Status)
	}
}

// whatHappened says it in the words of the fault, unless the general words of
// the status say more.
func whatHappened(r *http.Request, p httpx.Problem) string {
	switch p.Key {
	case "fault.internal", "fault.not_found", "fault.forbidden", "fault.unavailable", "fault.sign_in":
		return ""
	}
	return i18n.T(r.Context(), p.Key, p.Args...)
}

// whoGrants names the roles that hold the missing right.
func whoGrants(r *http.Request, p httpx.Problem) string {
	if p.Key != "fault.forbidden" || len(p.Args) < 2 {
		return ""
	}
	right, ok := p.Args[1].(perm.Code)
	if !ok {
		return ""
	}
	names := make([]string, 0, 3)
	for _, role := range perm.RolesWith(right) {
		names = append(names, "“"+i18n.T(r.Context(), "role."+string(role))+"”")
	}
	return i18n.T(r.Context(), "fault.needs_role", "roles", strings.Join(names, ", "))
}

// securityText tells finders of faults where to write (RFC 9116).
func (a *App) securityText(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	until := a.now().AddDate(1, 0, 0).Truncate(24 * time.Hour)
	_, _ = fmt.Fprintf(w, "Contact: mailto:%s\nExpires: %s\nPreferred-Languages: uz, ru, en\nCanonical: %s/.well-known/security.txt\n",
		a.conf.Support.Email, until.Format(time.RFC3339), a.conf.Web.BaseURL) // the reader has gone
}
