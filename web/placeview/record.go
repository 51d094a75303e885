package placeview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

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
