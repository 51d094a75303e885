package cardhttp

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// act is something done with cards that needs nothing but them.
type act func(ctx context.Context, a actor.Actor, ids []int64) (card.Result, error)

// simple answers POST of an act on one card.
func (h Handlers) simple(do act, flash string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := card.ParseID(chi.URLParam(r, "id"))
		if err != nil {
			return err
		}
		done, err := do(r.Context(), httpx.Actor(r), []int64{id})
		if err == nil {
			err = done.Err()
		}
		if err != nil {
			return err
		}
		return h.done(w, r, flash, cardview.URL(id, ""))
	}
}

// ask answers GET of an act that is asked about first.
func (h Handlers) ask(what card.Act) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := h.fitting(r, what)
		if err != nil {
			return err
		}
		return httpx.Render(w, r, http.StatusOK, cardview.Ask(cardview.Asked{Card: c.Card, Act: what}))
	}
}

// discard answers POST /cards/{id}/discard. A card that was never sent is gone.
func (h Handlers) discard(w http.ResponseWriter, r *http.Request) error {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	gone, err := h.Cards.DeleteDraft(r.Context(), httpx.Actor(r), id)
	switch {
	case err != nil:
		return err
	case gone:
		return h.done(w, r, "card.flash.discarded", cardview.ListURL)
	}
	return h.done(w, r, "card.flash.discarded_changes", cardview.URL(id, ""))
}

// askBlock answers GET /cards/{id}/block.
func (h Handlers) askBlock(w http.ResponseWriter, r *http.Request) error {
	return h.blocking(w, r, http.StatusOK, "", nil)
}

func (h Handlers) blocking(w http.ResponseWriter, r *http.Request, status int, reason string, wrong fault.Complaints) error {
	c, err := h.fitting(r, card.Block)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, cardview.Block(cardview.Blocking{Card: c.Card, Reason: reason, Wrong: wrong}))
}

// block answers POST /cards/{id}/block.
func (h Handlers) block(w http.ResponseWriter, r *http.Request) error {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	reason := r.PostFormValue(cardview.ReasonName)
	done, err := h.Cards.Block(r.Context(), httpx.Actor(r), []int64{id}, reason)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.blocking(w, r, http.StatusUnprocessableEntity, reason, wrong)
	}
	if err == nil {
		err = done.Err()
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "card.flash.blocked", cardview.URL(id, ""))
}

// askPlan answers GET /cards/{id}/plan.
func (h Handlers) askPlan(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Plan)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Plan(cardview.Planning{Card: c.Card, Day: c.PlannedOn}))
}

// plan answers POST /cards/{id}/plan.
func (h Handlers) plan(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Plan)
	if err != nil {
		return err
	}
	day := r.PostFormValue(cardview.DayName)
	done, err := h.Cards.SetPlanned(r.Context(), httpx.Actor(r), []int64{c.ID}, day)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, cardview.Plan(cardview.Planning{Card: c.Card, Day: day, Wrong: wrong}))
	}
	if err == nil {
		err = done.Err()
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "card.flash.planned", cardview.URL(c.ID, ""))
}

// askCopy answers GET /cards/{id}/copy.
func (h Handlers) askCopy(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Copy)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Copy(cardview.Copying{Card: c.Card, Ticket: rand.Text()}))
}

// copy answers POST /cards/{id}/copy; the new card is checked at once, since all
// its answers are there.
func (h Handlers) copy(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Copy)
	if err != nil {
		return err
	}
	p := cardview.Copying{Card: c.Card, GTIN: r.PostFormValue(card.FieldGTIN), Ticket: r.PostFormValue(cardview.TicketName)}
	key := card.FormKey(p.Ticket, card.Typed{card.FieldGTIN: p.GTIN})
	id, err := h.Cards.Copy(r.Context(), httpx.Actor(r), c.ID, p.GTIN, key)
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		if other, ok := twin(err); ok {
			p.Twin = cardview.TwinNote(r.Context(), other)
		}
		return httpx.Render(w, r, http.StatusUnprocessableEntity, cardview.Copy(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "card.flash.copied", cardview.URL(id, "/check"))
}

// picked is how many cards are offered to be copied; a search finds the others.
const picked = 25

// pick answers GET /cards/new/copy: of which card another is made.
func (h Handlers) pick(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.CardEdit); err != nil {
		return err
	}
	query := r.URL.Query().Get("q")
	p, err := h.Cards.Find(r.Context(), httpx.Actor(r), card.Filter{Query: query, Size: picked})
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Pick(query, p.Rows))
}
