package placeview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

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
