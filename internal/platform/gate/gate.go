// Package gate lets a change through only while the right to make it holds.
//
// A page may be drawn from what a session showed some seconds ago
// (performance.md, decision 1). A change may not: InTx asks the database for
// the session, the person and the right inside the very transaction that
// changes something, and holds them until it ends. Whoever takes a right away
// locks the same rows first, so an act is either before the loss or refused.
package gate

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// ErrChanged says that session or rights ended between page and act.
var ErrChanged = fault.New(fault.Forbidden, "fault.rights_changed")

// Who is somebody signed in: actor.Actor or actor.Operator.
type Who interface {
	Need(perm.Code) error
	Subject() actor.Subject
	Key() string
}

// InTx runs fn in a transaction in which who is known to hold the right.
func InTx(ctx context.Context, db *pgxpool.Pool, who Who, right perm.Code, fn func(pg.Tx) error) error {
	if err := who.Need(right); err != nil {
		return err
	}
	return pg.InTx(ctx, db, func(tx pg.Tx) error {
		if err := HoldTx(ctx, tx, who, right); err != nil {
			return err
		}
		return fn(tx)
	})
}

// HoldTx locks session and person for reading and asks for the right anew. It is
// for acts that must lock other rows first; all others use InTx.
func HoldTx(ctx context.Context, tx pg.Tx, who Who, right perm.Code) error {
	roles, err := rolesNow(ctx, tx, who)
	if err != nil {
		return err
	}
	if !perm.Rights(roles).Has(right) {
		return ErrChanged
	}
	return nil
}

func rolesNow(ctx context.Context, tx pg.Tx, who Who) ([]string, error) {
	switch w := who.(type) {
	case actor.Actor:
		if err := lockMember(ctx, tx, w); err != nil {
			return nil, err
		}
		return memberRoles(ctx, tx, w.OrgID, w.MemberID)
	case actor.Operator:
		return lockStaff(ctx, tx, w)
	}
	return nil, ErrChanged
}
