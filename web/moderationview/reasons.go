package moderationview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// ReasonsPage is the library of reasons for returns.
type ReasonsPage struct {
	Reasons []moderation.Reason
	Groups  []productgroup.Group
}

// ReasonPage is the form for a reason.
type ReasonPage struct {
	ID     int64 // 0 for a new one
	Draft  moderation.ReasonDraft
	Groups []productgroup.Group
	Stored moderation.Reason // as it is now, when somebody else was faster
	Edited bool
	Wrong  fault.Complaints
}

// ReasonURL is the page of a reason; that of a new one for 0.
func ReasonURL(id int64) string {
	if id == 0 {
		return ReasonsURL + "/new"
	}
	return ReasonsURL + "/" + itoa(id)
}

func groupNamed(ctx context.Context, groups []productgroup.Group, id int16) string {
	for _, g := range groups {
		if g.ID == id {
			return g.Name(lang(ctx))
		}
	}
	return i18n.T(ctx, "moderation.reason.all_groups")
}

func dictionaryCrumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: i18n.T(ctx, "productgroup.dictionaries.title"), URL: "/op/dictionaries"}}, more...)
}

func (p ReasonPage) crumbs(ctx context.Context) []ui.Link {
	return dictionaryCrumbs(ctx, ui.Link{Text: i18n.T(ctx, "moderation.reason.library"), URL: ReasonsURL})
}

func (p ReasonPage) title(ctx context.Context) string {
	if p.ID == 0 {
		return i18n.T(ctx, "moderation.reason.new")
	}
	return i18n.T(ctx, "moderation.reason.edit")
}

func (p ReasonPage) field(ctx context.Context) ui.Field {
	return ui.Field{Name: "field", Label: i18n.T(ctx, "moderation.words.field"), Value: p.Draft.Field, Wrong: p.Wrong}
}

// fields are what a reason may be about. One about an attribute keeps it; which
// attributes there are depends on the group, so new ones are typed.
func (p ReasonPage) fields(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, f := range moderation.Fields()[1:] {
		options = append(options, ui.Option{Value: f, Text: fieldName(ctx, f)})
	}
	return options
}

// attribute is the code of the attribute that the reason is about.
func (p ReasonPage) attribute(ctx context.Context) ui.Field {
	code, _ := strings.CutPrefix(p.Draft.Field, card.AttributePrefix)
	if code == p.Draft.Field {
		code = ""
	}
	return ui.Field{
		Name: "attribute", Label: i18n.T(ctx, "moderation.reason.attribute"), Hint: i18n.T(ctx, "moderation.reason.attribute_hint"),
		Value: code, Optional: true, Mono: true, Width: "w14", Autocomplete: "off", Wrong: p.Wrong,
	}
}

func (p ReasonPage) group(ctx context.Context) ui.Field {
	return ui.Field{Name: "group", Label: i18n.T(ctx, "moderation.column.group"), Value: groupValue(p.Draft.Group), Wrong: p.Wrong}
}

func (p ReasonPage) groupOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(p.Groups))
	for i, g := range p.Groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

func (p ReasonPage) words(ctx context.Context, code, value string) ui.Field {
	return ui.Field{
		Name: code, Label: i18n.T(ctx, "moderation.words."+code), Value: value, Lang: inLang(code), Optional: code == "en", Wrong: p.Wrong,
	}
}

func (p ReasonPage) stored(ctx context.Context) []ui.Pair {
	r := p.Stored
	return []ui.Pair{
		{Key: i18n.T(ctx, "moderation.words.field"), Value: fieldName(ctx, r.Field)},
		{Key: i18n.T(ctx, "moderation.column.group"), Value: groupNamed(ctx, p.Groups, r.Group)},
		{Key: i18n.T(ctx, "moderation.words.uz"), Value: r.Uz, Lang: inLang("uz")},
		{Key: i18n.T(ctx, "moderation.words.ru"), Value: r.Ru, Lang: inLang("ru")},
		{Key: i18n.T(ctx, "moderation.words.en"), Value: r.En, Lang: inLang("en")},
		{Key: i18n.T(ctx, "moderation.reason.status"), Value: activeText(ctx, r.Active)},
	}
}

func activeText(ctx context.Context, active bool) string {
	if active {
		return i18n.T(ctx, "moderation.reason.active")
	}
	return i18n.T(ctx, "moderation.reason.inactive")
}

func activeTone(active bool) ui.Tone {
	if active {
		return ui.OK
	}
	return ui.Mute
}
