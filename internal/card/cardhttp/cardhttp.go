// Package cardhttp answers the pages of product cards.
package cardhttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/cardview"
	"kabinet/web/edsview"
)

// Handlers are the pages of single cards.
type Handlers struct {
	Cards    *card.Service
	Prefixes *gs1prefix.Service
	Sessions *session.Manager // keeps what the next page says was done
	EDS      edsview.Config
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/cards/new", wrap(h.start))
	r.Post("/cards/new", wrap(h.create))
	r.Get(cardview.PickURL, wrap(h.pick))
	r.Get("/cards/{id}", wrap(h.show))
	r.Get("/cards/{id}/edit/{step}", wrap(h.edit))
	r.Post("/cards/{id}/edit/{step}", wrap(h.save))
	r.Get("/cards/{id}/check", wrap(h.check))
	r.Post("/cards/{id}/challenge", wrap(h.challenge))
	r.Post("/cards/{id}/send", wrap(h.send))
	r.Get("/cards/{id}/versions/{n}", wrap(h.version))
	r.Get("/cards/{id}/copy", wrap(h.askCopy))
	r.Post("/cards/{id}/copy", wrap(h.copy))
	r.Get("/cards/{id}/group", wrap(h.askGroup))
	r.Post("/cards/{id}/group", wrap(h.changeGroup))
	r.Get("/cards/{id}/block", wrap(h.askBlock))
	r.Post("/cards/{id}/block", wrap(h.block))
	r.Get("/cards/{id}/plan", wrap(h.askPlan))
	r.Post("/cards/{id}/plan", wrap(h.plan))
	r.Get("/cards/{id}/discard", wrap(h.ask(card.Discard)))
	r.Post("/cards/{id}/discard", wrap(h.discard))
	r.Get("/cards/{id}/archive", wrap(h.ask(card.Archive)))
	r.Post("/cards/{id}/archive", wrap(h.simple(h.Cards.Archive, "card.flash.archived")))
	r.Post("/cards/{id}/restore", wrap(h.simple(h.Cards.Restore, "card.flash.restored")))
	r.Post("/cards/{id}/take-back", wrap(h.simple(h.Cards.TakeBack, "card.flash.taken_back")))
	r.Post("/cards/{id}/unblock", wrap(h.simple(h.Cards.Unblock, "card.flash.unblocked")))
	h.photoRoutes(r, wrap)
}

// card reads the card that the address names.
func (h Handlers) card(r *http.Request) (card.Record, error) {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return card.Record{}, err
	}
	return h.Cards.Get(r.Context(), httpx.Actor(r), id)
}

// fitting is card for somebody who means to do something with it: who may not is
// refused with the right that is missing, what does not fit with card.ErrState.
func (h Handlers) fitting(r *http.Request, act card.Act) (card.Record, error) {
	c, err := h.card(r)
	if err != nil {
		return c, err
	}
	need, fits := c.Fits(act)
	if err := httpx.Actor(r).Need(need); err != nil {
		return c, err
	}
	if !fits {
		return c, card.ErrState
	}
	return c, nil
}

// owner says whose the number of a card is.
func (h Handlers) owner(r *http.Request, c card.Card) (gs1prefix.Check, error) {
	a := httpx.Actor(r)
	if a.Need(perm.OrgRead) != nil {
		return gs1prefix.Check{GTIN: c.GTIN, Answer: gs1prefix.Foreign}, nil
	}
	return h.Prefixes.Check(r.Context(), a, string(c.GTIN))
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	if back := undo(key); back != "" {
		h.Sessions.Put(r.Context(), "flash.undo", key+" "+to+back)
	}
	return httpx.See(w, r, to)
}

// undo is the act, below the card's address, that takes back what a word says was
// done; "" where one press does not (ux.md 5.4, level 1).
func undo(done string) string {
	switch done {
	case "card.flash.sent":
		return "/take-back"
	case "card.flash.archived":
		return "/restore"
	}
	return ""
}

// twin is the card that has a GTIN already, where that is what is wrong.
func twin(err error) (id int64, ok bool) {
	if !errors.Is(err, card.ErrTwice) {
		return 0, false
	}
	f, _ := fault.As(err)
	for i := 0; i+1 < len(f.Args); i += 2 {
		if f.Args[i] == "card" {
			id, ok = f.Args[i+1].(int64)
		}
	}
	return id, ok && id != 0
}

// twinNote leads to the twin, where there is one.
func twinNote(r *http.Request, err error) []cardview.Aside {
	id, ok := twin(err)
	if !ok {
		return nil
	}
	return []cardview.Aside{*cardview.TwinNote(r.Context(), id)}
}
