package document

import (
	"context"

	"kabinet/internal/platform/pg"
)

// endWaiting takes the question from buyers that a newer version does not name.
//
//tenant:any an invoice corrected to another buyer leaves the organization it was sent to by mistake
func endWaiting(ctx context.Context, tx pg.Tx, in intake, parties []int64) ([]Document, error) {
	const q = `
		update documents d set answer = 'none', changed_at = now()
		where d.feed = $1 and d.source_id = $2 and d.side = 'in' and d.answer = 'waiting' and d.version < $3 and d.org_id <> all ($4)
		returning` + columns
	rows, err := tx.Query(ctx, q, in.Feed, in.SourceID, in.Version, parties)
	return collect(rows, err, "leave former buyers")
}
