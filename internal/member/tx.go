package member

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// What other features do with members, each in a transaction of theirs whose
// right they have asked for. Every one locks the member "for update", so a use
// case that calls it takes locks of letters, accounts and places before, those
// of registries after (decision 0016).

// GrantRoleTx gives a member of by's organization a role; one who has it keeps
// it and nothing is recorded. The role is not judged: the caller asks for a
// fresh signature where the role wants one (Sensitive). An unknown member is
// ErrUnknown, a blocked one ErrBlocked.
func GrantRoleTx(ctx context.Context, tx pg.Tx, by actor.Actor, memberID int64, role perm.Role) error {
	u, err := lock(ctx, tx, by.OrgID, memberID)
	switch {
	case err != nil:
		return err
	case u.Status == Blocked:
		return ErrBlocked
	case u.Has(role):
		return nil
	}
	return setRolesTx(ctx, tx, by.Subject(), u, known(append(u.roleCodes(), string(role))))
}

// ActivateTx makes a member active who proved to be the invited person, and ties
// the account to it. A blocked member is ErrBlocked, an active one ErrActive; a
// person who works in the organization as somebody else is ErrTaken.
func ActivateTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID, memberID, accountID int64) error {
	u, err := lock(ctx, tx, orgID, memberID)
	switch {
	case err != nil:
		return err
	case u.Status == Blocked:
		return ErrBlocked
	case u.Status == Active:
		return ErrActive
	}
	if err := activate(ctx, tx, u, accountID); err != nil {
		return err
	}
	u.AccountID = accountID
	return changedTx(ctx, tx, who, u, audit.Entry{Action: "member.activate"})
}

// ActivateTechnicalTx makes a program active whose password was set; programs
// have no account. Refusals are those of ActivateTx.
func ActivateTechnicalTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID, memberID int64) error {
	return ActivateTx(ctx, tx, who, orgID, memberID, 0)
}

// SeenTx notes that a member has come; while signed in, the session knows it to
// a minute.
func SeenTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	return updateSeen(ctx, tx, orgID, memberID)
}

// Inviter writes the letter that lets a member in and makes what it carries: a
// code, and for a program a login. The member is not activated; an earlier
// letter is worth nothing from now on. The package invite is one.
type Inviter interface {
	InviteTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error
	// InvitedTx reports whether the member was ever invited.
	InvitedTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) (bool, error)
}

// Revoker ends what a member holds besides sessions, in the transaction that
// blocks the member: API keys, passwords and tokens of programs, invitations
// that wait. Ending nothing is no error.
type Revoker interface {
	RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, reason string) error
}

// setRolesTx makes roles those of a member whose row is locked.
func setRolesTx(ctx context.Context, tx pg.Tx, who actor.Subject, u User, roles []string) error {
	if err := replaceRoles(ctx, tx, u.OrgID, u.ID, roles); err != nil {
		return err
	}
	return changedTx(ctx, tx, who, u, audit.Entry{Action: "member.roles", Details: audit.Changes{"roles": {Before: u.roleCodes(), After: roles}}})
}

// changedTx ends every change of a member: the version grows, the sessions show
// it on the next request, and the log has its line.
func changedTx(ctx context.Context, tx pg.Tx, who actor.Subject, u User, e audit.Entry) error {
	if err := bump(ctx, tx, u.OrgID, u.ID); err != nil {
		return err
	}
	if err := session.EvictTx(ctx, tx, session.Who{AccountID: u.AccountID, OrgID: u.OrgID}); err != nil {
		return err
	}
	e.OrgID, e.Target = u.OrgID, target(u.ID)
	return audit.Record(ctx, tx, who, e)
}
