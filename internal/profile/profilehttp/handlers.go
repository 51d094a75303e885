// Package profilehttp answers the pages of an organization's profile and the
// entrance of a new director.
package profilehttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/profile"
	"kabinet/web/edsview"
	"kabinet/web/profileview"
)

// Handlers answer the pages.
type Handlers struct {
	Profile  *profile.Service
	Sessions *session.Manager
	EDS      edsview.Config
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org", wrap(h.org))
	r.Post("/org/refresh", wrap(h.refresh))
	r.Post("/org/check", wrap(h.check))
	r.Get("/org/history", wrap(h.history))
	for _, s := range subjects(h.Profile) {
		r.Get(s.path, wrap(h.show(s)))
		r.Post(s.path, wrap(h.save(s)))
	}
	r.Get("/org/email", wrap(h.email))
	r.Post("/org/email", wrap(h.askEmail))
	r.Post("/org/email/confirm", wrap(h.confirmEmail))
	r.Post("/org/email/drop", wrap(h.dropEmail))
	r.Get("/org/bank/new", wrap(h.newBank))
	r.Post("/org/bank/new", wrap(h.addBank))
	r.Get("/org/bank/{id}", wrap(h.bank))
	r.Post("/org/bank/{id}", wrap(h.setBank))
	r.Post("/org/bank/{id}/remove", wrap(h.removeBank))
}

// Public mounts the entrance of a new director.
func (h Handlers) Public(r chi.Router, wrap httpx.Wrap) {
	r.Get("/director", wrap(h.director))
	r.Post("/director", wrap(h.takeOver))
	r.Post("/director/challenge", wrap(h.challenge))
	r.Get("/director/recorded", wrap(h.recorded))
}

func (h Handlers) org(w http.ResponseWriter, r *http.Request) error {
	v, err := h.Profile.View(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, profileview.Org(v))
}

// refresh answers POST /org/refresh. A register that does not answer leaves
// everything as it was, and the page says so.
func (h Handlers) refresh(w http.ResponseWriter, r *http.Request) error {
	err := h.Profile.Refresh(r.Context(), httpx.Actor(r))
	f, ok := fault.As(err)
	switch {
	case err == nil:
		h.Sessions.Put(r.Context(), "flash", "profile.refreshed")
	case ok && (f.Kind == fault.Unavailable || f.Kind == fault.Invalid):
		h.Sessions.Put(r.Context(), "flash", f.Key)
		h.Sessions.Put(r.Context(), "flash.tone", "warn")
	default:
		return err
	}
	return httpx.See(w, r, "/org")
}

func (h Handlers) check(w http.ResponseWriter, r *http.Request) error {
	if err := h.Profile.Check(r.Context(), httpx.Actor(r)); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "profile.checked")
	return httpx.See(w, r, "/org")
}

func (h Handlers) history(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	field := ""
	for _, f := range profile.Fields() {
		if q.Get("field") == f {
			field = f
		}
	}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // what is no line begins at the newest
	cs, next, err := h.Profile.History(r.Context(), httpx.Actor(r), field, max(before, 0))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, profileview.History(profileview.HistoryPage{Changes: cs, Field: field, Next: next}))
}

// editable reads the profile for somebody who means to change it.
func (h Handlers) editable(r *http.Request) (profile.View, error) {
	a := httpx.Actor(r)
	if err := a.Need(perm.OrgEdit); err != nil {
		return profile.View{}, err
	}
	return h.Profile.View(r.Context(), a)
}

// show answers GET of a subject: the form with what is stored.
func (h Handlers) show(s subject) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := h.editable(r)
		if err != nil {
			return err
		}
		e := s.editor(r.Context(), v, s.read(v), nil)
		return httpx.Render(w, r, http.StatusOK, profileview.Edit(e))
	}
}

// save answers POST of a subject.
func (h Handlers) save(s subject) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, typed := httpx.Actor(r), s.typed(r)
		version, _ := strconv.Atoi(r.PostFormValue("version")) // none is an old page: a conflict
		err := s.save(r.Context(), a, version, typed)
		if err == nil {
			h.Sessions.Put(r.Context(), "flash", "profile.saved")
			return httpx.See(w, r, "/org")
		}
		wrong, complained := httpx.Complaints(err)
		if !complained && !errors.Is(err, org.ErrEdited) {
			return err
		}
		v, failed := h.editable(r)
		if failed != nil {
			return failed
		}
		e := s.editor(r.Context(), v, typed, wrong)
		if complained {
			e.Version = version // what was seen is still what is compared
			return httpx.Render(w, r, http.StatusUnprocessableEntity, profileview.Edit(e))
		}
		e.Clash = clash(r.Context(), v, e.Inputs, s.read(v), typed)
		return httpx.Render(w, r, http.StatusConflict, profileview.Edit(e))
	}
}
