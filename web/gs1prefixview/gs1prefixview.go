// Package gs1prefixview draws GS1 prefixes and single numbers: for members with
// a checker, for the operator's staff with what they register and block.
package gs1prefixview

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Page is the prefixes of the reader's organization.
type Page struct {
	Held     []gs1prefix.Prefix
	Typed    string // in the checker
	Check    *gs1prefix.Check
	Wrong    fault.Complaints // about what was typed
	MayAsk   bool
	Requests templ.Component // what was asked of the operator; nil for nothing
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// askPath is the form of a request, with a number to begin with.
func askPath(number string) string {
	if number == "" {
		return "/org/gs1/new"
	}
	return "/org/gs1/new?" + url.Values{"kind": {"gs1_gtin"}, "number": {number}}.Encode()
}

func (p Page) actions(ctx context.Context) []ui.Action {
	if !p.MayAsk {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "gs1prefix.ask"), URL: askPath(""), Look: ui.Go}}
}

// firstActions are those of whoever has no number yet; goods from abroad need none.
func (p Page) firstActions(ctx context.Context) []ui.Action {
	if !p.MayAsk {
		return nil
	}
	return append(p.actions(ctx), ui.Action{Text: i18n.T(ctx, "gs1prefix.foreign_only"), URL: "/setup/gs1"})
}

func (p Page) gtin(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "gtin", Label: i18n.T(ctx, "gs1prefix.check.gtin"), Value: p.Typed, Wrong: p.Wrong,
		InputMode: "numeric", Width: "w14", Mono: true, Autocomplete: "off",
	}
}

// answer puts the verdict of the checker into words.
func (p Page) answer(ctx context.Context) ui.Notice {
	tones := map[gs1prefix.Answer]ui.Tone{
		gs1prefix.Covered: ui.OK, gs1prefix.Single: ui.OK, gs1prefix.Foreign: ui.Info,
		gs1prefix.Stopped: ui.Bad, gs1prefix.Others: ui.Bad, gs1prefix.Nobody: ui.Warn,
	}
	key := "gs1prefix.answer." + string(p.Check.Answer)
	n := ui.Notice{
		Tone:  tones[p.Check.Answer],
		Title: i18n.T(ctx, key, "gtin", string(p.Check.GTIN), "prefix", p.Check.Prefix),
		Text:  i18n.T(ctx, key+".text"),
	}
	if p.MayAsk && p.Check.Answer == gs1prefix.Nobody {
		n.Action = &ui.Action{Text: i18n.T(ctx, "gs1prefix.ask_this"), URL: askPath(string(p.Check.GTIN))}
	}
	return n
}

func statusTag(ctx context.Context, s gs1prefix.Status) templ.Component {
	tone := ui.OK
	if s == gs1prefix.Blocked {
		tone = ui.Dark
	}
	return ui.Tag(tone, i18n.T(ctx, "gs1prefix.status."+string(s)))
}

func kindOf(ctx context.Context, p gs1prefix.Prefix) string {
	if p.Single() {
		return i18n.T(ctx, "gs1prefix.kind.gtin")
	}
	return i18n.T(ctx, "gs1prefix.kind.prefix")
}

// HoldingsPage is what an organization has, for staff to change.
type HoldingsPage struct {
	Holder gs1prefix.Holder
	Held   []gs1prefix.Prefix
	Typed  string
	Wrong  fault.Complaints
}

// BlockPage asks before a prefix is blocked.
type BlockPage struct {
	Holder gs1prefix.Holder
	Prefix gs1prefix.Prefix
	Reason string
	Wrong  fault.Complaints
}

// OrgPath is the page of an organization's prefixes for staff.
func OrgPath(tin string) string { return "/op/orgs/" + tin + "/prefixes" }

func orgCrumbs(ctx context.Context, h gs1prefix.Holder, more ...ui.Link) []ui.Link {
	return append([]ui.Link{
		{Text: i18n.T(ctx, "org.list.title"), URL: "/op/orgs"},
		{Text: h.Name(lang(ctx)), URL: "/op/orgs/" + h.TIN},
	}, more...)
}

func (p HoldingsPage) digits(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "digits", Label: i18n.T(ctx, "gs1prefix.register.digits"), Hint: i18n.T(ctx, "gs1prefix.register.hint"), Value: p.Typed, Wrong: p.Wrong,
		InputMode: "numeric", Width: "w14", Mono: true, Autocomplete: "off",
	}
}

func (p HoldingsPage) act(ctx context.Context, x gs1prefix.Prefix) ui.Action {
	if x.Status == gs1prefix.Active {
		return ui.Action{Text: i18n.T(ctx, "gs1prefix.block.open"), About: x.Digits, URL: OrgPath(p.Holder.TIN) + "/" + x.Digits + "/block"}
	}
	return ui.Action{Text: i18n.T(ctx, "gs1prefix.unblock"), About: x.Digits, URL: OrgPath(p.Holder.TIN) + "/" + x.Digits + "/unblock", Post: true}
}

func (p BlockPage) reason(ctx context.Context) ui.Field {
	return ui.Field{Name: "reason", Label: i18n.T(ctx, "gs1prefix.block.reason"), Hint: i18n.T(ctx, "gs1prefix.block.reason_hint"), Value: p.Reason, Wrong: p.Wrong}
}

func tin(s string) string { return ui.TIN(taxid.TIN(s)) }

// digits are those of the prefixes held.
func (p Page) digits() []string {
	all := make([]string, len(p.Held))
	for i, x := range p.Held {
		all[i] = x.Digits
	}
	return all
}
