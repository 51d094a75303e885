package document

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// An e-invoice of two participants is a document of each. What the buyer answers
// here, or silence answers, stands in the seller's at the same moment: what the
// source says of it later is a version like any other.

// key names a document.
type key struct{ org, id int64 }

// pair is an invoice of its buyer and what its seller has of it.
type pair struct {
	own   int64
	other key
}

// lockPairs locks invoices of an organization together with what their sellers have
// of them, in the order of organizations and ids, as a message does. With skip, an
// invoice of which somebody holds either side is left out.
func lockPairs(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, skip bool) ([]Document, error) {
	pairs, err := pairsOf(ctx, tx, orgID, ids)
	if err != nil {
		return nil, err
	}
	keys := make([]key, 0, len(ids)+len(pairs))
	for _, id := range ids {
		keys = append(keys, key{orgID, id})
	}
	for _, p := range pairs {
		keys = append(keys, p.other)
	}
	locked, err := lockKeys(ctx, tx, keys, skip)
	if err != nil {
		return nil, err
	}
	return whole(locked, pairs, orgID), nil
}

// whole are the organization's documents of which the other side is locked too,
// where there is one.
func whole(locked []Document, pairs []pair, orgID int64) (own []Document) {
	held := map[key]bool{}
	for _, d := range locked {
		held[key{d.OrgID, d.ID}] = true
	}
	half := map[int64]bool{}
	for _, p := range pairs {
		if !held[p.other] {
			half[p.own] = true
		}
	}
	for _, d := range locked {
		if d.OrgID == orgID && !half[d.ID] {
			own = append(own, d)
		}
	}
	return own
}

// tellSellersTx writes answers that were just given into what the sellers have of
// the invoices, with a line in their log, and tells them of rejections.
func tellSellersTx(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) error {
	ds, err := markSellers(ctx, tx, orgID, ids)
	if err != nil || len(ds) == 0 {
		return err
	}
	lines := make([]audit.Entry, len(ds))
	for i, d := range ds {
		lines[i] = audit.Entry{OrgID: d.OrgID, Action: "document.answered", Target: target(d.ID), Details: map[string]any{
			"number": d.Number, "party": d.Party.Name, "amount": d.Amount, "answer": audit.Change{Before: string(Waiting), After: string(d.Answer)},
		}}
		if d.Answer != Rejected {
			continue
		}
		if err := tell(ctx, tx, d, "rejected"); err != nil {
			return err
		}
	}
	return audit.RecordMany(ctx, tx, actor.System("documents"), lines)
}
