package attributeview

import (
	"context"
	"strconv"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// ImportPath is the address of a file of codes.
func ImportPath(group int16, list attribute.List, id int64) string {
	return CodesPath(group, list) + "/import/" + strconv.FormatInt(id, 10)
}

// UploadPage is the form that takes a file of codes.
type UploadPage struct {
	Group productgroup.Group
	List  attribute.List
	Wrong fault.Complaints // about the last one
}

// ImportPage is a file of codes that was checked.
type ImportPage struct {
	Group  productgroup.Group
	List   attribute.List
	Import attribute.Import
}

func codeCrumbs(ctx context.Context, g productgroup.Group, l attribute.List) []ui.Link {
	return CodePage{Group: g, List: l}.crumbs(ctx)
}

func (p UploadPage) title(ctx context.Context) string {
	return i18n.T(ctx, "attribute.file.title", "list", listName(ctx, p.List))
}

func (p UploadPage) columns(ctx context.Context) []ui.Pair {
	var all []ui.Pair
	for _, c := range attribute.Columns() {
		all = append(all, ui.Pair{Key: c, Value: i18n.T(ctx, "attribute.file.column."+c)})
	}
	return all
}

func (p ImportPage) counters(ctx context.Context) []ui.Counter {
	i := p.Import
	all := []ui.Counter{
		{Label: i18n.T(ctx, "attribute.file.added"), Value: i.Added, Tone: ui.OK},
		{Label: i18n.T(ctx, "attribute.file.changed"), Value: i.Changed, Tone: ui.Info},
		{Label: i18n.T(ctx, "attribute.file.same"), Value: i.File.Read - i.File.Bad - i.Added - i.Changed},
	}
	bad := ui.Counter{Label: i18n.T(ctx, "attribute.file.bad"), Value: i.File.Bad}
	if bad.Value > 0 {
		bad.Tone = ui.Bad
	}
	return append(all, bad)
}

// verdict is what can be done now.
func (p ImportPage) verdict(ctx context.Context) ui.Notice {
	codes := CodesPath(p.Group.ID, p.List)
	switch i := p.Import; {
	case i.Applied():
		return ui.Notice{Tone: ui.OK, Text: i18n.T(ctx, "attribute.file.applied", "at", ui.DateTime(i.AppliedAt)), Action: &ui.Action{Text: listName(ctx, p.List), URL: codes}}
	case i.Added+i.Changed == 0:
		return ui.Notice{Tone: ui.Info, Text: i18n.T(ctx, "attribute.file.nothing"), Action: &ui.Action{Text: i18n.T(ctx, "attribute.file.another"), URL: codes + "/import"}}
	}
	return ui.Notice{Tone: ui.Info, Text: i18n.T(ctx, "attribute.file.not_yet"), Action: &ui.Action{
		Text: i18n.N(ctx, "attribute.file.apply", p.Import.Added+p.Import.Changed), URL: ImportPath(p.Group.ID, p.List, p.Import.ID) + "/apply", Look: ui.Go, Post: true,
	}}
}

func reason(ctx context.Context, c attribute.FileComplaint) string {
	return i18n.T(ctx, c.Key, c.Values()...)
}
