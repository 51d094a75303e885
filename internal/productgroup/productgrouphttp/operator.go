package productgrouphttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/productgroup"
	"kabinet/web/productgroupview"
)

// Staff mounts the dictionaries.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/dictionaries", wrap(dictionaries))
	r.Get("/op/dictionaries/groups", wrap(h.entries))
	r.Get("/op/dictionaries/groups/new", wrap(blankEntry))
	r.Post("/op/dictionaries/groups/new", wrap(h.addEntry))
	r.Get("/op/dictionaries/groups/{id}", wrap(h.entry))
	r.Post("/op/dictionaries/groups/{id}", wrap(h.changeEntry))
}

func dictionaries(w http.ResponseWriter, r *http.Request) error {
	op := httpx.Operator(r)
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.Dictionaries(op.Need(perm.OpDictionaryManage) == nil))
}

func (h Handlers) entries(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Groups.Entries(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.Entries(all))
}

func blankEntry(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.Entry(productgroupview.EntryPage{}))
}

func (h Handlers) addEntry(w http.ResponseWriter, r *http.Request) error {
	e := typed(r)
	err := h.Groups.AddEntry(r.Context(), httpx.Operator(r), e)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, productgroupview.Entry(productgroupview.EntryPage{Entry: e, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "productgroup.flash.entry_added", "/op/dictionaries/groups")
}

func typed(r *http.Request) productgroup.Entry {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 fits no stored group
	return productgroup.Entry{
		ID: r.PostFormValue("id"), Slug: r.PostFormValue("slug"),
		Uz: r.PostFormValue("uz"), Ru: r.PostFormValue("ru"), En: r.PostFormValue("en"), Version: version,
	}
}

func (h Handlers) entry(w http.ResponseWriter, r *http.Request) error {
	u, err := h.stored(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, productgroupview.Entry(productgroupview.EntryPage{Entry: u.Entry(), Now: u}))
}

func (h Handlers) stored(r *http.Request) (productgroup.Used, error) {
	id, err := groupID(r)
	if err != nil {
		return productgroup.Used{}, productgroup.ErrNoEntry
	}
	return h.Groups.Entry(r.Context(), httpx.Operator(r), id)
}

// changeEntry answers POST /op/dictionaries/groups/{id}. When somebody else was
// faster both versions are shown; saving again then replaces theirs knowingly.
func (h Handlers) changeEntry(w http.ResponseWriter, r *http.Request) error {
	now, err := h.stored(r)
	if err != nil {
		return err
	}
	e := typed(r)
	err = h.Groups.ChangeEntry(r.Context(), httpx.Operator(r), now.ID, e)
	p := productgroupview.EntryPage{Entry: e, Now: now}
	p.Entry.ID = strconv.Itoa(int(now.ID))
	if errors.Is(err, productgroup.ErrEdited) {
		if p.Now, err = h.stored(r); err != nil {
			return err
		}
		p.Edited, p.Entry.Version = true, p.Now.Version
		return httpx.Render(w, r, http.StatusConflict, productgroupview.Entry(p))
	}
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, productgroupview.Entry(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "productgroup.flash.entry_changed", "/op/dictionaries/groups")
}
