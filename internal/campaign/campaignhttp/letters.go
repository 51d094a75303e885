package campaignhttp

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/campaignview"
	"kabinet/web/ui"
)

// filter reads what the list is narrowed to; unknown values do not narrow
// (ux.md 5.2).
func filter(r *http.Request) (campaign.Filter, error) {
	q := r.URL.Query()
	f := campaign.Filter{Query: strings.TrimSpace(q.Get("q"))}
	f.Status, _ = campaign.ParseStatus(q.Get("status"))
	f.CampaignID, _ = strconv.ParseInt(q.Get("campaign"), 10, 64)
	var err error
	f.Before, err = cursor(r)
	return f, err
}

// letters answers GET /op/letters.
func (h Handlers) letters(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	f.Limit = page.Size(r.URL.Query().Get("per"))
	rows, more, err := h.Campaigns.Letters(r.Context(), httpx.Operator(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Letters(campaignview.LetterList{Filter: f, Rows: rows, More: more, Per: f.Limit}))
}

// letter answers GET /op/letters/{id}.
func (h Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	row, err := h.row(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Letter(row, nil))
}

func (h Handlers) row(r *http.Request) (campaign.Row, error) {
	id, err := number(r, campaign.ErrNotFound)
	if err != nil {
		return campaign.Row{}, err
	}
	return h.Campaigns.Letter(r.Context(), httpx.Operator(r), id)
}

func (h Handlers) askResend(w http.ResponseWriter, r *http.Request) error {
	row, err := h.row(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, campaignview.Resend(row))
}

// resend answers POST /op/letters/{id}/resend and leads to the new letter. A
// refusal is said on the page of the letter it was asked from.
func (h Handlers) resend(w http.ResponseWriter, r *http.Request) error {
	row, err := h.row(r)
	if err != nil {
		return err
	}
	id, err := h.Campaigns.Resend(r.Context(), httpx.Operator(r), row.OrgID)
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
		return httpx.Render(w, r, http.StatusConflict, campaignview.Letter(row, f))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "campaign.flash.resent", "/op/letters/"+strconv.FormatInt(id, 10))
}

// export answers GET /op/letters.csv: the filtered letters, row by row as they
// are read.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	f.Before = 0
	return httpx.CSVRows(w, "letters.csv", header(r), func(write func([]string) error) error {
		return h.Campaigns.Export(r.Context(), httpx.Operator(r), f, func(row campaign.Row) error { return write(cells(r, row)) })
	})
}

func header(r *http.Request) []string {
	var cells []string
	for _, key := range []string{
		"letter.number", "letter.tin", "letter.org", "letter.email", "letter.language", "letter.campaign", "letter.status",
		"letter.created_at", "letter.sent_at", "letter.expires_at", "letter.ended_at", "letter.reminders", "letter.reason",
	} {
		cells = append(cells, i18n.T(r.Context(), key))
	}
	return cells
}

func cells(r *http.Request, row campaign.Row) []string {
	return []string{
		strconv.FormatInt(row.ID, 10), string(row.TIN), row.In(i18n.From(r.Context()).Code()), row.Email, row.Language,
		strconv.FormatInt(row.CampaignID, 10), i18n.T(r.Context(), "letter.status."+string(row.Status)),
		ui.CellMoment(row.CreatedAt), ui.CellMoment(row.SentAt), ui.CellMoment(row.ExpiresAt), ui.CellMoment(row.EndedAt),
		strconv.Itoa(row.Reminders), row.Reason,
	}
}

// ofOrg is how many letters of an organization its record shows.
const ofOrg = 5

// OfOrg draws the letters of an organization for its record.
func (h Handlers) OfOrg(r *http.Request, orgID int64) (templ.Component, error) {
	if httpx.Operator(r).Need(perm.OpCampaignRead) != nil {
		return nil, nil // the record is open to more people than the letters
	}
	rows, _, err := h.Campaigns.Letters(r.Context(), httpx.Operator(r), campaign.Filter{OrgID: orgID, Limit: ofOrg})
	if err != nil {
		return nil, err
	}
	return campaignview.OfOrg(rows), nil
}
