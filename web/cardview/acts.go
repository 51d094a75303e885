package cardview

import (
	"context"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// ReasonName is the field in which somebody says why a card is blocked.
const ReasonName = "reason"

// Blocking is the page before the block of a card.
type Blocking struct {
	Card   card.Card
	Reason string
	Wrong  fault.Complaints
}

func (b Blocking) title(ctx context.Context) string {
	name, _ := Named(ctx, b.Card)
	return i18n.T(ctx, "card.block.title", "name", name)
}

// DayName is the field in which somebody says from when goods are planned.
const DayName = "day"

// Planning is the form for the day from which goods are to be made or imported.
type Planning struct {
	Card  card.Card
	Day   string
	Wrong fault.Complaints
}

func (p Planning) day(ctx context.Context) ui.Field {
	return ui.Field{
		Name: DayName, Label: i18n.T(ctx, "card.plan.label"), Hint: i18n.T(ctx, "card.plan.hint"), Value: dotted(p.Day),
		Wrong: p.Wrong, Optional: true, Width: "w10", Autocomplete: "off", InputMode: "numeric",
	}
}

// dotted writes a stored day as people do; what somebody typed stays.
func dotted(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02.01.2006")
}

// Asked is the page before an act: Archive or Discard.
type Asked struct {
	Card card.Card
	Act  card.Act
}

// key begins the words of the act; giving up the changes of a card in force has
// its own.
func (a Asked) key() string {
	if a.Act == card.Discard && a.Card.Live > 0 {
		return "card.discard_changes"
	}
	return "card." + string(a.Act)
}

func (a Asked) button() string {
	if a.Act == card.Discard && a.Card.Live > 0 {
		return "card.act.discard_changes"
	}
	return "card.act." + string(a.Act)
}

func (a Asked) path() string { return "/" + string(a.Act) }

func (a Asked) title(ctx context.Context) string {
	name, _ := Named(ctx, a.Card)
	return i18n.T(ctx, a.key()+".title", "name", name)
}

// whom names the card that an act is about.
func whom(ctx context.Context, c card.Card) []ui.Pair {
	name, language := Named(ctx, c)
	return []ui.Pair{
		{Key: i18n.T(ctx, "card.field.gtin"), Value: string(c.GTIN), Code: true},
		{Key: i18n.T(ctx, "card.name"), Value: name, Lang: language},
	}
}

// Copying is the form that makes a card of another.
type Copying struct {
	Card   card.Card
	GTIN   string // as it was typed
	Ticket string
	Wrong  fault.Complaints
	Twin   *ui.Notice // leads to the card that has the number already
}

func (c Copying) hidden() []ui.Hidden { return []ui.Hidden{{Name: TicketName, Value: c.Ticket}} }

func (c Copying) gtin(ctx context.Context) ui.Field {
	return ui.Field{
		Name: card.FieldGTIN, Label: i18n.T(ctx, "card.copy.gtin"), Hint: i18n.T(ctx, "card.hint.gtin"), Value: c.GTIN, Wrong: c.Wrong,
		Mono: true, InputMode: "numeric", Autocomplete: "off", Width: "w20",
	}
}

// TwinNote leads to the organization's card that has a number already.
func TwinNote(ctx context.Context, id int64) *ui.Notice {
	return &ui.Notice{
		Tone: ui.Warn, Title: i18n.T(ctx, "card.twin.title"), Text: i18n.T(ctx, "card.twin.text"),
		Action: &ui.Action{Text: i18n.T(ctx, "card.twin.open"), URL: URL(id, "")},
	}
}

func pickColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Title: i18n.T(ctx, "card.name")}, {Title: i18n.T(ctx, "card.field.gtin")}, {Title: i18n.T(ctx, "card.field.brand")},
	}
}
