// Package productgroupview draws the product groups of an organization for its
// members, and the dictionary of groups for the operator's staff.
package productgroupview

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// ListPage is the groups of the reader's organization.
type ListPage struct {
	productgroup.Own
	MayAdd bool
}

// NewPage is the form for a group to add.
type NewPage struct {
	Left  []productgroup.Group
	Draft productgroup.Draft
	Wrong fault.Complaints
}

// RecordPage is one group of the reader's organization.
type RecordPage struct {
	productgroup.Record
	Requests templ.Component // what was asked of the operator; nil for nothing
}

// Path is the address of a group of the reader's organization.
func Path(id int16) string { return "/org/groups/" + strconv.Itoa(int(id)) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "productgroup.title"), URL: "/org/groups"}}
}

func (p ListPage) actions(ctx context.Context) []ui.Action {
	var as []ui.Action
	if p.MayAdd && len(p.Left) > 0 {
		as = append(as, ui.Action{Text: i18n.T(ctx, "productgroup.add"), URL: "/org/groups/new", Look: ui.Go})
	}
	if len(p.Groups) > 0 {
		as = append(as, ui.Action{Text: i18n.T(ctx, "productgroup.export"), URL: "/org/groups.csv"})
	}
	return as
}

// Export is the list as a table for office programs.
func Export(ctx context.Context, groups []productgroup.OrgGroup) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "productgroup.column.group"), i18n.T(ctx, "productgroup.column.status"),
		i18n.T(ctx, "productgroup.column.issuer"), i18n.T(ctx, "productgroup.column.since"),
	}}
	for _, g := range groups {
		rows = append(rows, []string{
			g.Group.Name(lang(ctx)), i18n.T(ctx, "productgroup.status."+string(g.Status)), Issuer(ctx, g.Issuer), ui.Date(g.ConnectedAt),
		})
	}
	return rows
}

// Issuer is the flag in words.
func Issuer(ctx context.Context, yes bool) string {
	if yes {
		return i18n.T(ctx, "productgroup.issuer.yes")
	}
	return i18n.T(ctx, "productgroup.issuer.no")
}

func statusTag(ctx context.Context, s productgroup.Status) templ.Component {
	tones := map[productgroup.Status]ui.Tone{productgroup.Pending: ui.Info, productgroup.Active: ui.OK, productgroup.Blocked: ui.Dark}
	return ui.Tag(tones[s], i18n.T(ctx, "productgroup.status."+string(s)))
}

func (p NewPage) group(ctx context.Context) ui.Field {
	return ui.Field{Name: "group", Label: i18n.T(ctx, "productgroup.new.group"), Value: p.Draft.Group, Wrong: p.Wrong}
}

func (p NewPage) options(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(p.Left))
	for _, g := range p.Left {
		options = append(options, ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))})
	}
	return options
}

func (p NewPage) choices(ctx context.Context) []ui.Choice {
	choices := make([]ui.Choice, 0, len(p.Left))
	for _, o := range p.options(ctx) {
		choices = append(choices, ui.Choice{Value: o.Value, Text: o.Text})
	}
	return choices
}

// mostRadios is up to how many groups all stand on the page (ux.md 5.1).
const mostRadios = 7

func (p NewPage) issuer(ctx context.Context) ui.Field {
	return ui.Field{Name: "issuer", Label: i18n.T(ctx, "productgroup.new.issuer"), Hint: i18n.T(ctx, "productgroup.new.issuer_hint"), Value: p.Draft.Issuer, Wrong: p.Wrong}
}

func issuerChoices(ctx context.Context) []ui.Choice {
	return []ui.Choice{
		{Value: productgroup.Yes, Text: i18n.T(ctx, "productgroup.new.yes"), Hint: i18n.T(ctx, "productgroup.new.yes_hint")},
		{Value: productgroup.No, Text: i18n.T(ctx, "productgroup.new.no"), Hint: i18n.T(ctx, "productgroup.new.no_hint")},
	}
}

func (p RecordPage) facts(ctx context.Context) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "productgroup.column.group"), Value: p.Group.Name(lang(ctx))},
		{Key: i18n.T(ctx, "productgroup.entry.id"), Value: strconv.Itoa(int(p.Group.ID)), Code: true},
		{Key: i18n.T(ctx, "productgroup.entry.slug"), Value: p.Group.Slug, Code: true},
		{Key: i18n.T(ctx, "productgroup.column.issuer"), Value: Issuer(ctx, p.Issuer)},
		{Key: i18n.T(ctx, "productgroup.column.since"), Rich: ui.Day(p.ConnectedAt)},
	}
}

func (p RecordPage) events(ctx context.Context) []ui.Event {
	events := make([]ui.Event, 0, len(p.History))
	for _, e := range p.History {
		by := e.By
		if e.Staff {
			by = i18n.T(ctx, "productgroup.by_operator")
		}
		events = append(events, ui.Event{At: e.At, Text: ui.ActName(ctx, e.Action), By: by})
	}
	return events
}
