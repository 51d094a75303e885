package readiness_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/golden"
	"kabinet/internal/core/perm"
	"kabinet/internal/onboarding"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/readiness"
)

var size = flag.Int("readiness-size", 2_000, "organizations in the benchmark of the overview")

type desk struct {
	*readiness.Service
	t       testing.TB
	db      *pgxpool.Pool
	watcher actor.Operator
	support actor.Operator
}

func newDesk(t testing.TB) desk {
	t.Helper()
	db := pgtest.New(t)
	d := desk{t: t, db: db, Service: &readiness.Service{DB: db}}
	d.exec(`insert into staff (id, name, pinfl_mac, roles) values (7, 'Lola', '\x07', '{op_support}'), (8, 'Timur', '\x08', '{op_watcher}')`)
	d.exec(`insert into sessions (token_hash, data, staff_id, expires_at) values ('s7', '', 7, now() + interval '1 hour'), ('s8', '', 8, now() + interval '1 hour')`)
	d.support = actor.Operator{StaffID: 7, Name: "Lola", Rights: perm.Rights([]string{"op_support"}), SessionKey: "s7"}
	d.watcher = actor.Operator{StaffID: 8, Name: "Timur", Rights: perm.Rights([]string{"op_watcher"}), SessionKey: "s8"}
	return d
}

func (d desk) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// slow is exec for what takes longer than a statement may.
func (d desk) slow(sql string, args ...any) {
	d.t.Helper()
	err := pg.InTx(d.t.Context(), d.db, func(tx pg.Tx) error {
		if _, err := tx.Exec(d.t.Context(), `set local statement_timeout = 0`); err != nil {
			return err
		}
		_, err := tx.Exec(d.t.Context(), sql, args...)
		return err
	})
	if err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// organizations makes some that are imported and nothing else.
func (d desk) organizations(from, to int) {
	d.t.Helper()
	d.slow(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select i, (300000000 + i)::text, 'mchj', 'Tashkilot', 'Организация', 'Direktor', '', '', 'info@org.example', '', (array['TK', 'SA', 'BU'])[i % 3 + 1], 'Tuman', 'Koʻcha', 'uz', 'imported', '', ''
		from generate_series($1::int, $2::int) i`, from, to)
}

// step is where an organization is stuck, as the overview keeps it.
func (d desk) step(org int64) (s string) {
	d.t.Helper()
	d.exec(`insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target) select $1, coalesce(max(id), 0) + 1, 'system', '', '', 'x.y', '' from audit_log`, org)
	if err := d.Refresh(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	var states string
	if err := d.db.QueryRow(d.t.Context(), `select stuck, states from org_readiness where org_id = $1`, org).Scan(&s, &states); err != nil {
		d.t.Fatal(err)
	}
	d.sameAsHome(org, states)
	return s
}

// sameAsHome compares what is kept with what an administrator reads; only the
// reader's own access is another matter.
func (d desk) sameAsHome(org int64, states string) {
	d.t.Helper()
	var all perm.Set
	for _, r := range perm.MemberRoles() {
		all = all.Or(r.Rights())
	}
	home, err := (&onboarding.Service{DB: d.db}).Home(d.t.Context(), actor.Actor{OrgID: org, MemberID: 1, SessionKey: "m", Rights: all, Scope: perm.Scope{AllGroups: true, AllPlaces: true}})
	if err != nil {
		d.t.Fatal(err)
	}
	read := map[string]byte{}
	for _, p := range home.Parts {
		for _, t := range p.Tasks {
			read[t.Key] = "npaodw"[t.Status]
		}
	}
	for i, key := range onboarding.Keys() {
		if c, ok := read[key]; key != "access" && (ok && c != states[i] || !ok && states[i] != '-') {
			d.t.Errorf("%s is %c on Home and kept as %c", key, c, states[i])
		}
	}
}

// TestEachStepIsTakenAndUndone leads one organization from its import to the end;
// whatever is undone on the way leads back to its step.
func TestEachStepIsTakenAndUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.organizations(1, 1)
	if s := d.step(1); s != "activate" {
		t.Fatalf("an imported one is stuck at %q", s)
	}
	for _, step := range []struct{ at, do, undo string }{
		{"activate", `update organizations set status = 'active', activated_at = now()`, ``},
		{"address", `insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin) values (1, 1, 'J', '{production}', 'TK', 'T', 'K', true, 'active', 'address')`, `delete from places`},
		{"groups", `insert into org_product_groups (org_id, group_id, issuer, status) values (1, 13, true, 'active')`, `delete from org_product_groups`},
		{"address", `update organizations set checked_at = now()`, `update organizations set checked_at = null`},
		{"gs1", `insert into gs1_prefixes (org_id, prefix, status) values (1, '4780001', 'active')`, `update gs1_prefixes set status = 'blocked'; delete from gs1_prefixes`},
		{"users", `insert into members (org_id, id, kind, name, email, status) select 1, i, 'business', 'O', '', 'active' from generate_series(1, 2) i`, `delete from members`},
		{"api_key", `insert into members (org_id, id, kind, name, email, status) values (1, 3, 'technical', 'T', '', 'active')`, `delete from members where id = 3`},
		{"cards", `insert into cards (org_id, id, gtin, group_id, packaging, country, editing, standing, live) values (1, 4, '04780000000038', 13, 'UNIT', 'UZ', 'none', 'published', 1);
			insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold) values (1, 4, 1, '04780000000038', 13, 'UNIT', 'UZ', '', '', '', '', '')`, `delete from catalogue; delete from cards`},
		{"agreement", `insert into agreements (org_id, id, status, requested_by, requested_name, text_uz, text_ru, text_en, signature_id) values (1, 1, 'active', 1, 'D', 'x', 'x', 'x', 1)`, `delete from agreements`},
		{"documents", `insert into onboarding_ticks (org_id, task, member_id, member_name) values (1, 'documents', 1, 'D')`, `delete from onboarding_ticks where task = 'documents'`},
		{"receipts", `insert into onboarding_ticks (org_id, task, member_id, member_name) values (1, 'receipts', 1, 'D')`, `delete from onboarding_ticks where task = 'receipts'`},
		{"apps", `insert into onboarding_ticks (org_id, task, member_id, member_name) values (1, 'apps', 1, 'D')`, `delete from onboarding_ticks where task = 'apps'`},
	} {
		if s := d.step(1); s != step.at {
			t.Fatalf("stuck at %q, want %q", s, step.at)
		}
		d.all(step.do)
		if step.undo == "" {
			continue
		}
		if s := d.step(1); s == step.at && step.at != "address" {
			t.Errorf("%q is done and not noticed", step.at)
		}
		d.all(step.undo)
		if s := d.step(1); s != step.at {
			t.Errorf("%q is undone, and stuck at %q", step.at, s)
		}
		d.all(step.do)
	}
	if s := d.step(1); s != readiness.Settled {
		t.Errorf("all is done, and stuck at %q", s)
	}
	for sql, want := range map[string]string{
		`update agreements set status = 'signed'`:                                            readiness.Operator,
		`update agreements set status = 'sent'`:                                              "agreement",
		`update cards set editing = 'returned'`:                                              "cards_returned",
		`update cards set country = '', editing = 'none'`:                                    "cards_country",
		`update cards set country = 'UZ', planned_on = now(), standing = 'new', live = null`: "cards_planned",
	} {
		d.exec(`update agreements set status = 'active'`)
		d.exec(`update cards set country = 'UZ', editing = 'none', planned_on = null, standing = 'published', live = 1`)
		d.exec(sql)
		if s := d.step(1); s != want {
			t.Errorf("%s: stuck at %q, want %q", sql, s, want)
		}
	}
}

func (d desk) all(sql string) {
	d.t.Helper()
	for s := range strings.SplitSeq(sql, ";") {
		d.exec(s)
	}
}

// TestCountsAreThoseOfTheRows changes organizations at random places and compares
// the counts kept with the rows counted.
func TestCountsAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.organizations(1, 1200)
	d.exec(`insert into org_product_groups (org_id, group_id, issuer, status) select i, g, false, 'active' from generate_series(1, 1200) i, unnest(array[13, 15]) g where i % g < 7`)
	for round := range 4 {
		d.exec(`update organizations set status = 'active', activated_at = now(), region = 'BU' where org_id % 7 = $1`, round)
		d.exec(`update org_product_groups set status = 'blocked' where org_id % 11 = $1`, round)
		d.exec(`insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target) select i, (select coalesce(max(id), 0) from audit_log) + i, 'system', '', '', 'x.y', '' from generate_series(1, 1200) i where i % 7 = $1 or i % 11 = $1`, round)
		if err := d.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []readiness.Filter{{}, {Region: "BU"}, {Group: 13}, {Region: "SA", Group: 15}, {Weeks: 1}} {
		o, err := d.Overview(ctx, d.watcher, f)
		if err != nil || o.At.IsZero() {
			t.Fatal(err)
		}
		var total int64
		for _, b := range o.Bars {
			var n int64
			if err := d.db.QueryRow(ctx, `select count(*) from org_readiness where stuck = $1 and ($2 = '' or region = $2) and ($3 = 0 or $3 = any(groups)) and ($4 = 0 or since < date_trunc('week', now() at time zone 'UTC') at time zone 'UTC')`, b.Step, f.Region, f.Group, f.Weeks).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if total += n; n != b.N {
				t.Errorf("%+v: %d at %s, counted %d", f, n, b.Step, b.N)
			}
		}
		if total != o.Total || total == 0 && f.Weeks == 0 {
			t.Errorf("%+v: %d organizations, %d in all", f, total, o.Total)
		}
	}
	seen := map[int64]bool{}
	f := readiness.Filter{Step: "activate", Size: 100}
	for {
		p, err := d.List(ctx, d.watcher, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			if seen[r.OrgID] || r.Done >= r.All {
				t.Fatalf("%d twice, or with all %d steps done", r.OrgID, r.All)
			}
			seen[r.OrgID] = true
		}
		if f.After = p.Next; f.After == "" {
			break
		}
	}
	if o, _ := d.Overview(ctx, d.watcher, readiness.Filter{}); int64(len(seen)) != o.Bars[1].N && int64(len(seen)) != o.Bars[0].N {
		t.Errorf("%d listed", len(seen))
	}
}

// TestAReminderGoesOutOnceInAWeek reminds a group twice, by two at once.
func TestAReminderGoesOutOnceInAWeek(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.organizations(1, 230)
	d.exec(`update organizations set status = 'active', activated_at = now() - interval '15 days'`)
	d.exec(`insert into members (org_id, id, account_id, kind, name, email, status) select i, 1, i, 'business', 'Admin', 'a@org.example', 'active' from generate_series(1, 230) i`)
	d.exec(`insert into member_roles (org_id, member_id, role) select i, 1, 'org_admin' from generate_series(1, 230) i`)
	if err := d.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	f := readiness.Filter{Step: "address", Region: "SA", Weeks: 1}
	if _, err := d.Remind(ctx, d.watcher, f, 1000); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
	if _, err := d.Remind(ctx, d.support, readiness.Filter{Step: "activate"}, 1000); !errors.Is(err, readiness.ErrStep) {
		t.Errorf("of the activation: %v", err)
	}
	n, err := d.Group(ctx, d.support, f)
	if err != nil || n < 70 || n > 80 {
		t.Fatalf("%d organizations, %v", n, err)
	}
	if _, err := d.Remind(ctx, d.support, f, n/2); !errors.Is(err, readiness.ErrGrown) {
		t.Errorf("a group that has grown: %v", err)
	}
	letters := func() (all int64) {
		t.Helper()
		if err := d.db.QueryRow(ctx, `select count(*) from notices where key = 'readiness.notice.step.'`).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	for round, want := range []int64{n, n, 2 * n} {
		if round == 2 {
			d.exec(`update readiness_reminders set at = at - interval '8 days'`)
		}
		id, err := d.Remind(ctx, d.support, f, n)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a job that is tried again sends nothing twice
			if err := d.SendNow(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		m, err := d.Mailing(ctx, d.watcher, id)
		if err != nil || m.EndedAt.IsZero() || m.Sent+m.Spared != n || letters() != want {
			t.Errorf("round %d: %+v, %d letters, want %d, %v", round, m, letters(), want, err)
		}
	}
}

func TestLettersAsReviewed(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		var b strings.Builder
		for _, step := range readiness.Steps() {
			if !readiness.Remindable(step) {
				continue
			}
			var args []any
			for i, a := range readiness.Letter(1, step).Args {
				if i%2 == 0 {
					a = strings.TrimSuffix(a, "."+l.Code())
				}
				args = append(args, a)
			}
			fmt.Fprintf(&b, "== %s\n%s\n\n%s\n\n[%s]\n\n", step, i18n.Text(l, "readiness.notice.step.subject", args...), i18n.Text(l, "readiness.notice.step.text", args...), i18n.Text(l, "readiness.notice.step.button", args...))
		}
		golden.Check(t, "letters."+l.Code()+".txt", b.String())
	}
}

// stand gives organizations 1 to n a row each, as the job leaves them: of group 33
// there is hardly anybody.
func (d desk) stand(n int) {
	d.t.Helper()
	d.organizations(1, n)
	d.slow(`insert into org_readiness (org_id, region, groups, states, stuck, since)
		select i, (array['TK', 'SA', 'BU'])[i % 3 + 1], case when i % 997 = 7 then array[20, 33] else array[20, i % 12 + 1] end, 'dddd',
			(array['activate', 'activate', 'address', 'groups', 'users', 'cards', ''])[i % 7 + 1], date_trunc('hour', now()) - (i * 7 % 400) * interval '1 day'
		from generate_series(1, $1::int) i`, n)
	d.slow(`insert into readiness_counts select g, stuck, region, date_trunc('week', since at time zone 'UTC'), count(*) from org_readiness, unnest(array_append(groups, 0::smallint)) g group by 1, 2, 3, 4`)
	d.exec(`insert into readiness_marks (org_id) values ($1)`, n)
}

// TestEverybodyOfAGroupIsListedOnce compares pages with what a plain query gives.
func TestEverybodyOfAGroupIsListedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.stand(3000)
	for name, f := range map[string]readiness.Filter{
		"a step": {}, "a region": {Region: "SA"}, "a group": {Group: 20}, "a rare group": {Group: 33}, "a group in a region": {Region: "TK", Group: 5},
		"for a month": {Weeks: 4}, "all together": {Region: "BU", Group: 3, Weeks: 20}, "nobody": {Group: 34}, "nobody so long": {Weeks: 500},
	} {
		f.Step, f.Size = "activate", 97
		want := d.ids(`select org_id from org_readiness where stuck = 'activate' and ($1 = '' or region = $1) and ($2 = 0 or $2 = any (groups))
			and ($3 = 0 or since < date_trunc('week', now()) - ($3 - 1) * interval '7 days') order by since, org_id`, f.Region, f.Group, f.Weeks)
		got := []int64{}
		for {
			p, err := d.List(t.Context(), d.watcher, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				got = append(got, r.OrgID)
			}
			if f.After = p.Next; p.Next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d organizations, want %d", name, len(got), len(want))
		}
	}
}

func (d desk) ids(sql string, args ...any) []int64 {
	d.t.Helper()
	rows, err := d.db.Query(d.t.Context(), sql, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		d.t.Fatal(err)
	}
	return ids
}

// BenchmarkOverview measures the operator's pages over -readiness-size
// organizations: rows are made as the job leaves them.
//
//	go run ./cmd/devpg -- go test -run '^$' -bench Overview ./internal/readiness -readiness-size 500000
func BenchmarkOverview(b *testing.B) {
	d := newDesk(b)
	ctx := b.Context()
	d.stand(*size)
	d.slow(`analyze`)
	d.exec(`vacuum org_readiness`)
	for name, f := range map[string]readiness.Filter{
		"all": {}, "region and group": {Region: "SA", Group: 20}, "for a month": {Weeks: 4}, "for a month, group": {Weeks: 4, Group: 5, Region: "TK"},
		"nobody": {Group: 34}, "hardly anybody": {Group: 33}, "all of a group": {Group: 20},
	} {
		b.Run("overview/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Overview(ctx, d.watcher, f); err != nil {
					b.Fatal(err)
				}
			}
		})
		f.Step, f.Size = "activate", 50
		b.Run("list/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.List(ctx, d.watcher, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("refresh/10000", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			d.exec(`delete from org_readiness where org_id <= 10000`)
			d.exec(`update readiness_marks set org_id = 0`)
			b.StartTimer()
			if err := d.Refresh(ctx); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(10_000/b.Elapsed().Minutes()*float64(b.N), "organizations/min")
	})
}
