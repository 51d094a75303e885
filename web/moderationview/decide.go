package moderationview

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// ReturnPage is a return as it is filled in, or as the applicant will read it.
type ReturnPage struct {
	ItemPage
	Draft   moderation.ReturnDraft
	Remarks []card.Remark // of a preview
	Wrong   fault.Complaints
}

// byField are the reasons of one field.
type byField struct {
	field   string
	choices []ui.Choice
}

// library are the reasons that fit the card, field by field.
func (p ReturnPage) library(ctx context.Context) []byField {
	var all []byField
	for _, r := range p.Reasons {
		if len(all) == 0 || all[len(all)-1].field != r.Field {
			all = append(all, byField{field: r.Field})
		}
		last := &all[len(all)-1]
		last.choices = append(last.choices, ui.Choice{Value: itoa(r.ID), Text: r.In(lang(ctx))})
	}
	return all
}

// ticks is the question for the reasons of a field; the first one carries the
// complaint about them all.
func (p ReturnPage) ticks(ctx context.Context, i int, b byField) ui.Field {
	f := ui.Field{Name: "reason", Label: p.fieldName(ctx, b.field)}
	if i == 0 {
		f.Wrong = p.Wrong
		return f
	}
	f.ID = "reason-" + strconv.Itoa(i+1)
	return f
}

func (p ReturnPage) ticked() []string {
	ids := make([]string, len(p.Draft.Reasons))
	for i, id := range p.Draft.Reasons {
		ids[i] = itoa(id)
	}
	return ids
}

// words gives the n-th own words, from 1.
func (p ReturnPage) words(n int) moderation.Words {
	if n > len(p.Draft.Words) {
		return moderation.Words{}
	}
	return p.Draft.Words[n-1]
}

// filled is how many own words are open: those typed, and one more.
func (p ReturnPage) filled() int {
	at := 0
	for n := range moderation.MaxWords {
		if p.words(n+1) != (moderation.Words{}) {
			at = n + 1
		}
	}
	return max(at, 1)
}

func (p ReturnPage) wordsTitle(ctx context.Context, n int) string {
	return i18n.T(ctx, "moderation.words.title", "n", n)
}

func (p ReturnPage) wordsField(ctx context.Context, n int, part string) ui.Field {
	w := p.words(n)
	values := map[string]string{"field": w.Field, "uz": w.Uz, "ru": w.Ru, "en": w.En}
	f := ui.Field{
		Name: "words" + strconv.Itoa(n) + "_" + part, Label: i18n.T(ctx, "moderation.words."+part), Value: values[part], Wrong: p.Wrong,
		Optional: part == "en",
	}
	if part != "field" {
		f.Lang = inLang(part)
	}
	return f
}

// fields are what own words may be about: those of the card.
func (p ReturnPage) fields(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, f := range moderation.Fields()[1:] {
		options = append(options, ui.Option{Value: f, Text: p.fieldName(ctx, f)})
	}
	for _, a := range p.Book(p.Version).Set.Attributes {
		options = append(options, ui.Option{Value: card.AttributePrefix + a.Code, Text: a.Label.In(lang(ctx))})
	}
	return options
}

// typed is the return as hidden fields, from the preview on.
func (p ReturnPage) typed() []ui.Hidden {
	all := []ui.Hidden{{Name: "n", Value: itoa(int64(p.N))}}
	for _, id := range p.ticked() {
		all = append(all, ui.Hidden{Name: "reason", Value: id})
	}
	for i, w := range p.Draft.Words {
		prefix := "words" + strconv.Itoa(i+1) + "_"
		all = append(
			all, ui.Hidden{Name: prefix + "field", Value: w.Field}, ui.Hidden{Name: prefix + "uz", Value: w.Uz},
			ui.Hidden{Name: prefix + "ru", Value: w.Ru}, ui.Hidden{Name: prefix + "en", Value: w.En})
	}
	return slices.DeleteFunc(all, func(h ui.Hidden) bool { return h.Value == "" })
}

// letter is what the applicant will read in one language.
type letter struct {
	lang       i18n.Lang
	subject    string
	paragraphs []string
}

// letters are the notice of the return, in the order of the language switch.
func (p ReturnPage) letters() []letter {
	key, args := card.ReturnNotice(p.Version.Content, p.Remarks, p.Book(p.Version))
	all := make([]letter, 0, len(i18n.Langs()))
	for _, l := range i18n.Langs() {
		values := make([]any, len(args))
		for i, a := range args {
			if i%2 == 0 {
				a = strings.TrimSuffix(a, "."+l.Code())
			}
			values[i] = a
		}
		words := func(part string) string { return i18n.Text(l, key+part, values...) }
		all = append(all, letter{l, words("subject"), strings.Split(words("text"), "\n\n")})
	}
	return all
}

// publishFacts are what one publishes, for a last look.
func (p ItemPage) publishFacts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "moderation.column.card"), Value: nameOf(ctx, p.Item)},
		{Key: i18n.T(ctx, "moderation.column.gtin"), Value: string(p.GTIN), Code: true},
		{Key: i18n.T(ctx, "moderation.column.org"), Value: p.Org.In(lang(ctx))},
		{Key: i18n.T(ctx, "moderation.column.owner"), Rich: ownerTag(ctx, p.Owner)},
	}
	return ps
}
