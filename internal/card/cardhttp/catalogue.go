package cardhttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// catalogue answers GET /catalogue.
func (h ListHandlers) catalogue(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := cardview.CatalogueFilterOf(q)
	for _, vs := range q {
		if vs[0] == "" {
			return httpx.See(w, r, cardview.CatalogueURL(f))
		}
	}
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	p := cardview.CataloguePage{Filter: f, Groups: d.All()}
	p.Page, err = h.Cards.Catalogue(r.Context(), httpx.Actor(r), f)
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, cardview.Catalogue(p))
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Catalogue(p))
}

// catalogued answers GET /catalogue/{org}-{card}.
func (h ListHandlers) catalogued(w http.ResponseWriter, r *http.Request) error {
	orgID, cardID, err := card.ParseGoods(chi.URLParam(r, "card"))
	if err != nil {
		return err
	}
	c, err := h.Cards.Catalogued(r.Context(), httpx.Actor(r), orgID, cardID)
	if err != nil {
		return err
	}
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	g, _ := d.Find(c.GroupID)
	return httpx.Render(w, r, http.StatusOK, cardview.Goods(cardview.Catalogued{Catalogued: c, Group: g}))
}
