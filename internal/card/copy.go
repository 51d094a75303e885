package card

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gs1prefix"
)

// Copy makes a card of another GTIN that says the same and has the same photos;
// what was typed as the GTIN must be one of its own. A form sent twice makes one
// card.
func (s *Service) Copy(ctx context.Context, a actor.Actor, id int64, gtin, formKey string) (newID int64, err error) {
	return 0, ErrState
}

// Hint says what is known of a GTIN while it is being typed: whose it is, the
// organization's own card of it, and what registers know.
func (s *Service) Hint(ctx context.Context, a actor.Actor, typed string) (Hint, error) {
	return Hint{}, ErrState
}

// Hint is what is known of a GTIN.
type Hint struct {
	GTIN  gs1.GTIN
	Owner gs1prefix.Check // whose it is; Foreign needs no prefix
	Card  int64           // the organization's live card of it, 0 when there is none
	Down  bool            // the register did not answer: "could not check"
}
