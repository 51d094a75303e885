package document

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// leaveTx ends what still waits with a buyer whom a newer version of an invoice no
// longer names: it was addressed to the wrong organization and corrected. What was
// answered before stays answered; what the newer version says is not shown to who is
// no party of it.
func leaveTx(ctx context.Context, tx pg.Tx, in intake, owners []owner) error {
	parties := make([]int64, len(owners))
	for i, o := range owners {
		parties[i] = o.orgID
	}
	left, err := endWaiting(ctx, tx, in, parties)
	if err != nil || len(left) == 0 {
		return err
	}
	lines := make([]audit.Entry, len(left))
	for i, d := range left {
		lines[i] = audit.Entry{OrgID: d.OrgID, Action: "document.leave", Target: target(d.ID), Details: map[string]any{
			"number": d.Number, "party": d.Party.Name, "amount": d.Amount,
		}}
		if err := tell(ctx, tx, d, "left"); err != nil {
			return err
		}
	}
	return audit.RecordMany(ctx, tx, actor.System("documents"), lines)
}
