package moderationview

import (
	"context"
	"slices"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// PassForm is what was typed to pass cards on.
type PassForm struct {
	To    string
	Note  string
	Cards []moderation.Ref
	Wrong fault.Complaints
}

func (f PassForm) chosen(r moderation.Ref) bool { return slices.Contains(f.Cards, r) }

func (f PassForm) to(ctx context.Context) ui.Field {
	return ui.Field{Name: "to", Label: i18n.T(ctx, "moderation.pass.to"), Value: f.To, Wrong: f.Wrong}
}

func (f PassForm) note(ctx context.Context) ui.Field {
	return ui.Field{Name: "note", Label: i18n.T(ctx, "moderation.pass.note"), Value: f.Note, Optional: true, Autocomplete: "off", Wrong: f.Wrong}
}

func colleagueOptions(ctx context.Context, cs []moderation.Colleague) []ui.Option {
	options := make([]ui.Option, len(cs))
	for i, c := range cs {
		options[i] = ui.Option{Value: itoa(c.ID), Text: i18n.N(ctx, "moderation.pass.colleague", c.Holds, "name", c.Name)}
	}
	return options
}

func groupValue(id int16) string {
	if id == 0 {
		return ""
	}
	return strconv.Itoa(int(id))
}
