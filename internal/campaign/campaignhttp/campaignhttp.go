// Package campaignhttp answers the operator's pages about campaigns and letters.
package campaignhttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/campaignview"
)

// Handlers are the pages about campaigns and letters.
type Handlers struct {
	Campaigns *campaign.Service
	Sessions  *session.Manager // keeps what the next page says was done
}

// Routes mounts the pages; all of them are the operator's.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/campaigns", wrap(h.list))
	r.Get("/op/campaigns/new", wrap(h.blank))
	r.Post("/op/campaigns", wrap(h.submit))
	r.Get("/op/campaigns/{id}", wrap(h.show))
	r.Get("/op/campaigns/{id}/edit", wrap(h.edit))
	r.Post("/op/campaigns/{id}/edit", wrap(h.resubmit))
	r.Get("/op/campaigns/{id}/start", wrap(h.askStart))
	r.Post("/op/campaigns/{id}/start", wrap(h.start))
	r.Get("/op/campaigns/{id}/stop", wrap(h.askStop))
	r.Post("/op/campaigns/{id}/stop", wrap(h.stop))
	r.Get("/op/letters", wrap(h.letters))
	r.Get("/op/letters.csv", wrap(h.export))
	r.Get("/op/letters/{id}", wrap(h.letter))
	r.Get("/op/letters/{id}/resend", wrap(h.askResend))
	r.Post("/op/letters/{id}/resend", wrap(h.resend))
}

// perPage is how many campaigns a page shows; there are few in a year.
const perPage = 25

// list answers GET /op/campaigns.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	before, err := cursor(r)
	if err != nil {
		return err
	}
	cs, more, err := h.Campaigns.Campaigns(r.Context(), httpx.Operator(r), before, perPage)
	if err != nil {
		return err
	}
	l := campaignview.CampaignList{Campaigns: cs}
	if more {
		l.Next = "/op/campaigns?before=" + strconv.FormatInt(cs[len(cs)-1].ID, 10)
	}
	if before != 0 {
		l.First = "/op/campaigns"
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.List(l))
}

// overview reads what the pages of one campaign show.
func (h Handlers) overview(r *http.Request) (campaignview.Overview, error) {
	id, err := number(r, campaign.ErrNoCampaign)
	if err != nil {
		return campaignview.Overview{}, err
	}
	op := httpx.Operator(r)
	p, err := h.Campaigns.Progress(r.Context(), op, id)
	if err != nil {
		return campaignview.Overview{}, err
	}
	names, err := h.Campaigns.Names(r.Context(), op, p.Selection)
	return campaignview.Overview{Progress: p, Offer: names}, err
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	o, err := h.overview(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Show(o))
}

// askStart answers GET /op/campaigns/{id}/start; a campaign that is no draft
// any more has nothing to confirm.
func (h Handlers) askStart(w http.ResponseWriter, r *http.Request) error {
	o, err := h.overview(r)
	if err != nil {
		return err
	}
	if o.Phase != campaign.Draft {
		return campaign.ErrNotDraft
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Start(o))
}

func (h Handlers) start(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, campaign.ErrNoCampaign)
	if err != nil {
		return err
	}
	if err := h.Campaigns.Start(r.Context(), httpx.Operator(r), id, version(r)); err != nil {
		return err
	}
	return h.done(w, r, "campaign.flash.started", campaignPath(id))
}

func (h Handlers) askStop(w http.ResponseWriter, r *http.Request) error {
	o, err := h.overview(r)
	if err != nil {
		return err
	}
	if !o.Live() {
		return campaign.ErrNotStoppable
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Stop(o))
}

func (h Handlers) stop(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, campaign.ErrNoCampaign)
	if err != nil {
		return err
	}
	if err := h.Campaigns.Stop(r.Context(), httpx.Operator(r), id); err != nil {
		return err
	}
	return h.done(w, r, "campaign.flash.stopped", campaignPath(id))
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}

// number reads {id}; what is no number names nothing.
func number(r *http.Request, missing *fault.Error) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, missing.Because(err)
	}
	return n, nil
}

// cursor reads ?before=, the id of the last row of the page before; 0 without.
func cursor(r *http.Request) (int64, error) {
	s := r.URL.Query().Get("before")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, page.ErrCursor
	}
	return n, nil
}

func campaignPath(id int64) string { return "/op/campaigns/" + strconv.FormatInt(id, 10) }
