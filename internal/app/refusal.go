package app

import (
	"net/http"
	"net/url"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
	"kabinet/web/accessview"
	"kabinet/web/layout"
)

// refuse draws a problem. A member who was refused for want of a right, a group
// or a place learns which, who can give it, and how to come by it at once.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	right, reach, ok := lacking(p)
	if !ok || p.Status != http.StatusForbidden || !httpx.Identity(r).Member() {
		draw(w, r, p)
		return
	}
	missing, err := a.rooms.access.Explain(r.Context(), httpx.Actor(r), right, reach)
	if err != nil {
		logx.From(r.Context()).Warn("explain refusal", "err", err)
		draw(w, r, p)
		return
	}
	e := accessview.Explain(r.Context(), missing, wanted(r))
	drawProblem(areaOf(r), w, r, layout.Problem{Status: p.Status, What: e.What, Todo: e.Todo, Number: p.Number, Who: e.Who, Action: e.Action})
}

// lacking reads what is missing out of a refusal (package actor).
func lacking(p httpx.Problem) (right perm.Code, reach perm.Reach, ok bool) {
	for i := 0; i+1 < len(p.Args); i += 2 {
		switch v := p.Args[i+1].(type) {
		case perm.Code:
			right, ok = v, true
		case int16:
			reach.Group, ok = v, p.Args[i] == "group"
		case int32:
			reach.Place, ok = v, p.Args[i] == "place"
		}
	}
	return right, reach, ok
}

// wanted is the page to come back to once it is open: the one that was asked
// for, or the one with the form that was refused.
func wanted(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return httpx.LocalPath(r.URL.RequestURI(), "")
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return ""
	}
	return httpx.LocalPath(from.RequestURI(), "")
}
