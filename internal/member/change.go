package member

import (
	"context"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// SavePerson changes who a user is. version is the one the form was drawn from;
// ErrStale says that somebody changed the user since. The personal number says
// whose key opens the roles: it stays once somebody has come with that key, and
// where a role is sensitive another one wants a fresh signature, as giving the
// role does.
func (s *Service) SavePerson(ctx context.Context, a actor.Actor, id int64, version int, p Person) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	if err := s.spareLetters(ctx, a, id, p.Email); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Version != version {
			return audit.Entry{}, ErrStale
		}
		var f fault.Form
		var r record
		p.clean(&f, &r, p.PINFL != "" && u.Kind == Business)
		f.Check(p.PINFL == "" || u.Unproved(), "pinfl", "member.pinfl.fixed")
		if err := f.Err(); err != nil {
			return audit.Entry{}, err
		}
		if r.PINFL != "" {
			if err := freshIfSensitive(ctx, tx, a, u.roleCodes()); err != nil {
				return audit.Entry{}, err
			}
		}
		return s.updatePersonTx(ctx, tx, a, u, r)
	})
}

// freshIfSensitive wants a fresh signature where one of the roles does.
func freshIfSensitive(ctx context.Context, tx pg.Tx, a actor.Actor, roles []string) error {
	if !sensitive(roles) {
		return nil
	}
	return gate.FreshTx(ctx, tx, a)
}

// spareLetters counts a change of address, as Invite does: it sends a new
// invitation, or tells the address that an active user leaves.
func (s *Service) spareLetters(ctx context.Context, a actor.Actor, id int64, typed string) error {
	u, err := byID(ctx, s.DB, a.OrgID, id)
	email, wrong := mail.ParseAddress(typed)
	if err != nil || wrong != nil || u.Status == Blocked || u.Email == email.String() {
		return err
	}
	if u.Status == Active {
		return s.spare(ctx, a.OrgID, id, u.Email)
	}
	return s.spare(ctx, a.OrgID, id, email.String())
}

func (s *Service) updatePersonTx(ctx context.Context, tx pg.Tx, a actor.Actor, u User, r record) (audit.Entry, error) {
	c := audit.Changes{}
	c.Note("name", u.Names, r.Names)
	c.Note("position", u.Positions, r.Positions)
	c.Note("email", u.Email, r.Email)
	c.Note("language", u.Language, r.Language)
	if r.PINFL != "" {
		c.Note("pinfl", "", r.PINFL.Masked())
		mac := s.Box.MAC(taxid.PINFLPurpose, []byte(r.PINFL))
		sealed := s.Box.Seal(taxid.PINFLPurpose, []byte(r.PINFL), binding(u.OrgID, u.ID))
		if err := updateNumber(ctx, tx, u, mac, sealed); err != nil {
			return audit.Entry{}, err
		}
	}
	if len(c) == 0 {
		return audit.Entry{}, nil
	}
	if err := updatePerson(ctx, tx, u, r); err != nil {
		return audit.Entry{}, err
	}
	e := audit.Entry{Action: "member.edit", Details: c}
	switch _, moved := c["email"]; {
	case moved && u.Status == NotActivated:
		return e, s.Inviter.InviteTx(ctx, tx, u.OrgID, u.ID) // the letter that went to the earlier address is worth nothing
	case moved && u.Status == Active && u.Email != "":
		return e, tellFormerAddressTx(ctx, tx, a, u)
	}
	return e, nil
}

// tellFormerAddressTx tells an active user where letters went until now: who
// wants to act unseen moves the other's letters away first.
func tellFormerAddressTx(ctx context.Context, tx pg.Tx, a actor.Actor, u User) error {
	return notice.ToAddressTx(ctx, tx, u.Email, u.Language, notice.Notice{
		OrgID: u.OrgID, Kind: notice.Security, Key: "member.notice.email.", Args: []string{"by", a.Name, "name", u.Names.Uz},
	})
}

// SetRoles makes roles those of a user; see SavePerson about version. The last
// administrator keeps the role: ErrLastAdmin. Giving a sensitive role, or one
// to oneself, wants a fresh signature.
func (s *Service) SetRoles(ctx context.Context, a actor.Actor, id int64, version int, roles []string) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Version != version {
			return audit.Entry{}, ErrStale
		}
		return s.setRolesTx(ctx, tx, a, u, known(roles))
	})
}

// Gift is what a user can be given: a role, a product group or a place.
type Gift struct {
	Role  perm.Role
	Reach perm.Reach
}

// Give gives a user one thing more; who has it keeps it. A blocked user is
// ErrBlocked; signatures are asked for as by SetRoles.
func (s *Service) Give(ctx context.Context, a actor.Actor, id int64, g Gift) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, s.give(ctx, a, g))
}

// GiveTx is Give in the caller's transaction, in which nothing is locked yet: it
// asks for the right itself.
func (s *Service) GiveTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, g Gift) error {
	return s.changeTx(ctx, tx, a, id, s.give(ctx, a, g))
}

func (s *Service) give(ctx context.Context, a actor.Actor, g Gift) func(pg.Tx, User) (audit.Entry, error) {
	return func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status == Blocked {
			return audit.Entry{}, ErrBlocked
		}
		if g.Role != "" {
			return s.setRolesTx(ctx, tx, a, u, known(append(u.roleCodes(), string(g.Role))))
		}
		scope := u.Scope
		if m := scope.Missing(g.Reach); m.Group != 0 {
			scope.Groups = append(slices.Clone(scope.Groups), m.Group)
		} else if m.Place != 0 {
			scope.Places = append(slices.Clone(scope.Places), m.Place)
		}
		return s.setScopeTx(ctx, tx, u, scope)
	}
}

func (s *Service) setRolesTx(ctx context.Context, tx pg.Tx, a actor.Actor, u User, roles []string) (audit.Entry, error) {
	had := u.roleCodes()
	if slices.Equal(had, roles) {
		return audit.Entry{}, nil
	}
	if err := s.mayGiveTx(ctx, tx, a, u, had, roles); err != nil {
		return audit.Entry{}, err
	}
	if err := replaceRoles(ctx, tx, u.OrgID, u.ID, roles); err != nil {
		return audit.Entry{}, err
	}
	if u.ID != a.MemberID && u.Status == Active { // who has not come yet gets the invitation and no other letters
		err := notice.ToMemberTx(ctx, tx, u.ID, notice.Notice{
			OrgID: a.OrgID, Kind: notice.Security, Key: "member.notice.roles.", Args: []string{"by", a.Name}, Path: "/me/access",
		})
		if err != nil {
			return audit.Entry{}, err
		}
	}
	return audit.Entry{Action: "member.roles", Details: audit.Changes{"roles": {Before: had, After: roles}}}, nil
}

// mayGiveTx judges the roles that are new to a user.
func (s *Service) mayGiveTx(ctx context.Context, tx pg.Tx, a actor.Actor, u User, had, roles []string) error {
	issuer, err := issues(ctx, tx, a.OrgID)
	if err != nil {
		return err
	}
	var f fault.Form
	checkRoles(&f, u.Kind, roles, had, issuer)
	if err := f.Err(); err != nil {
		return err
	}
	for _, r := range roles {
		if slices.Contains(had, r) || !Sensitive(perm.Role(r)) && u.ID != a.MemberID {
			continue
		}
		if err := gate.FreshTx(ctx, tx, a); err != nil {
			return err
		}
	}
	if slices.Contains(roles, string(perm.RoleOrgAdmin)) && !u.Has(perm.RoleOrgAdmin) {
		return tellAdminsTx(ctx, tx, a, u.Names.Uz, u.ID)
	}
	return nil
}

// SetScope makes a scope that of a user; see SavePerson about version.
func (s *Service) SetScope(ctx context.Context, a actor.Actor, id int64, version int, typed Reach) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Version != version {
			return audit.Entry{}, ErrStale
		}
		var f fault.Form
		scope := typed.clean(&f)
		if err := f.Err(); err != nil {
			return audit.Entry{}, err
		}
		return s.setScopeTx(ctx, tx, u, scope)
	})
}

func (s *Service) setScopeTx(ctx context.Context, tx pg.Tx, u User, scope perm.Scope) (audit.Entry, error) {
	slices.Sort(scope.Groups)
	slices.Sort(scope.Places)
	if sameScope(u.Scope, scope) {
		return audit.Entry{}, nil
	}
	if err := replaceScope(ctx, tx, u.OrgID, u.ID, scope); err != nil {
		return audit.Entry{}, err
	}
	return audit.Entry{Action: "member.scope", Details: audit.Changes{"scope": {Before: u.Scope, After: scope}}}, nil
}

func sameScope(a, b perm.Scope) bool {
	return a.AllGroups == b.AllGroups && a.AllPlaces == b.AllPlaces && slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Places, b.Places)
}

// change locks sessions, then the administrators, before it asks for the right
// and locks the user: two changes at once never pass each other, and neither
// waits for the other for ever (decision 0016). When do changed something there
// must still be an administrator, whoever was changed.
func (s *Service) change(ctx context.Context, a actor.Actor, id int64, do func(pg.Tx, User) (audit.Entry, error)) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return s.changeTx(ctx, tx, a, id, do) })
}

func (s *Service) changeTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, do func(pg.Tx, User) (audit.Entry, error)) error {
	if err := session.HoldMemberTx(ctx, tx, a.Key(), a.OrgID, id); err != nil {
		return err
	}
	if err := lockAdmins(ctx, tx, a.OrgID); err != nil {
		return err
	}
	if err := gate.HoldTx(ctx, tx, a, perm.MemberManage); err != nil {
		return err
	}
	u, err := lock(ctx, tx, a.OrgID, id)
	if err != nil {
		return err
	}
	e, err := do(tx, u)
	if err != nil || e.Action == "" {
		return err
	}
	if err := adminLeft(ctx, tx, a.OrgID); err != nil {
		return err
	}
	return changedTx(ctx, tx, a.Subject(), u, e)
}
