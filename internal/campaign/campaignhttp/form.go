package campaignhttp

import (
	"errors"
	"net/http"
	"strconv"

	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/web/campaignview"
)

// blank answers GET /op/campaigns/new; ?imports= are files chosen beforehand.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	e := campaignview.Editor{Form: campaign.Form{Kind: string(campaign.KindCode), Imports: r.URL.Query()["imports"]}}
	return h.form(w, r, http.StatusOK, e, nil)
}

// edit answers GET /op/campaigns/{id}/edit; only a draft can be changed.
func (h Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	c, err := h.draft(r)
	if err != nil {
		return err
	}
	return h.form(w, r, http.StatusOK, campaignview.Editor{Form: c.Form(), ID: c.ID, Version: c.Version}, nil)
}

// draft reads the draft that the address names.
func (h Handlers) draft(r *http.Request) (campaign.Campaign, error) {
	id, err := number(r, campaign.ErrNoCampaign)
	if err != nil {
		return campaign.Campaign{}, err
	}
	c, err := h.Campaigns.Campaign(r.Context(), httpx.Operator(r), id)
	if err == nil && c.Phase != campaign.Draft {
		err = campaign.ErrNotDraft
	}
	return c, err
}

func (h Handlers) form(w http.ResponseWriter, r *http.Request, status int, e campaignview.Editor, wrong fault.Complaints) error {
	offer, err := h.Campaigns.Choices(r.Context(), httpx.Operator(r), e.Form)
	if err != nil {
		return err
	}
	e.Offer, e.Wrong = offer, wrong
	return httpx.Render(w, r, status, campaignview.Edit(e))
}

// typed reads what a person filled in.
func typed(r *http.Request) campaign.Form {
	return campaign.Form{
		Name: r.PostFormValue("name"), Kind: r.PostFormValue("kind"),
		OpensAt: r.PostFormValue("opens_at"), ClosesAt: r.PostFormValue("closes_at"),
		Regions: r.PostForm["regions"], Groups: r.PostForm["groups"], Imports: r.PostForm["imports"],
		TINs: r.PostFormValue("tins"),
	}
}

// version reads which version of a draft the person has seen; 0 when none is
// said, which no draft has.
func version(r *http.Request) int {
	n, _ := strconv.ParseInt(r.FormValue("version"), 10, 32) // the column's own bounds
	return int(max(n, 0))
}

// submit answers POST /op/campaigns: the form asks for a check first, the check
// for the campaign, or for the form again. Only "save" changes anything.
func (h Handlers) submit(w http.ResponseWriter, r *http.Request) error {
	return h.step(w, r, campaignview.Editor{Form: typed(r)})
}

// resubmit answers POST /op/campaigns/{id}/edit in the same steps.
func (h Handlers) resubmit(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, campaign.ErrNoCampaign)
	if err != nil {
		return err
	}
	return h.step(w, r, campaignview.Editor{Form: typed(r), ID: id, Version: version(r)})
}

func (h Handlers) step(w http.ResponseWriter, r *http.Request, e campaignview.Editor) error {
	var err error
	switch r.PostFormValue("act") {
	case "edit":
		return h.form(w, r, http.StatusOK, e, nil)
	case "save":
		err = h.save(w, r, e)
	default:
		err = h.check(w, r, e)
	}
	if wrong, ok := httpx.Complaints(err); ok {
		return h.form(w, r, http.StatusUnprocessableEntity, e, wrong)
	}
	return err
}

func (h Handlers) check(w http.ResponseWriter, r *http.Request, e campaignview.Editor) error {
	op := httpx.Operator(r)
	c, preview, err := h.Campaigns.Check(r.Context(), op, e.Form)
	if err != nil {
		return err
	}
	if e.Offer, err = h.Campaigns.Names(r.Context(), op, c.Selection); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Check(campaignview.Checked{Editor: e, Campaign: c, Preview: preview}))
}

func (h Handlers) save(w http.ResponseWriter, r *http.Request, e campaignview.Editor) error {
	ctx, op := r.Context(), httpx.Operator(r)
	if e.ID == 0 {
		id, err := h.Campaigns.Create(ctx, op, e.Form)
		if err != nil {
			return err
		}
		return h.done(w, r, "campaign.flash.created", campaignPath(id))
	}
	err := h.Campaigns.Edit(ctx, op, e.ID, e.Version, e.Form)
	switch {
	case errors.Is(err, campaign.ErrStale):
		return h.clash(w, r, e)
	case err != nil:
		return err
	}
	return h.done(w, r, "campaign.flash.edited", campaignPath(e.ID))
}

// clash shows both versions to whoever came second.
func (h Handlers) clash(w http.ResponseWriter, r *http.Request, mine campaignview.Editor) error {
	op := httpx.Operator(r)
	theirs, err := h.draft(r)
	if err != nil {
		return err
	}
	c, _, err := h.Campaigns.Check(r.Context(), op, mine.Form)
	if err != nil {
		return err
	}
	both := campaign.Selection{Imports: append(c.Selection.Imports, theirs.Selection.Imports...)}
	if mine.Offer, err = h.Campaigns.Names(r.Context(), op, both); err != nil {
		return err
	}
	mine.Version = theirs.Version // whoever saves now has seen it
	return httpx.Render(w, r, http.StatusConflict, campaignview.Clash(campaignview.Clashed{Editor: mine, Mine: c, Theirs: theirs}))
}
