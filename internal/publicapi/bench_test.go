package publicapi

import (
	"fmt"
	"testing"
	"time"

	"kabinet/internal/apikey"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg/pgtest"
)

// BenchmarkCall shows what a call costs beside the bare statement that finds a
// row by its key, among 100,000 keys of 10,000 organizations.
func BenchmarkCall(b *testing.B) {
	db := pgtest.New(b)
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (300000000 + n)::text, 'mchj', 'Sut', 'Сут', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from generate_series(1, 10000) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select org_id, id, true, 'active' from organizations, product_groups where id % 3 = 0`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'x', n::text::bytea, 'a', 'uz' from generate_series(1, 10000) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status) select n, n, n, 'business', 'Aziz', '', 'active' from generate_series(1, 10000) n`,
		`insert into member_roles (org_id, member_id, role) select n, n, r from generate_series(1, 10000) n, unnest('{default,key_manager,observer}'::text[]) r`,
		`insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at, ended_at, ending)
			select 1 + n % 10000, n + 1000000, 1 + n % 10000, 'x', 'x', 'kbn_aaaa', 'zzzz', sha256(n::text::bytea), now() + interval '1 day', now(), 'replaced'
			from generate_series(0, 99999) n`,
		`insert into api_key_registry (key_hash, org_id, key_id) select hash, org_id, id from api_keys`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('s', 7, 7, 7, '', now() + interval '1 hour')`,
		`analyze`,
	} {
		if _, err := db.Exec(b.Context(), sql); err != nil {
			b.Fatalf("%.60s: %v", sql, err)
		}
	}
	keys := &apikey.Service{DB: db}
	aziz := actor.Actor{AccountID: 7, OrgID: 7, MemberID: 7, Name: "Aziz", SessionKey: "s", Rights: perm.Rights([]string{"default", "key_manager"})}
	_, v, err := keys.Create(b.Context(), aziz, apikey.Draft{Name: "1C", Days: 30})
	if err != nil {
		b.Fatal(err)
	}
	hash := v.Hash()
	start := time.Now()
	n := 0
	s := New(db, keys, func() time.Time { n++; return start.Add(time.Duration(n) * time.Second) })
	s.calls.max = 1 << 30
	knock := Knock{Authorization: "Bearer " + v.Reveal(), TIN: fmt.Sprint(300000007), Origin: actor.Origin{IP: "192.0.2.7"}}
	if _, _, err := s.Enter(b.Context(), knock, perm.OrgRead); err != nil {
		b.Fatal(err)
	}
	s.now = func() time.Time { return start }

	b.Run("enter", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.Enter(b.Context(), knock, perm.OrgRead); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			var org int64
			if err := db.QueryRow(b.Context(), `select org_id from api_key_registry where key_hash = $1`, hash[:]).Scan(&org); err != nil {
				b.Fatal(err)
			}
		}
	})
}
