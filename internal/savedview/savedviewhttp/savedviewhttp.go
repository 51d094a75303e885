// Package savedviewhttp answers the pages of saved views, for every list that
// has them.
package savedviewhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/savedview"
	"kabinet/web/savedviewview"
)

// List is a list that has views.
type List struct {
	Name  string // under which views are kept
	Path  string // of the list; its views are under Path + "/views"
	Title string // message key
	// Clean gives the query of the list's address as the list itself writes it,
	// without what it does not know and without the place in it.
	Clean func(ctx context.Context, q url.Values) string
	// Words says in words what a query asks for, a part each.
	Words func(ctx context.Context, q url.Values) []string
}

// Handlers are the pages.
type Handlers struct {
	Views    *savedview.Service
	Sessions *session.Manager // keeps what the next page says was done
	Lists    []List
}

// Routes mounts the pages of every list.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	for _, l := range h.Lists {
		p := pages{h, l}
		r.Get(l.Path+"/views", wrap(p.show))
		r.Post(l.Path+"/views", wrap(p.save))
		r.Post(l.Path+"/views/columns", wrap(p.columns))
		r.Post(l.Path+"/views/{view}/remove", wrap(p.remove))
		r.Post(l.Path+"/views/{view}/default", wrap(p.openWith))
	}
}

// pages are those of one list.
type pages struct {
	Handlers
	list List
}

// show answers GET …/views?…: the query of the list is what gets a name.
func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.draw(w, r, http.StatusOK, savedview.Draft{Query: p.list.Clean(r.Context(), r.URL.Query())}, nil)
}

func (p pages) draw(w http.ResponseWriter, r *http.Request, status int, d savedview.Draft, wrong fault.Complaints) error {
	c, err := p.Views.Of(r.Context(), httpx.Actor(r), p.list.Name)
	if err != nil {
		return err
	}
	words := func(query string) []string {
		q, _ := url.ParseQuery(query) // what cannot be read asks for nothing
		return p.list.Words(r.Context(), q)
	}
	return httpx.Render(w, r, status, savedviewview.Views(savedviewview.Page{
		Path: p.list.Path, Title: p.list.Title, Draft: d, Choices: c, Wrong: wrong, Words: words,
	}))
}

// save answers POST …/views.
func (p pages) save(w http.ResponseWriter, r *http.Request) error {
	q, _ := url.ParseQuery(r.PostFormValue("query"))
	d := savedview.Draft{Name: r.PostFormValue(savedview.FieldName), Query: p.list.Clean(r.Context(), q), Default: r.PostFormValue("default") == "yes"}
	err := p.Views.Save(r.Context(), httpx.Actor(r), p.list.Name, d)
	if wrong, ok := httpx.Complaints(err); ok {
		return p.draw(w, r, http.StatusUnprocessableEntity, d, wrong)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "savedview.flash.saved", p.at(d.Query))
}

// columns answers POST …/views/columns; back is the query of the list it came from.
func (p pages) columns(w http.ResponseWriter, r *http.Request) error {
	if err := p.Views.Choose(r.Context(), httpx.Actor(r), p.list.Name, r.PostForm["columns"]); err != nil {
		return err
	}
	q, _ := url.ParseQuery(r.PostFormValue("back"))
	return p.done(w, r, "savedview.flash.columns", p.at(p.list.Clean(r.Context(), q)))
}

// remove answers POST …/views/{view}/remove.
func (p pages) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := viewID(r)
	if err != nil {
		return err
	}
	if err := p.Views.Remove(r.Context(), httpx.Actor(r), p.list.Name, id); err != nil {
		return err
	}
	return p.done(w, r, "savedview.flash.removed", p.list.Path+"/views")
}

// openWith answers POST …/views/{view}/default; "no" takes the choice back.
func (p pages) openWith(w http.ResponseWriter, r *http.Request) error {
	id, err := viewID(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("default") == "no" {
		id = 0
	}
	if err := p.Views.OpenWith(r.Context(), httpx.Actor(r), p.list.Name, id); err != nil {
		return err
	}
	return p.done(w, r, "savedview.flash.default", p.list.Path+"/views")
}

func viewID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "view"), 10, 32)
	if err != nil || id <= 0 {
		return 0, savedview.ErrNotFound
	}
	return id, nil
}

// at is the list with a query.
func (p pages) at(query string) string {
	if query == "" {
		return p.list.Path
	}
	return p.list.Path + "?" + query
}

// done leaves a word for the next page and leads there.
func (p pages) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	p.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
