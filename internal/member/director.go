package member

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// Director is the new director of an organization, proved by signature.
type Director struct {
	OrgID     int64
	AccountID int64
	PINFL     taxid.PINFL
	Name      string   // in Uzbek, as the register writes it
	Position  string   // as the certificate says; may be empty
	Email     string   // for letters until the person gives another one
	Language  string   // uz, ru or en
	Before    [][]byte // fingerprints of the director before, under every root there is
}

// DirectorTx makes the new director an active administrator everywhere in the
// organization, as a new user or as the one they are already, whatever the
// state. The director before loses the administrator role, the other roles
// stay; was is that member, 0 when there was nothing to take.
func DirectorTx(ctx context.Context, tx pg.Tx, box *seal.Box, who actor.Subject, d Director) (id, was int64, err error) {
	if err := lockAdmins(ctx, tx, d.OrgID); err != nil {
		return 0, 0, err
	}
	if id, err = ensureDirector(ctx, tx, box, who, d); err != nil {
		return 0, 0, err
	}
	was, err = idByFingerprint(ctx, tx, d.OrgID, d.Before)
	if err != nil || was == 0 || was == id {
		return id, 0, err
	}
	u, err := lock(ctx, tx, d.OrgID, was)
	if err != nil || !u.Has(perm.RoleOrgAdmin) {
		return id, 0, err
	}
	return id, was, setRolesTx(ctx, tx, who, u, without(u.roleCodes(), perm.RoleOrgAdmin))
}

// ensureDirector finds the new director among the users or makes a new one.
func ensureDirector(ctx context.Context, tx pg.Tx, box *seal.Box, who actor.Subject, d Director) (int64, error) {
	id, err := idByFingerprint(ctx, tx, d.OrgID, box.MACs(taxid.PINFLPurpose, []byte(d.PINFL)))
	if err != nil {
		return 0, err
	}
	if id == 0 {
		if id, err = insertDirector(ctx, tx, box, d); err != nil {
			return 0, err
		}
	}
	u, err := lock(ctx, tx, d.OrgID, id)
	if err != nil {
		return 0, err
	}
	after := known(append(u.roleCodes(), firstRoles()...))
	if err := promote(ctx, tx, u, d.AccountID, after); err != nil {
		return 0, err
	}
	u.AccountID = d.AccountID
	return id, changedTx(ctx, tx, who, u, audit.Entry{
		Action: "member.director", Details: audit.Changes{"roles": {Before: u.roleCodes(), After: after}, "status": {Before: u.Status, After: Active}},
	})
}
