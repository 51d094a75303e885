// Package attributehttp answers the staff's pages about what cards of each
// product group say and choose from.
package attributehttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/attributeview"
)

// Handlers answers /op/dictionaries/attributes.
type Handlers struct {
	Attributes *attribute.Service
	Sessions   *session.Manager
}

// Staff mounts the pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	const group = "/op/dictionaries/attributes/{group}"
	const codes = group + "/codes/{list}"
	r.Get("/op/dictionaries/attributes", wrap(h.overview))
	r.Get(group, wrap(h.newest))
	r.Get(group+"/versions/{version}", wrap(h.version))
	r.Get(group+"/edit", wrap(h.blank))
	r.Post(group+"/edit", wrap(h.edit))
	r.Get(codes, wrap(h.codes))
	r.Get(codes+"/file", wrap(h.file))
	r.Get(codes+"/import", wrap(h.askFile))
	r.Post(codes+"/import", wrap(h.upload))
	r.Get(codes+"/import/{id}", wrap(h.imported))
	r.Post(codes+"/import/{id}/apply", wrap(h.apply))
	r.Get(codes+"/new", wrap(h.blankCode))
	r.Post(codes+"/new", wrap(h.addCode))
	r.Get(codes+"/entry/{code}", wrap(h.code))
	r.Post(codes+"/entry/{code}", wrap(h.changeCode))
	r.Post(codes+"/entry/{code}/off", wrap(h.switchCode(true)))
	r.Post(codes+"/entry/{code}/on", wrap(h.switchCode(false)))
}

func (h Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Attributes.Overview(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Overview(all))
}

// group is the product group an address names.
func (h Handlers) group(r *http.Request) (productgroup.Group, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "group"), 10, 16)
	if err != nil {
		return productgroup.Group{}, attribute.ErrNoGroup
	}
	return h.Attributes.Group(r.Context(), httpx.Operator(r), int16(id))
}

func mayEdit(r *http.Request) bool { return httpx.Operator(r).Need(perm.OpDictionaryManage) == nil }

func (h Handlers) newest(w http.ResponseWriter, r *http.Request) error { return h.show(w, r, 0) }

func (h Handlers) version(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(chi.URLParam(r, "version"))
	if err != nil || n < 1 {
		return attribute.ErrNoSet
	}
	return h.show(w, r, n)
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request, number int) error {
	g, err := h.group(r)
	if err != nil {
		return err
	}
	op := httpx.Operator(r)
	set, err := h.Attributes.Version(r.Context(), op, g.ID, number)
	if err != nil {
		return err
	}
	all, err := h.Attributes.Versions(r.Context(), op, g.ID)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Set(attributeview.SetPage{Group: g, Set: set, Versions: all, MayEdit: mayEdit(r)}))
}

// blank answers GET …/edit: the form with the newest version.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	op := httpx.Operator(r)
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	g, err := h.group(r)
	if err != nil {
		return err
	}
	set, err := h.Attributes.Version(r.Context(), op, g.ID, 0)
	if err != nil {
		return err
	}
	d := attribute.Draft{From: set.Set.Version}
	for _, a := range set.Set.Attributes {
		d.Rows = append(d.Rows, attribute.RowOf(a))
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Form(attributeview.FormPage{Group: g, Draft: d, Open: -1}))
}

// edit answers POST …/edit: each button sends the whole draft. Only publishing
// keeps something.
func (h Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	g, err := h.group(r)
	if err != nil {
		return err
	}
	d := typed(r)
	switch act, i := button(r, len(d.Rows)); act {
	case "add", "up", "down", "remove":
		open := arrange(&d, act, i)
		return httpx.Render(w, r, http.StatusOK, attributeview.Form(attributeview.FormPage{Group: g, Draft: d, Open: open}))
	case "back":
		return httpx.Render(w, r, http.StatusOK, attributeview.Form(attributeview.FormPage{Group: g, Draft: d, Open: -1}))
	case "publish":
		return h.publish(w, r, g, d)
	}
	changes, err := h.Attributes.Check(r.Context(), httpx.Operator(r), g.ID, d)
	return h.checked(w, r, g, d, changes, err)
}

func (h Handlers) publish(w http.ResponseWriter, r *http.Request, g productgroup.Group, d attribute.Draft) error {
	version, err := h.Attributes.Publish(r.Context(), httpx.Operator(r), g.ID, d)
	if err != nil {
		return h.checked(w, r, g, d, nil, err)
	}
	h.Sessions.Put(r.Context(), "flash", "attribute.flash.published")
	return httpx.See(w, r, attributeview.VersionPath(g.ID, version))
}

// checked shows what a draft changes, or what is wrong with it. When somebody
// else was faster it shows what the draft would change of their version;
// publishing then replaces theirs knowingly.
func (h Handlers) checked(w http.ResponseWriter, r *http.Request, g productgroup.Group, d attribute.Draft, changes []attribute.Change, err error) error {
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, attributeview.Form(attributeview.FormPage{Group: g, Draft: d, Open: -1, Wrong: wrong}))
	}
	if errors.Is(err, attribute.ErrEdited) {
		return h.overtaken(w, r, g, d)
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Check(attributeview.CheckPage{Group: g, Draft: d, Changes: changes}))
}

func (h Handlers) overtaken(w http.ResponseWriter, r *http.Request, g productgroup.Group, d attribute.Draft) error {
	newest, err := h.Attributes.Version(r.Context(), httpx.Operator(r), g.ID, 0)
	if err != nil {
		return err
	}
	after, _, err := d.Open()
	if err != nil {
		return err
	}
	d.From = newest.Version
	p := attributeview.CheckPage{Group: g, Draft: d, Changes: attribute.Diff(newest.Set.Attributes, after), By: newest.By}
	return httpx.Render(w, r, http.StatusConflict, attributeview.Check(p))
}
