// Package placeview draws the pages about an organization's places of business.
package placeview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Page addresses.
const (
	listURL   = "/org/places"
	newURL    = "/org/places/new"
	importURL = "/org/places/import"
)

// URL is the address of a place, or of an act on it ("/edit").
func URL(id int32, act string) string { return listURL + "/" + itoa(id) + act }

// ImportURL is the address of a file, or of an act on it ("/apply").
func ImportURL(id, act string) string { return importURL + "/" + id + act }

func itoa(id int32) string { return strconv.Itoa(int(id)) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// may reports whether the reader may change places; the act itself asks again.
func may(ctx context.Context) bool { return layout.ViewerOf(ctx).Rights.Has(perm.PlaceManage) }

// ListPage is a page of places.
type ListPage struct {
	Filter place.Filter
	Page   place.Page
}

// query is what the address of a list says of a filter, changed by pairs of
// names and values; an empty value takes a filter away.
func query(f place.Filter, change ...string) string {
	sort := string(f.Order)
	if f.Order == place.ByName {
		sort = ""
	}
	return ui.Query("", []string{
		"q", f.Query, "status", string(f.Status), "region", f.Region, "activity", string(f.Activity), "sort", sort, "per", ui.Per(f.Size),
	}, change...)
}

// ListURL is the address of the beginning of a list.
func ListURL(f place.Filter) string { return listURL + query(f) }

func (l ListPage) url(change ...string) string { return listURL + query(l.Filter, change...) }

func (l ListPage) tabs(ctx context.Context) []ui.Tab {
	all := l.Page.Counts[place.Active] + l.Page.Counts[place.Blocked]
	tabs := []ui.Tab{{Text: i18n.T(ctx, "place.list.all"), URL: l.url("status", ""), Current: l.Filter.Status == "", Count: all, Counted: true}}
	for _, s := range []place.Status{place.Active, place.Blocked} {
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "place.list.tab."+string(s)), URL: l.url("status", string(s)), Current: l.Filter.Status == s,
			Count: l.Page.Counts[s], Counted: true,
		})
	}
	return tabs
}

// keep are the parts of the address that the search form carries on.
func (l ListPage) keep() []ui.Hidden {
	var hs []ui.Hidden
	add := func(use bool, name, value string) {
		if use {
			hs = append(hs, ui.Hidden{Name: name, Value: value})
		}
	}
	add(l.Filter.Status != "", "status", string(l.Filter.Status))
	add(l.Filter.Order != place.ByName, "sort", string(l.Filter.Order))
	add(l.Filter.Size != page.Size(""), "per", strconv.Itoa(l.Filter.Size))
	return hs
}

func (l ListPage) chips(ctx context.Context) []ui.Link {
	var cs []ui.Link
	if l.Filter.Query != "" {
		cs = append(cs, ui.Link{Text: "“" + l.Filter.Query + "”", URL: l.url("q", "")})
	}
	if l.Filter.Region != "" {
		cs = append(cs, ui.Link{Text: regionName(ctx, l.Filter.Region), URL: l.url("region", "")})
	}
	if l.Filter.Activity != "" {
		cs = append(cs, ui.Link{Text: activityName(ctx, l.Filter.Activity), URL: l.url("activity", "")})
	}
	return cs
}

func (l ListPage) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Page.Rows), Total: l.Page.Total(l.Filter), Per: l.Filter.Size}
	if l.Page.Next != "" {
		p.NextURL = l.url("after", l.Page.Next)
	}
	if l.Filter.After != "" {
		p.FirstURL = l.url()
	}
	for _, n := range page.Sizes() {
		per := strconv.Itoa(n)
		p.PerURLs = append(p.PerURLs, ui.Link{Text: per, URL: l.url("per", per)})
	}
	return p
}

// columns are the heads of the list; a second press on one turns the order.
func (l ListPage) columns(ctx context.Context) []ui.Column {
	turn := func(up, down place.Order) (string, ui.Sort) {
		switch l.Filter.Order {
		case up:
			return l.url("sort", string(down)), ui.Ascending
		case down:
			return l.url("sort", string(up)), ui.Descending
		}
		return l.url("sort", string(up)), ui.Unsorted
	}
	name, id := ui.Column{Title: i18n.T(ctx, "place.field.name")}, ui.Column{Title: i18n.T(ctx, "place.field.id"), Num: true}
	name.URL, name.Sort = turn(place.ByName, place.ByNameZA)
	id.URL, id.Sort = turn(place.Oldest, place.Newest)
	return []ui.Column{name, id, {Title: i18n.T(ctx, "place.field.activities")}, {Title: i18n.T(ctx, "place.address")}, {Title: i18n.T(ctx, "place.status")}}
}

func (l ListPage) actions(ctx context.Context) []ui.Action {
	if !may(ctx) {
		return nil
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "place.new"), URL: newURL, Look: ui.Go},
		{Text: i18n.T(ctx, "place.import.title"), URL: importURL},
	}
}

func (l ListPage) exports() []ui.Link {
	f := l.Filter
	f.Size = page.Size("")
	return []ui.Link{{Text: "XLSX", URL: listURL + ".xlsx" + query(f)}, {Text: "CSV", URL: listURL + ".csv" + query(f)}}
}

// Record is the page of one place.
type Record struct {
	place.Place
	Events []place.Event
	More   bool // older events follow
	Later  bool // these are not the newest
}

func (r Record) actions(ctx context.Context) []ui.Action {
	if !may(ctx) || !r.Active() {
		return nil
	}
	as := []ui.Action{{Text: i18n.T(ctx, "place.edit"), URL: URL(r.ID, "/edit"), Look: ui.Go}}
	if !r.Main {
		as = append(as, ui.Action{Text: i18n.T(ctx, "place.make_main"), URL: URL(r.ID, "/main")})
	}
	return append(as, ui.Action{Text: i18n.T(ctx, "place.block"), URL: URL(r.ID, "/block")})
}

// number is one by which others know the place.
type number struct{ field, value string }

// numbers stand beside the place's own one, where they are given.
func (r Record) numbers() []number {
	var ns []number
	d := r.Draft()
	for _, f := range []string{place.FieldGLN, place.FieldCode} {
		if v := d.Value(f); v != "" {
			ns = append(ns, number{f, v})
		}
	}
	return ns
}

// facts are what the organization says about a place, with dates; what stands
// among the numbers is left out.
func (r Record) facts(ctx context.Context) []ui.Pair {
	var ps []ui.Pair
	d := r.Draft()
	for _, f := range place.FieldNames() {
		if f != place.FieldName && (f != place.FieldGLN && f != place.FieldCode || d.Value(f) == "") {
			ps = append(ps, fieldPair(ctx, f, d.Value(f)))
		}
	}
	ps = append(ps,
		ui.Pair{Key: i18n.T(ctx, "place.origin"), Value: i18n.T(ctx, "place.origin."+string(r.Origin))},
		ui.Pair{Key: i18n.T(ctx, "place.created_at"), Rich: ui.Time(r.CreatedAt)})
	if !r.BlockedAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "place.blocked_at"), Rich: ui.Time(r.BlockedAt)})
	}
	return ps
}

func fieldPair(ctx context.Context, field, value string) ui.Pair {
	return ui.Pair{Key: i18n.T(ctx, "place.field."+field), Value: valueText(ctx, field, value), Code: field == place.FieldGLN || field == place.FieldCode}
}

// valueText is a value of a field as people read it.
func valueText(ctx context.Context, field, value string) string {
	switch {
	case value == "":
		return ""
	case field == place.FieldRegion:
		return regionName(ctx, value)
	case field == place.FieldCountry:
		return countryName(ctx, value)
	case field == place.FieldActivities:
		names := strings.Split(value, ",")
		for i, a := range names {
			names[i] = activityName(ctx, place.Activity(a))
		}
		return strings.Join(names, ", ")
	}
	return value
}

// events are the history of a place; members do not see which of the operator's
// people acted.
func (r Record) events(ctx context.Context) []ui.Event {
	list := make([]ui.Event, len(r.Events))
	for i, e := range r.Events {
		list[i] = ui.Event{At: e.At, Text: eventText(ctx, e), By: actorName(ctx, e)}
	}
	return list
}

func eventText(ctx context.Context, e place.Event) string {
	text := ui.ActName(ctx, e.Action)
	if len(e.Changes) == 0 {
		return text
	}
	parts := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		parts[i] = i18n.T(ctx, "place.history.change", "field", i18n.T(ctx, "place.field."+c.Field),
			"before", orNone(ctx, valueText(ctx, c.Field, c.Before)), "after", orNone(ctx, valueText(ctx, c.Field, c.After)))
	}
	return text + ". " + strings.Join(parts, "; ")
}

func orNone(ctx context.Context, s string) string {
	if s == "" {
		return i18n.T(ctx, "place.history.none")
	}
	return s
}

func actorName(ctx context.Context, e place.Event) string {
	switch e.ActorKind {
	case "staff":
		return i18n.T(ctx, "place.by.operator")
	case "system", "visitor":
		return i18n.T(ctx, "place.by.portal")
	}
	return e.ActorName
}

func (r Record) older() string {
	if !r.More {
		return ""
	}
	return URL(r.ID, "?before="+strconv.FormatInt(r.Events[len(r.Events)-1].ID, 10)+"#history")
}

// Editor is the form for a place; without an ID it makes a new one.
type Editor struct {
	Place   place.Place // as it is stored; zero for a new one
	Draft   place.Draft
	Ticket  string // random text of a form for a new place
	Version int    // of the place, as the person saw it
	Wrong   fault.Complaints
}

func (e Editor) action() string {
	if e.Place.ID == 0 {
		return listURL
	}
	return URL(e.Place.ID, "/edit")
}

// back is where a person goes who changes nothing.
func (e Editor) back() string {
	if e.Place.ID == 0 {
		return listURL
	}
	return URL(e.Place.ID, "")
}

func (e Editor) title(ctx context.Context) string {
	if e.Place.ID == 0 {
		return i18n.T(ctx, "place.new")
	}
	return i18n.T(ctx, "place.edit_title", "name", e.Place.Name)
}

func (e Editor) submit(ctx context.Context) string {
	if e.Place.ID == 0 {
		return i18n.T(ctx, "place.form.create")
	}
	return i18n.T(ctx, "place.form.save")
}

func (e Editor) hidden() []ui.Hidden {
	if e.Place.ID == 0 {
		return []ui.Hidden{{Name: "ticket", Value: e.Ticket}}
	}
	return []ui.Hidden{{Name: "version", Value: strconv.Itoa(e.Version)}}
}

// field is a question of the form with its words.
func (e Editor) field(ctx context.Context, name, hint string) ui.Field {
	f := ui.Field{Name: name, Label: i18n.T(ctx, "place.field."+name), Value: e.Draft.Value(name), Wrong: e.Wrong, Autocomplete: "off"}
	if hint != "" {
		f.Hint = i18n.T(ctx, hint)
	}
	return f
}

func (e Editor) optional(ctx context.Context, name, hint string) ui.Field {
	f := e.field(ctx, name, hint)
	f.Optional = true
	return f
}

func (e Editor) gln(ctx context.Context) ui.Field {
	f := e.optional(ctx, place.FieldGLN, "place.form.gln_hint")
	f.InputMode, f.Width, f.Mono = "numeric", "w14", true
	return f
}

func (e Editor) code(ctx context.Context) ui.Field {
	f := e.optional(ctx, place.FieldCode, "place.form.code_hint")
	f.Width, f.Mono = "w20", true
	return f
}

// Clashed is a place that two people have changed: mine was not stored.
type Clashed struct {
	Editor
	Theirs place.Place
	Last   place.Event // who changed it last
}

// mine is everything that was typed, to be sent again.
func (c Clashed) mine() []ui.Hidden {
	hs := c.hidden()
	for _, f := range place.FieldNames() {
		if f == place.FieldActivities {
			for _, a := range c.Draft.Activities {
				hs = append(hs, ui.Hidden{Name: f, Value: a})
			}
			continue
		}
		hs = append(hs, ui.Hidden{Name: f, Value: c.Draft.Value(f)})
	}
	return hs
}

// keep asks which value of a field is to stay.
func (c Clashed) keep(ctx context.Context, field string) (ui.Field, []ui.Choice) {
	choice := func(key, who, value string) ui.Choice {
		return ui.Choice{Value: key, Text: orNone(ctx, valueText(ctx, field, value)), Hint: i18n.T(ctx, who)}
	}
	return ui.Field{Name: "keep_" + field, Label: i18n.T(ctx, "place.field."+field), Value: "mine"}, []ui.Choice{
		choice("mine", "place.clash.mine", c.Draft.Value(field)),
		choice("theirs", "place.clash.theirs", c.Theirs.Draft().Value(field)),
	}
}

// Blocking is the page before the block of a place.
type Blocking struct {
	place.Blocking
	Form  place.BlockForm
	Wrong fault.Complaints
}

// facts are what depends on the place.
func (b Blocking) facts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "place.field.id"), Value: itoa(b.ID), Code: true},
		{Key: i18n.T(ctx, "place.address"), Value: address(ctx, b.Fields)},
		{Key: i18n.T(ctx, "place.block.users"), Rich: users(b)},
	}
	if b.Everywhere > 0 {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "place.block.everywhere"), Value: i18n.N(ctx, "place.block.everywhere_n", b.Everywhere)})
	}
	return ps
}

func (b Blocking) successor(ctx context.Context) (ui.Field, []ui.Option) {
	var os []ui.Option
	for _, p := range b.Others {
		os = append(os, ui.Option{Value: itoa(p.ID), Text: p.Name + " – " + itoa(p.ID)})
	}
	return ui.Field{
		Name: place.FieldSuccessor, Label: i18n.T(ctx, "place.block.successor_label"), Hint: i18n.T(ctx, "place.block.successor_hint"),
		Value: b.Form.Successor, Wrong: b.Wrong,
	}, os
}

func (b Blocking) confirm(ctx context.Context) ui.Field {
	return ui.Field{
		Name: place.FieldConfirm, Label: i18n.T(ctx, "place.block.confirm_label"), Hint: b.Name,
		Value: b.Form.Confirm, Wrong: b.Wrong, Autocomplete: "off",
	}
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.org.places"), URL: listURL}}
}

func importCrumbs(ctx context.Context) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: i18n.T(ctx, "place.import.title"), URL: importURL})
}

// lead says of a new place whose it will be.
func lead(ctx context.Context, e Editor) string {
	if e.Place.ID == 0 {
		return i18n.T(ctx, "place.new_lead")
	}
	return ""
}

func placeCrumbs(ctx context.Context, p place.Place) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: p.Name, URL: URL(p.ID, "")})
}

func regionName(ctx context.Context, code string) string {
	if r, err := region.Parse(code); err == nil {
		return r.Name(lang(ctx))
	}
	return code
}

func countryName(ctx context.Context, code string) string {
	if c, err := country.Parse(code); err == nil {
		return c.Name(lang(ctx))
	}
	return code
}

func activityName(ctx context.Context, a place.Activity) string {
	return i18n.T(ctx, "place.activity."+string(a))
}

func activityNames(ctx context.Context, as []place.Activity) string {
	names := make([]string, len(as))
	for i, a := range as {
		names[i] = activityName(ctx, a)
	}
	return strings.Join(names, ", ")
}

// address is one line: country where it is not ours, region, district, street.
func address(ctx context.Context, f place.Fields) string {
	var parts []string
	if f.Abroad() {
		parts = append(parts, countryName(ctx, f.Country))
	} else {
		parts = append(parts, regionName(ctx, f.Region))
	}
	for _, p := range []string{f.District, f.Street} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func statusTone(s place.Status) ui.Tone {
	if s == place.Active {
		return ui.OK
	}
	return ui.Dark
}

func statusName(ctx context.Context, s place.Status) string {
	return i18n.T(ctx, "place.status."+string(s))
}

func regionOptions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, r := range region.All() {
		os = append(os, ui.Option{Value: r.Code, Text: r.Name(lang(ctx))})
	}
	return os
}

func activityOptions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, a := range place.Activities() {
		os = append(os, ui.Option{Value: string(a), Text: activityName(ctx, a)})
	}
	return os
}

func activityChoices(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for _, a := range place.Activities() {
		cs = append(cs, ui.Choice{Value: string(a), Text: activityName(ctx, a), Hint: i18n.T(ctx, "place.activity_hint."+string(a))})
	}
	return cs
}

// countryOptions has home and its neighbours first: nearly every place is in
// one of them. The rest follows in the order of names.
func countryOptions(ctx context.Context) []ui.Option {
	var os []ui.Option
	near := map[string]bool{}
	for _, c := range country.Near() {
		near[c.Code] = true
		os = append(os, ui.Option{Value: c.Code, Text: c.Name(lang(ctx)), Group: i18n.T(ctx, "place.form.near")})
	}
	for _, c := range country.All(lang(ctx)) {
		if !near[c.Code] {
			os = append(os, ui.Option{Value: c.Code, Text: c.Name(lang(ctx)), Group: i18n.T(ctx, "place.form.others")})
		}
	}
	return os
}

// Stamp is a moment as the name of a file has it.
func Stamp(t time.Time) string {
	return strings.NewReplacer(".", "-", ", ", "_", ":", "").Replace(ui.MachineDay(t) + "_" + ui.Clock(t))
}
