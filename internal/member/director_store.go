package member

import (
	"context"
	"fmt"

	"kabinet/internal/core/fold"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// promote makes a member an active administrator who reaches everything.
func promote(ctx context.Context, tx pg.Tx, u User, accountID int64, roles []string) error {
	const q = `
		update members
		set status = 'active', activated_at = coalesce(activated_at, now()), seen_at = now(), account_id = $3,
		    all_groups = true, all_places = true, blocked_at = null, blocked_reason = ''
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, u.OrgID, u.ID, accountID); err != nil {
		return fmt.Errorf("promote member: %w", err)
	}
	if err := replaceRoles(ctx, tx, u.OrgID, u.ID, roles); err != nil {
		return err
	}
	return tie(ctx, tx, u.OrgID, u.ID, accountID)
}

// insertDirector makes a director a user without roles, not active yet.
func insertDirector(ctx context.Context, tx pg.Tx, box *seal.Box, d Director) (int64, error) {
	const q = `
		insert into members (org_id, id, kind, name, position, email, language, status, pinfl_mac, pinfl_sealed, search)
		values ($1, $2, 'business', $3, $4, $5, $6, 'not_activated', $7, $8, $9)`
	id, err := nextID(ctx, tx)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, q, d.OrgID, id, d.Name, d.Position, d.Email, d.Language,
		box.MAC(taxid.PINFLPurpose, []byte(d.PINFL)), box.Seal(taxid.PINFLPurpose, []byte(d.PINFL), binding(d.OrgID, id)),
		fold.Words(d.Name, d.Email))
	switch {
	case pg.Violates(err, "members_org_id_pinfl_mac_key"):
		return 0, ErrTaken.Because(err) // somebody added the person a moment ago
	case err != nil:
		return 0, fmt.Errorf("insert director: %w", err)
	}
	return id, nil
}
