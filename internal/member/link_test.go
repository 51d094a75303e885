package member_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/member"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// staffed is organization 1 with a director who has everything (1), an
// administrator (2), a blocked one (3) and two clerks (4, 5) with chosen groups
// and places.
func staffed(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	seed(t, db, 1, "302118447", "active")
	for _, sql := range []string{
		`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			select 1, n, 1000 + n, 'business', 'Member ' || n, '', case n when 3 then 'blocked' else 'active' end, n = 1, n = 1 from generate_series(1, 5) n`,
		`insert into member_roles (org_id, member_id, role) select 1, n, 'org_admin' from generate_series(1, 3) n`,
		`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
			select 1, n, 'x', '{sales}', 'SA', '', '', n = 7, 'active', 'manual' from unnest(array[7, 8]) n`,
		`insert into org_product_groups (org_id, group_id, issuer, status) values (1, 3, true, 'active')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func linked(t *testing.T, db *pgxpool.Pool, sql string) (ids []int64) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&ids); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestLinks(t *testing.T) {
	t.Parallel()
	db := staffed(t)
	for range 2 { // the second time is harmless
		err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			if err := member.LinkPlacesTx(t.Context(), tx, 1, []int32{7, 8}, 4); err != nil {
				return err
			}
			return member.LinkGroupTx(t.Context(), tx, 1, 3, 5)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if ids := linked(t, db, `select array_agg(member_id order by place_id, member_id) from member_places`); len(ids) != 4 || ids[0] != 2 || ids[1] != 4 {
		t.Errorf("places are linked to %v, want the administrator 2 and the maker 4, twice", ids)
	}
	if ids := linked(t, db, `select array_agg(member_id order by member_id) from member_groups`); len(ids) != 2 || ids[0] != 2 || ids[1] != 5 {
		t.Errorf("the group is linked to %v, want the administrator 2 and the maker 5", ids)
	}
}
