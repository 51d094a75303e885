// Package noticehttp answers the pages about what a person was told.
package noticehttp

import (
	"net/http"
	"slices"
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
	// Seen is told who has just read something, so that what counts the unread
	// counts anew; may be nil.
	Seen func(*http.Request)
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/notices", wrap(h.inbox))
	r.Post("/notices/read", wrap(h.read))
	r.Get("/me/letters", wrap(h.letters))
	r.Post("/me/letters", wrap(h.choose))
}

// filter reads the state of a list from its address; what is no kind is all.
func filter(get func(string) string) notice.Filter {
	f := notice.Filter{Unread: get("unread") == "1", Cursor: get("after"), Per: page.Size(get("per"))}
	f.Org, _ = strconv.ParseInt(get("org"), 10, 64) // what is no number is all
	if k := notice.Kind(get("kind")); slices.Contains(notice.Kinds(), k) {
		f.Kind = k
	}
	return f
}

func (h Handlers) inbox(w http.ResponseWriter, r *http.Request) error {
	f := filter(r.URL.Query().Get)
	box, err := h.Notices.Inbox(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, noticeview.Notices(noticeview.Box{Inbox: box, Filter: f, At: httpx.Actor(r).OrgID}))
}

// read answers POST /notices/read: those that are named, or all up to one.
func (h Handlers) read(w http.ResponseWriter, r *http.Request) (err error) {
	if ids := numbers(r.PostForm["id"]); len(ids) > 0 {
		err = h.Notices.MarkRead(r.Context(), httpx.Actor(r), ids)
	} else {
		upTo, _ := strconv.ParseInt(r.PostFormValue("upto"), 10, 64) // what is no number marks nothing
		err = h.Notices.MarkAllRead(r.Context(), httpx.Actor(r), upTo)
	}
	if err != nil {
		return err
	}
	if h.Seen != nil {
		h.Seen(r)
	}
	return httpx.See(w, r, noticeview.URL(filter(r.PostFormValue)))
}

// numbers are those of texts that are some.
func numbers(texts []string) (ns []int64) {
	for _, t := range texts {
		if n, err := strconv.ParseInt(t, 10, 64); err == nil {
			ns = append(ns, n)
		}
	}
	return ns
}

func (h Handlers) letters(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Notices.Choice(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return h.form(w, r, http.StatusOK, c, nil)
}

func (h Handlers) choose(w http.ResponseWriter, r *http.Request) error {
	c := notice.Choice{}
	for _, k := range notice.Kinds() {
		c[k] = notice.Way(r.PostFormValue(string(k)))
	}
	err := h.Notices.Choose(r.Context(), httpx.Actor(r), c)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.form(w, r, http.StatusUnprocessableEntity, c, wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "notice.flash.chosen")
	return httpx.See(w, r, "/me/letters")
}

func (h Handlers) form(w http.ResponseWriter, r *http.Request, status int, c notice.Choice, wrong fault.Complaints) error {
	return httpx.Render(w, r, status, noticeview.Letters(noticeview.Choice{Chosen: c, Wrong: wrong}))
}
