package member

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// Blocking is what is typed when somebody is blocked.
type Blocking struct {
	Reason string
	Self   bool // "I know that this is me"
}

// Block ends all that a user may do, at once: sessions, keys and what waits for
// activation. The last administrator is ErrLastAdmin.
func (s *Service) Block(ctx context.Context, a actor.Actor, id int64, b Blocking) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	var f fault.Form
	reason := checkReason(&f, b.Reason)
	f.Check(id != a.MemberID || b.Self, "self", "member.block.self.missing")
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status == Blocked {
			return audit.Entry{}, nil
		}
		e := audit.Entry{Action: "member.block", Details: map[string]any{"status": audit.Change{Before: u.Status, After: Blocked}, "reason": reason}}
		return e, s.blockTx(ctx, tx, u, reason)
	})
}

// checkReason reads why somebody is blocked.
func checkReason(f *fault.Form, typed string) string {
	reason, err := text.Plain(typed, maxReason)
	f.Add("reason", err)
	f.Check(reason != "", "reason", "member.block.reason.missing")
	f.Check(!text.Linked(reason), "reason", "member.block.reason.link") // it goes out in a letter of ours
	return reason
}

func (s *Service) blockTx(ctx context.Context, tx pg.Tx, u User, reason string) error {
	if err := updateBlocked(ctx, tx, u, reason); err != nil {
		return err
	}
	if err := session.EndMemberTx(ctx, tx, u.OrgID, u.ID); err != nil {
		return err
	}
	for _, r := range s.Revokers {
		if err := r.RevokeAllTx(ctx, tx, u.OrgID, u.ID, reason); err != nil {
			return err
		}
	}
	return notice.ToMemberTx(ctx, tx, u.ID, notice.Notice{
		OrgID: u.OrgID, Kind: notice.Security, Key: "member.notice.blocked.", Args: []string{"reason", reason},
	})
}

// Unblock lets a user be activated anew: a new invitation goes out (domain.md
// F22). With a sensitive role it gives that role back, and wants a fresh
// signature. Blocking and unblocking in turns sends no letters without end: too
// many are ErrLetters or ErrMailbox.
func (s *Service) Unblock(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	if err := s.spareUser(ctx, a.OrgID, id, Blocked); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status != Blocked {
			return audit.Entry{}, nil
		}
		if err := freshIfSensitive(ctx, tx, a, u.roleCodes()); err != nil {
			return audit.Entry{}, err
		}
		if err := updateUnblocked(ctx, tx, u); err != nil {
			return audit.Entry{}, err
		}
		e := audit.Entry{Action: "member.unblock", Details: audit.Changes{"status": {Before: Blocked, After: NotActivated}}}
		return e, s.Inviter.InviteTx(ctx, tx, u.OrgID, u.ID)
	})
}

// Invite sends a user who is not activated a new code; the one before is worth
// nothing from now on. Too many are ErrLetters or ErrMailbox.
func (s *Service) Invite(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	if err := s.spareUser(ctx, a.OrgID, id, NotActivated); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		switch u.Status {
		case Blocked:
			return audit.Entry{}, ErrBlocked
		case Active:
			return audit.Entry{}, ErrActive
		}
		return audit.Entry{Action: "member.invite"}, s.Inviter.InviteTx(ctx, tx, u.OrgID, u.ID)
	})
}
