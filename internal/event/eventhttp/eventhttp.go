// Package eventhttp answers the pages about what was done in the organization.
package eventhttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/event"
	"kabinet/internal/platform/httpx"
	"kabinet/web/eventview"
)

// Handlers are the pages under /org/events.
type Handlers struct{ Events *event.Service }

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/events", wrap(h.list))
	r.Get("/org/events.csv", wrap(h.export))
}

func query(r *http.Request) event.Query {
	q := r.URL.Query()
	return event.Query{
		Actor: q.Get("actor"), Family: q.Get("about"), From: q.Get("from"), Until: q.Get("until"),
		Cursor: q.Get("after"), Per: page.Size(q.Get("per")),
	}
}

// list answers GET /org/events; a day that is none is said beside the filter,
// which stays.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := query(r)
	p, err := h.Events.List(r.Context(), httpx.Actor(r), q)
	wrong, complained := httpx.Complaints(err)
	if err != nil && !complained {
		return err
	}
	status := http.StatusOK
	if complained {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, eventview.Events(eventview.List{Query: q, Page: p, Wrong: wrong}))
}

// export answers GET /org/events.csv with what the filter of the list shows.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	p, err := h.Events.Export(r.Context(), httpx.Actor(r), query(r))
	if _, complained := httpx.Complaints(err); complained {
		return httpx.See(w, r, "/org/events?"+r.URL.RawQuery) // where the complaint is
	}
	if err != nil {
		return err
	}
	return httpx.CSV(w, "events.csv", eventview.Rows(r.Context(), p))
}
