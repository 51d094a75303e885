// Package placehttp answers the pages about an organization's places of business.
package placehttp

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/place"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/placeview"
)

// UploadPath takes files of places; it is one of the paths that may.
const UploadPath = "/org/places/import"

// Handlers are the pages about places.
type Handlers struct {
	Places   *place.Service
	Sessions *session.Manager // keeps what the next page says was done
	Now      clock.Clock      // for the names of files
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/places", wrap(h.list))
	r.Get("/org/places.csv", wrap(h.csv))
	r.Get("/org/places.xlsx", wrap(h.xlsx))
	r.Get("/org/places/new", wrap(h.blank))
	r.Post("/org/places", wrap(h.create))
	r.Get(UploadPath, wrap(h.askFile))
	r.Post(UploadPath, wrap(h.upload))
	r.Get("/org/places/import/template.csv", wrap(h.templateCSV))
	r.Get("/org/places/import/template.xlsx", wrap(h.templateXLSX))
	r.Get("/org/places/import/{id}", wrap(h.imported))
	r.Get("/org/places/import/{id}/complaints.csv", wrap(h.complaints))
	r.Post("/org/places/import/{id}/apply", wrap(h.apply))
	r.Get("/org/places/{id}", wrap(h.show))
	r.Get("/org/places/{id}/edit", wrap(h.edit))
	r.Post("/org/places/{id}/edit", wrap(h.change))
	r.Get("/org/places/{id}/main", wrap(h.askMain))
	r.Post("/org/places/{id}/main", wrap(h.makeMain))
	r.Get("/org/places/{id}/block", wrap(h.askBlock))
	r.Post("/org/places/{id}/block", wrap(h.block))
}

// filter reads the address; what cannot be read does not narrow (ux.md 5.2).
func filter(q url.Values) place.Filter {
	return place.Filter{
		Query: q.Get("q"), Status: place.Status(q.Get("status")), Region: q.Get("region"), Activity: place.Activity(q.Get("activity")),
		Order: place.Order(q.Get("sort")), After: q.Get("after"), Size: page.Size(q.Get("per")),
	}.Clean()
}

// list answers GET /org/places. A form sends all of its fields; the address keeps
// those that were filled in.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := filter(q)
	for _, vs := range q {
		if vs[0] == "" {
			return httpx.See(w, r, placeview.ListURL(f))
		}
	}
	p, err := h.Places.Find(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, placeview.List(placeview.ListPage{Filter: f, Page: p}))
}

// show answers GET /org/places/{id}; ?before= goes on in its history.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	events, more, err := h.Places.History(r.Context(), httpx.Actor(r), p.ID, before)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, placeview.Show(placeview.Record{Place: p, Events: events, More: more, Later: before > 0}))
}

// place reads the place that the address names.
func (h Handlers) place(r *http.Request) (place.Place, error) {
	id, err := place.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return place.Place{}, err
	}
	return h.Places.Place(r.Context(), httpx.Actor(r), id)
}

// manage refuses who may only read.
func manage(r *http.Request) error { return httpx.Actor(r).Need(perm.PlaceManage) }

// blank answers GET /org/places/new.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := manage(r); err != nil {
		return err
	}
	e := placeview.Editor{Draft: place.Draft{Country: country.Home}, Ticket: rand.Text()}
	return httpx.Render(w, r, http.StatusOK, placeview.Edit(e))
}

// typed reads what a person filled in.
func typed(r *http.Request) place.Draft {
	return place.Draft{
		Name: r.PostFormValue("name"), Activities: r.PostForm["activities"], Country: r.PostFormValue("country"),
		Region: r.PostFormValue("region"), District: r.PostFormValue("district"), Street: r.PostFormValue("street"),
		GLN: r.PostFormValue("gln"), Code: r.PostFormValue("code"),
	}
}

// create answers POST /org/places.
func (h Handlers) create(w http.ResponseWriter, r *http.Request) error {
	e := placeview.Editor{Draft: typed(r), Ticket: r.PostFormValue("ticket")}
	id, err := h.Places.Create(r.Context(), httpx.Actor(r), place.FormKey(e.Ticket, e.Draft), e.Draft)
	if wrong, ok := httpx.Complaints(err); ok {
		e.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, placeview.Edit(e))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "place.flash.created", placeview.URL(id, ""))
}

// active reads the place that the address names, for who may change it; a
// blocked one is place.ErrBlocked.
func (h Handlers) active(r *http.Request) (place.Place, error) {
	if err := manage(r); err != nil {
		return place.Place{}, err
	}
	p, err := h.place(r)
	if err == nil && !p.Active() {
		err = place.ErrBlocked
	}
	return p, err
}

// edit answers GET /org/places/{id}/edit.
func (h Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	p, err := h.active(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, placeview.Edit(placeview.Editor{Place: p, Draft: p.Draft(), Version: p.Version}))
}

// change answers POST /org/places/{id}/edit.
func (h Handlers) change(w http.ResponseWriter, r *http.Request) error {
	p, err := h.active(r)
	if err != nil {
		return err
	}
	e := placeview.Editor{Place: p, Draft: chosen(r, typed(r), p.Draft())}
	e.Version, _ = strconv.Atoi(r.PostFormValue("version")) // none is 0, which no place has
	err = h.Places.Change(r.Context(), httpx.Actor(r), p.ID, e.Version, e.Draft)
	if wrong, ok := httpx.Complaints(err); ok {
		e.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, placeview.Edit(e))
	}
	switch {
	case errors.Is(err, place.ErrEdited):
		return h.clash(w, r, e)
	case err != nil:
		return err
	}
	return h.done(w, r, "place.flash.changed", placeview.URL(p.ID, ""))
}

// chosen takes the stored value of each field for which the page of a clash was
// told so.
func chosen(r *http.Request, mine, stored place.Draft) place.Draft {
	for _, f := range place.FieldNames() {
		if r.PostFormValue("keep_"+f) == "theirs" {
			mine = mine.Take(f, stored)
		}
	}
	return mine
}

// clash shows both versions to whoever came second.
func (h Handlers) clash(w http.ResponseWriter, r *http.Request, mine placeview.Editor) error {
	theirs, err := h.active(r) // read again: it has changed since
	if err != nil {
		return err
	}
	last, _, err := h.Places.History(r.Context(), httpx.Actor(r), theirs.ID, 0)
	if err != nil {
		return err
	}
	mine.Version = theirs.Version // whoever saves now has seen it
	c := placeview.Clashed{Editor: mine, Theirs: theirs}
	if len(last) > 0 {
		c.Last = last[0]
	}
	return httpx.Render(w, r, http.StatusConflict, placeview.Clash(c))
}

// askMain answers GET /org/places/{id}/main; the main place has nothing to ask.
func (h Handlers) askMain(w http.ResponseWriter, r *http.Request) error {
	p, err := h.active(r)
	if err != nil {
		return err
	}
	if p.Main {
		return httpx.See(w, r, placeview.URL(p.ID, ""))
	}
	return httpx.Render(w, r, http.StatusOK, placeview.Main(p))
}

func (h Handlers) makeMain(w http.ResponseWriter, r *http.Request) error {
	id, err := place.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	if err := h.Places.MakeMain(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return h.done(w, r, "place.flash.main", placeview.URL(id, ""))
}

// askBlock answers GET /org/places/{id}/block.
func (h Handlers) askBlock(w http.ResponseWriter, r *http.Request) error {
	return h.blocking(w, r, http.StatusOK, place.BlockForm{}, nil)
}

func (h Handlers) blocking(w http.ResponseWriter, r *http.Request, status int, f place.BlockForm, wrong fault.Complaints) error {
	id, err := place.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	b, err := h.Places.Blocking(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	if b.Last() {
		return httpx.Render(w, r, http.StatusConflict, placeview.Last(b.Place))
	}
	return httpx.Render(w, r, status, placeview.Block(placeview.Blocking{Blocking: b, Form: f, Wrong: wrong}))
}

// block answers POST /org/places/{id}/block.
func (h Handlers) block(w http.ResponseWriter, r *http.Request) error {
	id, err := place.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f := place.BlockForm{Confirm: r.PostFormValue("confirm"), Successor: r.PostFormValue("successor")}
	err = h.Places.Block(r.Context(), httpx.Actor(r), id, f)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.blocking(w, r, http.StatusUnprocessableEntity, f, wrong)
	}
	if errors.Is(err, place.ErrLast) {
		return h.blocking(w, r, http.StatusConflict, f, nil)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "place.flash.blocked", placeview.URL(id, ""))
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
