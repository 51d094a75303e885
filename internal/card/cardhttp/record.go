package cardhttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// show answers GET /cards/{id}; ?before= goes on in its history.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.card(r)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	p := cardview.Record{Record: c, Editor: editorOf(c, cardview.Remarks)}
	if p.History, err = h.history(r, c.ID, before); err != nil {
		return err
	}
	if p.Owner, err = h.owner(r, c.Card); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Show(p))
}

// version answers GET /cards/{id}/versions/{n}; ?with= puts another beside it.
func (h Handlers) version(w http.ResponseWriter, r *http.Request) error {
	c, err := h.card(r)
	if err != nil {
		return err
	}
	p := cardview.VersionPage{Card: c.Card, Others: c.Versions}
	if p.Version, p.Said, err = h.said(r, c, chi.URLParam(r, "n")); err != nil {
		return err
	}
	if with := r.URL.Query().Get("with"); with != "" && with != strconv.Itoa(p.Said.Number) {
		_, other, err := h.said(r, c, with)
		if err != nil {
			return err
		}
		p.With = &other
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Version(p))
}

// said reads a version with the book it was written under.
func (h Handlers) said(r *http.Request, c card.Record, typed string) (card.Version, cardview.Said, error) {
	n, err := strconv.ParseInt(typed, 10, 32)
	if err != nil || n <= 0 {
		return card.Version{}, cardview.Said{}, card.ErrNotFound
	}
	v, book, err := h.Cards.Version(r.Context(), httpx.Actor(r), c.ID, int(n))
	return v, saidIn(c, v, book), err
}

func saidIn(c card.Record, v card.Version, book attribute.Book) cardview.Said {
	return cardview.Said{
		Reading: cardview.Reading{Group: c.Group, Book: book}, Card: c.ID,
		Number: v.Number, Status: v.Status, Typed: v.Content.Typed(), Photos: v.Content.Photos,
	}
}
