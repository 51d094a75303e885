package card

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// insertCards makes cards with their first drafts. It gives their ids by number;
// a number that has a live card by now is not among them.
func insertCards(ctx context.Context, tx pg.Tx, orgID int64, by author, all []fresh) (map[gs1.GTIN]int64, error) {
	const cards = `
		insert into cards (org_id, id, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
		select $1, nextval('card_ids'), x.gtin, x.group_id, x.packaging, x.country, x.name_uz, x.name_ru, x.name_en, x.brand, x.fold
		from unnest($2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
		    x (gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
		on conflict do nothing
		returning gtin, id`
	columns := newColumns(len(all))
	for i, f := range all {
		columns.set(i, f.content)
	}
	args := columns.args()
	rows, err := tx.Query(ctx, cards, append([]any{orgID}, args[:len(args)-1]...)...) // new cards have no photos
	if err != nil {
		return nil, fmt.Errorf("insert cards: %w", err)
	}
	made := make(map[gs1.GTIN]int64, len(all))
	var g gs1.GTIN
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&g, &id}, func() error { made[g] = id; return nil }); err != nil {
		return nil, fmt.Errorf("insert cards: %w", err)
	}
	return made, copyDrafts(ctx, tx, orgID, by, all, made)
}

// copyDrafts writes the first versions of cards that were made.
func copyDrafts(ctx context.Context, tx pg.Tx, orgID int64, by author, all []fresh, made map[gs1.GTIN]int64) error {
	next := 0
	source := pgx.CopyFromFunc(func() ([]any, error) {
		for next < len(all) {
			c := all[next].content
			next++
			if id, ok := made[c.GTIN]; ok {
				return []any{orgID, id, 1, c.json(), by.id, by.name}, nil
			}
		}
		return nil, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"card_versions"}, []string{"org_id", "card_id", "n", "content", "created_by", "created_name"}, source)
	if err != nil {
		return fmt.Errorf("insert drafts: %w", err)
	}
	return nil
}
