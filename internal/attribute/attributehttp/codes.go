package attributehttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/productgroup"
	"kabinet/web/attributeview"
)

// place is the dictionary an address names.
type place struct {
	group productgroup.Group
	list  attribute.List
}

func (h Handlers) place(r *http.Request) (p place, err error) {
	if p.group, err = h.group(r); err != nil {
		return place{}, err
	}
	p.list, err = attribute.ParseList(chi.URLParam(r, "list"))
	return p, err
}

// codes answers GET …/codes/{list}: a page of a dictionary.
func (h Handlers) codes(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := attribute.CodeFilter{Group: p.group.ID, List: p.list, Query: q.Get("q"), Off: q.Get("state") == "off", After: q.Get("after"), Size: page.Size(q.Get("per"))}
	op := httpx.Operator(r)
	rows, more, err := h.Attributes.Codes(r.Context(), op, f)
	if err != nil {
		return err
	}
	used, off, err := h.Attributes.CodeCounts(r.Context(), op, p.group.ID, p.list)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Codes(attributeview.CodesPage{
		Group: p.group, Filter: f, Rows: rows, More: more, Used: used, Off: off, MayEdit: mayEdit(r),
	}))
}

// file answers GET …/file: the whole dictionary as CSV.
func (h Handlers) file(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	all, err := h.Attributes.AllCodes(r.Context(), httpx.Operator(r), p.group.ID, p.list)
	if err != nil {
		return err
	}
	rows := [][]string{attribute.Columns()}
	for _, e := range all {
		off := ""
		if e.Off {
			off = attribute.Yes
		}
		rows = append(rows, []string{e.Code.Code, e.Name.Uz, e.Name.Ru, e.Name.En, off})
	}
	return httpx.CSV(w, string(p.list)+"-"+p.group.Slug+".csv", rows)
}

// blankCode answers GET …/new.
func (h Handlers) blankCode(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	p, err := h.place(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Code(attributeview.CodePage{Group: p.group, List: p.list, MayEdit: true}))
}

func typedCode(r *http.Request) attribute.CodeDraft {
	d := attribute.CodeDraft{Code: r.PostFormValue("code"), Name: attribute.Words{Uz: r.PostFormValue("uz"), Ru: r.PostFormValue("ru"), En: r.PostFormValue("en")}}
	d.Version, _ = strconv.Atoi(r.PostFormValue("version")) // 0 fits no stored code
	return d
}

func (h Handlers) addCode(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	d := typedCode(r)
	err = h.Attributes.AddCode(r.Context(), httpx.Operator(r), p.group.ID, p.list, d)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, attributeview.Code(attributeview.CodePage{Group: p.group, List: p.list, Draft: d, Wrong: wrong, MayEdit: true}))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, p, "attribute.flash.added")
}

func (h Handlers) done(w http.ResponseWriter, r *http.Request, p place, flash string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, attributeview.CodesPath(p.group.ID, p.list))
}

func (h Handlers) stored(r *http.Request, p place) (attribute.Entry, error) {
	return h.Attributes.CodeEntry(r.Context(), httpx.Operator(r), p.group.ID, p.list, chi.URLParam(r, "code"))
}

// code answers GET …/entry/{code}.
func (h Handlers) code(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	e, err := h.stored(r, p)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Code(attributeview.CodePage{
		Group: p.group, List: p.list, Now: e, MayEdit: mayEdit(r),
		Draft: attribute.CodeDraft{Code: e.Code.Code, Name: e.Name, Version: e.Version},
	}))
}

// changeCode answers POST …/entry/{code}. When somebody else was faster both are
// shown; saving again then replaces theirs knowingly.
func (h Handlers) changeCode(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	d := typedCode(r)
	d.Code = chi.URLParam(r, "code")
	err = h.Attributes.RenameCode(r.Context(), httpx.Operator(r), p.group.ID, p.list, d.Code, d)
	wrong, complained := httpx.Complaints(err)
	edited := errors.Is(err, attribute.ErrEdited)
	switch {
	case err == nil:
		return h.done(w, r, p, "attribute.flash.changed")
	case !complained && !edited:
		return err
	}
	status := httpx.ProblemOf(err).Status
	now, err := h.stored(r, p)
	if err != nil {
		return err
	}
	if edited {
		d.Version = now.Version
	}
	return httpx.Render(w, r, status, attributeview.Code(attributeview.CodePage{
		Group: p.group, List: p.list, Now: now, Draft: d, Wrong: wrong, Edited: edited, MayEdit: true,
	}))
}

// switchCode answers POST …/off and …/on.
func (h Handlers) switchCode(off bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := h.place(r)
		if err != nil {
			return err
		}
		err = h.Attributes.SwitchCode(r.Context(), httpx.Operator(r), p.group.ID, p.list, chi.URLParam(r, "code"), off)
		if err != nil {
			return err
		}
		if off {
			return h.done(w, r, p, "attribute.flash.off")
		}
		return h.done(w, r, p, "attribute.flash.on")
	}
}
