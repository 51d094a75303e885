package supportview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Elsewhere is the page on which a thing is asked for that staff decide: there is
// no second way to it. A question about a thing there is has none.
func Elsewhere(a support.About) string {
	switch {
	case a.ID != "":
		return ""
	case a.Kind == support.Prefix:
		return "/org/gs1/new"
	case a.Kind == support.Issuer:
		return "/org/groups"
	}
	return ""
}

// lead is the page on which more can be done about a thing than asking, empty
// where there is none.
func lead(a support.About) string {
	switch a.Kind {
	case support.Prefix:
		return "/org/gs1/new"
	case support.Issuer:
		return "/org/groups/" + a.ID + "/issuer"
	case support.Director:
		return "/director"
	case support.Agreement:
		return "/org/agreement"
	case support.Payment, support.Document, support.Receipt, support.AIC, support.Card, support.Place, support.Other:
	}
	return ""
}

// NewPage is the form of a request.
type NewPage struct {
	About    support.About
	Draft    support.Draft
	Files    bool // files came with what was wrong: they have to be chosen again
	Contacts Contacts
	Wrong    fault.Complaints
}

func (p NewPage) title(ctx context.Context) ui.Field {
	return ui.Field{Name: "title", Label: i18n.T(ctx, "support.title"), Hint: i18n.T(ctx, "support.title_hint"), Value: p.Draft.Title, Wrong: p.Wrong, Autocomplete: "off"}
}

func (p NewPage) body(ctx context.Context) ui.Field {
	return ui.Field{Name: "body", Label: i18n.T(ctx, "support.body"), Hint: i18n.T(ctx, "support.body_hint"), Value: p.Draft.Body, Wrong: p.Wrong}
}

// topic is one of the things that can be asked about.
type topic struct {
	text, hint, url string
}

// topics lead to the form, or to the page on which the thing is asked for.
func topics(ctx context.Context) []topic {
	all := make([]topic, 0, len(support.Kinds()))
	for _, k := range support.Kinds() {
		all = append(all, topic{kindText(ctx, k), i18n.T(ctx, "support.topic."+string(k)), topicURL(ctx, k)})
	}
	return all
}

// topicURL is where one asks best: beside the thing, or in the form.
func topicURL(ctx context.Context, k support.Kind) string {
	switch k {
	case support.Prefix:
		return "/org/gs1"
	case support.Issuer:
		return "/org/groups"
	case support.Card:
		if layout.ViewerOf(ctx).Rights.Has(perm.CardRead) {
			return "/cards"
		}
	case support.Place:
		return "/org/places"
	case support.Agreement, support.Director, support.Payment, support.Document, support.Receipt, support.AIC, support.Other:
	}
	return ListURL + "/new?about=" + string(k)
}
