// Package attributeview draws what cards of each product group say and choose
// from, for the operator's staff who keep it.
package attributeview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

const root = "/op/dictionaries/attributes"

// GroupPath is the address of the attributes of a product group.
func GroupPath(group int16) string { return root + "/" + strconv.Itoa(int(group)) }

// VersionPath is the address of a version of them.
func VersionPath(group int16, version int) string {
	return GroupPath(group) + "/versions/" + strconv.Itoa(version)
}

// CodesPath is the address of a dictionary of a product group.
func CodesPath(group int16, list attribute.List) string {
	return GroupPath(group) + "/codes/" + string(list)
}

// CodePath is the address of one code of a dictionary.
func CodePath(group int16, list attribute.List, code string) string {
	return CodesPath(group, list) + "/entry/" + code
}

func editPath(group int16) string { return GroupPath(group) + "/edit" }

// SetPage is a version of the attributes of a product group.
type SetPage struct {
	Group    productgroup.Group
	Set      attribute.Edited
	Versions []attribute.Head // all, the newest first
	MayEdit  bool
}

// newest reports whether the version is the one cards are written under now.
func (p SetPage) newest() bool { return len(p.Versions) == 0 || p.Versions[0].Version == p.Set.Version }

func (p SetPage) title(ctx context.Context) string {
	return i18n.T(ctx, "attribute.set.title", "group", p.Group.Name(lang(ctx)))
}

func (p SetPage) lead(ctx context.Context) string {
	switch {
	case p.Set.Version == 0:
		return i18n.T(ctx, "attribute.set.none")
	case p.newest():
		return i18n.T(ctx, "attribute.set.newest", "version", p.Set.Version)
	}
	return i18n.T(ctx, "attribute.set.older", "version", p.Set.Version)
}

func (p SetPage) actions(ctx context.Context) []ui.Action {
	if !p.MayEdit || !p.newest() {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "attribute.set.edit"), URL: editPath(p.Group.ID), Look: ui.Go}}
}

// changes are those against the version before; none for the first.
func (p SetPage) changes() []attribute.Change {
	if p.Set.Version < 2 {
		return nil
	}
	return attribute.Diff(p.Set.Before, p.Set.Set.Attributes)
}

// FormPage is the form for the next version.
type FormPage struct {
	Group productgroup.Group
	Draft attribute.Draft
	Open  int // row that stands open; -1 for none
	Wrong fault.Complaints
}

func (p FormPage) title(ctx context.Context) string {
	return i18n.T(ctx, "attribute.form.title", "group", p.Group.Name(lang(ctx)))
}

func (p FormPage) open(i int) bool {
	prefix := attribute.Field(i, "")
	for _, c := range p.Wrong {
		if strings.HasPrefix(c.Field, prefix) {
			return true
		}
	}
	return p.Open == i
}

// CheckPage is what a draft changes, before it is published.
type CheckPage struct {
	Group   productgroup.Group
	Draft   attribute.Draft
	Changes []attribute.Change
	By      string // who has published another version meanwhile; empty when nobody has
}

// values are the whole draft, unseen.
func values(d attribute.Draft) []ui.Hidden {
	all := []ui.Hidden{{Name: "from", Value: strconv.Itoa(d.From)}, {Name: "rows", Value: strconv.Itoa(len(d.Rows))}}
	for i, r := range d.Rows {
		required := ""
		if r.Required {
			required = attribute.Yes
		}
		for _, f := range []ui.Hidden{
			{Name: attribute.RowCode, Value: r.Code},
			{Name: attribute.RowKind, Value: r.Kind},
			{Name: attribute.RowUnit, Value: r.Unit},
			{Name: attribute.RowRequired, Value: required},
			{Name: attribute.RowUnless, Value: r.Unless},
			{Name: attribute.RowMin, Value: r.Min},
			{Name: attribute.RowMax, Value: r.Max},
			{Name: attribute.RowLength, Value: r.Length},
			{Name: attribute.RowOptions, Value: r.Options},
			{Name: attribute.RowLabelUz, Value: r.Label.Uz},
			{Name: attribute.RowLabelRu, Value: r.Label.Ru},
			{Name: attribute.RowLabelEn, Value: r.Label.En},
			{Name: attribute.RowHintUz, Value: r.Hint.Uz},
			{Name: attribute.RowHintRu, Value: r.Hint.Ru},
			{Name: attribute.RowHintEn, Value: r.Hint.En},
		} {
			if f.Value != "" {
				all = append(all, ui.Hidden{Name: attribute.Field(i, f.Name), Value: f.Value})
			}
		}
	}
	return all
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func dictionaryCrumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{
		{Text: i18n.T(ctx, "attribute.dictionaries"), URL: "/op/dictionaries"},
		{Text: i18n.T(ctx, "attribute.title"), URL: root},
	}, more...)
}

func groupCrumb(ctx context.Context, g productgroup.Group) ui.Link {
	return ui.Link{Text: g.Name(lang(ctx)), URL: GroupPath(g.ID)}
}

// KindName is a kind of values in words.
func KindName(ctx context.Context, k attribute.Kind) string {
	return i18n.T(ctx, "attribute.kind."+string(k))
}

func fieldName(ctx context.Context, field string) string {
	return i18n.T(ctx, "attribute.field."+field)
}

func yes(ctx context.Context, b bool) string {
	if b {
		return i18n.T(ctx, "attribute.yes")
	}
	return i18n.T(ctx, "attribute.no")
}

// required says whether an attribute must be there, and what makes it needless.
func required(ctx context.Context, s attribute.Set, a attribute.Attribute) string {
	if flag, ok := s.Find(a.Unless); ok {
		return i18n.T(ctx, "attribute.unless", "flag", flag.Label.In(lang(ctx)))
	}
	return yes(ctx, a.Required)
}

// limits says in a line what values may be.
func limits(ctx context.Context, a attribute.Attribute) string {
	var parts []string
	low, high := a.In(lang(ctx), a.Min), a.In(lang(ctx), a.Max)
	switch {
	case a.Min != "" && a.Max != "":
		parts = append(parts, i18n.T(ctx, "attribute.limit.between", "min", low, "max", high))
	case a.Min != "":
		parts = append(parts, i18n.T(ctx, "attribute.limit.min", "min", low))
	case a.Max != "":
		parts = append(parts, i18n.T(ctx, "attribute.limit.max", "max", high))
	case a.Length > 0:
		parts = append(parts, i18n.N(ctx, "attribute.limit.length", a.Length))
	case len(a.Options) > 0:
		parts = append(parts, i18n.N(ctx, "attribute.limit.options", len(a.Options)))
	}
	if a.Unit != "" {
		parts = append(parts, a.UnitIn(lang(ctx)))
	}
	return strings.Join(parts, ", ")
}

func optionNames(ctx context.Context, a attribute.Attribute) string {
	names := make([]string, len(a.Options))
	for i, o := range a.Options {
		names[i] = o.Label.In(lang(ctx))
	}
	return strings.Join(names, ", ")
}

// rowName is what stands above the fields of a row.
func rowName(ctx context.Context, i int, r attribute.Row) string {
	name := r.Label.In(lang(ctx))
	switch {
	case name == "" && r.Code == "":
		name = i18n.T(ctx, "attribute.form.new")
	case name == "":
		name = r.Code
	case r.Code != "":
		name += " (" + r.Code + ")"
	}
	return strconv.Itoa(i+1) + ". " + name
}

// row are the fields of one row.
type row struct {
	i     int
	r     attribute.Row
	wrong fault.Complaints
}

func (f row) field(ctx context.Context, name, value string) ui.Field {
	return ui.Field{Name: attribute.Field(f.i, name), Label: fieldName(ctx, name), Value: value, Wrong: f.wrong, Autocomplete: "off"}
}

func (f row) hinted(ctx context.Context, name, value string) ui.Field {
	u := f.field(ctx, name, value)
	u.Hint = i18n.T(ctx, "attribute.hint."+name)
	return u
}

func (f row) in(ctx context.Context, name, value, tag string) ui.Field {
	u := f.field(ctx, name, value)
	u.Lang = tag
	return u
}

func (f row) code(ctx context.Context) ui.Field {
	u := f.hinted(ctx, attribute.RowCode, f.r.Code)
	u.Mono, u.Width = true, "w20"
	return u
}

func (f row) short(ctx context.Context, name, value string) ui.Field {
	u := f.hinted(ctx, name, value)
	u.Optional, u.Width = true, "w10"
	return u
}

func (f row) options(ctx context.Context) ui.Field {
	u := f.hinted(ctx, attribute.RowOptions, f.r.Options)
	u.Optional = true
	return u
}

func kindOptions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, k := range attribute.Kinds() {
		all = append(all, ui.Option{Value: string(k), Text: KindName(ctx, k)})
	}
	return all
}

// changeTag says what became of an attribute.
func changeTag(c attribute.Change) (ui.Tone, string) {
	switch {
	case c.Before == nil:
		return ui.OK, "attribute.change.new"
	case c.After == nil:
		return ui.Bad, "attribute.change.gone"
	case len(c.Fields) > 0:
		return ui.Info, "attribute.change.changed"
	}
	return ui.Mute, "attribute.change.moved"
}

func changeName(ctx context.Context, c attribute.Change) string {
	a := c.After
	if a == nil {
		a = c.Before
	}
	return a.Label.In(lang(ctx))
}

// shown is a value of a field as people read it.
func shown(ctx context.Context, field, value string) string {
	switch {
	case value == "":
		return i18n.T(ctx, "attribute.change.nothing")
	case field == attribute.RowKind:
		return KindName(ctx, attribute.Kind(value))
	case field == attribute.RowRequired:
		return yes(ctx, value == attribute.Yes)
	}
	return value
}

func (p SetPage) crumbs(ctx context.Context) []ui.Link {
	if p.newest() {
		return dictionaryCrumbs(ctx)
	}
	return dictionaryCrumbs(ctx, groupCrumb(ctx, p.Group))
}

// tabs lead to the attributes and the dictionaries of a group; current is one of
// the dictionaries, or empty for the attributes.
func tabs(ctx context.Context, group int16, current attribute.List) []ui.Tab {
	all := []ui.Tab{{Text: i18n.T(ctx, "attribute.column.attributes"), URL: GroupPath(group), Current: current == ""}}
	for _, l := range attribute.Lists() {
		all = append(all, ui.Tab{Text: i18n.T(ctx, "attribute.list."+string(l)), URL: CodesPath(group, l), Current: l == current})
	}
	return all
}

func publisher(ctx context.Context, h attribute.Head) string {
	if h.By == "" {
		return i18n.T(ctx, "attribute.delivered")
	}
	return h.By
}

func fieldChanges(ctx context.Context, all []attribute.FieldChange) []ui.Pair {
	pairs := make([]ui.Pair, len(all))
	for i, f := range all {
		pairs[i] = ui.Pair{Key: fieldName(ctx, f.Field), Rich: beforeAfter(f)}
	}
	return pairs
}

func note(ctx context.Context, value string, wrong fault.Complaints) ui.Field {
	return ui.Field{Name: "note", Label: fieldName(ctx, "note"), Hint: i18n.T(ctx, "attribute.hint.note"), Value: value, Optional: true, Wrong: wrong, Autocomplete: "off"}
}

func optional(f ui.Field) ui.Field {
	f.Optional = true
	return f
}
