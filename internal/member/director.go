package member

import (
	"context"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// Director is who takes the direction of an organization over.
type Director struct {
	OrgID     int64
	AccountID int64
	MACs      [][]byte // fingerprints of the personal number: an invitation may wait under one
	Name      string
	Position  string // as the certificate says; may be empty
	Email     string // for letters until the person gives another one
	Language  string
}

// Known is a member found by a personal number.
type Known struct {
	MemberID  int64
	AccountID int64 // 0 while not activated
	Name      string
	Status    Status
}

// HoldPeopleTx finds the members with these personal numbers, by fingerprint,
// and holds them until the transaction ends. It stands before the lock of the
// organization (decision 0016).
func HoldPeopleTx(ctx context.Context, tx pg.Tx, orgID int64, macs [][]byte) ([]Known, error) {
	return holdPeople(ctx, tx, orgID, macs)
}

// DirectorTx makes the director an active administrator: the member found under
// the personal number, whatever its state, or a new one. The caller has proved
// who the person is and holds members (HoldPeopleTx) and organization.
func DirectorTx(ctx context.Context, tx pg.Tx, d Director) (int64, error) {
	known, err := holdPeople(ctx, tx, d.OrgID, d.MACs)
	if err != nil {
		return 0, err
	}
	var id int64
	if len(known) > 0 {
		id = known[0].MemberID
		err = promote(ctx, tx, id, d)
	} else {
		id, err = insertDirector(ctx, tx, d)
	}
	if err != nil {
		return 0, err
	}
	return id, linkDirector(ctx, tx, id, d, firstRoles())
}

// ResignTx takes the administrator's role from who directed the organization
// before; other roles stay. It reports whether there was one to take.
func ResignTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) (bool, error) {
	return dropRole(ctx, tx, orgID, memberID, string(perm.RoleOrgAdmin))
}
