package card

import (
	"context"
	"encoding/json"
	"fmt"

	"kabinet/internal/platform/pg"
)

// recent is among how many cards of an organization, the latest changed first,
// one is looked for that a new card may take answers from.
const recent = 200

// latestContent is what the latest changed card of a group says, the one itself
// left out; ok is false when there is none.
func latestContent(ctx context.Context, q pg.Querier, orgID int64, group int16, except int64) (c Content, ok bool, err error) {
	const stmt = `
		select v.content
		from (select c.org_id, c.id, c.newest, c.group_id, c.changed_at
		      from cards c where c.org_id = $1 order by c.changed_at desc, c.id desc limit $4) c
		join card_versions v on v.org_id = c.org_id and v.card_id = c.id and v.n = c.newest
		where c.group_id = $2 and c.id <> $3
		order by c.changed_at desc, c.id desc
		limit 1`
	var raw []byte
	switch err := q.QueryRow(ctx, stmt, orgID, group, except, recent).Scan(&raw); {
	case pg.NoRows(err):
		return Content{}, false, nil
	case err != nil:
		return Content{}, false, fmt.Errorf("latest card of a group: %w", err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return Content{}, false, fmt.Errorf("latest card of a group: %w", err)
	}
	return c, true, nil
}
