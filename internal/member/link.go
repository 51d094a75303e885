package member

import (
	"context"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// LinkPlacesTx gives new places of business to whom they are of use at once: to
// the member who made them and to every administrator. Who has all places, also
// future ones, needs no link. What the members may reach holds on their next
// request; linking twice is harmless.
func LinkPlacesTx(ctx context.Context, tx pg.Tx, orgID int64, places []int32, creatorID int64) error {
	accounts, err := linkPlaces(ctx, tx, orgID, places, creatorID)
	if err != nil {
		return err
	}
	return evict(ctx, tx, orgID, accounts)
}

// LinkGroupTx is LinkPlacesTx for a new product group.
func LinkGroupTx(ctx context.Context, tx pg.Tx, orgID int64, groupID int16, creatorID int64) error {
	accounts, err := linkGroup(ctx, tx, orgID, groupID, creatorID)
	if err != nil {
		return err
	}
	return evict(ctx, tx, orgID, accounts)
}

// evict is a message for each of some administrators, most often for none: they
// have all groups and places.
func evict(ctx context.Context, tx pg.Tx, orgID int64, accounts []int64) error {
	for _, id := range accounts {
		if err := session.EvictTx(ctx, tx, session.Who{AccountID: id, OrgID: orgID}); err != nil {
			return err
		}
	}
	return nil
}
