// Package noticehttp answers the pages about what a person was told.
package noticehttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/notice"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/noticeview"
)

// Handlers are the pages /notices and /me/letters.
type Handlers struct {
	Notices  *notice.Service
	Sessions *session.Manager
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/notices", wrap(h.inbox))
	r.Post("/notices/read", wrap(h.read))
	r.Get("/me/letters", wrap(h.letters))
	r.Post("/me/letters", wrap(h.choose))
}

func (h Handlers) inbox(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := noticeview.Box{Cursor: q.Get("after"), Per: page.Size(q.Get("per"))}
	var err error
	if v.Inbox, err = h.Notices.Inbox(r.Context(), httpx.Actor(r), v.Cursor, v.Per); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, noticeview.Notices(v))
}

func (h Handlers) read(w http.ResponseWriter, r *http.Request) error {
	upTo, _ := strconv.ParseInt(r.PostFormValue("upto"), 10, 64) // what is no number marks nothing
	if err := h.Notices.MarkRead(r.Context(), httpx.Actor(r), upTo); err != nil {
		return err
	}
	return httpx.See(w, r, "/notices")
}

func (h Handlers) letters(w http.ResponseWriter, r *http.Request) error {
	kinds, err := h.Notices.Wanted(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return h.form(w, r, http.StatusOK, kinds, nil)
}

func (h Handlers) choose(w http.ResponseWriter, r *http.Request) error {
	kinds := make([]notice.Kind, 0, len(notice.Kinds()))
	for _, k := range r.PostForm["kinds"] {
		kinds = append(kinds, notice.Kind(k))
	}
	err := h.Notices.Want(r.Context(), httpx.Actor(r), kinds)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.form(w, r, http.StatusUnprocessableEntity, kinds, wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "notice.flash.chosen")
	return httpx.See(w, r, "/me/letters")
}

func (h Handlers) form(w http.ResponseWriter, r *http.Request, status int, kinds []notice.Kind, wrong fault.Complaints) error {
	return httpx.Render(w, r, status, noticeview.Letters(noticeview.Choice{Kinds: kinds, Wrong: wrong}))
}
