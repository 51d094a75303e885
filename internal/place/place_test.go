package place_test

import (
	"testing"

	"kabinet/internal/place"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestTheFirstPlace(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	const seed = `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
		select n, (302118440 + n)::text, 'mchj', '', '', '', '', '', '', '', '', '', '', 'uz', 'active', '', '' from generate_series(1, 4) n`
	if _, err := db.Exec(t.Context(), seed); err != nil {
		t.Fatal(err)
	}
	first := func(orgID int64, a place.Address) (id int32, err error) {
		err = pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			id, err = place.FirstTx(t.Context(), tx, orgID, a)
			return err
		})
		return id, err
	}
	for orgID, tt := range map[int64]struct {
		address place.Address
		name    string
	}{
		1: {place.Address{Language: "uz", Region: "SA", District: "Urgut"}, "Asosiy joy, Urgut"},
		2: {place.Address{Language: "ru", Region: "TK", District: "Юнусабад"}, "Основное место, Юнусабад"},
		3: {place.Address{Language: "en", Region: "TK", District: "Yunusobod"}, "Main place, Yunusobod"},
		4: {place.Address{Language: "uz", Region: "TK"}, "Asosiy joy"},
	} {
		id, err := first(orgID, tt.address)
		if err != nil {
			t.Fatal(err)
		}
		var name, country, origin string
		var main bool
		var activities []string
		const q = `select name, country, origin, is_main, activities from places where org_id = $1 and id = $2 and status = 'active'`
		if err := db.QueryRow(t.Context(), q, orgID, id).Scan(&name, &country, &origin, &main, &activities); err != nil {
			t.Fatal(err)
		}
		if name != tt.name || country != "UZ" || origin != "address" || !main || len(activities) != 3 {
			t.Errorf("%d: %q %s %s %v %v", orgID, name, country, origin, main, activities)
		}
	}
	if _, err := first(1, place.Address{Language: "uz", Region: "SA"}); !pg.Violates(err, "places_org_id_main_key") {
		t.Errorf("a second main place: %v", err)
	}
}
