// Package campaignview draws the operator's pages about campaigns and letters.
package campaignview

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Page addresses.
const (
	campaignsURL = "/op/campaigns"
	lettersURL   = "/op/letters"
)

// refreshSeconds is how often the numbers of a running campaign are fetched.
const refreshSeconds = 3

func campaignURL(id int64, act string) string { return campaignsURL + "/" + itoa(id) + act }

func letterURL(id int64, act string) string { return lettersURL + "/" + itoa(id) + act }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// may reports whether the reader holds a right; the act itself asks again.
func may(ctx context.Context, c perm.Code) bool { return layout.ViewerOf(ctx).Rights.Has(c) }

// CampaignList is a page of campaigns.
type CampaignList struct {
	Campaigns []campaign.Campaign
	Next      string // address of the older ones, empty on the last page
	First     string // back to the newest, empty there
}

// Editor is the form for a new campaign, or for a draft.
type Editor struct {
	campaign.Form
	ID      int64 // of the draft; 0 for a new campaign
	Version int   // of the draft, as the person saw it
	Offer   campaign.Offer
	Wrong   fault.Complaints
}

// action is where the form goes.
func (e Editor) action() templ.SafeURL {
	if e.ID == 0 {
		return templ.SafeURL(campaignsURL)
	}
	return templ.SafeURL(campaignURL(e.ID, "/edit"))
}

// back is where a person goes who changes nothing.
func (e Editor) back() string {
	if e.ID == 0 {
		return campaignsURL
	}
	return campaignURL(e.ID, "")
}

// of gives the message for a new campaign, or that for a draft.
func (e Editor) of(ctx context.Context, created, edited string) string {
	if e.ID == 0 {
		return i18n.T(ctx, created)
	}
	return i18n.T(ctx, edited)
}

func (e Editor) version() []ui.Hidden {
	return []ui.Hidden{{Name: "version", Value: strconv.Itoa(e.Version)}}
}

// values carries what was typed on to the next step.
func (e Editor) values() []ui.Hidden {
	vs := append(e.version(),
		ui.Hidden{Name: "name", Value: e.Name},
		ui.Hidden{Name: "kind", Value: e.Kind},
		ui.Hidden{Name: "opens_at", Value: e.OpensAt},
		ui.Hidden{Name: "closes_at", Value: e.ClosesAt},
		ui.Hidden{Name: "tins", Value: e.TINs},
	)
	for _, list := range []struct {
		name   string
		chosen []string
	}{{"regions", e.Regions}, {"groups", e.Groups}, {"imports", e.Imports}} {
		for _, v := range list.chosen {
			vs = append(vs, ui.Hidden{Name: list.name, Value: v})
		}
	}
	return vs
}

// Checked is a campaign before it is stored.
type Checked struct {
	Editor
	Campaign campaign.Campaign
	Preview  campaign.Preview
}

// Clashed is a draft that two people have changed: mine was not stored.
type Clashed struct {
	Editor
	Mine, Theirs campaign.Campaign
}

// Overview is the page of one campaign.
type Overview struct {
	campaign.Progress
	Offer campaign.Offer
}

func phaseTag(ctx context.Context, c campaign.Campaign) (ui.Tone, string) {
	if c.Phase == campaign.Starting && !c.Opened {
		return ui.Info, i18n.T(ctx, "campaign.phase.waiting")
	}
	tones := map[campaign.Phase]ui.Tone{
		campaign.Draft: ui.Mute, campaign.Starting: ui.Info, campaign.Running: ui.OK,
		campaign.Stopped: ui.Dark, campaign.Closed: ui.Mute,
	}
	return tones[c.Phase], i18n.T(ctx, "campaign.phase."+string(c.Phase))
}

func statusTone(s campaign.Status) ui.Tone {
	switch s {
	case campaign.Queued:
		return ui.Mute
	case campaign.Sent:
		return ui.Info
	case campaign.Activated:
		return ui.OK
	case campaign.Refused, campaign.Locked:
		return ui.Bad
	case campaign.Expired:
		return ui.Warn
	}
	return ui.Dark
}

func statusName(ctx context.Context, s campaign.Status) string {
	return i18n.T(ctx, "letter.status."+string(s))
}

func kindName(ctx context.Context, k campaign.Kind) string {
	return i18n.T(ctx, "campaign.kind."+string(k))
}

// terms are what a campaign is, for its page and for the check before it exists.
func terms(ctx context.Context, c campaign.Campaign, names campaign.Offer) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "campaign.kind"), Value: kindName(ctx, c.Kind)},
		{Key: i18n.T(ctx, "campaign.opens_at"), Rich: ui.Time(c.OpensAt)},
		{Key: i18n.T(ctx, "campaign.closes_at"), Rich: ui.Time(c.ClosesAt)},
		{Key: i18n.T(ctx, "campaign.selection"), Value: selection(ctx, c.Selection, names)},
	}
	if c.StaffName != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "campaign.by"), Value: c.StaffName})
	}
	if c.EditedBy != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "campaign.edited_by"), Value: c.EditedBy}, ui.Pair{Key: i18n.T(ctx, "campaign.edited_at"), Rich: ui.Time(c.EditedAt)})
	}
	if !c.StartedAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "campaign.started_at"), Rich: ui.Time(c.StartedAt)})
	}
	if !c.StoppedAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "campaign.stopped_at"), Rich: ui.Time(c.StoppedAt)})
	}
	return ps
}

// draftTerms are terms with the name, which the page of a campaign has above.
func draftTerms(ctx context.Context, c campaign.Campaign, names campaign.Offer) []ui.Pair {
	return append([]ui.Pair{{Key: i18n.T(ctx, "campaign.name"), Value: c.Name}}, terms(ctx, c, names)...)
}

// selection says in words whom a campaign reaches.
func selection(ctx context.Context, s campaign.Selection, names campaign.Offer) string {
	if s.Everyone() {
		return i18n.T(ctx, "campaign.selection.all")
	}
	var parts []string
	for _, code := range s.Regions {
		if r, err := region.Parse(code); err == nil {
			parts = append(parts, r.Name(lang(ctx)))
		}
	}
	for _, g := range names.Groups {
		if slices.Contains(s.Groups, g.ID) {
			parts = append(parts, g.In(lang(ctx)))
		}
	}
	for _, i := range names.Imports {
		if slices.Contains(s.Imports, i.ID) {
			parts = append(parts, importName(ctx, i))
		}
	}
	if n := len(s.TINs); n > 0 {
		parts = append(parts, i18n.N(ctx, "campaign.selection.tins", n))
	}
	return strings.Join(parts, "; ")
}

// counters are the numbers of a campaign; each leads to its letters.
func (o Overview) counters(ctx context.Context) []ui.Counter {
	var cs []ui.Counter
	for _, s := range campaign.Statuses() {
		n := o.Counts[s]
		if n == 0 && (s == campaign.Replaced || s == campaign.Locked || s == campaign.Withdrawn) {
			continue // rare ends are named when there are some
		}
		cs = append(cs, ui.Counter{
			Label: statusName(ctx, s), Value: n, Tone: statusTone(s),
			URL: ui.Query(lettersURL, []string{"campaign", itoa(o.ID), "status", string(s)}),
		})
	}
	return cs
}

// line says how far sending is: of all letters, how many are no longer queued.
func (o Overview) line(ctx context.Context) string {
	total := o.Total()
	return i18n.T(ctx, "campaign.line", "done", o.done(), "total", total, "share", ui.Percent(o.done(), total))
}

func (o Overview) done() int { return o.Total() - o.Counts[campaign.Queued] }

// activated says the share that matters in the end.
func (o Overview) activated(ctx context.Context) string {
	n, total := o.Counts[campaign.Activated], o.Total()
	return i18n.T(ctx, "campaign.activated", "n", n, "total", total, "share", ui.Percent(n, total))
}

// actions are what the reader may do with the campaign now.
func (o Overview) actions(ctx context.Context) []ui.Action {
	if !may(ctx, perm.OpCampaignRun) {
		return nil
	}
	switch o.Phase {
	case campaign.Draft:
		return []ui.Action{
			{Text: i18n.T(ctx, "campaign.start"), URL: campaignURL(o.ID, "/start"), Look: ui.Go},
			{Text: i18n.T(ctx, "campaign.edit"), URL: campaignURL(o.ID, "/edit")},
		}
	case campaign.Starting, campaign.Running:
		return []ui.Action{{Text: i18n.T(ctx, "campaign.stop"), URL: campaignURL(o.ID, "/stop"), Look: ui.Stop}}
	}
	return nil
}

func (o Overview) reload() int {
	if o.Live() {
		return 10
	}
	return 0
}

func regionChoices(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for _, r := range region.All() {
		cs = append(cs, ui.Choice{Value: r.Code, Text: r.Name(lang(ctx))})
	}
	return cs
}

func groupChoices(ctx context.Context, groups []campaign.Group) []ui.Choice {
	cs := make([]ui.Choice, len(groups))
	for i, g := range groups {
		cs[i] = ui.Choice{Value: strconv.Itoa(int(g.ID)), Text: g.In(lang(ctx))}
	}
	return cs
}

// importName tells files of the same name apart.
func importName(ctx context.Context, i campaign.Import) string {
	return i18n.T(ctx, "campaign.import", "file", i.FileName, "at", ui.DateTime(i.FinishedAt))
}

func importChoices(ctx context.Context, imports []campaign.Import) []ui.Choice {
	cs := make([]ui.Choice, len(imports))
	for n, i := range imports {
		cs[n] = ui.Choice{Value: itoa(i.ID), Text: importName(ctx, i), Hint: i18n.N(ctx, "campaign.import_good", i.Good)}
	}
	return cs
}

func kindChoices(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for _, k := range campaign.Kinds() {
		cs = append(cs, ui.Choice{Value: string(k), Text: kindName(ctx, k), Hint: i18n.T(ctx, "campaign.kind."+string(k)+"_hint")})
	}
	return cs
}

// field is a question of the form with its words.
func (e Editor) field(ctx context.Context, name, value, hint string) ui.Field {
	f := ui.Field{Name: name, Label: i18n.T(ctx, "campaign.form."+name), Value: value, Wrong: e.Wrong}
	if hint != "" {
		f.Hint = i18n.T(ctx, hint)
	}
	return f
}

func (e Editor) moment(ctx context.Context, name, value string) ui.Field {
	f := e.field(ctx, name, value, "campaign.form.moment_hint")
	f.Width, f.Autocomplete = "w20", "off"
	return f
}

func (e Editor) optional(ctx context.Context, name, value, hint string) ui.Field {
	f := e.field(ctx, name, value, hint)
	f.Optional = true
	return f
}
