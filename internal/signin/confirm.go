package signin

import (
	"context"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
)

// WantsProof reports whether a refusal is gate.ErrProve, by the key of its words.
func WantsProof(key string) bool { return key == gate.ErrProve.Key }

// Signer is somebody signed in who signs anew.
type Signer struct {
	actor.Subject
	SessionKey string
	TIN        taxid.TIN // of the organization worked in; empty for staff
	AccountID  int64     // a member's
	StaffID    int64     // or one of the staff
}

// Confirm judges a signature by somebody signed in. From then on sensitive acts
// go through for gate.Fresh. The key must be the person's own; a personal one
// will do, one issued for another organization will not.
//
//gate:none the signature proves nothing but who is there; the act asks for its right
func (s *Service) Confirm(ctx context.Context, who Signer, in Signed, c eds.Client) error {
	door := Door{DB: s.DB, Proof: s.Proof, Purpose: proof.Confirm}
	return door.Knock(ctx, in, c, who.Origin, func(signer eds.Signer) error {
		if err := s.sameAs(ctx, who, signer); err != nil {
			return err
		}
		return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
			if err := session.ProveTx(ctx, tx, who.SessionKey); err != nil {
				return err
			}
			return audit.Record(ctx, tx, who.Subject, audit.Entry{
				OrgID: who.OrgID, Action: "signin.confirm", Target: "certificate:" + signer.Serial,
			})
		})
	})
}

// sameAs refuses the key of anybody else.
func (s *Service) sameAs(ctx context.Context, who Signer, signer eds.Signer) error {
	if who.StaffID == 0 {
		return s.Accounts.OwnKey(ctx, s.DB, who.AccountID, who.TIN, signer)
	}
	pinfl, err := taxid.ParsePINFL(signer.PINFL)
	if err != nil {
		return account.ErrOtherPerson.Because(err)
	}
	same, err := s.Staff(ctx, who.StaffID, pinfl)
	if err == nil && !same {
		return account.ErrOtherPerson
	}
	return err
}
