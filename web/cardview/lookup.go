package cardview

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// FindName is a button's that looks for what was typed in a field, and before a
// field's name that of what is looked for while something is chosen already.
const FindName = "find"

// Found is what a dictionary has for some words.
type Found struct {
	Words string
	Codes []attribute.Code
	More  bool
}

// Searched are the fields of the form whose dictionaries are too long for a list.
func (e Editor) Searched() []string {
	return slices.DeleteFunc(slices.Clone(e.shown()), func(f string) bool { return !e.Book.Long(attribute.List(f)) })
}

// choices are what is chosen, what was found, and a way out of both; none when
// there is nothing to choose from.
func (e Editor) choices(ctx context.Context, name string) []ui.Choice {
	list := attribute.List(name)
	found := e.Found[name].Codes
	if now := e.Typed[name]; e.Book.Name(list, now) != (attribute.Words{}) && !slices.ContainsFunc(found, func(c attribute.Code) bool { return c.Code == now }) {
		found = append([]attribute.Code{{Code: now, Name: e.Book.Name(list, now)}}, found...)
	}
	if len(found) == 0 {
		return nil
	}
	all := make([]ui.Choice, 0, len(found)+1)
	for _, c := range found {
		all = append(all, ui.Choice{Value: c.Code, Text: coded(c.Code, c.Name.In(lang(ctx)))})
	}
	return append(all, ui.Choice{Text: i18n.T(ctx, "card.find.none")})
}

// finder is the field to look for an entry in: the question itself while there is
// nothing to choose from.
func (e Editor) finder(ctx context.Context, name string, chooses bool) ui.Field {
	f := e.field(ctx, name)
	f.Autocomplete = "off"
	f.Hint = strings.TrimSuffix(i18n.T(ctx, "card.find.hint")+". "+f.Hint, ". ")
	if words := e.Found[name].Words; words != "" {
		f.Hint = i18n.T(ctx, "card.find.nothing", "words", words)
	}
	if chooses {
		f.Label, f.Hint = i18n.T(ctx, "card.find.other", "field", f.Label), i18n.T(ctx, "card.find.hint")
		f.Name, f.Value, f.Optional, f.Wrong = FindName+"."+name, "", false, nil
	}
	return f
}

// found is the question with what there is to choose from.
func (e Editor) found(ctx context.Context, name string) ui.Field {
	f := e.field(ctx, name)
	switch found := e.Found[name]; {
	case found.More:
		f.Hint = i18n.T(ctx, "card.find.more", "words", found.Words, "n", len(found.Codes))
	case found.Words != "":
		f.Hint = i18n.T(ctx, "card.find.found", "words", found.Words)
	}
	return f
}
