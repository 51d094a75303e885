// Package moderationview draws the operator's desk for product cards.
package moderationview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/card"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/web/cardview"
	"kabinet/web/ui"
)

// Where the desk is.
const (
	QueueURL   = "/op/cards"
	ExportURL  = "/op/cards.csv"
	NextURL    = "/op/cards/next"
	HandOnURL  = "/op/cards/pass"
	StatsURL   = "/op/cards/stats"
	StatsCSV   = "/op/cards/stats.csv"
	ReasonsURL = "/op/dictionaries/reasons"
)

// script makes the queue's keys work.
const script = "js/queue.js"

// URL is the page of a card on the desk, or with an act one of its pages.
func URL(r moderation.Ref, act string) string { return QueueURL + "/" + r.String() + act }

// At is an address of the desk while one goes through the cards that a filter
// chooses: the next card is one of them too.
func At(f moderation.Filter, to string) string { return ui.Query(to, parameters(f)) }

// PhotoURL is a photo of a card for staff, or with an act "/thumb" or "/view".
func PhotoURL(r moderation.Ref, id int64, act string) string { return URL(r, "/photos/"+itoa(id)+act) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// nameOf is what a card is called on the desk; one without a name by its number.
func nameOf(ctx context.Context, i moderation.Item) string {
	if name := i.Names.In(lang(ctx)); name != "" {
		return name
	}
	return string(i.GTIN)
}

// deadlineTag says how a deadline stands: colour, shape and words.
func deadlineTag(ctx context.Context, deadline, now time.Time) templ.Component {
	switch moderation.UrgencyAt(deadline, now) {
	case moderation.Overdue:
		return ui.Tag(ui.Bad, late(ctx, now.Sub(deadline)))
	case moderation.Urgent:
		return ui.Tag(ui.Warn, ui.Left(ctx, deadline, now))
	case moderation.Calm:
	}
	return ui.Tag(ui.Mute, ui.Left(ctx, deadline, now))
}

// late says by how much a deadline was missed, in the largest whole unit.
func late(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Hour:
		return i18n.N(ctx, "moderation.late.minutes", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return i18n.N(ctx, "moderation.late.hours", int(d/time.Hour))
	}
	return i18n.N(ctx, "moderation.late.days", int(d/(24*time.Hour)))
}

// fieldName is what a remark is about, in words; an attribute is known to the
// readings of a card.
func fieldName(ctx context.Context, field string, readings ...cardview.Reading) string {
	switch field {
	case "":
		return i18n.T(ctx, "moderation.field.card")
	case card.FieldPhotos:
		return i18n.T(ctx, "moderation.field.photos")
	}
	code, attribute := strings.CutPrefix(field, card.AttributePrefix)
	if !attribute {
		return cardview.Reading{}.Label(ctx, field)
	}
	for _, r := range readings {
		if name := r.Label(ctx, field); name != code {
			return name
		}
	}
	return code
}

// inLang is how each language is marked in the page.
func inLang(code string) string {
	l, _ := i18n.Parse(code)
	return l.Tag()
}

func crumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: i18n.T(ctx, "moderation.title"), URL: QueueURL}}, more...)
}
