package card

import (
	"context"
	"encoding/json"
	"fmt"

	"kabinet/internal/platform/pg"
)

// maxBulks is how many results of a person are kept: what was left out is told
// card by card, so they may be long.
const maxBulks = 100

// insertBulk keeps a result and forgets the person's results of more than a week
// ago and those beyond maxBulks.
func insertBulk(ctx context.Context, tx pg.Tx, orgID, memberID int64, act, key string, done []int64, left []Skipped) (id string, err error) {
	const stmt = `
		with forgotten as (
			delete from card_bulks where org_id = $1 and member_id = $2 and created_at <= greatest(now() - interval '7 days', (
				select b.created_at from card_bulks b where b.org_id = $1 and b.member_id = $2
				order by b.created_at desc offset $7 limit 1)))
		insert into card_bulks (org_id, id, member_id, act, form_key, done, skipped)
		values ($1, gen_random_uuid(), $2, $3, $4, $5, $6)
		on conflict on constraint card_bulks_form_key do update set act = card_bulks.act
		returning id::text`
	why, err := json.Marshal(left)
	if err != nil {
		return "", fmt.Errorf("keep result: %w", err)
	}
	if done == nil {
		done = []int64{}
	}
	if err := tx.QueryRow(ctx, stmt, orgID, memberID, act, key, done, why, maxBulks-1).Scan(&id); err != nil {
		return "", fmt.Errorf("keep result: %w", err)
	}
	return id, nil
}

// bulkOf gives the id of the result of a form, "" if it was not sent yet.
func bulkOf(ctx context.Context, q pg.Querier, orgID, memberID int64, key string) (id string, err error) {
	const stmt = `select id::text from card_bulks where org_id = $1 and member_id = $2 and form_key = $3`
	err = q.QueryRow(ctx, stmt, orgID, memberID, key).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return "", fmt.Errorf("find result: %w", err)
	}
	return id, nil
}

func oneBulk(ctx context.Context, q pg.Querier, orgID, memberID int64, id string) (b Bulk, err error) {
	const stmt = `
		select id::text, act, done, skipped, created_at
		from card_bulks where org_id = $1 and member_id = $2 and id = $3::uuid`
	err = q.QueryRow(ctx, stmt, orgID, memberID, id).Scan(&b.ID, &b.Act, &b.Done, &b.Skipped, &b.At)
	switch {
	case pg.NoRows(err):
		return Bulk{}, ErrNoBulk
	case err != nil:
		return Bulk{}, fmt.Errorf("read result: %w", err)
	}
	return b, nil
}
