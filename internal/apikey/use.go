package apikey

import (
	"context"
	"strconv"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// Rotate ends the key that calls and gives another one in its place, as a call
// of the Open API may: for its name, owner and end. The end is not moved, so that
// whoever stole a key cannot live on with it, and nobody signs for it (its owner
// did, when the first one was made). The owner must still be able to make keys.
//
//gate:none there is no session; holdOwner asks for owner and right in the transaction
func (s *Service) Rotate(ctx context.Context, orgID int64, old Key, ip string) (k Key, v Value, err error) {
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := holdOwner(ctx, tx, orgID, old.MemberID); err != nil {
			return err
		}
		was, err := end(ctx, tx, ending{OrgID: orgID, ID: old.ID, MemberID: old.MemberID, How: Replaced, By: old.MemberID})
		if err != nil {
			return err
		}
		v = newValue()
		if k, err = insertUntil(ctx, tx, orgID, was, was.ExpiresAt, v); err != nil {
			return err
		}
		who := actor.Subject{Kind: "member", ID: strconv.FormatInt(old.MemberID, 10), Name: old.Owner.Uz, OrgID: orgID, Origin: actor.Origin{IP: ip}}
		return madeTx(ctx, tx, who, orgID, k, "apikey.rotate")
	})
	return k, v, err
}

// holdOwner locks the member as platform/gate does for a session, and asks for
// the right to make keys anew.
func holdOwner(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	roles, err := lockOwner(ctx, tx, orgID, memberID)
	if err != nil {
		return err
	}
	if !perm.Rights(roles).Has(perm.KeyManage) {
		return actor.ErrForbidden.With("right", perm.KeyManage)
	}
	return nil
}

// TouchTx notes that a key was used from an address. The caller writes it once a
// minute at most (Key.LastUsedAt): a write on every call would halve their speed.
func TouchTx(ctx context.Context, tx pg.Tx, orgID, id int64, ip string) error {
	return touch(ctx, tx, orgID, id, ip)
}

// Columns are how a statement of the Open API reads the key "k", of a member
// "m", that it was called with.
const Columns = keyColumns

// Targets are the places for Columns.
func (k *Key) Targets() []any { return targets(k) }
