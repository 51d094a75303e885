package cardview

import (
	"context"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// manyChoices is where radios give way to a select (ux.md 5.1).
const manyChoices = 7

func attributeOf(e Editor, name string) attribute.Attribute {
	a, _ := e.Book.Set.Find(strings.TrimPrefix(name, card.AttributePrefix))
	return a
}

func optionChoices(ctx context.Context, a attribute.Attribute) []ui.Choice {
	cs := make([]ui.Choice, len(a.Options))
	for i, o := range a.Options {
		cs[i] = ui.Choice{Value: o.Code, Text: o.Label.In(lang(ctx))}
	}
	return cs
}

func attributeOptions(ctx context.Context, a attribute.Attribute) []ui.Option {
	os := make([]ui.Option, len(a.Options))
	for i, o := range a.Options {
		os[i] = ui.Option{Value: o.Code, Text: o.Label.In(lang(ctx))}
	}
	return os
}

func flagChoices(ctx context.Context) []ui.Choice {
	return []ui.Choice{{Value: "yes", Text: i18n.T(ctx, "card.flag.yes")}, {Value: "no", Text: i18n.T(ctx, "card.flag.no")}}
}

func packagingChoices(ctx context.Context) []ui.Choice {
	cs := make([]ui.Choice, 0, 5)
	for _, p := range card.Packagings() {
		cs = append(cs, ui.Choice{Value: string(p), Text: packagingName(ctx, p), Hint: i18n.T(ctx, "card.packaging_hint."+string(p))})
	}
	return cs
}

// codeOptions are the lines of a dictionary; withCode shows the codes, by which
// people know them.
func codeOptions(ctx context.Context, codes []attribute.Code, withCode bool) []ui.Option {
	os := make([]ui.Option, len(codes))
	for i, c := range codes {
		os[i] = ui.Option{Value: c.Code, Text: c.Name.In(lang(ctx))}
		if withCode {
			os[i].Text = coded(c.Code, c.Name.In(lang(ctx)))
		}
	}
	return os
}

// chosen are the values of a question with several answers.
func chosen(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ",")
}
