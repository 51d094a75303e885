package card

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// many does something to those of the cards that it fits, in one transaction,
// and says of the others why not. do gets the cards locked.
func (s *Service) many(ctx context.Context, a actor.Actor, act Act, ids []int64, do func(pg.Tx, []Card) error) (r Result, err error) {
	if ids, err = each(ids); err != nil {
		return Result{}, err
	}
	least, _ := Card{}.Fits(act)
	err = gate.InTx(ctx, s.DB, a, least, func(tx pg.Tx) error {
		fit, left, err := s.sift(ctx, tx, a, act, ids)
		if err != nil {
			return err
		}
		r = Result{Done: idsOf(fit), Left: left}
		if len(fit) == 0 {
			return nil
		}
		return do(tx, fit)
	})
	if err != nil {
		return Result{}, err
	}
	return r, nil
}

// each lists every id once, in order; ErrMany when there are too many.
func each(ids []int64) ([]int64, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > MaxAtOnce {
		return nil, ErrMany
	}
	return ids, nil
}

// sift locks the cards and tells those that an act fits from the others.
func (s *Service) sift(ctx context.Context, tx pg.Tx, a actor.Actor, act Act, ids []int64) (fit []Card, left []LeftOut, err error) {
	cards, err := lockCards(ctx, tx, a.OrgID, ids)
	if err != nil {
		return nil, nil, err
	}
	scope, err := gate.ScopeTx(ctx, tx, a)
	if err != nil {
		return nil, nil, err
	}
	rights, err := rightsNow(ctx, tx, a, act, cards)
	if err != nil {
		return nil, nil, err
	}
	fit, left = sieve(cards, ids, scope, act, rights)
	return fit, left, nil
}

// rightsNow are those the act's rule asks for. The least of them was asked for
// already; the right to publish is asked for where a card was in force.
func rightsNow(ctx context.Context, tx pg.Tx, a actor.Actor, act Act, cards []Card) (perm.Set, error) {
	least, _ := Card{}.Fits(act)
	rights := perm.Of(least)
	if !slices.ContainsFunc(cards, func(c Card) bool { need, _ := c.Fits(act); return need != least }) {
		return rights, nil
	}
	err := gate.HoldTx(ctx, tx, a, perm.CardPublish)
	if errors.Is(err, gate.ErrChanged) {
		return rights, nil
	}
	return rights.Or(perm.Of(perm.CardPublish)), err
}

// sieve tells cards that an act fits from those it does not, and from ids that
// name none of the person's cards.
func sieve(cards []Card, ids []int64, scope perm.Scope, act Act, rights perm.Set) (fit []Card, left []LeftOut) {
	for _, c := range cards {
		need, fits := c.Fits(act)
		switch {
		case !scope.HasGroup(c.GroupID):
		case !fits:
			left = append(left, c.leftOut(c.misfit(act)))
		case !rights.Has(need):
			left = append(left, c.leftOut(actor.ErrForbidden.With("right", need)))
		default:
			fit = append(fit, c)
		}
	}
	for _, id := range ids {
		i, there := slices.BinarySearchFunc(cards, id, func(c Card, id int64) int { return int(c.ID - id) })
		if !there || !scope.HasGroup(cards[i].GroupID) {
			left = append(left, LeftOut{ID: id, Why: ErrNotFound})
		}
	}
	return fit, left
}

func (c Card) leftOut(why error) LeftOut {
	return LeftOut{ID: c.ID, GTIN: c.GTIN, Name: c.NameUz, Why: why}
}

// without moves cards from what was done to what was left out.
func (r Result) without(left []LeftOut) Result {
	for _, l := range left {
		r.Done = slices.DeleteFunc(r.Done, func(id int64) bool { return id == l.ID })
	}
	r.Left = append(r.Left, left...)
	return r
}

func idsOf(cards []Card) []int64 {
	ids := make([]int64, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	return ids
}

// State is where a card stands, in one word, as the log of events keeps it.
func (c Card) State() string {
	switch {
	case c.Archived:
		return "archived"
	case c.Standing == Blocked:
		return string(Blocked)
	case c.Editing != Settled:
		return string(c.Editing)
	}
	return string(Published)
}

// record leaves a line for each card with what became of its state.
func record(ctx context.Context, tx pg.Tx, a actor.Actor, action string, cards []Card, become func(*Card), more map[string]any) error {
	lines := make([]audit.Entry, len(cards))
	for i, c := range cards {
		after := c
		become(&after)
		details := map[string]any{"gtin": string(c.GTIN)}
		if c.State() != after.State() {
			details["status"] = audit.Change{Before: c.State(), After: after.State()}
		}
		maps.Copy(details, more)
		lines[i] = audit.Entry{OrgID: a.OrgID, Action: action, Target: target(c.ID), Details: details}
	}
	return audit.RecordMany(ctx, tx, a.Subject(), lines)
}

// onField ties a refusal to the field it is about.
func onField(err error, field string) error {
	if f, ok := fault.As(err); ok {
		return f.On(field)
	}
	return err
}
