// Package gs1prefixhttp answers the pages about GS1 prefixes, for members and
// for the operator's staff.
package gs1prefixhttp

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/gs1prefixview"
)

// Handlers answers /org/gs1 and /op/orgs/{tin}/prefixes.
type Handlers struct {
	Prefixes *gs1prefix.Service
	Sessions *session.Manager
	// Requests draws what was asked of the operator; it belongs to another
	// feature.
	Requests func(r *http.Request) (templ.Component, error)
}

// Routes mounts the page for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/gs1", wrap(h.own))
}

// own answers GET /org/gs1; a number in the address is checked.
func (h Handlers) own(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	held, err := h.Prefixes.Own(r.Context(), a)
	if err != nil {
		return err
	}
	p := gs1prefixview.Page{Held: held, MayAsk: a.Need(perm.GroupManage) == nil, Typed: strings.TrimSpace(r.URL.Query().Get("gtin"))}
	if err := h.check(r, &p); err != nil {
		return err
	}
	if p.Requests, err = h.Requests(r); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, gs1prefixview.Own(p))
}

func (h Handlers) check(r *http.Request, p *gs1prefixview.Page) error {
	if p.Typed == "" {
		return nil
	}
	c, err := h.Prefixes.Check(r.Context(), httpx.Actor(r), p.Typed)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		p.Wrong, _ = fault.ComplaintsOf(f.On("gtin"))
		return nil
	}
	p.Check = &c
	return err
}

// Staff mounts the pages for staff.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/orgs/{tin}/prefixes", wrap(h.holdings))
	r.Post("/op/orgs/{tin}/prefixes", wrap(h.register))
	r.Get("/op/orgs/{tin}/prefixes/{digits}/block", wrap(h.askBlock))
	r.Post("/op/orgs/{tin}/prefixes/{digits}/block", wrap(h.block))
	r.Post("/op/orgs/{tin}/prefixes/{digits}/unblock", wrap(h.unblock))
}

func (h Handlers) holdings(w http.ResponseWriter, r *http.Request) error {
	return h.showHoldings(w, r, http.StatusOK, "", nil)
}

func (h Handlers) showHoldings(w http.ResponseWriter, r *http.Request, status int, typed string, wrong fault.Complaints) error {
	holder, held, err := h.Prefixes.Holdings(r.Context(), httpx.Operator(r), chi.URLParam(r, "tin"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, gs1prefixview.Holdings(gs1prefixview.HoldingsPage{Holder: holder, Held: held, Typed: typed, Wrong: wrong}))
}

func (h Handlers) register(w http.ResponseWriter, r *http.Request) error {
	tin, typed := chi.URLParam(r, "tin"), r.PostFormValue("digits")
	_, err := h.Prefixes.Register(r.Context(), httpx.Operator(r), tin, typed)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.showHoldings(w, r, httpx.ProblemOf(err).Status, typed, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "gs1prefix.flash.registered", gs1prefixview.OrgPath(tin))
}

func (h Handlers) askBlock(w http.ResponseWriter, r *http.Request) error {
	p, err := h.one(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, gs1prefixview.Block(p))
}

// one finds the prefix of the address among those of the organization.
func (h Handlers) one(r *http.Request) (gs1prefixview.BlockPage, error) {
	holder, held, err := h.Prefixes.Holdings(r.Context(), httpx.Operator(r), chi.URLParam(r, "tin"))
	if err != nil {
		return gs1prefixview.BlockPage{}, err
	}
	for _, x := range held {
		if x.Digits == chi.URLParam(r, "digits") {
			return gs1prefixview.BlockPage{Holder: holder, Prefix: x}, nil
		}
	}
	return gs1prefixview.BlockPage{}, gs1prefix.ErrNotFound
}

func (h Handlers) block(w http.ResponseWriter, r *http.Request) error {
	p, err := h.one(r)
	if err != nil {
		return err
	}
	p.Reason = r.PostFormValue("reason")
	err = h.Prefixes.Block(r.Context(), httpx.Operator(r), p.Holder.TIN, p.Prefix.Digits, p.Reason)
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, gs1prefixview.Block(p))
	}
	return h.changed(w, r, err, "gs1prefix.flash.blocked")
}

func (h Handlers) unblock(w http.ResponseWriter, r *http.Request) error {
	err := h.Prefixes.Unblock(r.Context(), httpx.Operator(r), chi.URLParam(r, "tin"), chi.URLParam(r, "digits"))
	return h.changed(w, r, err, "gs1prefix.flash.unblocked")
}

// changed leads back to the list. What somebody else has done a moment ago is as
// good as done by oneself, so a second press changes nothing and says the same.
func (h Handlers) changed(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if err != nil && !errors.Is(err, gs1prefix.ErrState) {
		return err
	}
	return h.done(w, r, key, gs1prefixview.OrgPath(chi.URLParam(r, "tin")))
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
