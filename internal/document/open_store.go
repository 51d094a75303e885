package document

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

func openInvoices(ctx context.Context, q pg.Querier, orgID int64, scope perm.Scope) (o OpenInvoices, err error) {
	const stmt = `
		select count(*) over (), deadline_at, id, number, party_tin, party_name
		from documents
		where org_id = $1 and answer = 'waiting' and deadline_at > now() and ($2 or group_id = any ($3::smallint[]))
		order by deadline_at, id limit 1`
	var next time.Time
	err = q.QueryRow(ctx, stmt, orgID, scope.AllGroups, append([]int16{}, scope.Groups...)).Scan(&o.N, &next, &o.NextID, &o.Number, &o.PartyTIN, &o.Party)
	switch {
	case pg.NoRows(err):
		return OpenInvoices{}, nil
	case err != nil:
		return o, fmt.Errorf("open invoices: %w", err)
	}
	o.Next = next
	return o, nil
}

func hasDocuments(ctx context.Context, q pg.Querier, orgID int64) (has bool, err error) {
	const stmt = `select exists (select 1 from documents where org_id = $1)`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&has); err != nil {
		return false, fmt.Errorf("has documents: %w", err)
	}
	return has, nil
}
