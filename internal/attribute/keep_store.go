package attribute

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// sizesOfGroups counts what product groups have.
func sizesOfGroups(ctx context.Context, db pg.Querier) (map[int16]Overview, error) {
	const q = `
		select g.id, coalesce(s.version, 0), coalesce(jsonb_array_length(s.attributes), 0),
			count(c.code) filter (where c.list = 'category'), count(c.code) filter (where c.list = 'hs'), count(c.code) filter (where c.list = 'ikpu')
		from product_groups g
		left join lateral (
			select s.version, s.attributes from attribute_sets s where s.group_id = g.id order by s.version desc limit 1) s on true
		left join card_codes c on c.group_id = g.id and c.off_at is null
		group by g.id, s.version, s.attributes
		order by g.id`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("attributes of product groups: %w", err)
	}
	all := map[int16]Overview{}
	var (
		id                         int16
		version, attributes        int
		categories, hsCodes, ikpus int
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &version, &attributes, &categories, &hsCodes, &ikpus}, func() error {
		all[id] = Overview{Version: version, Attributes: attributes, Codes: map[List]int{Categories: categories, HS: hsCodes, IKPU: ikpus}}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("attributes of product groups: %w", err)
	}
	return all, nil
}

func heads(ctx context.Context, db pg.Querier, group int16) ([]Head, error) {
	const q = `
		select s.version, jsonb_array_length(s.attributes), s.note, s.staff_name, s.published_at
		from attribute_sets s
		where s.group_id = $1
		order by s.version desc`
	rows, err := db.Query(ctx, q, group)
	if err != nil {
		return nil, fmt.Errorf("versions of attributes: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Head])
	if err != nil {
		return nil, fmt.Errorf("versions of attributes: %w", err)
	}
	return all, nil
}

// insertSet stores a version; ErrEdited when it is there already, ErrNoGroup
// when the product group is not.
func insertSet(ctx context.Context, tx pg.Tx, s Set, note, by string) error {
	const q = `insert into attribute_sets (group_id, version, attributes, note, staff_name) values ($1, $2, $3, $4, $5)`
	_, err := tx.Exec(ctx, q, s.Group, s.Version, s.Attributes, note, by)
	switch {
	case pg.Violates(err, "attribute_sets_pkey"):
		return ErrEdited.Because(err)
	case pg.Violates(err, "attribute_sets_group_fkey"):
		return ErrNoGroup.Because(err)
	case err != nil:
		return fmt.Errorf("insert attributes: %w", err)
	}
	return nil
}
