// Package cardview draws the pages of product cards: writing one in steps, what
// it says, its check before it is sent, its versions and the acts on it.
package cardview

import (
	"context"
	"strconv"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Page addresses.
const (
	ListURL   = "/cards"
	newURL    = "/cards/new"
	PickURL   = "/cards/new/copy" // chooses a card to copy
	importURL = "/cards/import"
	askURL    = "/org/gs1/new"
	accessURL = "/me/access"
)

// URL is the address of a card, or of an act on it ("/check").
func URL(id int64, act string) string { return ListURL + "/" + strconv.FormatInt(id, 10) + act }

// StepURL is the address of a step of writing a card.
func StepURL(id int64, s Step) string { return URL(id, "/edit/"+string(s)) }

// NewURL is the form for a new card of a product group, by its slug.
func NewURL(group string) string { return ui.Query(newURL, nil, "group", group) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// mayEdit reports whether the reader may write cards; the acts themselves ask
// again.
func mayEdit(ctx context.Context) bool { return layout.ViewerOf(ctx).Rights.Has(perm.CardEdit) }

// Named is the name of goods in the reader's language, else in one that there
// is, with the language it is in; a card without a name has its GTIN.
func Named(ctx context.Context, c card.Card) (name, language string) {
	names := map[string]string{"uz": c.NameUz, "ru": c.NameRu, "en": c.NameEn}
	for _, l := range []string{lang(ctx), "uz", "ru", "en"} {
		if names[l] == "" {
			continue
		}
		if l == lang(ctx) {
			return names[l], ""
		}
		return names[l], tag(l)
	}
	return string(c.GTIN), ""
}

// tag is a language as the lang attribute has it.
func tag(code string) string {
	l, ok := i18n.Parse(code)
	if !ok {
		return ""
	}
	return l.Tag()
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.nav.cards"), URL: ListURL}}
}

func cardCrumbs(ctx context.Context, c card.Card) []ui.Link {
	name, language := Named(ctx, c)
	return append(crumbs(ctx), ui.Link{Text: name, URL: URL(c.ID, ""), Lang: language})
}

// StandingTag says whether a card is in force; a new one has none.
func StandingTag(ctx context.Context, s card.Standing) (ui.Tone, string) {
	tones := map[card.Standing]ui.Tone{card.Published: ui.OK, card.Blocked: ui.Dark}
	return tones[s], i18n.T(ctx, "card.standing."+string(s))
}

// EditingTag says what happens to the newest version; nothing to a settled one.
func EditingTag(ctx context.Context, e card.Editing) (ui.Tone, string) {
	tones := map[card.Editing]ui.Tone{card.Moderation: ui.Info, card.Returned: ui.Bad}
	return tones[e], i18n.T(ctx, "card.editing."+string(e))
}

func statusTag(ctx context.Context, s card.Status) (ui.Tone, string) {
	tones := map[card.Status]ui.Tone{card.InForce: ui.OK, card.Sent: ui.Info, card.Back: ui.Bad}
	return tones[s], i18n.T(ctx, "card.version."+string(s))
}

// PhotoURL is the address of a photo of a card, in full or small ("/thumb").
func PhotoURL(id, photo int64, size string) string {
	return URL(id, "/photos/"+strconv.FormatInt(photo, 10)+size)
}
