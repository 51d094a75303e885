package staffhttp

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/staff"
	"kabinet/web/staffview"
)

// Routes mounts the pages for staff.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/staff", wrap(h.list))
	r.Get("/op/staff.csv", wrap(h.export))
	r.Get("/op/staff/new", wrap(h.blank))
	r.Post("/op/staff", wrap(h.add))
	r.Get("/op/staff/{id}", wrap(h.person))
	r.Post("/op/staff/{id}", wrap(h.setRoles))
	r.Get("/op/staff/{id}/block", wrap(h.askBlock))
	r.Post("/op/staff/{id}/block", wrap(h.block))
	r.Post("/op/staff/{id}/unblock", wrap(h.unblock))
}

// list answers GET /op/staff; its address says what it shows.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	o, f := httpx.Operator(r), filter(r)
	p, err := h.Staff.List(r.Context(), o, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, staffview.List(staffview.People{Page: p, Filter: f, Self: o.StaffID}))
}

// filter reads the address; what cannot be read does not narrow.
func filter(r *http.Request) staff.Filter {
	q := r.URL.Query()
	f := staff.Filter{Query: strings.TrimSpace(q.Get("q")), After: q.Get("after"), Size: page.Size(q.Get("per"))}
	if status := q.Get("status"); slices.Contains(staff.Statuses(), status) {
		f.Status = status
	}
	return f
}

// export answers GET /op/staff.csv with everybody whom the list shows, on
// whatever page.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	people, err := h.Staff.Export(r.Context(), httpx.Operator(r), filter(r))
	if err != nil {
		return err
	}
	return httpx.CSV(w, "staff.csv", staffview.Sheet(r.Context(), people))
}

// blank answers GET /op/staff/new.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpStaffManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, staffview.New(staff.Draft{}, nil))
}

func (h Handlers) add(w http.ResponseWriter, r *http.Request) error {
	d := staff.Draft{Name: r.PostFormValue("name"), PINFL: r.PostFormValue("pinfl"), Roles: r.PostForm["roles"]}
	_, err := h.Staff.Add(r.Context(), httpx.Operator(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, staffview.New(d, wrong))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "staff.flash.added", "/op/staff")
}

// id reads the person's number; what is no number names nobody.
func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, staff.ErrUnknown.Because(err)
	}
	return n, nil
}

func (h Handlers) person(w http.ResponseWriter, r *http.Request) error {
	return h.showOne(w, r, http.StatusOK, nil, nil)
}

// showOne draws one person; typed are the roles of a form that was refused.
func (h Handlers) showOne(w http.ResponseWriter, r *http.Request, status int, typed []string, wrong fault.Complaints) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	o := httpx.Operator(r)
	p, err := h.Staff.Get(r.Context(), o, n)
	if err != nil {
		return err
	}
	page := staffview.One{Person: p, Self: p.ID == o.StaffID, Roles: p.Roles, Wrong: wrong}
	if typed != nil {
		page.Roles = typed
	}
	return httpx.Render(w, r, status, staffview.Show(page))
}

func (h Handlers) setRoles(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	roles := r.PostForm["roles"]
	err = h.Staff.SetRoles(r.Context(), httpx.Operator(r), n, roles)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.showOne(w, r, httpx.ProblemOf(err).Status, roles, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "staff.flash.roles", "/op/staff")
}

// askBlock answers GET /op/staff/{id}/block.
func (h Handlers) askBlock(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	o := httpx.Operator(r)
	p, err := h.Staff.Get(r.Context(), o, n)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, staffview.Block(p, p.ID == o.StaffID))
}

func (h Handlers) block(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	err = h.Staff.Block(r.Context(), httpx.Operator(r), n)
	if errors.Is(err, staff.ErrLastAdmin) {
		wrong, _ := httpx.Complaints(err)
		return h.showOne(w, r, http.StatusConflict, nil, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "staff.flash.blocked", "/op/staff")
}

func (h Handlers) unblock(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.Staff.Unblock(r.Context(), httpx.Operator(r), n); err != nil {
		return err
	}
	return h.done(w, r, "staff.flash.unblocked", "/op/staff")
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
