package cardview

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// History is what was done to a card, as the log has it, the newest first.
type History struct {
	Lines []audit.Line
	More  bool // older lines follow
	Later bool // these are not the newest
}

// events are the lines as people read them.
func (h History) events(ctx context.Context, r Reading) []ui.Event {
	es := make([]ui.Event, len(h.Lines))
	for i, l := range h.Lines {
		es[i] = ui.Event{At: l.At, Text: lineText(ctx, r, l), By: lineAuthor(ctx, l)}
	}
	return es
}

func (h History) older(id int64) string {
	return URL(id, "?before="+strconv.FormatInt(h.Lines[len(h.Lines)-1].ID, 10)+"#history")
}

// lineText is the act, with the fields it changed or the reason that was given.
func lineText(ctx context.Context, r Reading, l audit.Line) string {
	text := ui.ActName(ctx, l.Action)
	var details map[string]json.RawMessage
	if json.Unmarshal(l.Details, &details) != nil {
		return text
	}
	if changed := changedFields(ctx, r, details); len(changed) > 0 {
		return text + ": " + strings.Join(changed, ", ")
	}
	var reason string
	if json.Unmarshal(details["reason"], &reason) == nil && reason != "" {
		return text + ": " + reason
	}
	return text
}

// changedFields names the fields of a change; what they were and are is on the
// pages of the versions.
func changedFields(ctx context.Context, r Reading, details map[string]json.RawMessage) []string {
	var names []string
	for _, f := range append(card.Fields(), card.FieldPhotos) {
		if f != card.FieldGTIN && f != card.FieldGroup && isChange(details[f]) {
			names = append(names, r.Label(ctx, f))
		}
	}
	if isChange(details["card_gtin"]) {
		names = append(names, r.Label(ctx, card.FieldGTIN))
	}
	if isChange(details["attributes"]) {
		names = append(names, i18n.T(ctx, "card.history.attributes"))
	}
	return names
}

func isChange(raw json.RawMessage) bool {
	var c struct{ Before, After any }
	return len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &c) == nil
}

// lineAuthor is who did it; members do not see which of the operator's people.
func lineAuthor(ctx context.Context, l audit.Line) string {
	switch l.ActorKind {
	case "staff":
		return i18n.T(ctx, "card.by.operator")
	case "system", "visitor":
		return i18n.T(ctx, "card.by.portal")
	}
	return l.ActorName
}
