// Package apikeyview draws the pages of API keys.
package apikeyview

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/apikey"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

const (
	mineURL = "/me/keys"
	allURL  = "/org/keys"
	docsURL = "/public/api/docs"
)

// MinePage are the reader's own keys.
type MinePage struct {
	Keys      []apikey.Key
	MayCreate bool // or may take the right to
	Now       time.Time
}

func (p MinePage) valid() bool {
	for _, k := range p.Keys {
		if k.Status == apikey.Valid {
			return true
		}
	}
	return false
}

func (p MinePage) actions(ctx context.Context) []ui.Action {
	if len(p.Keys) == 0 || !p.MayCreate {
		return nil
	}
	word := "apikey.create"
	if p.valid() {
		word = "apikey.replace"
	}
	return []ui.Action{{Text: i18n.T(ctx, word), URL: mineURL + "/new", Look: ui.Go}}
}

func (p MinePage) first(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "apikey.first"), Text: i18n.T(ctx, "apikey.first.text")}
	e.Actions = []ui.Action{{Text: i18n.T(ctx, "apikey.create"), URL: mineURL + "/new", Look: ui.Go}}
	if !p.MayCreate {
		e.Actions[0].Look = ui.Plain // it leads to where the role can be asked for
	}
	if layout.ViewerOf(ctx).Rights.Has(perm.OrgEdit) {
		e.Actions = append(e.Actions, ui.Action{Text: i18n.T(ctx, "apikey.first.none"), URL: "/setup/api_key"})
	}
	return e
}

// NewPage is the form for a new key.
type NewPage struct {
	Draft   apikey.Draft
	Valid   *apikey.Key  // ends by it
	Grants  bool         // an administrator takes the role with it
	Asks    bool         // the EDS key will be asked for
	Refused *fault.Error // why it could not be made
	Wrong   fault.Complaints
}

func (p NewPage) title(ctx context.Context) string {
	if p.Valid != nil {
		return i18n.T(ctx, "apikey.replace.title")
	}
	return i18n.T(ctx, "apikey.new.title")
}

func (p NewPage) submit(ctx context.Context) string {
	if p.Valid != nil {
		return i18n.T(ctx, "apikey.replace.submit")
	}
	return i18n.T(ctx, "apikey.new.submit")
}

// conflict is what changed since the form was drawn; complaints stand at their
// fields instead.
func (p NewPage) conflict() bool { return p.Refused != nil && len(p.Wrong) == 0 }

func (p NewPage) hidden() []ui.Hidden {
	var hs []ui.Hidden
	if p.Valid != nil {
		hs = append(hs, ui.Hidden{Name: "replace", Value: itoa(p.Valid.ID)})
	}
	if p.Grants {
		hs = append(hs, ui.Hidden{Name: "grant", Value: "yes"})
	}
	return hs
}

func (p NewPage) name(ctx context.Context) string {
	if p.Draft.Name != "" || len(p.Wrong) > 0 {
		return p.Draft.Name
	}
	if p.Valid != nil {
		return p.Valid.Name
	}
	return i18n.T(ctx, "apikey.new.name.usual")
}

func days(ctx context.Context) []ui.Choice {
	cs := make([]ui.Choice, 0, len(apikey.Days()))
	for _, d := range apikey.Days() {
		cs = append(cs, ui.Choice{Value: strconv.Itoa(d), Text: i18n.N(ctx, "apikey.days", d)})
	}
	return cs
}

// ValuePage shows a new key.
type ValuePage struct {
	Key     apikey.Key
	Value   string
	BaseURL string
	TIN     string
}

// curl is the key in use; the value stands in it whole, so that it can be pasted.
func (p ValuePage) curl() string {
	return "curl -H 'Authorization: Bearer " + p.Value + "' " + p.BaseURL + "/public/api/v1/party/parties/" + p.TIN + "/status"
}

// RevokePage asks an administrator why.
type RevokePage struct {
	Key    apikey.Key
	Reason string
	Wrong  fault.Complaints
}

// AllPage are the keys of all users.
type AllPage struct {
	Page   apikey.Page
	Filter apikey.Filter
	Now    time.Time
}

func (p AllPage) narrowed() bool { return p.Filter.Query != "" || known(p.Filter.Status) }

func known(s apikey.Status) bool { return slices.Contains(apikey.Statuses(), s) }

// address is the list with some of the filter changed.
func (p AllPage) address(path string, change func(*apikey.Filter)) string {
	f := p.Filter
	f.After = ""
	change(&f)
	return ui.Query(path, []string{"q", f.Query, "status", string(f.Status), "after", f.After, "per", ui.Per(f.Size)})
}

func (p AllPage) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{
		Text: i18n.T(ctx, "apikey.all_statuses"), Current: !known(p.Filter.Status),
		URL: p.address(allURL, func(f *apikey.Filter) { f.Status = "" }),
	}}
	for _, s := range apikey.Statuses() {
		tabs = append(tabs, ui.Tab{
			Text: statusName(ctx, s), Current: p.Filter.Status == s, URL: p.address(allURL, func(f *apikey.Filter) { f.Status = s }),
		})
	}
	return tabs
}

func (p AllPage) chips(ctx context.Context) []ui.Link {
	if p.Filter.Query == "" {
		return nil
	}
	return []ui.Link{{Text: i18n.T(ctx, "apikey.chip", "query", p.Filter.Query), URL: p.address(allURL, func(f *apikey.Filter) { f.Query = "" })}}
}

func (p AllPage) keep() []ui.Hidden {
	if !known(p.Filter.Status) {
		return nil
	}
	return []ui.Hidden{{Name: "status", Value: string(p.Filter.Status)}}
}

func (p AllPage) pager() ui.Pager {
	pg := ui.Pager{Shown: len(p.Page.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pg.FirstURL = p.address(allURL, func(*apikey.Filter) {})
	}
	if p.Page.Next != "" {
		pg.NextURL = p.address(allURL, func(f *apikey.Filter) { f.After = p.Page.Next })
	}
	pg.PerURLs = ui.Sizes(func(n int) string { return p.address(allURL, func(f *apikey.Filter) { f.Size = n }) })
	return pg
}

func (p AllPage) export(ctx context.Context) []ui.Action {
	return []ui.Action{{Text: i18n.T(ctx, "apikey.export"), URL: p.address(allURL+".csv", func(*apikey.Filter) {})}}
}

// CSVHeader are the heads of an export's columns.
func CSVHeader(ctx context.Context) []string {
	var cells []string
	for _, key := range []string{"owner", "name", "key", "status", "created", "expires", "used", "address", "ended", "ended_by", "reason"} {
		cells = append(cells, i18n.T(ctx, "apikey.column."+key))
	}
	return cells
}

// CSVRow is a key as a row of an export.
func CSVRow(ctx context.Context, k apikey.Key) []string {
	return []string{
		k.Owner.In(lang(ctx)), k.Name, k.Shown(), statusName(ctx, k.Status), ui.CellTime(k.CreatedAt), ui.CellTime(k.ExpiresAt),
		ui.CellTime(k.LastUsedAt), k.LastUsedIP, ui.CellTime(k.EndedAt), k.EndedBy, k.Reason,
	}
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(t)
}

// facts are the lines of a key's page.
func facts(ctx context.Context, k apikey.Key) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "apikey.column.key"), Value: k.Shown(), Code: true},
		{Key: i18n.T(ctx, "apikey.column.owner"), Value: k.Owner.In(lang(ctx))},
		{Key: i18n.T(ctx, "apikey.column.created"), Value: when(k.CreatedAt)},
		{Key: i18n.T(ctx, "apikey.column.expires"), Value: when(k.ExpiresAt) + left(ctx, k)},
		{Key: i18n.T(ctx, "apikey.column.used"), Value: used(ctx, k)},
	}
	if !k.EndedAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "apikey.column.ended"), Value: when(k.EndedAt)})
	}
	if k.EndedBy != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "apikey.column.ended_by"), Value: k.EndedBy})
	}
	if k.Reason != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "apikey.column.reason"), Value: k.Reason})
	}
	return ps
}

func left(ctx context.Context, k apikey.Key) string {
	if k.Status != apikey.Valid {
		return ""
	}
	return " (" + i18n.N(ctx, "apikey.left", k.DaysLeft()) + ")"
}

func used(ctx context.Context, k apikey.Key) string {
	if k.LastUsedAt.IsZero() {
		return i18n.T(ctx, "apikey.never_used")
	}
	return when(k.LastUsedAt) + ", " + k.LastUsedIP
}

// tone of a status; one that ends within a week warns.
func tone(k apikey.Key) ui.Tone {
	switch {
	case k.Status == apikey.Valid && k.DaysLeft() <= 7:
		return ui.Warn
	case k.Status == apikey.Valid:
		return ui.OK
	case k.Status == apikey.Revoked, k.Status == apikey.Blocked:
		return ui.Dark
	}
	return ui.Mute
}

func statusName(ctx context.Context, s apikey.Status) string {
	return i18n.T(ctx, "apikey.status."+string(s))
}

func crumbs(ctx context.Context, all bool) []ui.Link {
	if all {
		return []ui.Link{{Text: i18n.T(ctx, "apikey.all.title"), URL: allURL}}
	}
	return []ui.Link{{Text: i18n.T(ctx, "apikey.mine.title"), URL: mineURL}}
}

// acts are what can be done with a key on its page.
func acts(ctx context.Context, k apikey.Key, all bool) []ui.Action {
	if k.Status != apikey.Valid {
		return nil
	}
	base := mineURL
	if all {
		base = allURL
	}
	revoke := ui.Action{Text: i18n.T(ctx, "apikey.revoke"), URL: address(base, k.ID, "/revoke")}
	if all {
		return []ui.Action{revoke}
	}
	return []ui.Action{{Text: i18n.T(ctx, "apikey.replace"), URL: mineURL + "/new"}, revoke}
}

func address(base string, id int64, tail string) string { return base + "/" + itoa(id) + tail }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }
