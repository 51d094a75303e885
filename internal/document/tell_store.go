package document

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// answerers are the people who may answer an invoice: by role, and by reach.
func answerers(ctx context.Context, q pg.Querier, d Document) ([]int64, error) {
	const stmt = `
		select m.id from members m
		where m.org_id = $1 and m.status = 'active' and m.kind = 'business'
		  and exists (select 1 from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = any ($2))
		  and (m.all_groups or exists (select 1 from member_groups g where g.org_id = m.org_id and g.member_id = m.id and g.group_id = $3))
		order by m.id`
	rows, err := q.Query(ctx, stmt, d.OrgID, answerRoles(), d.GroupID)
	if err != nil {
		return nil, fmt.Errorf("who answers invoices: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("who answers invoices: %w", err)
	}
	return ids, nil
}
