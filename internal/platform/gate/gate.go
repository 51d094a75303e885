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
	"time"

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
		return ErrChanged.With("right", right)
	}
	return nil
}

// ReachTx asks anew whether a member's group and place are open to the act; the
// caller holds the right already, so the member's row is locked. Staff reach
// everywhere.
func ReachTx(ctx context.Context, tx pg.Tx, a actor.Actor, r perm.Reach) error {
	now, err := scopeNow(ctx, tx, a.OrgID, a.MemberID, r)
	if err != nil {
		return err
	}
	return actor.OutOfReach(now.Missing(r))
}

// ScopeTx reads anew where all a member's rights hold, for acts on many things at
// once; the caller holds the right already.
func ScopeTx(ctx context.Context, tx pg.Tx, a actor.Actor) (perm.Scope, error) {
	return wholeScope(ctx, tx, a.OrgID, a.MemberID)
}

// ErrProve says that the act wants the EDS key again: it was last asked for
// more than Fresh ago. The page asks for it and goes on with the act.
var ErrProve = fault.New(fault.Forbidden, "fault.prove")

// Fresh is how long a signature is good for sensitive acts: keys, roles, the
// organization's address of letters, its director (ux.md 5.5).
const Fresh = 15 * time.Minute

// InFreshTx is InTx for sensitive acts: besides the right it wants a signature
// by who within the last Fresh, by the database's clock; else ErrProve.
func InFreshTx(ctx context.Context, db *pgxpool.Pool, who Who, right perm.Code, fn func(pg.Tx) error) error {
	return InTx(ctx, db, who, right, func(tx pg.Tx) error {
		if err := FreshTx(ctx, tx, who); err != nil {
			return err
		}
		return fn(tx)
	})
}

// FreshTx is ErrProve unless who signed within the last Fresh.
func FreshTx(ctx context.Context, tx pg.Tx, who Who) error {
	fresh, err := provedSince(ctx, tx, who.Key(), Fresh)
	switch {
	case err != nil:
		return err
	case !fresh:
		return ErrProve
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
