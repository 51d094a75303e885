package campaignhttp

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
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
// are read, for office programs (UTF-8 with its mark, semicolons; ux.md 5.2).
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	f.Before = 0
	sheet := &sheet{w: w}
	err = h.Campaigns.Export(r.Context(), httpx.Operator(r), f, func(row campaign.Row) error {
		return sheet.write(header(r), cells(r, row))
	})
	if err != nil && sheet.csv == nil {
		return err
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the reader must not take a part for the whole
	}
	return sheet.close(header(r))
}

// sheet begins the answer with its first row, so that a refusal before it is
// still a problem page.
type sheet struct {
	w   http.ResponseWriter
	csv *csv.Writer
}

func (s *sheet) begin(header []string) error {
	h := s.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="letters.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := io.WriteString(s.w, "\ufeff"); err != nil {
		return err
	}
	s.csv = csv.NewWriter(s.w)
	s.csv.Comma, s.csv.UseCRLF = ';', true
	return s.csv.Write(header)
}

func (s *sheet) write(header, cells []string) error {
	if s.csv == nil {
		if err := s.begin(header); err != nil {
			return err
		}
	}
	for i, cell := range cells {
		cells[i] = harmless(cell)
	}
	return s.csv.Write(cells)
}

func (s *sheet) close(header []string) error {
	if s.csv == nil {
		if err := s.begin(header); err != nil {
			return err
		}
	}
	s.csv.Flush()
	return nil // the reader is gone, if anything; there is nobody to tell
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
		ui.Machine(row.CreatedAt), ui.Machine(row.SentAt), ui.Machine(row.ExpiresAt), ui.Machine(row.EndedAt),
		strconv.Itoa(row.Reminders), row.Reason,
	}
}

// harmless keeps a cell from being run as a formula when the file is opened
// (security.md, promise 10).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// ofOrg is how many letters of an organization its record shows.
const ofOrg = 5

// OfOrg draws the letters of an organization for its record.
func (h Handlers) OfOrg(r *http.Request, orgID int64) (templ.Component, error) {
	rows, _, err := h.Campaigns.Letters(r.Context(), httpx.Operator(r), campaign.Filter{OrgID: orgID, Limit: ofOrg})
	if err != nil {
		return nil, err
	}
	return campaignview.OfOrg(rows), nil
}
