package card

import (
	"context"
	"io"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Shot is the file of a photo.
type Shot struct {
	Name    string // to save it by, "04780101000017_front.jpg"
	Tag     string // hexadecimal; differs whenever the content does
	Content io.ReadSeeker
}

// Size says which file of a photo is meant.
type Size string

// The sizes: at most picture.FullSide and picture.ThumbSide pixels.
const (
	Full  Size = "full"
	Small Size = "thumb"
)

// OpenPhoto gives a photo that some version of a card of the actor's organization
// and groups names; any other is ErrNotFound. It is good as long as ctx is.
func (s *Service) OpenPhoto(ctx context.Context, a actor.Actor, cardID, photoID int64, size Size) (Shot, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Shot{}, err
	}
	f, err := photoOfCard(ctx, s.DB, a.OrgID, cardID, photoID, false)
	switch {
	case err != nil:
		return Shot{}, err
	case !a.Scope.HasGroup(f.group):
		return Shot{}, ErrNotFound
	}
	return f.open(ctx, s.DB, size)
}

// OpenPhotoForStaff is OpenPhoto for the operator, who sees every card as far as
// it was sent.
func (s *Service) OpenPhotoForStaff(ctx context.Context, op actor.Operator, orgID, cardID, photoID int64, size Size) (Shot, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return Shot{}, err
	}
	f, err := photoOfCard(ctx, s.DB, orgID, cardID, photoID, true)
	if err != nil {
		return Shot{}, err
	}
	return f.open(ctx, s.DB, size)
}

// OpenPhotoInForce gives a photo of anybody's card as the shared catalogue shows
// it: only what the version in force names.
func (s *Service) OpenPhotoInForce(ctx context.Context, a actor.Actor, orgID, cardID, photoID int64, size Size) (Shot, error) {
	if err := a.Need(perm.CardLookup); err != nil {
		return Shot{}, err
	}
	f, err := photoInForce(ctx, s.DB, orgID, cardID, photoID)
	if err != nil {
		return Shot{}, err
	}
	return f.open(ctx, s.DB, size)
}
