package campaignview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/campaign"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// LetterList is a page of letters.
type LetterList struct {
	Filter campaign.Filter
	Rows   []campaign.Row
	More   bool
	Per    int
}

// query is the address of the list with some values changed; an empty value
// takes a filter away.
func (l LetterList) query(change ...string) string {
	wave := ""
	if l.Filter.CampaignID != 0 {
		wave = itoa(l.Filter.CampaignID)
	}
	return ui.Query("", []string{"q", l.Filter.Query, "status", string(l.Filter.Status), "campaign", wave, "per", ui.Per(l.Per)}, change...)
}

func (l LetterList) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Rows), Total: -1, Per: l.Per}
	if l.More {
		p.NextURL = lettersURL + l.query("before", itoa(l.Rows[len(l.Rows)-1].ID))
	}
	if l.Filter.Before != 0 {
		p.FirstURL = lettersURL + l.query()
	}
	p.PerURLs = ui.Sizes(func(n int) string { return lettersURL + l.query("per", strconv.Itoa(n)) })
	return p
}

func (l LetterList) chips(ctx context.Context) []ui.Link {
	var cs []ui.Link
	if l.Filter.CampaignID != 0 {
		cs = append(cs, ui.Link{Text: i18n.T(ctx, "letter.chip.campaign", "id", itoa(l.Filter.CampaignID)), URL: lettersURL + l.query("campaign", "")})
	}
	if l.Filter.Query != "" {
		cs = append(cs, ui.Link{Text: "“" + l.Filter.Query + "”", URL: lettersURL + l.query("q", "")})
	}
	return cs
}

func (l LetterList) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "letter.all"), URL: lettersURL + l.query("status", ""), Current: l.Filter.Status == ""}}
	for _, s := range campaign.Statuses() {
		tabs = append(tabs, ui.Tab{Text: statusName(ctx, s), URL: lettersURL + l.query("status", string(s)), Current: l.Filter.Status == s})
	}
	return tabs
}

// facts are what is known of one letter.
func facts(ctx context.Context, r campaign.Row) []ui.Pair {
	at := func(key string, t time.Time) ui.Pair {
		if t.IsZero() {
			return ui.Pair{Key: i18n.T(ctx, key), Value: i18n.T(ctx, "letter.not_yet")}
		}
		return ui.Pair{Key: i18n.T(ctx, key), Rich: ui.Time(t)}
	}
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "letter.org"), Rich: orgLink(r)},
		{Key: i18n.T(ctx, "letter.email"), Value: r.Email, Lang: "zxx"},
		{Key: i18n.T(ctx, "letter.language"), Value: ui.LanguageName(r.Language), Lang: r.Language},
		{Key: i18n.T(ctx, "campaign.kind"), Value: kindName(ctx, r.Kind)},
		{Key: i18n.T(ctx, "letter.campaign"), Rich: campaignLink(r)},
		at("letter.created_at", r.CreatedAt),
		at("letter.issued_at", r.IssuedAt),
		at("letter.sent_at", r.SentAt),
		at("letter.expires_at", r.ExpiresAt),
	}
	if !r.EndedAt.IsZero() {
		ps = append(ps, at("letter.ended_at", r.EndedAt))
	}
	ps = append(ps,
		ui.Pair{Key: i18n.T(ctx, "letter.reminders"), Value: ui.Int(r.Reminders)},
		ui.Pair{Key: i18n.T(ctx, "letter.wrong_codes"), Value: i18n.T(ctx, "letter.wrong_of", "n", r.WrongCodes, "max", campaign.MaxWrongCodes)})
	if r.Reason != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "letter.reason"), Value: r.Reason, Lang: "en"})
	}
	return ps
}

// resendable reports whether a new letter may be offered: the organization may
// be active by now all the same, and then the act says so.
func resendable(ctx context.Context, r campaign.Row) bool {
	return may(ctx, perm.OpLetterSend) && r.Status != campaign.Activated
}

func tin(t taxid.TIN) string { return ui.TIN(t) }
