// Package providerhttp answers the pages about authorizations of service
// providers.
package providerhttp

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/provider"
	"kabinet/web/providerview"
)

// Handlers are the pages under /org/authorizations.
type Handlers struct {
	Providers *provider.Service
	Sessions  *session.Manager
}

const path = "/org/authorizations"

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get(path, wrap(h.list))
	r.Get(path+".csv", wrap(h.export))
	r.Get(path+"/new", wrap(h.ask))
	r.Post(path, wrap(h.create))
	r.Get(path+"/{id}", wrap(h.record))
	r.Get(path+"/{id}/revoke", wrap(h.confirm))
	r.Post(path+"/{id}/revoke", wrap(h.revoke))
}

func filter(r *http.Request) provider.Filter {
	q := r.URL.Query()
	f := provider.Filter{Received: q.Get("side") == "received", Query: q.Get("q"), Cursor: q.Get("after"), Per: page.Size(q.Get("per"))}
	if s := provider.Status(q.Get("status")); slices.Contains(provider.Statuses(), s) {
		f.Status = s
	}
	return f
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	f := filter(r)
	p, err := h.Providers.List(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, providerview.List(providerview.Listing{Filter: f, Page: p}))
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	p, err := h.Providers.Export(r.Context(), httpx.Actor(r), filter(r))
	if err != nil {
		return err
	}
	return httpx.CSV(w, "authorizations.csv", providerview.Rows(r.Context(), p))
}

// ask answers GET …/new: first the provider's tax number, then what it may do.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	v := providerview.Form{Draft: provider.Draft{TIN: r.URL.Query().Get("tin")}}
	if v.Draft.TIN == "" {
		if _, err := h.Providers.List(r.Context(), httpx.Actor(r), provider.Filter{Per: 1}); err != nil {
			return err // who may not give any is told here, not after typing
		}
		return httpx.Render(w, r, http.StatusOK, providerview.New(v))
	}
	return h.form(w, r, v, nil)
}

// form shows the second step, or the first one again when the number will not do.
func (h Handlers) form(w http.ResponseWriter, r *http.Request, v providerview.Form, wrong fault.Complaints) error {
	offer, err := h.Providers.Offer(r.Context(), httpx.Actor(r), v.Draft.TIN)
	about, complained := httpx.Complaints(err)
	if err != nil && !complained {
		return err
	}
	v.Offer, v.Known, v.Wrong = offer, !complained, wrong
	if complained {
		v.Wrong = about
	}
	status := http.StatusOK
	if len(v.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, providerview.New(v))
}

func (h Handlers) create(w http.ResponseWriter, r *http.Request) error {
	d := provider.Draft{
		TIN: r.PostFormValue("tin"), Groups: r.PostForm["groups"], Tasks: r.PostForm["tasks"], Until: r.PostFormValue("until"),
	}
	id, err := h.Providers.Create(r.Context(), httpx.Actor(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.form(w, r, providerview.Form{Draft: d}, wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "provider.flash.created")
	return httpx.See(w, r, path+"/"+strconv.FormatInt(id, 10))
}

// get reads the one a path names.
func (h Handlers) get(r *http.Request) (provider.Authorization, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return provider.Authorization{}, provider.ErrNotFound
	}
	return h.Providers.Get(r.Context(), httpx.Actor(r), id)
}

func (h Handlers) record(w http.ResponseWriter, r *http.Request) error {
	a, err := h.get(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, providerview.Record(a))
}

func (h Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.sure(w, r, http.StatusOK, "", nil)
}

func (h Handlers) sure(w http.ResponseWriter, r *http.Request, status int, reason string, wrong fault.Complaints) error {
	a, err := h.get(r)
	if err != nil {
		return err
	}
	if a.Status != provider.Active {
		return provider.ErrNotCurrent
	}
	return httpx.Render(w, r, status, providerview.Revoke(providerview.Revocation{Authorization: a, Reason: reason, Wrong: wrong}))
}

func (h Handlers) revoke(w http.ResponseWriter, r *http.Request) error {
	a, err := h.get(r)
	if err != nil {
		return err
	}
	reason := r.PostFormValue("reason")
	err = h.Providers.Revoke(r.Context(), httpx.Actor(r), a.ID, reason)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.sure(w, r, http.StatusUnprocessableEntity, reason, wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "provider.flash.revoked")
	return httpx.See(w, r, path+"/"+strconv.FormatInt(a.ID, 10))
}
