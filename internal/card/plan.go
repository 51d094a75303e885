package card

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// ErrDay says that a text is no day between yesterday and three years ahead.
var ErrDay = fault.New(fault.Invalid, "card.plan.day").On("day")

// maxYears is how far ahead production is planned.
const maxYears = 3

// SetPlanned notes from which day goods are to be produced or imported: by then
// their cards must be published, or no code can be ordered (domain.md F29). An
// empty text says that nothing is planned. What the cards say stays as it is.
func (s *Service) SetPlanned(ctx context.Context, a actor.Actor, ids []int64, typed string) (Result, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Result{}, err
	}
	on, err := planned(typed, clock.System())
	if err != nil {
		return Result{}, err
	}
	return s.many(ctx, a, Plan, ids, func(tx pg.Tx, cards []Card) error {
		if err := setPlanned(ctx, tx, a.OrgID, idsOf(cards), on); err != nil {
			return err
		}
		lines := make([]audit.Entry, len(cards))
		for i, c := range cards {
			lines[i] = audit.Entry{OrgID: a.OrgID, Action: "card.plan", Target: target(c.ID), Details: map[string]any{
				"gtin": string(c.GTIN), "planned_on": audit.Change{Before: c.PlannedOn, After: on},
			}}
		}
		return audit.RecordMany(ctx, tx, a.Subject(), lines)
	})
}

// planned reads a day as people and date pickers write it, as YYYY-MM-DD.
func planned(typed string, now time.Time) (string, error) {
	line, err := text.Line(typed, 20)
	if err != nil {
		return "", onField(err, "day")
	}
	if line == "" {
		return "", nil
	}
	for _, layout := range []string{time.DateOnly, "2.1.2006"} {
		day, err := time.ParseInLocation(layout, line, clock.Tashkent())
		if err == nil && day.After(now.AddDate(0, 0, -2)) && day.Before(now.AddDate(maxYears, 0, 0)) {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", ErrDay
}
