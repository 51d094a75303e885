// Package receipthttp answers the pages about fiscal receipts.
package receipthttp

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/productgroup"
	"kabinet/internal/receipt"
	"kabinet/web/receiptview"
)

// Handlers are the pages under /receipts.
type Handlers struct {
	Receipts *receipt.Service
	Groups   *productgroup.Service
	Now      clock.Clock
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/receipts", wrap(h.list))
	r.Get("/receipts.csv", wrap(h.export))
	r.Get("/receipts/{id}", wrap(h.show))
}

// list answers GET /receipts. A form sends all of its fields; the address keeps
// those that say something. What is wrong with them is said beside them.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	l := receiptview.ListPage{Now: h.Now(), Filter: receiptview.FilterOf(q, h.Now())}
	for _, vs := range q {
		if vs[0] == "" {
			return httpx.See(w, r, receiptview.FilterURL(l.Filter, l.Now))
		}
	}
	var err error
	l.Page, err = h.Receipts.Find(r.Context(), httpx.Actor(r), l.Filter)
	wrong, complained := httpx.Complaints(err)
	if err != nil && !complained {
		return err
	}
	l.Wrong = wrong
	if l.Sources, err = feed.AsOf(r.Context(), h.Receipts.DB, feed.Receipt); err != nil {
		return err
	}
	if l.Groups, err = h.groups(r); err != nil {
		return err
	}
	status := http.StatusOK
	if complained {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, receiptview.List(l))
}

// groups are the product groups of the reader.
func (h Handlers) groups(r *http.Request) ([]productgroup.Group, error) {
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return nil, err
	}
	scope := httpx.Actor(r).Scope
	return slices.DeleteFunc(d.All(), func(g productgroup.Group) bool { return !scope.HasGroup(g.ID) }), nil
}

// export answers GET /receipts.csv with what the filter of the list shows.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	f := receiptview.FilterOf(r.URL.Query(), h.Now())
	ctx := r.Context()
	err := httpx.CSVRows(w, httpx.FileName("receipts", h.Now(), ".csv"), receiptview.Titles(ctx), func(write func([]string) error) error {
		return h.Receipts.Export(ctx, httpx.Actor(r), f, func(one receipt.Receipt) error {
			for _, row := range receiptview.Rows(ctx, one) {
				if err := write(row); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return err
}

// show answers GET /receipts/{id}.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := receipt.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	rec, err := h.Receipts.Get(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, receiptview.Show(receiptview.RecordPage{Record: rec}))
}
