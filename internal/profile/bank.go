package profile

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Bank gives one account of the reader's organization, or ErrNoBank.
func (s *Service) Bank(ctx context.Context, a actor.Actor, id int64) (Bank, error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return Bank{}, err
	}
	return bank(ctx, s.DB, a.OrgID, id)
}

// MainBank gives the account that papers name; ok is false where there is none.
func MainBank(ctx context.Context, q pg.Querier, orgID int64) (b Bank, ok bool, err error) {
	all, err := banks(ctx, q, orgID)
	for _, b := range all {
		if b.Main {
			return b, true, err
		}
	}
	return Bank{}, false, err
}

// AddBank stores a further account; the first one is the main one.
func (s *Service) AddBank(ctx context.Context, a actor.Actor, in Bank) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, err := in.open()
	if err != nil {
		return err
	}
	return s.banked(ctx, a, "org.bank_add", func(tx pg.Tx, all []Bank) (audit.Changes, error) {
		if len(all) >= maxBanks {
			return nil, ErrManyBanks
		}
		n.Main = n.Main || len(all) == 0
		if n.Main {
			if err := clearMain(ctx, tx, a.OrgID); err != nil {
				return nil, err
			}
		}
		return Bank{}.until(n), insertBank(ctx, tx, a.OrgID, n)
	})
}

// SetBank changes an account that the person saw in a version.
func (s *Service) SetBank(ctx context.Context, a actor.Actor, in Bank) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, wrong := in.open() // said below: whether there is such an account comes first
	return s.banked(ctx, a, "org.bank_change", func(tx pg.Tx, all []Bank) (audit.Changes, error) {
		was, err := find(all, in.ID)
		switch {
		case err != nil:
			return nil, err
		case wrong != nil:
			return nil, wrong
		case was.Version != n.Version:
			return nil, org.ErrEdited
		}
		n.Main = n.Main || was.Main // another one is made the main one, none is unmade
		if n.Main && !was.Main {
			if err := clearMain(ctx, tx, a.OrgID); err != nil {
				return nil, err
			}
		}
		return was.until(n), updateBank(ctx, tx, a.OrgID, n)
	})
}

// RemoveBank forgets an account. The main one goes last.
func (s *Service) RemoveBank(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		return s.bankedTx(ctx, tx, a, "org.bank_remove", func(tx pg.Tx, all []Bank) (audit.Changes, error) {
			was, err := find(all, id)
			switch {
			case err != nil:
				return nil, err
			case was.Main && len(all) > 1:
				return nil, ErrMainBank
			}
			return was.until(Bank{}), deleteBank(ctx, tx, a.OrgID, id)
		})
	})
}

func (s *Service) banked(ctx context.Context, a actor.Actor, action string, do func(pg.Tx, []Bank) (audit.Changes, error)) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error { return s.bankedTx(ctx, tx, a, action, do) })
}

// bankedTx changes accounts while nobody else does.
func (s *Service) bankedTx(ctx context.Context, tx pg.Tx, a actor.Actor, action string, do func(pg.Tx, []Bank) (audit.Changes, error)) error {
	if _, err := org.HoldTx(ctx, tx, a.OrgID); err != nil {
		return err
	}
	all, err := banks(ctx, tx, a.OrgID)
	if err != nil {
		return err
	}
	c, err := do(tx, all)
	if err != nil || len(c) == 0 {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, action, c))
}

// until lists what differs between two states of an account.
func (b Bank) until(after Bank) audit.Changes {
	c := audit.Changes{}
	c.Note("account", b.Account, after.Account)
	c.Note("mfo", b.MFO, after.MFO)
	c.Note("bank", b.Name, after.Name)
	c.Note("main", b.Main, after.Main)
	return c
}

func find(all []Bank, id int64) (Bank, error) {
	for _, b := range all {
		if b.ID == id {
			return b, nil
		}
	}
	return Bank{}, ErrNoBank
}
