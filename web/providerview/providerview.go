// Package providerview draws the authorizations of service providers.
package providerview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/provider"
	"kabinet/web/ui"
)

const path = "/org/authorizations"

// Listing is a page of the list.
type Listing struct {
	Filter provider.Filter
	provider.Page
}

// at is the address of the list with its filter and, in pairs, what differs.
func (l Listing) at(path string, changes ...string) string {
	side := ""
	if l.Filter.Received {
		side = "received"
	}
	return ui.Query(path, []string{"side", side, "status", string(l.Filter.Status), "q", l.Filter.Query}, changes...)
}

func (l Listing) sides(ctx context.Context) []ui.Tab {
	return []ui.Tab{
		{Text: i18n.T(ctx, "provider.given"), URL: l.at(path, "side", ""), Current: !l.Filter.Received},
		{Text: i18n.T(ctx, "provider.received"), URL: l.at(path, "side", "received"), Current: l.Filter.Received},
	}
}

func (l Listing) status(ctx context.Context) ui.Field {
	return ui.Field{Name: "status", Label: i18n.T(ctx, "provider.status"), Value: string(l.Filter.Status)}
}

func (l Listing) query(ctx context.Context) ui.Field {
	return ui.Field{Name: "q", Label: i18n.T(ctx, "provider.search"), Value: l.Filter.Query, Type: "search", Width: "w14"}
}

func statuses(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(provider.Statuses()))
	for _, s := range provider.Statuses() {
		list = append(list, ui.Option{Value: string(s), Text: i18n.T(ctx, "provider.status."+string(s))})
	}
	return list
}

// kept are what the filter form must not lose.
func (l Listing) kept() []ui.Hidden {
	if l.Filter.Received {
		return []ui.Hidden{{Name: "side", Value: "received"}}
	}
	return nil
}

func (l Listing) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Rows), Total: -1, Per: l.Filter.Per}
	per := ui.Per(l.Filter.Per)
	if l.Filter.Cursor != "" {
		p.FirstURL = l.at(path, "per", per)
	}
	if l.Next != "" {
		p.NextURL = l.at(path, "per", per, "after", l.Next)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.at(path, "per", strconv.Itoa(n)) })
	return p
}

// none stands where rows would.
func (l Listing) none(ctx context.Context) ui.EmptyState {
	switch {
	case l.Filter.Query != "" || l.Filter.Status != "":
		return ui.EmptyState{
			Title: i18n.T(ctx, "provider.no_match"), Text: i18n.T(ctx, "provider.no_match.text"),
			Actions: []ui.Action{{Text: i18n.T(ctx, "provider.clear"), URL: l.at(path, "q", "", "status", "")}},
		}
	case l.Filter.Received:
		return ui.EmptyState{Title: i18n.T(ctx, "provider.none_received"), Text: i18n.T(ctx, "provider.none_received.text")}
	}
	return ui.EmptyState{Title: i18n.T(ctx, "provider.none"), Text: i18n.T(ctx, "provider.none.text")}
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func tone(s provider.Status) ui.Tone {
	if s == provider.Active {
		return ui.OK
	}
	return ui.Dark
}

func statusName(ctx context.Context, s provider.Status) string {
	return i18n.T(ctx, "provider.status."+string(s))
}

func groupNames(ctx context.Context, a provider.Authorization) string {
	names := make([]string, len(a.Groups))
	for i, g := range a.Groups {
		names[i] = g.Name(lang(ctx))
	}
	return strings.Join(names, ", ")
}

func taskNames(ctx context.Context, a provider.Authorization) string {
	names := make([]string, len(a.Tasks))
	for i, t := range a.Tasks {
		names[i] = i18n.T(ctx, "provider.task."+string(t))
	}
	return strings.Join(names, ", ")
}

func address(a provider.Authorization) string { return path + "/" + strconv.FormatInt(a.ID, 10) }

// Rows is the list as a table for office programs, with its head.
func Rows(ctx context.Context, p provider.Page) [][]string {
	head := make([]string, 0, 9)
	for _, k := range []string{"number", "other", "tin", "groups", "tasks", "created", "until", "status", "reason"} {
		head = append(head, i18n.T(ctx, "provider.csv."+k))
	}
	rows := [][]string{head}
	for _, a := range p.Rows {
		rows = append(rows, []string{
			strconv.FormatInt(a.ID, 10), a.Other.In(lang(ctx)), string(a.Other.TIN), groupNames(ctx, a), taskNames(ctx, a),
			ui.Date(a.CreatedAt), ui.Date(a.LastDay()), statusName(ctx, a.Status), a.Reason,
		})
	}
	return rows
}

// Form is the form of a new authorization.
type Form struct {
	Draft provider.Draft
	Offer provider.Offer
	Known bool // the provider is: what it may do is asked for
	Wrong fault.Complaints
}

func (f Form) tin(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "tin", Label: i18n.T(ctx, "provider.tin"), Hint: i18n.T(ctx, "provider.tin.hint"), Value: f.Draft.TIN, Wrong: f.Wrong,
		Width: "w10", InputMode: "numeric", Autocomplete: "off",
	}
}

func (f Form) groups(ctx context.Context) ui.Field {
	return ui.Field{Name: "groups", Label: i18n.T(ctx, "provider.groups"), Hint: i18n.T(ctx, "provider.groups.hint"), Wrong: f.Wrong}
}

func (f Form) groupChoices(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(f.Offer.Groups))
	for _, c := range f.Offer.Groups {
		choice := ui.Choice{Value: strconv.Itoa(int(c.Group.ID)), Text: c.Group.Name(lang(ctx))}
		switch {
		case c.Taken:
			choice.Disabled, choice.Hint = true, i18n.T(ctx, "provider.taken")
		case !c.Issuer:
			choice.Hint = i18n.T(ctx, "provider.not_our_codes")
		}
		list = append(list, choice)
	}
	return list
}

func (f Form) tasks(ctx context.Context) ui.Field {
	return ui.Field{Name: "tasks", Label: i18n.T(ctx, "provider.tasks"), Wrong: f.Wrong}
}

func taskChoices(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(provider.Tasks()))
	for _, t := range provider.Tasks() {
		list = append(list, ui.Choice{Value: string(t), Text: i18n.T(ctx, "provider.task."+string(t))})
	}
	return list
}

func (f Form) until(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "until", Label: i18n.T(ctx, "provider.until"), Hint: i18n.T(ctx, "provider.until.hint"), Value: f.Draft.Until, Wrong: f.Wrong,
		Type: "date", Width: "w10",
	}
}

// facts are what is known of an authorization.
func facts(ctx context.Context, a provider.Authorization) []ui.Pair {
	pairs := []ui.Pair{
		{Key: i18n.T(ctx, "provider.tin"), Value: ui.TIN(a.Other.TIN)},
		{Key: i18n.T(ctx, "provider.groups"), Value: groupNames(ctx, a)},
		{Key: i18n.T(ctx, "provider.tasks"), Value: taskNames(ctx, a)},
		{Key: i18n.T(ctx, "provider.until"), Value: ui.Date(a.LastDay())},
		{Key: i18n.T(ctx, "provider.created"), Value: ui.DateTime(a.CreatedAt) + ", " + a.CreatedBy},
	}
	if !a.EndedAt.IsZero() {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "provider.ended"), Value: ui.DateTime(a.EndedAt)})
	}
	if a.Reason != "" {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "provider.reason"), Value: a.Reason})
	}
	return pairs
}

// acts are what can be done with an authorization now.
func acts(ctx context.Context, a provider.Authorization) []ui.Action {
	if a.Status != provider.Active {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "provider.revoke"), URL: address(a) + "/revoke", Look: ui.Stop}}
}

// Revocation is the page that asks whether one is to end.
type Revocation struct {
	provider.Authorization
	Reason string
	Wrong  fault.Complaints
}

func (v Revocation) reason(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "reason", Label: i18n.T(ctx, "provider.reason"), Hint: i18n.T(ctx, "provider.reason.hint"), Value: v.Reason, Wrong: v.Wrong, MaxLength: 500,
	}
}

func (v Revocation) title(ctx context.Context) string {
	return i18n.T(ctx, "provider.revoke.title", "provider", v.Other.In(lang(ctx)))
}

func cancel(ctx context.Context, to string) ui.Link {
	return ui.Link{Text: i18n.T(ctx, "provider.cancel"), URL: to}
}
