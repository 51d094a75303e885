package member_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/member"
	"kabinet/internal/place"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func seed(t *testing.T, db *pgxpool.Pool, id int, tin, status string) {
	t.Helper()
	const q = `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
		values ($1, $2, 'mchj', 'Uz', 'Ру', '', '', '', '', '', '', '', '', 'uz', $3, '', '')`
	if _, err := db.Exec(t.Context(), q, id, tin, status); err != nil {
		t.Fatal(err)
	}
}

// first makes the first member of an organization with its first place.
func first(t *testing.T, db *pgxpool.Pool, orgID, accountID int64, groups []int16) (id int64) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
		at, err := place.FirstTx(t.Context(), tx, orgID, place.Address{Language: "ru", Region: "TK", District: "Юнусабад", Street: "1"})
		if err != nil {
			return err
		}
		id, err = member.FirstTx(t.Context(), tx, member.First{
			OrgID: orgID, AccountID: accountID, Name: "Botir Ahmedov", Position: "direktor", Email: "b@zarafshon.example", Groups: groups, PlaceID: at,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTheFirstMemberMayDoEverythingEverywhere(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db, 1, "302118447", "active")
	if _, err := db.Exec(t.Context(), `insert into org_product_groups (org_id, group_id, issuer, status) values (1, 3, true, 'active'), (1, 13, false, 'active')`); err != nil {
		t.Fatal(err)
	}
	id := first(t, db, 1, 1001, []int16{3, 13})
	var got struct {
		Roles  []string
		Groups []int16
		Places int
		Status string
	}
	const q = `
		select array(select role from member_roles where org_id = 1 and member_id = m.id order by role),
		       array(select group_id from member_groups where org_id = 1 and member_id = m.id order by group_id),
		       (select count(*) from member_places where org_id = 1 and member_id = m.id), status
		from members m where org_id = 1 and id = $1 and activated_at is not null`
	if err := db.QueryRow(t.Context(), q, id).Scan(&got.Roles, &got.Groups, &got.Places, &got.Status); err != nil {
		t.Fatal(err)
	}
	want := got
	want.Roles, want.Groups, want.Places, want.Status = []string{"default", "org_admin"}, []int16{3, 13}, 1, "active"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAnOrganizationWithoutGroupsHasAFirstMemberToo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db, 1, "302118447", "active")
	first(t, db, 1, 1001, nil)
}

func TestOfListsWhereAPersonWorks(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db, 1, "302118449", "active")
	seed(t, db, 2, "302118447", "blocked")
	seed(t, db, 3, "302118448", "active")
	seed(t, db, 4, "302118446", "active")
	ids := map[int64]int64{}
	for _, orgID := range []int64{1, 2, 3} {
		ids[orgID] = first(t, db, orgID, 1001, nil)
	}
	first(t, db, 4, 1002, nil)
	if _, err := db.Exec(t.Context(), `update members set status = 'blocked' where org_id = 1`); err != nil {
		t.Fatal(err)
	}
	got, err := member.Of(t.Context(), db, 1001)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].OrgID != 3 || got[1].OrgID != 2 || got[2].OrgID != 1 {
		t.Fatalf("%+v", got)
	}
	if !got[0].Open() || got[1].Open() || got[2].Open() || got[0].MemberID != ids[3] {
		t.Errorf("%+v", got)
	}
	if got[0].OrgName("ru") != "Ру" || got[0].OrgName("en") != "Uz" {
		t.Errorf("names: %q %q", got[0].OrgName("ru"), got[0].OrgName("en"))
	}
	if none, err := member.Of(t.Context(), db, 9); err != nil || len(none) != 0 {
		t.Errorf("nobody: %v, %v", none, err)
	}
}
