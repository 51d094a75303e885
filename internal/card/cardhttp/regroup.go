package cardhttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// askGroup answers GET /cards/{id}/group: which other product group, and once that
// is chosen (?to=), what does not fit there.
func (h Handlers) askGroup(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Edit)
	if err != nil {
		return err
	}
	if !c.Regroupable() {
		return card.ErrSent
	}
	p := cardview.Regroup{Record: c}
	if to := r.URL.Query().Get(cardview.GroupName); to != "" {
		would, err := h.Cards.Regroup(r.Context(), httpx.Actor(r), c.ID, to)
		if err != nil {
			return err
		}
		p.Record, p.To, p.Lost = would.Record, would.To, would.Lost
	} else if p.Groups, err = h.Cards.Groups(r.Context(), httpx.Actor(r)); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.ChangeGroup(p))
}

// changeGroup answers POST /cards/{id}/group.
func (h Handlers) changeGroup(w http.ResponseWriter, r *http.Request) error {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	revision, _ := strconv.Atoi(r.PostFormValue(cardview.RevisionName)) // what is no number is no revision
	err = h.Cards.ChangeGroup(r.Context(), httpx.Actor(r), id, revision, r.PostFormValue(cardview.GroupName))
	if err != nil {
		return err
	}
	return h.done(w, r, "card.flash.saved", cardview.StepURL(id, cardview.Attributes))
}
