package cardhttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
	"kabinet/web/edsview"
)

// check answers GET /cards/{id}/check: everything the card says before it is
// signed and sent.
func (h Handlers) check(w http.ResponseWriter, r *http.Request) error {
	return h.review(w, r, nil)
}

// review shows the check, and why the card was not sent just now.
func (h Handlers) review(w http.ResponseWriter, r *http.Request, trouble *fault.Error) error {
	c, err := h.card(r)
	if err != nil {
		return err
	}
	if _, fits := c.Fits(card.Edit); !fits || c.Editing == card.Settled { // nothing is being written
		if trouble != nil {
			return trouble
		}
		return httpx.See(w, r, cardview.URL(c.ID, ""))
	}
	p := cardview.Check{Record: c, Trouble: trouble}
	if p.Owner, err = h.owner(r, c.Card); err != nil {
		return err
	}
	if c.Can(card.Send) {
		s, err := h.Cards.Check(r.Context(), httpx.Actor(r), []int64{c.ID})
		if err != nil {
			return err
		}
		p.Statement, p.Left = s.Statement, s.Left
		for _, c := range s.Cards {
			p.Warnings = c.Warnings
		}
		p.Panel = h.panel(r, c.ID)
		httpx.AllowConnect(w, h.EDS.Endpoints()...)
	}
	return httpx.Render(w, r, statusOf(w, trouble), cardview.Review(p))
}

func statusOf(w http.ResponseWriter, trouble *fault.Error) int {
	if trouble == nil {
		return http.StatusOK
	}
	p := httpx.ProblemOf(trouble)
	p.Later(w)
	return p.Status
}

// panel signs and sends the card.
func (h Handlers) panel(r *http.Request, id int64) edsview.Form {
	words := cardview.SendWords(r.Context())
	return edsview.Form{
		Config: h.EDS, Challenge: cardview.URL(id, "/challenge"), Action: cardview.URL(id, "/send"),
		Start: words, Sign: words,
	}
}

// challenge answers POST /cards/{id}/challenge with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	c, _, err := h.Cards.Challenge(r.Context(), httpx.Actor(r), []int64{id})
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// send answers POST /cards/{id}/send. A signature that is not accepted, or a
// card that has changed since it was shown, leads back to the check.
func (h Handlers) send(w http.ResponseWriter, r *http.Request) error {
	id, err := card.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	done, err := h.Cards.Send(r.Context(), httpx.Actor(r), []int64{id}, card.Signed{
		Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"),
	})
	if err == nil {
		err = done.Err()
	}
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal && f.Kind != fault.NotFound && f.Kind != fault.Forbidden {
		return h.review(w, r, f)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "card.flash.sent", cardview.URL(id, ""))
}
