// Package agreementview draws the public offer and the agreement for provision of
// marking codes, for the organization and for the operator.
package agreementview

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/agreement"
	"kabinet/internal/agreement/terms"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/proof"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Root is the page of the organization.
const Root = "/org/agreement"

// URL is the address of an agreement, or of what is done with it.
func URL(id int64, rest string) string { return Root + "/" + strconv.FormatInt(id, 10) + rest }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.org.label"), URL: "/org"}, {Text: i18n.T(ctx, "agreement.title"), URL: Root}}
}

// statusTag names the state; of an ended one also how it ended.
func statusTag(ctx context.Context, a agreement.Agreement) templ.Component {
	tones := map[agreement.Status]ui.Tone{
		agreement.Requested: ui.Info, agreement.Sent: ui.Warn, agreement.Signed: ui.Info, agreement.Active: ui.OK, agreement.Ended: ui.Mute,
	}
	if a.Status == agreement.Ended {
		return ui.Tag(tones[a.Status], i18n.T(ctx, "agreement.ending."+string(a.Ending)))
	}
	return ui.Tag(tones[a.Status], i18n.T(ctx, "agreement.status."+string(a.Status)))
}

// facts are what became of an agreement, in the order in which it did.
func facts(ctx context.Context, a agreement.Agreement) []ui.Pair {
	ps := []ui.Pair{{Key: i18n.T(ctx, "agreement.column.number"), Value: a.Number(), Code: true}}
	for _, step := range []struct {
		key  string
		done agreement.Done
		who  bool // members do not see which of the operator's people acted
	}{{"requested", a.Requested, true}, {"sent", a.Sent, false}, {"signed", a.Signed, true}, {"activated", a.Activated, false}, {"ended", a.Ended, a.Ending == agreement.Withdrawn}} {
		if step.done.At.IsZero() {
			continue
		}
		value := ui.DateTime(step.done.At)
		if step.who && step.done.By != "" {
			value += ", " + step.done.By
		}
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "agreement.column."+step.key), Value: value})
	}
	if a.Version != "" {
		ps = append(ps,
			ui.Pair{Key: i18n.T(ctx, "agreement.column.version"), Value: a.Version, Code: true},
			ui.Pair{Key: i18n.T(ctx, "agreement.column.until"), Value: until(ctx, a)})
	}
	if a.Note != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "agreement.note"), Value: a.Note})
	}
	if a.Reason != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "agreement.reason"), Value: a.Reason})
	}
	return ps
}

func until(ctx context.Context, a agreement.Agreement) string {
	if a.Until.IsZero() {
		return i18n.T(ctx, "agreement.no_end")
	}
	return ui.Date(a.LastDay())
}

// signature says who signed, with what, and when.
func signature(ctx context.Context, e proof.Evidence) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "agreement.signature.name"), Value: e.Signer},
		{Key: i18n.T(ctx, "agreement.signature.position"), Value: e.Position},
		{Key: i18n.T(ctx, "agreement.signature.at"), Value: ui.DateTime(e.SignedAt)},
		{Key: i18n.T(ctx, "agreement.signature.serial"), Value: e.Serial, Code: true},
		{Key: i18n.T(ctx, "agreement.signature.issuer"), Value: e.Issuer},
		{Key: i18n.T(ctx, "agreement.signature.until"), Value: ui.Date(e.KeyUntil)},
	}
	return slices.DeleteFunc(ps, func(p ui.Pair) bool { return p.Value == "" })
}

// judged says whether a kept signature stands.
func judged(ctx context.Context, c agreement.Checked) ui.Notice {
	switch {
	case c.Against == nil:
		return ui.Notice{Tone: ui.OK, Title: i18n.T(ctx, "agreement.check.good"), Text: i18n.T(ctx, "agreement.check.good.text")}
	case c.Against.Kind == fault.Unavailable:
		return ui.Notice{Tone: ui.Warn, Title: i18n.T(ctx, "agreement.check.unknown"), Text: i18n.T(ctx, c.Against.Key, c.Against.Args...)}
	case c.Against.Is(agreement.ErrChanged):
		return ui.Notice{Tone: ui.Bad, Title: i18n.T(ctx, "agreement.check.bad"), Text: i18n.T(ctx, "agreement.check.other_text")}
	}
	return ui.Notice{Tone: ui.Bad, Title: i18n.T(ctx, "agreement.check.bad"), Text: i18n.T(ctx, c.Against.Key, c.Against.Args...)}
}

func trouble(f *fault.Error) templ.Component {
	if f == nil {
		return templ.NopComponent
	}
	return refused(f)
}

// HomePage is what an organization agreed to.
type HomePage struct {
	agreement.View
	MayEdit bool
	Note    string // as typed
	Wrong   fault.Complaints
}

func (p HomePage) note(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "note", Label: i18n.T(ctx, "agreement.note"), Hint: i18n.T(ctx, "agreement.note.hint"), Value: p.Note, Optional: true, Wrong: p.Wrong, MaxLength: 1000,
	}
}

// past are the agreements that ended.
func (p HomePage) past() []agreement.Agreement {
	return slices.DeleteFunc(slices.Clone(p.All), func(a agreement.Agreement) bool { return a.Status != agreement.Ended })
}

func (p HomePage) mayAccept() bool { return p.MayEdit && !agreement.Accepted(p.Offer) }

// offer is the acceptance that holds now, or that there is none.
func (p HomePage) offer(ctx context.Context) []ui.Pair {
	key := i18n.T(ctx, "agreement.offer.acceptance")
	if len(p.Offer) == 0 {
		return []ui.Pair{{Key: key, Value: i18n.T(ctx, "agreement.offer.none")}}
	}
	return []ui.Pair{{Key: key, Value: acceptance(ctx, p.Offer[0])}}
}

func acceptance(ctx context.Context, a agreement.Acceptance) string {
	if a.Version == "" {
		return i18n.T(ctx, "agreement.offer.accepted_old", "name", a.By, "date", ui.DateTime(a.At))
	}
	l, _ := i18n.Parse(a.Lang)
	return i18n.T(ctx, "agreement.offer.accepted", "version", a.Version, "name", a.By, "date", ui.DateTime(a.At), "language", l.Name())
}

// acts are what can be done with the agreement that has not ended.
func (p HomePage) acts(ctx context.Context, a agreement.Agreement) []ui.Action {
	var as []ui.Action
	if p.MayEdit && a.Can(agreement.Sign) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "agreement.sign"), URL: URL(a.ID, "/sign"), Look: ui.Go})
	}
	if a.Version != "" {
		as = append(as, ui.Action{Text: i18n.T(ctx, "agreement.read"), URL: URL(a.ID, "")})
	}
	if p.MayEdit && a.Can(agreement.Withdraw) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "agreement.withdraw"), URL: URL(a.ID, "/withdraw"), Look: ui.Stop})
	}
	return as
}

// Reading is an agreement read in a language.
type Reading struct {
	agreement.Paper
	Text     i18n.Lang
	Evidence proof.Evidence // when SignatureID is set
	MayEdit  bool
}

func (r Reading) title(ctx context.Context) string {
	return i18n.T(ctx, "agreement.record.title", "number", r.Number())
}

func (r Reading) printURL() string { return printURL(r.ID, r.Text) }

func (r Reading) languages(url string) []ui.Tab { return languages(url, r.Text) }

func printURL(id int64, l i18n.Lang) string { return URL(id, "/print?text="+l.Code()) }

func languages(url string, current i18n.Lang) []ui.Tab {
	var tabs []ui.Tab
	for _, l := range i18n.Langs() {
		tabs = append(tabs, ui.Tab{Text: l.Name(), URL: url + "?text=" + l.Code(), Current: l == current})
	}
	return tabs
}

func (r Reading) acts(ctx context.Context) []ui.Action {
	return HomePage{MayEdit: r.MayEdit}.acts(ctx, func() agreement.Agreement { a := r.Agreement; a.Version = ""; return a }())
}

// proofs are how a signature is looked at and taken along.
func (r Reading) proofs(ctx context.Context) []ui.Action {
	check := ui.Action{Text: i18n.T(ctx, "agreement.check"), URL: URL(r.ID, "/check")}
	return append([]ui.Action{check}, downloads(ctx, r.Paper, r.MayEdit)...)
}

func downloads(ctx context.Context, p agreement.Paper, container bool) []ui.Action {
	as := []ui.Action{{Text: i18n.T(ctx, "agreement.download.signed"), URL: URL(p.ID, "/signed.txt")}}
	if container {
		as = append(as, ui.Action{Text: i18n.T(ctx, "agreement.download.container"), URL: URL(p.ID, "/signature.p7s")})
	}
	return as
}

// Signing is the page on which the director signs.
type Signing struct {
	agreement.Paper
	Text      i18n.Lang
	Statement string
	Panel     edsview.Form
	Trouble   *fault.Error
}

func (s Signing) title(ctx context.Context) string {
	return i18n.T(ctx, "agreement.sign.title", "number", s.Number())
}

func (s Signing) printURL() string { return printURL(s.ID, s.Text) }

func (s Signing) languages(url string) []ui.Tab { return languages(url, s.Text) }

// Checking is a kept signature judged anew.
type Checking struct {
	agreement.Paper
	agreement.Checked
	MayEdit bool
}

// Offering is the public offer with who accepted it.
type Offering struct {
	Acceptances []agreement.Acceptance
	MayAccept   bool
	Statement   string
	Panel       edsview.Form
	Trouble     *fault.Error
}

func (o Offering) scripts() []string {
	if o.MayAccept {
		return []string{edsview.Script}
	}
	return nil
}

// since is when an agreement came to be as it is.
func since(a agreement.Agreement) time.Time {
	switch a.Status {
	case agreement.Sent:
		return a.Sent.At
	case agreement.Signed:
		return a.Signed.At
	case agreement.Active:
		return a.Activated.At
	case agreement.Ended:
		return a.Ended.At
	}
	return a.Requested.At
}

func versions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for i, v := range terms.Versions() {
		o := ui.Option{Value: v, Text: v}
		if i == 0 {
			o.Text = i18n.T(ctx, "agreement.send.newest", "version", v)
		}
		os = append(os, o)
	}
	return os
}
