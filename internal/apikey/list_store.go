package apikey

import (
	"context"

	"kabinet/internal/platform/pg"
)

// selectPage reads a page, one row more than asked to know whether others
// follow. An organization has few keys: the newest are read along the primary
// key and narrowed as they come.
func selectPage(ctx context.Context, q pg.Querier, orgID int64, c criteria) ([]Key, error) {
	const stmt = `
		select ` + keyColumns + `
		from api_keys k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		where k.org_id = $1 and ($2::bigint = 0 or k.id < $2)
		  and ($3 = '' or k.search like '%' || $3 || '%' or m.search like '%' || $3 || '%')
		  and starts_with(k.prefix, $4)
		  and ($5 = '' or $5 = case when k.ending is not null then k.ending when k.expires_at <= now() then 'expired' else 'valid' end)
		order by k.id desc
		limit $6`
	return all(q.Query(ctx, stmt, orgID, c.before, c.query, c.prefix, string(c.status), c.size+1))
}
