package staff

import (
	"context"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// SetDisplay keeps how one of the staff wants the portal to look.
func (s *Service) SetDisplay(ctx context.Context, o actor.Operator, d account.Display) error {
	if err := o.Need(perm.OpOrgRead); err != nil { // which everybody of the staff has
		return err
	}
	if err := d.Check(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, o, perm.OpOrgRead, func(tx pg.Tx) error {
		if err := setDisplay(ctx, tx, o.StaffID, d); err != nil {
			return err
		}
		if err := session.EvictTx(ctx, tx, session.Who{StaffID: o.StaffID}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "staff.display", Target: target(o.StaffID), Details: d})
	})
}
