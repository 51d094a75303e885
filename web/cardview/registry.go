package cardview

import (
	"context"

	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// RegistryNote says what the international registry knows of a number from
// abroad; nothing where it was not asked.
func RegistryNote(ctx context.Context, h card.Hint) (n ui.Notice, ok bool) {
	switch {
	case h.Down:
		return ui.Notice{Tone: ui.Info, Text: i18n.T(ctx, "gtinregistry.note.down")}, true
	case h.Known.Found:
		return ui.Notice{
			Tone: ui.Info, Title: i18n.T(ctx, "gtinregistry.note.found", "company", h.Known.Company), Text: i18n.T(ctx, "gtinregistry.note.check"),
		}, true
	case h.Asked:
		return ui.Notice{Tone: ui.Warn, Title: i18n.T(ctx, "gtinregistry.note.unknown", "gtin", string(h.GTIN)), Text: i18n.T(ctx, "gtinregistry.note.photos")}, true
	}
	return n, false
}
