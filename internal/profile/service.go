package profile

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// Mailer hands one letter to the relay; platform/mail's Sender is one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service keeps profiles.
type Service struct {
	DB       *pgxpool.Pool
	Box      *seal.Box
	Register register.Register
	Proof    *proof.Service
	Accounts *account.Service
	Mail     Mailer
	BaseURL  string // of the portal, "https://kabinet.example"
	Host     string // of the portal: stands in what is signed
	Now      clock.Clock
}

// perOrg bounds the questions to the register that people of one organization
// may cause.
func perOrg() limit.Rule {
	return limit.Rule{Name: "profile.register", Max: 10, Per: time.Hour}
}

// View reads the profile. Whoever works in the organization may see it; the
// director's number, masked, only who may change the profile.
func (s *Service) View(ctx context.Context, a actor.Actor) (View, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return View{}, err
	}
	v := View{Editable: a.Rights.Has(perm.OrgEdit)}
	var err error
	if v.Profile, err = org.ProfileOf(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Register, err = register.Of(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Banks, err = banks(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Pending, err = pending(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Edited, err = s.lastEdit(ctx, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Editable {
		v.PINFL, _ = org.OpenPINFL(s.Box, v.Profile.Org) // sealed under a root that is lost: the page goes without
	}
	return v, nil
}

// Refresh asks the register anew and keeps what it says.
func (s *Service) Refresh(ctx context.Context, a actor.Actor) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, perOrg(), strconv.FormatInt(a.OrgID, 10)); err != nil {
		return err
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	if err != nil {
		return err
	}
	e, err := s.Register.Find(ctx, register.Number{TIN: o.TIN})
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		if err := register.KeepTx(ctx, tx, s.Box, a.OrgID, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, "org.refresh", map[string]any{"status": e.Status}))
	})
}

// Check notes that somebody compared everything and found it correct.
func (s *Service) Check(ctx context.Context, a actor.Actor) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		if err := org.SetCheckedTx(ctx, tx, a.OrgID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, "org.check", nil))
	})
}

// edit changes a profile that the person saw in a version. set notes what it
// changes; nothing changed is nothing done.
func (s *Service) edit(ctx context.Context, a actor.Actor, version int, action string, set func(tx pg.Tx, p org.Profile, c audit.Changes) error) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		p, err := org.HoldTx(ctx, tx, a.OrgID)
		switch {
		case err != nil:
			return err
		case p.Version != version:
			return org.ErrEdited
		}
		c := audit.Changes{}
		if err := set(tx, p, c); err != nil || len(c) == 0 {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, action, c))
	})
}

// SetContacts stores telephone and language of letters.
func (s *Service) SetContacts(ctx context.Context, a actor.Actor, version int, in Contacts) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, err := in.open()
	if err != nil {
		return err
	}
	return s.edit(ctx, a, version, "org.contacts", func(tx pg.Tx, p org.Profile, c audit.Changes) error {
		c.Note("phone", p.Phone, n.Phone)
		c.Note("language", p.Language, n.Language)
		if len(c) == 0 {
			return nil
		}
		return org.SetContactsTx(ctx, tx, a.OrgID, n.Phone, n.Language)
	})
}

// SetAddresses stores the actual and the postal address.
func (s *Service) SetAddresses(ctx context.Context, a actor.Actor, version int, in Addresses) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, err := in.open()
	if err != nil {
		return err
	}
	return s.edit(ctx, a, version, "org.address", func(tx pg.Tx, p org.Profile, c audit.Changes) error {
		noteAddress(c, "", p.Actual(), n.Actual)
		noteAddress(c, "postal_", p.Postal, n.Postal)
		if len(c) == 0 {
			return nil
		}
		return org.SetAddressesTx(ctx, tx, a.OrgID, n.Actual, n.Postal)
	})
}

func noteAddress(c audit.Changes, prefix string, before, after org.Address) {
	c.Note(prefix+"region", before.Region, after.Region)
	c.Note(prefix+"district", before.District, after.District)
	c.Note(prefix+"street", before.Street, after.Street)
}

// SetCountry stores the country of tax residency.
func (s *Service) SetCountry(ctx context.Context, a actor.Actor, version int, code string) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, err := openCountry(code)
	if err != nil {
		return err
	}
	return s.edit(ctx, a, version, "org.residency", func(tx pg.Tx, p org.Profile, c audit.Changes) error {
		if c.Note("country", p.Country, n); len(c) == 0 {
			return nil
		}
		return org.SetCountryTx(ctx, tx, a.OrgID, n)
	})
}

func entry(orgID int64, action string, details any) audit.Entry {
	return audit.Entry{OrgID: orgID, Action: action, Target: target(orgID), Details: details}
}

// target is what lines of the log about an organization itself are about: by it they
// are found among all that was done there.
func target(orgID int64) string { return fmt.Sprintf("org:%d", orgID) }

func sameMAC(a, b []byte) bool { return hmac.Equal(a, b) }
