package member

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// Add makes a user and invites it. A form that was sent before gives the user
// it made then; a person who is a user already is ErrTaken with that "id".
func (s *Service) Add(ctx context.Context, a actor.Actor, d Draft) (id int64, err error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		id, err = s.addTx(ctx, tx, a, d)
		return err
	})
	if errors.Is(err, ErrTaken) {
		return s.whoHas(ctx, a.OrgID, d)
	}
	return id, err
}

func (s *Service) addTx(ctx context.Context, tx pg.Tx, a actor.Actor, d Draft) (int64, error) {
	issuer, err := issues(ctx, tx, a.OrgID)
	if err != nil {
		return 0, err
	}
	r, err := d.clean(issuer)
	if err != nil {
		return 0, err
	}
	if slices.ContainsFunc(r.Roles, func(role string) bool { return Sensitive(perm.Role(role)) }) {
		if err := gate.FreshTx(ctx, tx, a); err != nil {
			return 0, err
		}
	}
	id, fresh, err := s.insertTx(ctx, tx, a.OrgID, r)
	if err != nil || !fresh {
		return id, err
	}
	if err := s.welcomeTx(ctx, tx, a, id, r); err != nil {
		return 0, err
	}
	return id, nil
}

// insertTx stores a record with roles and scope; fresh is false when the same
// form made the user before.
func (s *Service) insertTx(ctx context.Context, tx pg.Tx, orgID int64, r record) (id int64, fresh bool, err error) {
	if id, err = nextID(ctx, tx); err != nil {
		return 0, false, err
	}
	var mac, sealed []byte
	if r.PINFL != "" {
		mac = s.Box.MAC(taxid.PINFLPurpose, []byte(r.PINFL))
		sealed = s.Box.Seal(taxid.PINFLPurpose, []byte(r.PINFL), binding(orgID, id))
	}
	if fresh, err = insertUser(ctx, tx, orgID, id, r, mac, sealed); err != nil {
		return 0, false, err
	}
	if !fresh {
		id, err = byFormKey(ctx, tx, orgID, r.FormKey)
		return id, false, err
	}
	if err := replaceRoles(ctx, tx, orgID, id, r.Roles); err != nil {
		return 0, false, err
	}
	return id, true, replaceScope(ctx, tx, orgID, id, r.Scope)
}

// welcomeTx invites a new user, tells the administrators of a new one of them,
// and writes it down.
func (s *Service) welcomeTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, r record) error {
	if err := s.Inviter.InviteTx(ctx, tx, a.OrgID, id); err != nil {
		return err
	}
	if slices.Contains(r.Roles, string(perm.RoleOrgAdmin)) {
		if err := tellAdminsTx(ctx, tx, a, r.Names.Uz, id); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "member.create", Target: target(id),
		Details: map[string]any{"name": r.Names.Uz, "kind": r.Kind, "email": r.Email, "roles": r.Roles, "scope": r.Scope},
	})
}

// tellAdminsTx tells every administrator that there will be one more.
func tellAdminsTx(ctx context.Context, tx pg.Tx, a actor.Actor, name string, id int64) error {
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: a.OrgID, Kind: notice.Security, Key: "member.notice.admin.", Args: []string{"name", name, "by", a.Name}, Path: path(id),
	})
}

// whoHas says who has the personal number of a draft: the user that the same
// form has just made, or somebody else.
func (s *Service) whoHas(ctx context.Context, orgID int64, d Draft) (int64, error) {
	pinfl, err := taxid.ParsePINFL(d.PINFL)
	if err != nil {
		return 0, err
	}
	id, err := idByFingerprint(ctx, s.DB, orgID, s.Box.MACs(taxid.PINFLPurpose, []byte(pinfl)))
	if err != nil {
		return 0, err
	}
	if same, err := byFormKey(ctx, s.DB, orgID, d.FormKey); err != nil || same == id {
		return id, err
	}
	return 0, ErrTaken.With("id", id)
}

// SavePerson changes who a user is. version is the one the form was drawn from;
// ErrStale says that somebody changed the user since.
func (s *Service) SavePerson(ctx context.Context, a actor.Actor, id int64, version int, p Person) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Version != version {
			return audit.Entry{}, ErrStale
		}
		var f fault.Form
		var r record
		p.clean(&f, &r, p.PINFL != "" && u.Kind == Business)
		f.Check(p.PINFL == "" || u.Status == NotActivated, "pinfl", "member.pinfl.fixed")
		if err := f.Err(); err != nil {
			return audit.Entry{}, err
		}
		return s.updatePersonTx(ctx, tx, u, r)
	})
}

func (s *Service) updatePersonTx(ctx context.Context, tx pg.Tx, u User, r record) (audit.Entry, error) {
	c := change{}
	c.note("name", u.Names, r.Names)
	c.note("position", u.Positions, r.Positions)
	c.note("email", u.Email, r.Email)
	c.note("language", u.Language, r.Language)
	if r.PINFL != "" {
		c["pinfl"] = [2]any{"", r.PINFL.Masked()}
		mac := s.Box.MAC(taxid.PINFLPurpose, []byte(r.PINFL))
		sealed := s.Box.Seal(taxid.PINFLPurpose, []byte(r.PINFL), binding(u.OrgID, u.ID))
		if err := updateNumber(ctx, tx, u, mac, sealed); err != nil {
			return audit.Entry{}, err
		}
	}
	if len(c) == 0 {
		return audit.Entry{}, nil
	}
	return audit.Entry{Action: "member.edit", Details: c}, updatePerson(ctx, tx, u, r)
}

// note keeps a field that differs.
func (c change) note(field string, before, after any) {
	if before != after {
		c[field] = [2]any{before, after}
	}
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

// Grant gives a user one more role; who has it keeps it.
func (s *Service) Grant(ctx context.Context, a actor.Actor, id int64, role perm.Role) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status == Blocked {
			return audit.Entry{}, ErrBlocked
		}
		return s.setRolesTx(ctx, tx, a, u, known(append(u.roleCodes(), string(role))))
	})
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
	if u.ID != a.MemberID {
		err := notice.ToMemberTx(ctx, tx, u.ID, notice.Notice{
			OrgID: a.OrgID, Kind: notice.Security, Key: "member.notice.roles.", Args: []string{"by", a.Name}, Path: "/me/access",
		})
		if err != nil {
			return audit.Entry{}, err
		}
	}
	return audit.Entry{Action: "member.roles", Details: change{"roles": {had, roles}}}, nil
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

// Reach gives a user a product group or a place more.
func (s *Service) Reach(ctx context.Context, a actor.Actor, id int64, r perm.Reach) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status == Blocked {
			return audit.Entry{}, ErrBlocked
		}
		scope := u.Scope
		if m := scope.Missing(r); m.Group != 0 {
			scope.Groups = append(slices.Clone(scope.Groups), m.Group)
		} else if m.Place != 0 {
			scope.Places = append(slices.Clone(scope.Places), m.Place)
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
	return audit.Entry{Action: "member.scope", Details: change{"scope": {u.Scope, scope}}}, nil
}

func sameScope(a, b perm.Scope) bool {
	return a.AllGroups == b.AllGroups && a.AllPlaces == b.AllPlaces && slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Places, b.Places)
}

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
	reason, err := text.Line(b.Reason, maxReason)
	f.Add("reason", err)
	f.Check(reason != "", "reason", "member.block.reason.missing")
	f.Check(id != a.MemberID || b.Self, "self", "member.block.self.missing")
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status == Blocked {
			return audit.Entry{}, nil
		}
		e := audit.Entry{Action: "member.block", Details: map[string]any{"status": [2]Status{u.Status, Blocked}, "reason": reason}}
		return e, s.blockTx(ctx, tx, u, reason)
	})
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

// Unblock lets a user be activated anew: a new invitation goes out (domain.md F22).
func (s *Service) Unblock(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.change(ctx, a, id, func(tx pg.Tx, u User) (audit.Entry, error) {
		if u.Status != Blocked {
			return audit.Entry{}, nil
		}
		if err := updateUnblocked(ctx, tx, u); err != nil {
			return audit.Entry{}, err
		}
		e := audit.Entry{Action: "member.unblock", Details: change{"status": {Blocked, NotActivated}}}
		return e, s.Inviter.InviteTx(ctx, tx, u.OrgID, u.ID)
	})
}

// invites bounds how often one user is written to.
func invites() limit.Rule { return limit.Rule{Name: "member.invite", Max: 5, Per: time.Hour} }

// Invite sends a user who is not activated a new code; the one before is worth
// nothing from now on. Too many in an hour are limit.ErrTooMany.
func (s *Service) Invite(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, invites(), strconv.FormatInt(a.OrgID, 10)+"/"+target(id)); err != nil {
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

// change locks sessions, then the administrators, before it asks for the right
// and locks the user: two changes at once never pass each other, and neither
// waits for the other for ever (decision 0016). When do changed something there
// must still be an administrator, whoever was changed.
func (s *Service) change(ctx context.Context, a actor.Actor, id int64, do func(pg.Tx, User) (audit.Entry, error)) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
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
	})
}
