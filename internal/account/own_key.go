package account

import (
	"context"
	"errors"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
)

// Refusals of a good signature that is not the acting person's own.
var (
	ErrOtherPerson = fault.New(fault.Invalid, "account.key.other_person")
	ErrOtherOrg    = fault.New(fault.Invalid, "account.key.other_org")
)

// OwnKey refuses a verified signature that the person who acts did not make with a
// key of their own: ErrOtherPerson for the key of anybody else, ErrOtherOrg for one
// that was issued for another organization than tin, in which they work now. Their
// personal key will do everywhere, and so will any key of theirs where tin is "".
//
//gate:none judges a signature; the act it was made for asks for its right
func (s *Service) OwnKey(ctx context.Context, q pg.Querier, accountID int64, tin taxid.TIN, signer eds.Signer) error {
	if tin != "" && signer.IsLegalEntity() && signer.OrgTIN != string(tin) {
		return ErrOtherOrg
	}
	pinfl, err := taxid.ParsePINFL(signer.PINFL)
	if err != nil {
		return ErrOtherPerson.Because(err)
	}
	person, err := s.ByPINFL(ctx, q, pinfl)
	switch {
	case errors.Is(err, ErrUnknown):
		return ErrOtherPerson.Because(err)
	case err == nil && person.ID != accountID:
		return ErrOtherPerson
	}
	return err
}
