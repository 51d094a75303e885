// Package accesshttp answers the pages about access: one's own, and what others
// ask for.
package accesshttp

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/access"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/accessview"
)

// Handlers answers /me/access and /org/requests.
type Handlers struct {
	Access   *access.Service
	Members  *member.Service
	Sessions *session.Manager
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/me/access", wrap(h.mine))
	r.Get("/me/access/ask", wrap(h.askForm))
	r.Post("/me/access/ask", wrap(h.ask))
	r.Get("/me/access/take", wrap(h.askTake))
	r.Post("/me/access/take", wrap(h.take))
	r.Post("/me/access/{id}/withdraw", wrap(h.withdraw))
	r.Get("/org/requests", wrap(h.list))
	r.Post("/org/requests/{id}/grant", wrap(h.grant))
	r.Get("/org/requests/{id}/refuse", wrap(h.askRefuse))
	r.Post("/org/requests/{id}/refuse", wrap(h.refuse))
}

// id reads a request's number; what is no number names nothing.
func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, access.ErrNotFound
	}
	return n, nil
}

func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Forget(session.Who{OrgID: httpx.Actor(r).OrgID})
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, to)
}

// mine answers GET /me/access.
func (h Handlers) mine(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, a := r.Context(), httpx.Actor(r)
	p := accessview.MyPage{Give: a.Need(perm.MemberManage) == nil}
	if p.User, err = h.Members.Me(ctx, a); err != nil {
		return err
	}
	if p.Choices, err = h.Members.Choices(ctx, a); err != nil {
		return err
	}
	if p.Admins, err = h.Members.Admins(ctx, a); err != nil {
		return err
	}
	if p.Open, p.Decided, err = h.Access.Mine(ctx, a); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, accessview.My(p))
}

// thing reads what is asked for, from a form or an address.
func thing(v url.Values) access.Thing {
	return access.Thing{Kind: access.Kind(v.Get("kind")), Code: v.Get("thing")}
}

// askForm answers GET /me/access/ask.
func (h Handlers) askForm(w http.ResponseWriter, r *http.Request) error {
	return h.askPage(w, r, http.StatusOK, accessview.AskPage{Thing: thing(r.URL.Query())})
}

func (h Handlers) askPage(w http.ResponseWriter, r *http.Request, status int, p accessview.AskPage) (err error) {
	if p.Names, err = h.Access.Name(r.Context(), httpx.Actor(r), p.Thing); err != nil {
		return err
	}
	return httpx.Render(w, r, status, accessview.Ask(p))
}

func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	wish := access.Wish{Thing: thing(r.PostForm), Note: r.PostFormValue("note"), Path: httpx.LocalPath(r.PostFormValue("next"), "")}
	err := h.Access.Ask(r.Context(), httpx.Actor(r), wish)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.askPage(w, r, http.StatusUnprocessableEntity, accessview.AskPage{Thing: wish.Thing, Note: wish.Note, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "access.flash.asked", "/me/access")
}

// askTake answers GET /me/access/take: the page before an administrator gives
// something to himself.
func (h Handlers) askTake(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	q := r.URL.Query()
	names, err := h.Access.Name(r.Context(), a, thing(q))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, accessview.Take(accessview.TakePage{
		Thing: thing(q), Names: names, Next: httpx.LocalPath(q.Get("next"), "/me/access"),
	}))
}

// take gives it, and goes on to where the person was refused.
func (h Handlers) take(w http.ResponseWriter, r *http.Request) error {
	if err := h.Access.Take(r.Context(), httpx.Actor(r), thing(r.PostForm)); err != nil {
		return err
	}
	return h.done(w, r, "access.flash.taken", httpx.LocalPath(r.PostFormValue("next"), "/me/access"))
}

func (h Handlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.Access.Withdraw(r.Context(), httpx.Actor(r), n); err != nil {
		return err
	}
	return h.done(w, r, "access.flash.withdrawn", "/me/access")
}

// list answers GET /org/requests.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := access.Filter{Decided: q.Get("status") == "decided", After: q.Get("after"), Size: page.Size(q.Get("per"))}
	p, err := h.Access.List(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, accessview.List(accessview.ListPage{Page: p, Filter: f}))
}

func (h Handlers) grant(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.Access.Grant(r.Context(), httpx.Actor(r), n); err != nil {
		return err
	}
	return h.done(w, r, "access.flash.granted", "/org/requests")
}

func (h Handlers) askRefuse(w http.ResponseWriter, r *http.Request) error {
	return h.refusePage(w, r, http.StatusOK, "", nil)
}

func (h Handlers) refusePage(w http.ResponseWriter, r *http.Request, status int, reason string, wrong fault.Complaints) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	req, err := h.Access.Get(r.Context(), httpx.Actor(r), n)
	if err != nil {
		return err
	}
	if req.Status != access.Open {
		return access.ErrDecided
	}
	return httpx.Render(w, r, status, accessview.Refuse(accessview.RefusePage{Request: req, Reason: reason, Wrong: wrong}))
}

func (h Handlers) refuse(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	reason := r.PostFormValue("reason")
	err = h.Access.Refuse(r.Context(), httpx.Actor(r), n, reason)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.refusePage(w, r, http.StatusUnprocessableEntity, reason, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "access.flash.refused", "/org/requests")
}
