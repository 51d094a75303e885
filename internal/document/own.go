package document

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
)

// Own is a document that is made in the portal by another feature.
type Own struct {
	OrgID   int64
	Key     string // names it among the organization's own, "aic.disband:15"
	Kind    Kind
	GroupID int16 // 0 for none
	Number  string
	At      time.Time
	Status  Status
	Party   Party
	Facts   map[string]string // of FactNames
	Lines   []Line
	Codes   []Code
	Count   int // of codes, where they are not listed
	Links   []Link
	// Signature is the evidence (proof.EvidenceTx) of whoever signed it, 0 for
	// none; Signer is whose.
	Signature int64
	Signer    Party
}

// OwnTx keeps a document that was made in the portal, or its next version when one
// with the key is there; one that says the same changes nothing. Links name others
// by key or by the number of an AIC. The caller has asked for the right and locked
// what the document is about.
func OwnTx(ctx context.Context, tx pg.Tx, own Own) (id int64, err error) {
	body, err := json.Marshal(own)
	if err != nil {
		return 0, err
	}
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return 0, err
	}
	in := own.intake(body, now)
	d := in.document(owner{orgID: own.OrgID, party: own.Party}, Answering{}, now)
	if d.ID, err = insertDocument(ctx, tx, d, own.Facts); err != nil {
		return 0, err
	}
	if d.ID == 0 {
		was, err := lockBySource(ctx, tx, own.OrgID, FeedPortal, own.Key)
		if err != nil {
			return 0, err
		}
		sum, err := versionSum(ctx, tx, own.OrgID, was.ID, was.Version)
		if err != nil || sum != nil && [32]byte(sum) == in.sum {
			return was.ID, err
		}
		d.ID, d.Version, in.Version = was.ID, was.Version+1, was.Version+1
		if err := updateDocument(ctx, tx, d, own.Facts); err != nil {
			return 0, err
		}
		if err := deleteParts(ctx, tx, d.OrgID, d.ID); err != nil {
			return 0, err
		}
	}
	if err := insertVersion(ctx, tx, d, in); err != nil {
		return 0, err
	}
	if err := insertParts(ctx, tx, nil, d, in.Content); err != nil {
		return 0, err
	}
	if own.Signature == 0 {
		return d.ID, nil
	}
	return d.ID, insertEvidence(ctx, tx, []Document{d}, "issue", own.Signer, own.Signature)
}

func (own Own) intake(body []byte, now time.Time) intake {
	return intake{
		Content: Content{
			Kind: own.Kind, Number: own.Number, At: own.At, Status: own.Status, Answer: SourceAnswer{State: NoAnswer}, Facts: own.Facts,
			Lines: own.Lines, Codes: own.Codes, CodesCount: max(own.Count, len(own.Codes)), Links: own.Links,
		},
		Message: feed.Message{Feed: FeedPortal, SourceID: own.Key, Version: 1, OccurredAt: now, Body: body},
		groupID: own.GroupID,
		sum:     sha256.Sum256(body),
	}
}
