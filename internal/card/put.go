package card

import (
	"context"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// Put is a card as a row of a file says it. Fields that are not in Typed stay as
// they are on a card that exists; fields that are there and empty become empty.
type Put struct {
	Typed Typed
}

// Outcome is what became of a Put.
type Outcome struct {
	ID      int64 // of the card; 0 when there is none
	GTIN    gs1.GTIN
	Created bool
	Changed bool  // neither: it said the same already
	Err     error // a form with complaints, or ErrState for a card that waits or is blocked, or ErrGTINTwice
}

// PutTx writes drafts of one product group by the thousand, in a handful of
// statements: a card that the organization has of the GTIN is changed (a
// published one gets a new version), others are made. The answer has an outcome
// for each row. The caller holds perm.CardEdit and the group.
func PutTx(ctx context.Context, tx pg.Tx, a actor.Actor, book attribute.Book, rows []Put) ([]Outcome, error) {
	return nil, ErrState
}
