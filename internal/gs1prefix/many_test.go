package gs1prefix

import (
	"testing"

	"kabinet/internal/core/gs1"
)

// TestManyAtOnceAreJudgedLikeOneByOne compares with what is said of each alone.
func TestManyAtOnceAreJudgedLikeOneByOne(t *testing.T) {
	t.Parallel()
	db, _ := desk(t)
	if _, err := db.Exec(t.Context(), `
		insert into gs1_prefix_registry (prefix, org_id) values ('4780101', 2), ('478010199', 3), ('4780303', 2) on conflict do nothing`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `
		insert into gs1_prefixes (org_id, prefix, status) values (2, '4780101', 'active'), (2, '4780303', 'blocked') on conflict do nothing`); err != nil {
		t.Fatal(err)
	}
	numbers := []gs1.GTIN{"04780101164394", "04607063428121", "00000047800007"}
	for _, body := range []string{"0478010199000", "3478010112345", "0478030300001", "0478999900001"} {
		digit, err := gs1.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, gs1.GTIN(body+string(digit)))
	}
	many, err := CheckMany(t.Context(), db, 2, numbers)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[Answer]bool{}
	for _, g := range numbers {
		one, err := whose(t.Context(), db, 2, g)
		if err != nil {
			t.Fatal(err)
		}
		if many[g] != one {
			t.Errorf("%s: %+v among many, %+v alone", g, many[g], one)
		}
		answers[one.Answer] = true
	}
	for _, a := range []Answer{Covered, Stopped, Others, Nobody, Foreign} {
		if !answers[a] {
			t.Errorf("no number is %s", a)
		}
	}
}
