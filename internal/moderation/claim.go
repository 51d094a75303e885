package moderation

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Claim tells the others that one of the staff looks at a version, and takes it
// over from somebody whose claim has lapsed. Claiming what one holds renews it.
func (s *Service) Claim(ctx context.Context, op actor.Operator, k Key) error {
	return gate.InTx(ctx, s.DB, op, perm.OpCardModerate, func(tx pg.Tx) error {
		return hold(ctx, tx, op, k)
	})
}

// hold makes a version the moderator's for claimTime, or says why it cannot be:
// ErrOver, ErrClaimed or ErrOwn. The claim's row stays locked until the
// transaction ends, so of two who decide the second waits here and then sees
// what the first did.
func hold(ctx context.Context, tx pg.Tx, op actor.Operator, k Key) error {
	own, err := belongs(ctx, tx, op.StaffID, k.OrgID)
	switch {
	case err != nil:
		return err
	case own:
		return ErrOwn
	}
	held, err := take(ctx, tx, op, k)
	if err != nil || held {
		return err
	}
	i, err := item(ctx, tx, k.Ref)
	switch {
	case err != nil:
		return err
	case i.N != k.N || !i.Claim.Others(op.StaffID):
		return ErrOver
	}
	return ErrClaimed.With("name", i.Claim.Name)
}

// tries bounds how often Next looks again after others were faster.
const tries = 10

// errBusy says that others took every card Next found, tries times over.
var errBusy = fault.New(fault.Conflict, "moderation.busy")

// Next claims the most urgent card that nobody else holds, of those that a filter
// chooses; ok is false when there is none. leave is the card the moderator is at and does not decide now:
// it is put back, and the search goes on behind it. The zero Ref leaves none.
func (s *Service) Next(ctx context.Context, op actor.Operator, f Filter, leave Ref) (r Ref, ok bool, err error) {
	err = gate.InTx(ctx, s.DB, op, perm.OpCardModerate, func(tx pg.Tx) error {
		if leave != (Ref{}) {
			if err := putBack(ctx, tx, op.StaffID, leave); err != nil {
				return err
			}
		}
		r, ok, err = claimNext(ctx, tx, op, f.criteria(op), leave)
		return err
	})
	return r, ok, err
}

// claimNext claims what Next finds. Whoever looks for the next card waits for
// the others who do, so that each finds another one.
func claimNext(ctx context.Context, tx pg.Tx, op actor.Operator, f criteria, behind Ref) (Ref, bool, error) {
	if err := queueUp(ctx, tx); err != nil {
		return Ref{}, false, err
	}
	for range tries {
		k, ok, err := nextFree(ctx, tx, f, behind)
		switch {
		case err != nil:
			return Ref{}, false, err
		case !ok && behind != (Ref{}): // the end of the queue: on from its beginning
			behind = Ref{}
			continue
		case !ok:
			return Ref{}, false, nil
		}
		held, err := take(ctx, tx, op, k)
		if err != nil || held {
			return k.Ref, held, err
		}
	}
	return Ref{}, false, errBusy
}

// PutBack gives up a claim: others may take the card at once.
func (s *Service) PutBack(ctx context.Context, op actor.Operator, r Ref) error {
	return gate.InTx(ctx, s.DB, op, perm.OpCardModerate, func(tx pg.Tx) error {
		return putBack(ctx, tx, op.StaffID, r)
	})
}

// Colleague is one of the staff who moderate.
type Colleague struct {
	ID    int64
	Name  string
	Holds int // cards they hold now
}

// Colleagues lists the moderators a card can be passed to: all but the reader.
func (s *Service) Colleagues(ctx context.Context, op actor.Operator) ([]Colleague, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return nil, err
	}
	return colleagues(ctx, s.DB, op.StaffID)
}

// maxNote is the longest note to a colleague in characters, maxPassed how many
// cards are passed on at once: a page of the queue.
const (
	maxNote   = 300
	maxPassed = 100
)

// Pass gives cards to a colleague, with a note; it is how staff transfer one and
// assign several. It gives how many were passed on: what somebody else holds,
// what does not wait any more and what either of the two has an interest in is
// left out. The reader may pass nothing to themselves: they claim.
func (s *Service) Pass(ctx context.Context, op actor.Operator, to int64, note string, cards []Ref) (passed int, err error) {
	if err := op.Need(perm.OpCardModerate); err != nil {
		return 0, err
	}
	note, err = text.Line(note, maxNote)
	switch f, _ := fault.As(err); {
	case len(cards) == 0:
		return 0, ErrNone
	case f != nil:
		return 0, f.On("note")
	}
	cards = cards[:min(len(cards), maxPassed)]
	err = gate.InTx(ctx, s.DB, op, perm.OpCardModerate, func(tx pg.Tx) error {
		c, err := colleague(ctx, tx, op.StaffID, to)
		if err != nil {
			return err
		}
		gone, err := pass(ctx, tx, op, c, note, cards)
		passed = len(gone)
		if err != nil || passed == 0 {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{
			Action: "card.pass", Target: "staff:" + itoa(c.ID),
			Details: map[string]any{"to": c.Name, "cards": gone, "note": note},
		})
	})
	return passed, err
}
