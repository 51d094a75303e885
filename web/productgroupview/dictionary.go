package productgroupview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// EntryPage is the form for a group of the dictionary.
type EntryPage struct {
	Entry productgroup.Entry
	// Now is the group as it is stored; zero for a new one.
	Now    productgroup.Used
	Edited bool // somebody else changed it after the page was opened
	Wrong  fault.Complaints
}

func (p EntryPage) isNew() bool { return p.Now.ID == 0 }

func (p EntryPage) title(ctx context.Context) string {
	if p.isNew() {
		return i18n.T(ctx, "productgroup.entry.new")
	}
	return p.Now.Name(lang(ctx))
}

func (p EntryPage) action() string {
	if p.isNew() {
		return "/op/dictionaries/groups/new"
	}
	return EntryPath(p.Now.ID)
}

func (p EntryPage) values() []ui.Hidden {
	return []ui.Hidden{{Name: "version", Value: strconv.Itoa(p.Entry.Version)}}
}

func (p EntryPage) id(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "id", Label: i18n.T(ctx, "productgroup.entry.id"), Hint: i18n.T(ctx, "productgroup.entry.id_hint"), Value: p.Entry.ID, Wrong: p.Wrong,
		ReadOnly: !p.isNew(), InputMode: "numeric", Width: "w6", Autocomplete: "off",
	}
}

func (p EntryPage) slug(ctx context.Context) ui.Field {
	hint := i18n.T(ctx, "productgroup.entry.slug_hint")
	if p.Now.Orgs > 0 {
		hint = i18n.T(ctx, "productgroup.entry.slug_used")
	}
	return ui.Field{
		Name: "slug", Label: i18n.T(ctx, "productgroup.entry.slug"), Hint: hint, Value: p.Entry.Slug, Wrong: p.Wrong,
		ReadOnly: p.Now.Orgs > 0, Mono: true, Width: "w20", Autocomplete: "off",
	}
}

func (p EntryPage) name(field, label, value, tag string) ui.Field {
	return ui.Field{Name: field, Label: label, Value: value, Lang: tag, Wrong: p.Wrong, Autocomplete: "off"}
}

// EntryPath is the address of a group of the dictionary.
func EntryPath(id int16) string { return "/op/dictionaries/groups/" + itoa(id) }

func itoa(id int16) string { return strconv.Itoa(int(id)) }

func dictionaryCrumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: i18n.T(ctx, "productgroup.dictionaries.title"), URL: "/op/dictionaries"}}, more...)
}

func groupsCrumb(ctx context.Context) ui.Link {
	return ui.Link{Text: i18n.T(ctx, "productgroup.title"), URL: "/op/dictionaries/groups"}
}

func orgs(ctx context.Context, u productgroup.Used) string {
	if u.More {
		return i18n.T(ctx, "productgroup.entry.more_than", "n", ui.Int(u.Orgs))
	}
	return ui.Int(u.Orgs)
}

// asStored tells what somebody else saved meanwhile.
func (p EntryPage) asStored(ctx context.Context) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "productgroup.entry.slug"), Value: p.Now.Slug, Code: true},
		{Key: i18n.T(ctx, "productgroup.entry.name_uz"), Value: p.Now.Uz, Lang: "uz-Latn"},
		{Key: i18n.T(ctx, "productgroup.entry.name_ru"), Value: p.Now.Ru, Lang: "ru"},
		{Key: i18n.T(ctx, "productgroup.entry.name_en"), Value: p.Now.En, Lang: "en"},
	}
}
