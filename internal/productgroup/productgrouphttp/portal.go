// Package productgrouphttp answers the pages about product groups: those of an
// organization for its members, the dictionary for the operator's staff.
package productgrouphttp

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/productgroupview"
)

// Handlers answers /org/groups and /op/dictionaries.
type Handlers struct {
	Groups   *productgroup.Service
	Sessions *session.Manager
	// Requests draws what was asked of the operator about a group, and the way to
	// ask; it belongs to another feature.
	Requests func(r *http.Request, g productgroup.OrgGroup) (templ.Component, error)
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/groups", wrap(h.list))
	r.Get("/org/groups.csv", wrap(h.export))
	r.Get("/org/groups/new", wrap(h.blank))
	r.Post("/org/groups/new", wrap(h.add))
	r.Get("/org/groups/{id}", wrap(h.show))
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	own, err := h.Groups.Own(r.Context(), a)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.List(productgroupview.ListPage{Own: own, MayAdd: a.Need(perm.GroupManage) == nil}))
}

// export answers GET /org/groups.csv.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	own, err := h.Groups.Own(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.CSV(w, "groups.csv", productgroupview.Export(r.Context(), own.Groups))
}

// blank answers GET /org/groups/new; a group named in the address is chosen.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, http.StatusOK, productgroupview.NewPage{Draft: productgroup.Draft{Group: r.URL.Query().Get("group")}})
}

func (h Handlers) form(w http.ResponseWriter, r *http.Request, status int, p productgroupview.NewPage) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.GroupManage); err != nil {
		return err
	}
	own, err := h.Groups.Own(r.Context(), a)
	if err != nil {
		return err
	}
	p.Left = own.Left
	return httpx.Render(w, r, status, productgroupview.New(p))
}

func (h Handlers) add(w http.ResponseWriter, r *http.Request) error {
	d := productgroup.Draft{Group: r.PostFormValue("group"), Issuer: r.PostFormValue("issuer")}
	id, err := h.Groups.Add(r.Context(), httpx.Actor(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.form(w, r, httpx.ProblemOf(err).Status, productgroupview.NewPage{Draft: d, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "productgroup.flash.added", productgroupview.Path(id))
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := groupID(r)
	if err != nil {
		return err
	}
	record, err := h.Groups.Get(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	asked, err := h.Requests(r, record.OrgGroup)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.Show(productgroupview.RecordPage{Record: record, Requests: asked}))
}

// groupID reads the address; what is no number is no group.
func groupID(r *http.Request) (int16, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 16)
	if err != nil || id <= 0 {
		return 0, productgroup.ErrNotFound
	}
	return int16(id), nil
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
