package card

import (
	"context"

	"kabinet/internal/core/actor"
)

// TakeBack takes waiting cards back: the version stays as it was sent, and a
// draft that says the same is there to go on with.
func (s *Service) TakeBack(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	return Result{}, ErrState
}

// Block takes published cards out of use, and out of the shared catalogue, until
// they are unblocked. The reason is kept in the log of events.
func (s *Service) Block(ctx context.Context, a actor.Actor, ids []int64, reason string) (Result, error) {
	return Result{}, ErrState
}

// Unblock puts them back into use.
func (s *Service) Unblock(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	return Result{}, ErrState
}

// Archive puts cards away: their GTINs may be used for other cards. What was in
// force is so no more.
func (s *Service) Archive(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	return Result{}, ErrState
}

// Restore takes cards out of the archive; ErrTwice when there is another live
// card of the GTIN by now.
func (s *Service) Restore(ctx context.Context, a actor.Actor, ids []int64) (Result, error) {
	return Result{}, ErrState
}

// DeleteDraft gives up what is being written. A card in force is then as it was
// published (gone is false); one that was never sent is gone.
func (s *Service) DeleteDraft(ctx context.Context, a actor.Actor, id int64) (gone bool, err error) {
	return false, ErrState
}

// SetCountry fills in the country of manufacture (code or name) of many cards:
// in their drafts, or in new versions of published ones.
func (s *Service) SetCountry(ctx context.Context, a actor.Actor, ids []int64, country string) (Result, error) {
	return Result{}, ErrState
}
