package receipt

import (
	"bytes"
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/marking"
	"kabinet/internal/feed"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
)

// Service keeps the receipts of organizations.
type Service struct {
	DB *pgxpool.Pool
	// Known says which codes came to an organization by documents, or may have; nil
	// where nobody knows.
	Known func(ctx context.Context, q pg.Querier, orgID int64, codes []marking.Code) (map[marking.Code]bool, error)
}

// TakeTx keeps what a fiscal operator says of a receipt; it is a feed.Sink.
func (s *Service) TakeTx(ctx context.Context, tx pg.Tx, m feed.Message) error {
	in, err := read(m)
	if err != nil {
		return feed.Poison(err)
	}
	o, err := org.ByTIN(ctx, tx, in.tin)
	switch {
	case errors.Is(err, org.ErrNotFound):
		return feed.ErrNobodys
	case err != nil:
		return err
	}
	r := Receipt{Content: in.Content, OrgID: o.ID, Version: m.Version, Feed: m.Feed}
	if err := lockSign(ctx, tx, r.OrgID, r.meeting()); err != nil {
		return err
	}
	if err := s.match(ctx, tx, &r); err != nil {
		return err
	}
	if r.ID, err = insertReceipt(ctx, tx, r, in); err != nil {
		return err
	}
	if r.ID != 0 {
		return gatherReturns(ctx, tx, r)
	}
	return s.again(ctx, tx, r, in)
}

// meeting is the fiscal sign under which a sale and its returns meet. Whoever
// takes one of them holds it: else two that arrive at the same moment would miss
// each other.
func (r Receipt) meeting() string {
	if r.Kind == Return {
		return r.Sale.Sign
	}
	return r.Sign
}

// again takes another version of a receipt that is here.
func (s *Service) again(ctx context.Context, tx pg.Tx, r Receipt, in message) error {
	old, oldDigest, err := lockReceipt(ctx, tx, r.OrgID, in.Feed, in.SourceID)
	if err != nil {
		return err
	}
	r.ID = old.ID
	switch {
	case in.Version < old.Version:
		return keepOlder(ctx, tx, r, in)
	case in.Version == old.Version && bytes.Equal(in.digest, oldDigest):
		return feed.ErrDuplicate
	case in.Version == old.Version:
		return feed.ErrConflict
	}
	if err := keepVersion(ctx, tx, old, oldDigest); err != nil {
		return err
	}
	if err := updateReceipt(ctx, tx, r, in); err != nil {
		return err
	}
	if err := releaseReturns(ctx, tx, r); err != nil {
		return err
	}
	return gatherReturns(ctx, tx, r)
}

// keepOlder keeps a version that arrived after a newer one.
func keepOlder(ctx context.Context, tx pg.Tx, r Receipt, in message) error {
	kept, err := versionDigest(ctx, tx, r.OrgID, r.ID, r.Version)
	switch {
	case err != nil:
		return err
	case bytes.Equal(kept, in.digest):
		return feed.ErrDuplicate
	case kept != nil:
		return feed.ErrConflict
	}
	if err := keepVersion(ctx, tx, r, in.digest); err != nil {
		return err
	}
	return feed.ErrOlder
}
