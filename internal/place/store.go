package place

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

func insertFirst(ctx context.Context, tx pg.Tx, orgID int64, name string, a Address) (id int32, err error) {
	const q = `
		insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
		values ($1, nextval('place_ids'), $2, $3, $4, $5, $6, true, 'active', 'address')
		returning id`
	err = tx.QueryRow(ctx, q, orgID, name, Activities(), a.Region, a.District, a.Street).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert first place: %w", err)
	}
	return id, nil
}
