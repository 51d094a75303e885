package member

import (
	"context"
	"errors"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Add makes a user and invites it. A form that was sent before gives the user
// it made then; a person who is a user already is ErrTaken with that "id". Too
// many for one mailbox are ErrMailbox.
func (s *Service) Add(ctx context.Context, a actor.Actor, d Draft) (id int64, err error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return 0, err
	}
	letter, err := s.spareMailbox(ctx, a.OrgID, d.Email)
	if err != nil {
		return 0, err
	}
	var fresh bool
	err = gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		id, fresh, err = s.addTx(ctx, tx, a, d)
		return err
	})
	if err != nil || !fresh {
		err = errors.Join(err, letter.Back(ctx)) // none went out
	}
	if errors.Is(err, ErrTaken) {
		return s.whoHas(ctx, a.OrgID, d)
	}
	return id, err
}

func (s *Service) addTx(ctx context.Context, tx pg.Tx, a actor.Actor, d Draft) (id int64, fresh bool, err error) {
	issuer, err := issues(ctx, tx, a.OrgID)
	if err != nil {
		return 0, false, err
	}
	r, err := d.clean(issuer)
	if err != nil {
		return 0, false, err
	}
	if err := freshIfSensitive(ctx, tx, a, r.Roles); err != nil {
		return 0, false, err
	}
	id, fresh, err = s.insertTx(ctx, tx, a.OrgID, r)
	if err != nil || !fresh {
		return id, false, err
	}
	if err := s.welcomeTx(ctx, tx, a, id, r); err != nil {
		return 0, false, err
	}
	return id, true, nil
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
