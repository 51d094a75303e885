package document

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"kabinet/internal/platform/pg"
)

// columns of documents "d", in the order of scan.
const columns = ` d.org_id, d.id, d.feed, d.source_id, d.version, d.kind, d.side, coalesce(d.group_id, 0), d.number, d.at, d.party_tin, d.party_name,
	d.amount, d.vat, d.codes, d.wrong, d.warned, d.status, d.answer, d.answered_via, d.deadline_at, d.answered_at, d.answered_name,
	d.answer_reason, coalesce(d.answered_version, 0), d.received_at, d.changed_at`

// row is where a row of columns goes; two of its times may be missing.
type row struct {
	Document
	deadline, answered *time.Time
}

func (r *row) targets() []any {
	d := &r.Document
	return []any{
		&d.OrgID, &d.ID, &d.Feed, &d.SourceID, &d.Version, &d.Kind, &d.Side, &d.GroupID, &d.Number, &d.At, &d.Party.TIN, &d.Party.Name,
		&d.Amount, &d.VAT, &d.Codes, &d.Wrong, &d.Warned, &d.Status, &d.Answer, &d.Via, &r.deadline, &r.answered, &d.AnsweredBy,
		&d.Reason, &d.AnsweredTo, &d.ReceivedAt, &d.ChangedAt,
	}
}

func (r *row) document() Document {
	d := r.Document
	d.Deadline, d.AnsweredAt = orZero(r.deadline), orZero(r.answered)
	return d
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func scan(from pgx.CollectableRow) (Document, error) {
	var r row
	err := from.Scan(r.targets()...)
	return r.document(), err
}

// decimal is a quantity as COPY wants it; Decode has checked the shape.
func decimal(s string) pgtype.Numeric {
	whole, frac, _ := strings.Cut(s, ".")
	n, ok := new(big.Int).SetString(whole+frac, 10)
	if !ok {
		n = new(big.Int)
	}
	return pgtype.Numeric{Int: n, Exp: -int32(len(frac)), Valid: true} //nolint:gosec // six digits at most
}

// one reads a document of an organization.
func one(ctx context.Context, q pg.Querier, orgID, id int64) (Document, error) {
	rows, err := q.Query(ctx, `select`+columns+` from documents d where d.org_id = $1 and d.id = $2`, orgID, id)
	if err != nil {
		return Document{}, fmt.Errorf("document %d: %w", id, err)
	}
	d, err := pgx.CollectExactlyOneRow(rows, scan)
	switch {
	case pg.NoRows(err):
		return Document{}, ErrNotFound
	case err != nil:
		return Document{}, fmt.Errorf("document %d: %w", id, err)
	}
	return d, nil
}
