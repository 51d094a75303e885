package account

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
)

// Service finds and keeps accounts.
type Service struct {
	DB  *pgxpool.Pool
	Box *seal.Box
}

// EnsureTx gives the account of a person, making it at the first meeting. Two
// transactions that meet the same person at once get the same account: the
// second waits for the first. The name and language of an account that exists
// stay as they are. A blocked person is ErrBlocked.
func (s *Service) EnsureTx(ctx context.Context, tx pg.Tx, p Person) (int64, error) {
	known, err := s.ByPINFL(ctx, tx, p.PINFL)
	switch {
	case err == nil && known.Blocked:
		return 0, ErrBlocked
	case err == nil:
		return known.ID, nil
	case !errors.Is(err, ErrUnknown):
		return 0, err
	}
	mac := s.Box.MAC(taxid.PINFLPurpose, []byte(p.PINFL))
	id, fresh, err := register(ctx, tx, mac)
	if err != nil || !fresh {
		return id, err
	}
	sealed := s.Box.Seal(taxid.PINFLPurpose, []byte(p.PINFL), binding(id))
	return id, insertAccount(ctx, tx, id, p, mac, sealed)
}

// ByPINFL finds the account of a person, also a blocked one; ErrUnknown if
// there is none. Fingerprints of older roots are tried too.
//
//gate:none a lookup by a number that only a verified certificate gives
func (s *Service) ByPINFL(ctx context.Context, q pg.Querier, p taxid.PINFL) (Account, error) {
	return byFingerprint(ctx, q, s.Box.MACs(taxid.PINFLPurpose, []byte(p)))
}

// SetDisplay keeps how the signed-in person wants the portal to look.
func (s *Service) SetDisplay(ctx context.Context, a actor.Actor, d Display) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	if err := d.Check(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := updateDisplay(ctx, tx, a.AccountID, d); err != nil {
			return err
		}
		if err := session.EvictTx(ctx, tx, session.Who{AccountID: a.AccountID}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "account.change", Target: "account:" + strconv.FormatInt(a.AccountID, 10), Details: d,
		})
	})
}

// binding ties a sealed number to its account: copied into another row it does
// not open.
func binding(id int64) []byte { return []byte("account:" + strconv.FormatInt(id, 10)) }
