package cardview

import (
	"context"
	"errors"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Check is the last step: all answers, what is missing, and what is signed.
type Check struct {
	card.Record
	Owner     gs1prefix.Check
	Statement string // in plain words; "" when nothing can be sent
	Panel     edsview.Form
	Trouble   *fault.Error   // why it was not sent
	Left      []card.LeftOut // why it would not be sent
	Warnings  []card.Warning // what is odd and keeps nobody from sending
}

func (c Check) answers() Answers {
	return Answers{
		Reading: Reading{Group: c.Group, Book: c.Now}, Card: c.Card, Typed: c.Version.Content.Typed(),
		Missing: c.Missing, Change: c.Can(card.Edit),
	}
}

// sendable reports whether the reader can sign and send now.
func (c Check) sendable() bool { return c.Statement != "" && c.Can(card.Send) }

// barred reports whether all is ready and only the reader may not send.
func (c Check) barred() bool {
	_, fits := c.Fits(card.Send)
	return fits && !c.Can(card.Send) && len(c.Missing) == 0
}

// facts stand above: what goes where.
func (c Check) head(ctx context.Context) ui.PageHead {
	return ui.PageHead{Crumbs: cardCrumbs(ctx, c.Card), Title: i18n.T(ctx, "card.step.check"), Code: string(c.GTIN), Lead: c.Group.Name(lang(ctx))}
}

func (c Check) scripts() []string {
	if !c.sendable() {
		return nil
	}
	return []string{edsview.Script}
}

func (c Check) photosLink(ctx context.Context) *ui.Link {
	if !c.Can(card.Edit) {
		return nil
	}
	return &ui.Link{Text: i18n.T(ctx, "card.photos.change"), URL: FieldURL(c.ID, card.FieldPhotos)}
}

// SendWords stand on the button that signs and sends.
func SendWords(ctx context.Context) string { return i18n.T(ctx, "card.check.send") }

// hindrance is what keeps the card from being sent besides what is missing and
// whose its number is: both are said on their own.
func (c Check) hindrance(ctx context.Context) string {
	for _, l := range c.Left {
		f, ok := fault.As(l.Why)
		if ok && !errors.Is(f, card.ErrUnready) && !errors.Is(f, card.ErrOwner) {
			return i18n.T(ctx, f.Key, f.Args...)
		}
	}
	return ""
}
