package card

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// where is the condition on the cards that are chosen.
func (q chosen) where() string {
	if q.ids == nil {
		return q.within() + ` and ` + q.Tab.on()
	}
	q.args["ids"] = q.ids
	return q.within() + ` and c.id = any (@ids::bigint[])`
}

//tenant:any the fragments of question name org_id
func selectWritten(ctx context.Context, db pg.Querier, q chosen, after int64, n int) ([]Written, error) {
	where := q.where() + ` and c.id > @after`
	q.args["after"], q.args["most"] = after, n
	stmt := `select` + columns + `, v.content
		from (select c.* from cards c where ` + where + ` order by c.id limit @most) c
		join card_versions v on v.org_id = c.org_id and v.card_id = c.id and v.n = c.newest
		order by c.id`
	rows, err := db.Query(ctx, stmt, q.planned()...)
	if err != nil {
		return nil, fmt.Errorf("cards with what they say: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w Written, err error) {
		var content []byte
		if err := row.Scan(append(w.targets(), &content)...); err != nil {
			return w, err
		}
		return w, json.Unmarshal(content, &w.Content)
	})
	if err != nil {
		return nil, fmt.Errorf("cards with what they say: %w", err)
	}
	return list, nil
}

//tenant:any the fragments of question name org_id
func countWritten(ctx context.Context, db pg.Querier, q chosen) (n int, groups []int16, err error) {
	stmt := `select count(*), coalesce(array_agg(distinct c.group_id order by c.group_id), '{}') from cards c where ` + q.where()
	if err := db.QueryRow(ctx, stmt, q.planned()...).Scan(&n, &groups); err != nil {
		return 0, nil, fmt.Errorf("count cards with what they say: %w", err)
	}
	return n, groups, nil
}

// LiveByGTIN gives the organization's live cards of some numbers.
func LiveByGTIN(ctx context.Context, q pg.Querier, orgID int64, gtins []gs1.GTIN) (map[gs1.GTIN]int64, error) {
	const stmt = `select c.gtin, c.id from unnest($2::text[]) x (gtin) join cards c on c.org_id = $1 and c.gtin = x.gtin and c.archived_at is null`
	rows, err := q.Query(ctx, stmt, orgID, gtins)
	if err != nil {
		return nil, fmt.Errorf("cards of numbers: %w", err)
	}
	ids := map[gs1.GTIN]int64{}
	var gtin gs1.GTIN
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&gtin, &id}, func() error { ids[gtin] = id; return nil }); err != nil {
		return nil, fmt.Errorf("cards of numbers: %w", err)
	}
	return ids, nil
}
