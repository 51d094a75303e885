package cardview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// History is what was done to a card, the newest first.
type History struct {
	Events []Event
	More   bool // older ones follow
	Later  bool // these are not the newest
}

// Event is something that was done to a card. What a field was and became is on
// the pages of the versions.
type Event struct {
	ID      int64
	At      time.Time
	Action  string   // key of its words after "audit."
	By      string   // a member's name
	Actor   string   // member, staff, system, visitor
	Changed []string // fields
	Group   bool     // attributes of the group were changed, too
	Reason  string   // that was given for it
}

// line is the event as people read it.
func (e Event) line(ctx context.Context, r Reading) ui.Event {
	return ui.Event{At: e.At, Text: e.text(ctx, r), By: e.by(ctx)}
}

func (e Event) text(ctx context.Context, r Reading) string {
	text := ui.ActName(ctx, e.Action)
	names := make([]string, 0, len(e.Changed)+1)
	for _, f := range e.Changed {
		names = append(names, r.Label(ctx, f))
	}
	if e.Group {
		names = append(names, i18n.T(ctx, "card.history.attributes"))
	}
	switch {
	case len(names) > 0:
		return text + ": " + strings.Join(names, ", ")
	case e.Reason != "":
		return text + ": " + e.Reason
	}
	return text
}

// by is who did it; members do not see which of the operator's people.
func (e Event) by(ctx context.Context) string {
	switch e.Actor {
	case "staff":
		return i18n.T(ctx, "card.by.operator")
	case "system", "visitor":
		return i18n.T(ctx, "card.by.portal")
	}
	return e.By
}

func (h History) lines(ctx context.Context, r Reading) []ui.Event {
	es := make([]ui.Event, len(h.Events))
	for i, e := range h.Events {
		es[i] = e.line(ctx, r)
	}
	return es
}

func (h History) older(id int64) string {
	return URL(id, "?before="+strconv.FormatInt(h.Events[len(h.Events)-1].ID, 10)+"#history")
}
