// Package mehttp answers the pages a person has about themselves.
package mehttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/me"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/staff"
	"kabinet/web/meview"
)

// Handlers are the pages under /me, and for staff under /op/me.
type Handlers struct {
	Me       *me.Service
	Accounts *account.Service
	People   *staff.Service
	Sessions *session.Manager
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/me", wrap(h.summary))
	r.Post("/me/display", wrap(h.display("/me", h.memberDisplay)))
	h.sessions(r, wrap, "/me/sessions", memberSubject)
}

// Staff mounts the pages for staff.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/me", wrap(h.summary))
	r.Post("/op/me/display", wrap(h.display("/op/me", h.staffDisplay)))
	h.sessions(r, wrap, "/op/me/sessions", staffSubject)
}

type subject func(*http.Request) actor.Subject

func memberSubject(r *http.Request) actor.Subject { return httpx.Actor(r).Subject() }
func staffSubject(r *http.Request) actor.Subject  { return httpx.Operator(r).Subject() }

func (h Handlers) sessions(r chi.Router, wrap httpx.Wrap, base string, who subject) {
	r.Get(base, wrap(h.list(base)))
	r.Post(base+"/{id}/end", wrap(h.end(base, who)))
	r.Post(base+"/end-others", wrap(h.endOthers(base, who)))
}

func (h Handlers) summary(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, nil, nil)
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request, status int, typed *account.Display, wrong fault.Complaints) error {
	i := httpx.Identity(r)
	p := meview.Profile{
		Staff: i.Staff(), Name: i.Name, Roles: i.Roles, SignedInAt: i.Since,
		Display: account.Display{Language: i.Language, Theme: i.Theme, Density: i.Density}, Wrong: wrong,
	}
	if typed != nil {
		p.Display = *typed
	}
	return httpx.Render(w, r, status, meview.Me(p))
}

func (h Handlers) memberDisplay(r *http.Request, d account.Display) error {
	return h.Accounts.SetDisplay(r.Context(), httpx.Actor(r), d)
}

func (h Handlers) staffDisplay(r *http.Request, d account.Display) error {
	return h.People.SetDisplay(r.Context(), httpx.Operator(r), d)
}

// display answers POST …/display. The way back sets the language of this device
// too: what was chosen last counts.
func (h Handlers) display(back string, set func(*http.Request, account.Display) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		d := account.Display{Language: r.PostFormValue("language"), Theme: r.PostFormValue("theme"), Density: r.PostFormValue("density")}
		err := set(r, d)
		if wrong, ok := httpx.Complaints(err); ok {
			return h.show(w, r, http.StatusUnprocessableEntity, &d, wrong)
		}
		if err != nil {
			return err
		}
		h.Sessions.Put(r.Context(), "flash", "me.flash.display")
		return httpx.See(w, r, back+"?lang="+d.Language)
	}
}

func (h Handlers) list(base string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		open, err := h.Me.Open(r.Context())
		if err != nil {
			return err
		}
		return httpx.Render(w, r, http.StatusOK, meview.Sessions(meview.OpenSessions{Open: open, Base: base, Staff: httpx.Identity(r).Staff()}))
	}
}

// end answers POST …/{id}/end. Ending the session that asks is a way to sign
// out: the next page asks for the key.
func (h Handlers) end(base string, who subject) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := h.Me.End(r.Context(), who(r), chi.URLParam(r, "id")); err != nil {
			return err
		}
		h.Sessions.Put(r.Context(), "flash", "me.flash.ended")
		return httpx.See(w, r, base)
	}
}

func (h Handlers) endOthers(base string, who subject) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := h.Me.EndOthers(r.Context(), who(r))
		if err != nil {
			return err
		}
		key := "me.flash.others"
		if n == 0 {
			key = "me.flash.no_others"
		}
		h.Sessions.Put(r.Context(), "flash", key)
		return httpx.See(w, r, base)
	}
}
