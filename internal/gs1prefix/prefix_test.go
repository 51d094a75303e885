package gs1prefix

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	many := make([]string, maxPrefixes+1)
	for i := range many {
		many[i] = fmt.Sprintf("478%05d", i)
	}
	good := map[string][]string{
		"": nil, " , ;": nil, "478001": {"478001"}, "4781": {"4781"}, "478123456789": {"478123456789"},
		"478001, 478002;478003\n478004": {"478001", "478002", "478003", "478004"},
		strings.Join(many[1:], " "):     many[1:],
	}
	for text, want := range good {
		got, err := Parse(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	bad := map[string]string{
		"460001": "gs1prefix.draft.shape", "478": "gs1prefix.draft.shape", "4781234567890": "gs1prefix.draft.shape", "478-001": "gs1prefix.draft.shape",
		"478001 478001": "gs1prefix.draft.twice", strings.Join(many, ","): "gs1prefix.draft.many",
	}
	for text, key := range bad {
		_, err := Parse(text)
		if f, ok := fault.As(err); !ok || f.Key != key {
			t.Errorf("%.40q: got %v, want %s", text, err, key)
		}
	}
}

func TestPutMany(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	_, err := db.Exec(ctx, `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'x', 'x', 'x', '', '', 'x', 'x', 'SA', 'x', 'x', 'uz', 'imported', 'x', ''
		from generate_series(1, 2) n`)
	if err != nil {
		t.Fatal(err)
	}
	put := func(all ...OrgPrefixes) error {
		return pg.InTx(ctx, db, func(tx pg.Tx) error { return PutManyTx(ctx, tx, all) })
	}
	digits := func(orgID int64) (ds []string) {
		ps, err := OfOrg(ctx, db, orgID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			ds = append(ds, p.Digits)
		}
		return ds
	}
	if err := put(OrgPrefixes{OrgID: 1, Prefixes: []string{"478002", "478001"}}); err != nil {
		t.Fatal(err)
	}
	if err := put(OrgPrefixes{OrgID: 1, Prefixes: []string{"478001"}}, OrgPrefixes{OrgID: 2, Prefixes: []string{"478003"}}); err != nil {
		t.Fatal(err)
	}
	if err := put(OrgPrefixes{OrgID: 2, Prefixes: []string{"478004", "478001"}}); !errors.Is(err, ErrTaken) {
		t.Errorf("a prefix of another organization: %v", err)
	}
	if diff := cmp.Diff([][]string{{"478001", "478002"}, {"478003"}}, [][]string{digits(1), digits(2)}); diff != "" {
		t.Errorf("before replacing (-want +got)\n%s", diff)
	}
	if err := put(OrgPrefixes{OrgID: 1, Replace: true}, OrgPrefixes{OrgID: 2, Prefixes: []string{"478003"}, Replace: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{nil, {"478003"}}, [][]string{digits(1), digits(2)}); diff != "" {
		t.Errorf("after replacing (-want +got)\n%s", diff)
	}
	owners, err := Owners(ctx, db, []string{"478001", "478003"})
	if err != nil || len(owners) != 1 || owners["478003"] != "300000002" {
		t.Errorf("owners %v, %v", owners, err)
	}
}
