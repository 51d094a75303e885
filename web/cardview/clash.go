package cardview

import (
	"context"
	"slices"
	"strconv"

	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Clashed is what somebody typed into a step of a card that somebody else saved
// meanwhile. Card is as it is stored now: whoever saves has seen that.
type Clashed struct {
	Editor
	Theirs card.Typed
	Last   Event // what was done last, by whom and when
}

// differs are the fields of the step that are not as stored.
func (c Clashed) differs(ctx context.Context) []string {
	return slices.DeleteFunc(slices.Clone(c.Asked), func(f string) bool {
		return c.Text(ctx, f, c.Typed[f]) == c.Text(ctx, f, c.Theirs[f])
	})
}

// mine is what was typed, sent along with the choices.
func (c Clashed) mine() []ui.Hidden {
	hs := []ui.Hidden{{Name: RevisionName, Value: strconv.Itoa(c.Card.Revision)}, {Name: SeenName, Value: Seen(c.Asked, c.Theirs)}}
	for _, f := range c.Asked {
		hs = append(hs, ui.Hidden{Name: ShownName, Value: f}, ui.Hidden{Name: f, Value: c.Typed[f]})
	}
	return hs
}

// keep asks which value of a field is to stay.
func (c Clashed) keep(ctx context.Context, field string) (ui.Field, []ui.Choice) {
	choice := func(key, who, value string) ui.Choice {
		text := c.Text(ctx, field, value)
		if text == "" {
			text = i18n.T(ctx, "card.value.none")
		}
		return ui.Choice{Value: key, Text: text, Hint: i18n.T(ctx, who), Lang: valueLang(field)}
	}
	return ui.Field{Name: KeepName + field, Label: c.Label(ctx, field), Value: "mine"}, []ui.Choice{
		choice("mine", "card.clash.mine", c.Typed[field]),
		choice("theirs", "card.clash.theirs", c.Theirs[field]),
	}
}
