package supportview

import (
	"context"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

// ReadyPage is the form of a ready answer.
type ReadyPage struct {
	ID    int64 // 0 for a new one
	Draft support.ReadyDraft
	Kept  *support.Ready // what somebody else saved meanwhile
	Wrong fault.Complaints
}

// ReadyURL is the page of a ready answer, that of a new one for 0.
func ReadyURL(id int64) string {
	if id == 0 {
		return LibraryURL + "/new"
	}
	return LibraryURL + "/" + itoa(id)
}

func dictionaryCrumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: i18n.T(ctx, "productgroup.dictionaries.title"), URL: "/op/dictionaries"}}, more...)
}

func (p ReadyPage) pageTitle(ctx context.Context) string {
	if p.ID == 0 {
		return i18n.T(ctx, "support.ready.new")
	}
	return i18n.T(ctx, "support.ready.edit")
}

func (p ReadyPage) words(ctx context.Context, code, value string) ui.Field {
	l, _ := i18n.Parse(code)
	return ui.Field{Name: code, Label: i18n.T(ctx, "support.ready.in."+code), Value: value, Lang: l.Tag(), Wrong: p.Wrong}
}

func (p ReadyPage) kept(ctx context.Context) []ui.Pair {
	tag := func(code string) string { l, _ := i18n.Parse(code); return l.Tag() }
	return []ui.Pair{
		{Key: i18n.T(ctx, "support.ready.name"), Value: p.Kept.Name},
		{Key: i18n.T(ctx, "support.ready.in.uz"), Value: p.Kept.Uz, Lang: tag("uz")},
		{Key: i18n.T(ctx, "support.ready.in.ru"), Value: p.Kept.Ru, Lang: tag("ru")},
		{Key: i18n.T(ctx, "support.ready.in.en"), Value: p.Kept.En, Lang: tag("en")},
	}
}

func readyKind(ctx context.Context, k support.Kind) string {
	if k == "" {
		return i18n.T(ctx, "support.all_kinds")
	}
	return kindText(ctx, k)
}

// activeTag says whether an answer is offered.
func activeTag(ctx context.Context, active bool) templ.Component {
	if active {
		return ui.Tag(ui.OK, i18n.T(ctx, "support.ready.active"))
	}
	return ui.Tag(ui.Mute, i18n.T(ctx, "support.ready.inactive"))
}

// blanks lists the names in braces, "{number} {name} …".
func blanks() (s string) {
	for _, b := range support.Blanks() {
		s += " {" + b + "}"
	}
	return s[1:]
}
