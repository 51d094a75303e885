package cardhttp

import (
	"encoding/json"
	"net/http"

	"kabinet/internal/card"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// history reads what was done to a card before an event, 0 for all.
func (h Handlers) history(r *http.Request, id, before int64) (cardview.History, error) {
	lines, more, err := h.Cards.History(r.Context(), httpx.Actor(r), id, before)
	if err != nil {
		return cardview.History{}, err
	}
	p := cardview.History{Events: make([]cardview.Event, len(lines)), More: more, Later: before > 0}
	for i, l := range lines {
		p.Events[i] = event(l)
	}
	return p, nil
}

// event is a line of the log. Details that cannot be read are left out.
func event(l audit.Line) cardview.Event {
	e := cardview.Event{ID: l.ID, At: l.At, Action: l.Action, By: l.ActorName, Actor: l.ActorKind}
	var details map[string]json.RawMessage
	if json.Unmarshal(l.Details, &details) != nil {
		return e
	}
	for _, f := range append(card.Fields(), card.FieldPhotos) {
		if changes(details[f]) {
			e.Changed = append(e.Changed, f)
		}
	}
	if changes(details["card_gtin"]) {
		e.Changed = append(e.Changed, card.FieldGTIN)
	}
	e.Group = changes(details["attributes"])
	var reason string
	if json.Unmarshal(details["reason"], &reason) == nil {
		e.Reason = reason
	}
	return e
}

// changes reports whether a detail is a value before and after.
func changes(raw json.RawMessage) bool {
	var c struct{ Before, After any }
	return len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &c) == nil
}
