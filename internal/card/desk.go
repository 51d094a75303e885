package card

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// ForModeration reads what the operator's desk shows of a card: the version that
// waits, the one in force, if any, and the last one that was returned, if any.
// ErrState when nothing waits (any more), ErrNotFound when there is no such card.
func ForModeration(ctx context.Context, q pg.Querier, orgID, cardID int64) (waiting Version, live, returned *Version, err error) {
	return Version{}, nil, nil, ErrNotFound
}

// Read reads a card for staff, whatever its group.
func Read(ctx context.Context, q pg.Querier, orgID, cardID int64) (Card, error) {
	return Card{}, ErrNotFound
}

// PublishTx puts a waiting version into force in place of the one before and
// tells who wrote and sent it. ErrState when the version does not wait any more:
// of several deciders one decides. The caller holds the right.
func PublishTx(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, cardID int64, n int) error {
	return ErrState
}

// ReturnTx gives a waiting version back with remarks and tells who wrote and
// sent it; otherwise like PublishTx. Without remarks it is ErrNoRemarks.
func ReturnTx(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, cardID int64, n int, remarks []Remark) error {
	return ErrState
}
