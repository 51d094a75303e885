// Package duedatehttp answers the page of dates to keep, for eyes, office
// programs and calendars.
package duedatehttp

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/duedate"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/duedateview"
)

// Handlers are the pages under /dates.
type Handlers struct {
	Dates   *duedate.Service
	BaseURL string // of the portal, for calendars
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/dates", wrap(h.list))
	r.Get("/dates.csv", wrap(h.table))
	r.Get("/dates.ics", wrap(h.calendar))
}

// read gives the dates an address asks for; what is no kind is all.
func (h Handlers) read(r *http.Request) (duedateview.List, error) {
	only := duedate.Kind(r.URL.Query().Get("kind"))
	if !slices.Contains(duedate.Kinds(), only) {
		only = ""
	}
	l, err := h.Dates.List(r.Context(), httpx.Actor(r), only)
	return duedateview.List{List: l, Only: only}, err
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	l, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, duedateview.Dates(l))
}

func (h Handlers) table(w http.ResponseWriter, r *http.Request) error {
	l, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "dates.csv", l.Rows(r.Context()))
}

func (h Handlers) calendar(w http.ResponseWriter, r *http.Request) error {
	l, err := h.read(r)
	if err != nil {
		return err
	}
	text := duedate.Calendar(i18n.T(r.Context(), "duedate.title"), l.Entries(r.Context(), h.BaseURL), l.Now)
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="dates.ics"`)
	_, _ = w.Write([]byte(text)) //nolint:gosec // G705: a calendar to download, no page; a reader who is gone need not be told
	return nil
}
