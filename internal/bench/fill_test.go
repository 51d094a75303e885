package bench

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Numbers of what the benchmark's database holds.
const (
	bareOrgs = 2_000   // whose rows the bare page shows in turn
	orgs     = 100_000 // in the portal
	sessions = 2_000   // of staff, and as many of members
)

// productData makes organizations, the sessions of staff and members, and
// letters, set by set. Tokens are known: "staff-1" … signs staff in, "member-1"
// … members, and token(n) opens the letter of an organization. All members but
// the first six read cards: for those the menu counts what was returned. The
// organization of member n has {sessions} * 5 / n ^ 0.77 cards: 10,000 the first,
// 215,000 all together. Two million are for the benchmark of lists of card; to fill
// the index of their words takes longer than all that is measured here.
var productData = []string{
	`insert into tin_registry (tin, org_id)
	select (300000000 + g)::text, g from generate_series(1, {orgs}) g`,
	`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, name_en, director_name, director_pinfl_mac,
		director_pinfl_sealed, email, phone, region, district, street, language, status, search, source_hash, activated_at)
	select g, (300000000 + g)::text, 'mchj', '“ZARAFSHON SUT ' || g || '” MCHJ', 'ООО «ЗАРАФШОН СУТ ' || g || '»', '',
		'OʻRINBOYEV GʻULOMJON RUSTAMOVICH', sha256(('pinfl ' || g)::bytea), '', 'info@zarafshon-' || g || '.example',
		'+998901234567', (array['TK', 'SA', 'AN', 'BU', 'FA', 'XO', 'QR'])[g % 7 + 1], 'Chilonzor tumani', 'Bunyodkor koʻchasi, ' || g % 90 + 1,
		(array['uz', 'ru'])[g % 2 + 1], status, (300000000 + g)::text || ' zarafshon sut ' || g || ' mchj ooo', sha256(g::text::bytea),
		case status when 'active' then now() end
	from (select g, case when g > 10000 and g % 250 = 0 then 'blocked' when g % 3 = 0 then 'active' else 'imported' end as status
		from generate_series(1, {orgs}) g) g`,
	`insert into org_product_groups (org_id, group_id, issuer, status)
	select g, p.id, g % 4 = 0, 'active'
	from generate_series(1, {orgs}) g
	join (select id, row_number() over (order by id) as n from product_groups) p on p.n = g % 3 + 1 or p.n = g % 5 + 4`,

	`insert into staff (id, name, pinfl_mac, roles)
	overriding system value
	select 1000 + g, 'OPERATOROV TIMUR ' || g, sha256(('staff ' || g)::bytea), '{op_admin}' from generate_series(1, {sessions}) g`,
	`insert into sessions (token_hash, staff_id, data, proved_at, expires_at)
	select rtrim(translate(encode(sha256(('staff-' || g)::bytea), 'base64'), '+/', '-_'), '='), 1000 + g,
		convert_to('{"d":"2100-01-01T00:00:00Z","s":' || 1000 + g || '}', 'UTF8'), now(), now() + interval '12 hours'
	from generate_series(1, {sessions}) g`,

	`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language)
	select 1000000 + g, 'OʻRINBOYEV GʻULOMJON RUSTAMOVICH', sha256(('pinfl ' || g * 3)::bytea), '', 'uz' from generate_series(1, {sessions}) g`,
	`insert into person_registry (pinfl_mac, account_id)
	select pinfl_mac, id from accounts`,
	`insert into members (org_id, id, account_id, kind, name, email, status, activated_at)
	select 3 * g, 1000000 + g, 1000000 + g, 'business', 'OʻRINBOYEV GʻULOMJON RUSTAMOVICH', 'info@zarafshon-' || g || '.example', 'active', now()
	from generate_series(1, {sessions}) g`,
	`insert into account_members (account_id, org_id, member_id)
	select account_id, org_id, id from members`,
	`insert into member_roles (org_id, member_id, role)
	select m.org_id, m.id, r.role from members m cross join (values ('default'), ('org_admin'), ('card_observer')) r (role)
	where r.role <> 'card_observer' or m.id > 1000006`,
	`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
	select 3 * g, 1000000 + g, 'Bosh ofis', '{storage}', 'TK', 'Chilonzor tumani', 'Bunyodkor koʻchasi, 1', true, 'active', 'address'
	from generate_series(1, {sessions}) g`,
	`update organizations set status = 'active', activated_at = now() where org_id in (select org_id from members)`,
	`insert into sessions (token_hash, account_id, org_id, member_id, data, proved_at, expires_at)
	select rtrim(translate(encode(sha256(('member-' || g)::bytea), 'base64'), '+/', '-_'), '='), 1000000 + g, 3 * g, 1000000 + g,
		convert_to('{"d":"2100-01-01T00:00:00Z","a":' || 1000000 + g || ',"o":' || 3 * g || ',"m":' || 1000000 + g || '}', 'UTF8'),
		now(), now() + interval '12 hours'
	from generate_series(1, {sessions}) g`,

	`update members set all_groups = true`,
	`insert into cards (org_id, id, gtin, standing, editing, live, group_id, packaging, country, name_uz, name_ru, brand, fold, changed_at)
	select org, n, '0478' || lpad(n::text, 10, '0'), case when n % 20 < 12 then 'published' else 'new' end,
		case when n % 20 < 12 then 'none' when n % 20 < 18 then 'draft' else 'returned' end, case when n % 20 < 12 then 1 end,
		(array[3, 7, 13, 15])[org % 4 + 1], 'UNIT', case when n % 50 = 0 then '' else 'UZ' end,
		words[1] || ' «Oydin» ' || n % 997 || ' ml, PET idishda', words[2] || ' «Ойдин» ' || n % 997 || ' мл, бутылка ПЭТ', 'Zarafshon',
		lower(words[1]) || ' oydin ' || n % 997 || ' ml pet idishda ' || words[3] || ' butilka zarafshon 0478' || lpad(n::text, 10, '0'), now() - n * interval '13 seconds'
	from (select org, row_number() over (order by random()) as n
		from (select 3 * g as org from generate_series(1, {sessions}) g, generate_series(1, greatest(5, ({sessions} * 5 / g ^ 0.77)::int))) o) c
	cross join lateral (select array['Sut', 'Молоко', 'moloko'] as words where n % 4 = 0 union all select array['Suv', 'Вода', 'voda'] where n % 4 = 1
		union all select array['Pivo', 'Пиво', 'pivo'] where n % 4 = 2 union all select array['Sharbat', 'Сок', 'sok'] where n % 4 = 3) w`,

	`insert into campaigns (id, name, letter_kind, opens_at, closes_at, selection, status, staff_id, staff_name)
	values (1, 'Pre-activation', 'code', now() - interval '1 day', now() + interval '7 days', '{}', 'running', 1001, 'OPERATOROV TIMUR 1')`,
	`insert into letters (org_id, id, campaign_id, kind, email, language, seed, status, issued_at, sent_at, expires_at)
	select 3 * g + 1, g, 1, 'code', 'info@zarafshon-' || 3 * g + 1 || '.example', 'uz', '\x00', 'sent', now(), now(), now() + interval '7 days'
	from generate_series(1, {sessions}) g`,
	`insert into letter_key_registry (key_hash, kind, org_id, letter_id)
	select sha256(rpad('bench' || translate(g::text, '0123456789', 'abcdefghij'), 32, 'k')::bytea), 'token', 3 * g + 1, g
	from generate_series(1, {sessions}) g`,
	`vacuum analyze`,
}

// fillProduct makes a portal's data: so many organizations, at least three times
// as many as sessions.
func fillProduct(tb testing.TB, db *pgxpool.Pool, orgs, sessions int) {
	tb.Helper()
	size := strings.NewReplacer("{orgs}", strconv.Itoa(orgs), "{sessions}", strconv.Itoa(sessions))
	statements := make([]string, len(productData))
	for i, q := range productData {
		statements[i] = size.Replace(q)
	}
	fill(tb, db, statements)
}

// fill runs statements that make data.
func fill(tb testing.TB, db *pgxpool.Pool, statements []string) {
	tb.Helper()
	for _, q := range statements {
		if _, err := db.Exec(tb.Context(), q); err != nil {
			tb.Fatalf("%.80s: %v", q, err)
		}
	}
}

// get writes a request as a browser sends it, with what it may matter.
func get(path, cookie string) []byte {
	if cookie != "" {
		cookie = "Cookie: " + cookie + "\r\n"
	}
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: kabinet.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"+
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: ru-RU,ru;q=0.9,en;q=0.5\r\n"+
		"Accept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\n%s\r\n", path, cookie)
}

// each makes one request for each number from 1 to n.
func each(n int, request func(n int) []byte) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = request(i + 1)
	}
	return all
}
