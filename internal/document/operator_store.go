package document

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

// owed is an answer that is being told.
type owed struct {
	Outcome
	orgID      int64
	documentID int64
	evidence   int64
	tries      int
}

// takeOwed takes the answer whose time to be told came first and puts its next try
// off: a minute after the first, twice as long each time, an hour at most.
//
//tenant:any the outbox of the whole portal
func takeOwed(ctx context.Context, tx pg.Tx) (o owed, ok bool, err error) {
	const q = `
		update document_answers w set tries = w.tries + 1, next_at = now() + least(interval '1 hour', interval '1 minute' * power(2, least(w.tries, 10)))
		from documents d, organizations b
		where (w.org_id, w.document_id) = (
			select org_id, document_id from document_answers
			where delivered_at is null and refused = '' and next_at <= now()
			order by next_at, document_id limit 1 for update skip locked)
		  and d.org_id = w.org_id and d.id = w.document_id and b.org_id = w.org_id
		returning w.org_id, w.document_id, coalesce(w.signature_id, 0), w.tries, d.feed, d.source_id, w.version, b.tin, w.outcome, w.via, w.reason, d.answered_at`
	err = tx.QueryRow(ctx, q).Scan(&o.orgID, &o.documentID, &o.evidence, &o.tries, &o.Feed, &o.SourceID, &o.Version, &o.BuyerTIN, &o.Answer, &o.Via, &o.Reason, &o.At)
	switch {
	case pg.NoRows(err):
		return o, false, nil
	case err != nil:
		return o, false, fmt.Errorf("take an answer to tell: %w", err)
	}
	return o, true, nil
}

func markDelivered(ctx context.Context, tx pg.Tx, o owed) error {
	const q = `update document_answers set delivered_at = now(), last_error = '' where org_id = $1 and document_id = $2`
	return o.exec(ctx, tx, q)
}

func markRefused(ctx context.Context, tx pg.Tx, o owed, why string) error {
	const q = `update document_answers set refused = $3 where org_id = $1 and document_id = $2`
	return o.exec(ctx, tx, q, why)
}

func noteFailure(ctx context.Context, tx pg.Tx, o owed, why string) error {
	const q = `update document_answers set last_error = left($3, 300) where org_id = $1 and document_id = $2`
	return o.exec(ctx, tx, q, why)
}

func (o owed) exec(ctx context.Context, tx pg.Tx, q string, more ...any) error {
	if _, err := tx.Exec(ctx, q, append([]any{o.orgID, o.documentID}, more...)...); err != nil {
		return fmt.Errorf("note what the source was told of %d: %w", o.documentID, err)
	}
	return nil
}
