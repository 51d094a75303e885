package technicalhttp

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/technical"
	"kabinet/web/technicalview"
)

// Handlers are the administrators' pages.
type Handlers struct {
	Technical *technical.Service
	Sessions  *session.Manager
}

// Routes mounts the pages; they are for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/users/{id}/technical", wrap(h.show))
	r.Post("/org/users/{id}/technical", wrap(h.save))
}

// OfUser draws how a technical user signs in, for the page of the user.
func (h Handlers) OfUser(r *http.Request, memberID int64) (templ.Component, error) {
	u, err := h.Technical.Of(r.Context(), httpx.Actor(r), memberID)
	if err != nil {
		return nil, err
	}
	return technicalview.OfUser(technicalview.Form{User: u}), nil
}

func memberID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, technical.ErrNotFound
	}
	return id, nil
}

// show answers GET /org/users/{id}/technical.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	u, err := h.user(r)
	if err != nil {
		return err
	}
	form := technicalview.Form{User: u, Typed: strings.Join(u.Networks, "\n"), Version: u.Version}
	return httpx.Render(w, r, http.StatusOK, technicalview.User(form))
}

func (h Handlers) user(r *http.Request) (technical.User, error) {
	id, err := memberID(r)
	if err != nil {
		return technical.User{}, err
	}
	return h.Technical.Of(r.Context(), httpx.Actor(r), id)
}

// save answers POST /org/users/{id}/technical. When somebody else changed the
// list meanwhile, both stand on the page, and saving again is meant.
func (h Handlers) save(w http.ResponseWriter, r *http.Request) error {
	u, err := h.user(r)
	if err != nil {
		return err
	}
	form := technicalview.Form{User: u, Typed: r.PostFormValue("addresses")}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 32) // what is no number is no version
	form.Version = int(version)
	err = h.Technical.SetNetworks(r.Context(), httpx.Actor(r), u.MemberID, technical.Networks{Typed: form.Typed, Version: form.Version})
	if wrong, ok := httpx.Complaints(err); ok {
		form.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, technicalview.User(form))
	}
	if errors.Is(err, technical.ErrChanged) {
		if form.User, err = h.user(r); err != nil {
			return err
		}
		form.Theirs, form.Version = true, form.User.Version
		return httpx.Render(w, r, http.StatusConflict, technicalview.User(form))
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "technical.page.saved")
	return httpx.See(w, r, "/org/users/"+strconv.FormatInt(u.MemberID, 10)+"/technical")
}
