package apikey

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
)

// Service makes, shows and ends keys.
type Service struct {
	DB  *pgxpool.Pool
	Box *seal.Box
}

// MayGrant reports whether somebody who lacks the right to make keys may take
// it: an administrator gives roles, also to oneself.
func MayGrant(a actor.Actor) bool {
	return !a.Rights.Has(perm.KeyManage) && a.Rights.Has(perm.MemberManage)
}

// Create makes a key for the actor and gives its value, for the only time. The
// earlier key, where the draft names one, ends in the same instant. Another valid
// key is ErrOne, one that ended meanwhile ErrEnded.
func (s *Service) Create(ctx context.Context, a actor.Actor, d Draft) (k Key, v Value, err error) {
	if err := a.Need(rightFor(a, d)); err != nil {
		return Key{}, Value{}, err
	}
	right := rightFor(a, d)
	if d, err = d.clean(); err != nil {
		return Key{}, Value{}, err
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := holdTx(ctx, tx, a, right); err != nil {
			return err
		}
		k, v, err = createTx(ctx, tx, a, d)
		return err
	})
	return k, v, err
}

// holdTx asks for the right and a fresh signature; whoever comes by the right to
// give it takes the role. Then the sessions are locked first, as in every change
// of a user (decision 0016): of several at once each would hold what the gate
// holds and wait for the others to let go of it.
func holdTx(ctx context.Context, tx pg.Tx, a actor.Actor, right perm.Code) error {
	takes := right == perm.MemberManage
	if takes {
		if err := session.HoldMemberTx(ctx, tx, a.Key(), a.OrgID, a.MemberID); err != nil {
			return err
		}
	}
	if err := gate.HoldTx(ctx, tx, a, right); err != nil {
		return err
	}
	if err := gate.FreshTx(ctx, tx, a); err != nil || !takes {
		return err
	}
	return member.GrantRoleTx(ctx, tx, a, a.MemberID, perm.RoleKeyManager)
}

// rightFor is what a person needs to make a key: the right itself, or that to give
// it, where the draft says that the person takes it.
func rightFor(a actor.Actor, d Draft) perm.Code {
	if d.Grant && MayGrant(a) {
		return perm.MemberManage
	}
	return perm.KeyManage
}

func createTx(ctx context.Context, tx pg.Tx, a actor.Actor, d Draft) (Key, Value, error) {
	if err := closeExpiredTx(ctx, tx, a.OrgID, a.MemberID); err != nil {
		return Key{}, Value{}, err
	}
	action := "apikey.create"
	if d.Replace != 0 {
		action = "apikey.replace"
		old := ending{OrgID: a.OrgID, ID: d.Replace, MemberID: a.MemberID, How: Replaced, By: a.MemberID}
		if _, err := end(ctx, tx, old); err != nil {
			return Key{}, Value{}, err
		}
	}
	v := newValue()
	k, err := insert(ctx, tx, a.OrgID, a.MemberID, d, v)
	if err != nil {
		return Key{}, Value{}, err
	}
	return k, v, madeTx(ctx, tx, a.Subject(), a.OrgID, k, action)
}

// madeTx writes down that there is a new key, and tells its owner.
func madeTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID int64, k Key, action string) error {
	err := audit.Record(ctx, tx, who, audit.Entry{
		OrgID: orgID, Action: action, Target: target(k.ID),
		Details: map[string]any{"name": k.Name, "key": k.Shown(), "until": k.ExpiresAt},
	})
	if err != nil {
		return err
	}
	return notice.ToMemberTx(ctx, tx, k.MemberID, tell(orgID, k, "created", notice.Security))
}

// Revoke ends a key of the actor's own. It needs no right beyond being there:
// whoever lost the role must still be able to end what the role made.
func (s *Service) Revoke(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		e := ending{OrgID: a.OrgID, ID: id, MemberID: a.MemberID, How: Revoked, By: a.MemberID}
		k, err := end(ctx, tx, e)
		if err != nil {
			return err
		}
		return endedTx(ctx, tx, a.Subject(), a.OrgID, k, "apikey.revoke", "")
	})
}

// RevokeOf ends a key of any user of the organization; its owner is told why.
func (s *Service) RevokeOf(ctx context.Context, a actor.Actor, id int64, reason string) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	reason, err := cleanReason(reason)
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		k, err := end(ctx, tx, ending{OrgID: a.OrgID, ID: id, How: Revoked, By: a.MemberID, Reason: reason})
		if err != nil {
			return err
		}
		if err := endedTx(ctx, tx, a.Subject(), a.OrgID, k, "apikey.revoke", reason); err != nil {
			return err
		}
		n := tell(a.OrgID, k, "revoked", notice.Security)
		n.Args = append(n.Args, "by", a.Name, "reason", reason)
		return notice.ToMemberTx(ctx, tx, k.MemberID, n)
	})
}

// RevokeAllTx ends what valid key a member has, in the transaction that blocks
// the member. A call of the key that comes later finds it ended; reason is for
// the list, not for the member, whom the block itself is told.
func (s *Service) RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, reason string) error {
	k, err := end(ctx, tx, ending{OrgID: orgID, Any: true, MemberID: memberID, How: Blocked, Reason: reason})
	if errors.Is(err, ErrUnknown) || errors.Is(err, ErrEnded) {
		return nil
	}
	if err != nil {
		return err
	}
	return endedTx(ctx, tx, actor.System("apikey"), orgID, k, "apikey.revoke", reason)
}

func endedTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID int64, k Key, action, reason string) error {
	details := map[string]any{"name": k.Name, "key": k.Shown(), "owner": k.Owner.Uz}
	if reason != "" {
		details["reason"] = reason
	}
	return audit.Record(ctx, tx, who, audit.Entry{OrgID: orgID, Action: action, Target: target(k.ID), Details: details})
}

// Mine lists the actor's keys, the newest first, at most 50: there is one valid
// among them.
func (s *Service) Mine(ctx context.Context, a actor.Actor) ([]Key, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return ofMember(ctx, s.DB, a.OrgID, a.MemberID)
}

// One gives a key of the actor's own.
func (s *Service) One(ctx context.Context, a actor.Actor, id int64) (Key, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Key{}, err
	}
	k, err := byID(ctx, s.DB, a.OrgID, id)
	if err == nil && k.MemberID != a.MemberID {
		return Key{}, ErrUnknown
	}
	return k, err
}

// OneOf gives a key of any user of the organization.
func (s *Service) OneOf(ctx context.Context, a actor.Actor, id int64) (Key, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Key{}, err
	}
	return byID(ctx, s.DB, a.OrgID, id)
}

// tell is a notice about a key; the words are "apikey.notice.<what>.".
func tell(orgID int64, k Key, what string, kind notice.Kind) notice.Notice {
	return notice.Notice{
		OrgID: orgID, Kind: kind, Key: "apikey.notice." + what + ".",
		Args: []string{"name", k.Name, "key", k.Shown(), "until", day(k.ExpiresAt)}, Path: "/me/keys",
	}
}

func target(id int64) string { return "apikey:" + strconv.FormatInt(id, 10) }
