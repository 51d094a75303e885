package app

import (
	"strings"
	"testing"

	"kabinet/internal/org"
)

// Everything that addresses name is organization 1's and has the number 6 where
// it can have one, so that its administrator finds it and a stranger does not.
const (
	things6   = "6"
	thingUUID = "00000000-0000-4000-8000-000000000006"
)

// path is the address of a route with things that are there.
func (r route) path() string {
	id := things6
	switch {
	case strings.HasPrefix(r.pattern, "/org/groups/"), strings.HasPrefix(r.pattern, "/op/dictionaries/groups/"):
		id = "13"
	case strings.HasPrefix(r.pattern, "/op/dictionaries/attributes/"), strings.HasPrefix(r.pattern, "/cards/import/"):
	case strings.Contains(r.pattern, "/import/{id}"), strings.HasPrefix(r.pattern, "/org/gs1/"), r.pattern == "/me/sessions/{id}/end":
		id = thingUUID
	}
	if strings.HasPrefix(r.pattern, "/org/gs1/") {
		id = things6
	}
	if strings.HasPrefix(r.pattern, "/org/users/bulk/") {
		return strings.Replace(r.pattern, "{act}", "block", 1)
	}
	if strings.HasPrefix(r.pattern, "/help/") {
		return strings.Replace(r.pattern, "{slug}", "users", 1)
	}
	if strings.HasPrefix(r.pattern, "/op/feeds/") || strings.HasPrefix(r.pattern, "/feeds/") {
		return strings.NewReplacer("{code}", "customs", "{feed}", "customs", "{id}", things6, "*", "nothing").Replace(r.pattern)
	}
	return strings.NewReplacer(
		"{token}", strings.Repeat("a", 32), "{tin}", "300000001", "{org}", "1", "{group}", "13", "{version}", "1", "{task}", "apps", "{list}", "hs", "{code}", "2201101100", "{day}", "2026-03-21", "{n}", "1", "{step}", "attributes", "{digits}", "4780001", "{id}", id, "{card}", "1-6", "{photo}", things6, "{view}", things6, "{slug}", "water", "{result}", thingUUID, "{signature}", things6, "{act}", "archive", "{message}", things6, "*", "nothing",
	).Replace(r.pattern)
}

// things are what the addresses name. Those that an act could use up are many
// enough: who may act here sends an empty form, which is refused.
func things(t *testing.T, a *App) {
	t.Helper()
	for _, tin := range []string{"300000001", "300000002"} {
		sealed := a.box.Seal(org.PurposePINFL, []byte("31508801234567"), []byte("org:"+tin))
		a.exec(t, `update organizations set director_pinfl_sealed = $2 where tin = $1`, tin, sealed)
	}
	for _, q := range []string{
		`insert into staff (id, name, pinfl_mac, roles) values (6, 'D', '\x06', '{op_watcher}') on conflict do nothing`, // else who stands for a role
		`insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, true, 'active')`,
		`insert into code_imports (id, group_id, list, file_name, rows, complaints, read, bad, staff_name) overriding system value values (6, 13, 'hs', 'hs.csv', '[]', '[]', 0, 0, 'D')`,
		`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin) values
			(1, 5, 'Zavod', '{production}', 'SA', 'Samarqand', '1', true, 'active', 'address'), (1, 6, 'Ombor', '{storage}', 'SA', 'Samarqand', '2', false, 'active', 'manual')`,
		`insert into members (org_id, id, kind, name, name_ru, name_en, email, status) values (1, 6, 'technical', 'Skaner', 'Сканер', 'Scanner', 'x@org1.example', 'not_activated')`,
		`insert into technical_users (org_id, member_id, login) values (1, 6, 't-300000001-abcdef')`,
		`insert into bank_accounts (org_id, id, account, mfo, bank, is_main) values (1, 6, '20208000000000000001', '00001', 'Bank', true)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (1, '4780001', 'active')`,
		`insert into gs1_prefix_registry (prefix, org_id) values ('4780001', 1)`,
		`insert into blobs (id, name, media_type, size, sha256) values (6, 'hujjat.pdf', 'application/pdf', 4, '\x00')`,
		`insert into blob_chunks (blob_id, n, data) values (6, 0, '%PDF')`,
		`insert into requests (org_id, id, kind, subject, blob_id, member_id, member_name) values (1, 6, 'gs1_prefix', '4780002', 6, 1, 'Odam 1'), (1, 7, 'issuer', '13', null, 1, 'Odam 1')`,
		`insert into access_requests (org_id, id, member_id, kind, subject) values (1, 6, 20, 'role', 'observer')`,
		`insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at) values (1, 6, 1, 'Ombor', 'ombor', 'kbn_abc', 'wxyz', decode(repeat('00', 32), 'hex'), now() + interval '20 days')`,
		`insert into authorizations (org_id, id, provider_org_id, provider_tin, provider_name_uz, provider_name_ru, tasks, expires_at, created_by, created_name)
			values (1, 6, 2, '300000002', 'Tashkilot 2', 'Организация 2', '{orders}', now() + interval '1 day', 1, 'Odam 1')`,
		`insert into authorization_groups (org_id, authorization_id, group_id, provider_org_id) values (1, 6, 13, 2)`,
		`insert into place_imports (org_id, id, member_id, file_name, rows, complaints, read, bad) values (1, '` + thingUUID + `', 1, 'joylar.csv', '[]', '[]', 0, 0)`,
		`insert into card_imports (org_id, id, member_id, member_name, group_id, file_name, format, status) values (1, 6, 1, 'Odam 1', 13, 'suvlar.csv', 'csv', 'failed')`,
		`insert into card_exports (org_id, id, member_id, member_name, query, format, language) values (1, 6, 1, 'Odam 1', '{}', 'csv', 'uz')`,
		`insert into card_bulks (org_id, id, member_id, act, form_key, done, skipped) values (1, '` + thingUUID + `', 1, 'archive', 'k', '{6}', '[]')`,
		`insert into saved_views (org_id, id, member_id, list, name, query) values (1, 6, 1, 'cards', 'Suv', 'q=suv')`,
		`insert into campaigns (id, name, letter_kind, opens_at, closes_at, selection, status, staff_id, staff_name) values (6, 'Toʻlqin', 'code', now(), now() + interval '1 day', '{}', 'draft', 1, 'W')`,
	} {
		a.exec(t, q)
	}
	a.card(t)
	a.agreement(t)
	a.receipt(t)
	a.feed(t)
	a.question(t)
	a.aic(t)
	a.document(t)
}

// card is the one that addresses name, with a photo. What one person does with
// it, the next shall find undone.
func (a *App) card(t *testing.T) {
	t.Helper()
	for _, q := range []string{
		`delete from catalogue where org_id = 1`, `delete from card_photos where org_id = 1`, `delete from card_versions where org_id = 1`, `delete from cards where org_id = 1`,
		`insert into cards (org_id, id, gtin, group_id, packaging, name_uz, name_ru) values (1, 6, '04780001000013', 13, 'UNIT', 'Suv', 'Вода')`,
		`insert into card_versions (org_id, card_id, n, content, created_by, created_name) values (1, 6, 1,
			'{"gtin": "04780001000013", "packaging": "UNIT", "group": 13, "set": 1, "name_uz": "Suv", "name_ru": "Вода",
			  "photos": [{"id": 6, "side": "front", "sha256": "00"}]}', 1, 'Odam 1')`,
		`insert into blobs (id, name, media_type, size, sha256) values (6, 'hujjat.pdf', 'application/pdf', 4, '\x00') on conflict do nothing`,
		`insert into blob_chunks (blob_id, n, data) values (6, 0, '%PDF') on conflict do nothing`,
		`insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id) values (1, 6, 6, 'front', 'suv.jpg', 100, 100, '\x00', 6, 6)`,
	} {
		a.exec(t, q)
	}
}
