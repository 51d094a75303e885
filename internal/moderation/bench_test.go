package moderation_test

import (
	"slices"
	"testing"
	"time"

	"kabinet/internal/core/page"
	"kabinet/internal/moderation"
)

// crowd fills the desk: 200 organizations with 100,000 waiting cards and 100,000
// settled ones, and 300,000 decisions of the last 90 days.
func crowd(b *testing.B) kit {
	b.Helper()
	k := newKit(b)
	conn, err := k.db.Acquire(b.Context())
	k.must(err)
	defer conn.Release()
	for _, sql := range []string{
		`set statement_timeout = 0`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from generate_series(1001, 1200) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations on conflict do nothing`,
		`insert into cards (org_id, id, gtin, standing, live, editing, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
			select 1001 + i % 200, i, lpad((4780000000000 + i * 7)::text, 14, '0'), case when i % 2 = 0 then 'new' else 'published' end, case when i % 2 = 1 then 1 end,
				case when i % 2 = 0 then 'moderation' else 'none' end, (array[3, 7, 11, 13, 15, 17])[1 + i / 2 % 6], 'UNIT', 'UZ',
				'Zilol suvi ' || i, 'Вода «Зилол» ' || i, '', 'Zilol', 'zilol suvi voda ' || i
			from generate_series(1, 200000) i`,
		`insert into card_versions (org_id, card_id, n, status, content, created_by, created_name, sent_by, sent_name, sent_at, deadline_at)
			select org_id, id, 1, case when editing = 'moderation' then 'moderation' else 'published' end,
				jsonb_build_object('gtin', gtin, 'packaging', 'UNIT', 'group', group_id, 'set', 1, 'name_uz', name_uz, 'name_ru', name_ru),
				3, 'Barno', 3, 'Barno', now() - id % 100 * interval '1 hour', now() + (id * 7919 % 200000 - 20000) * interval '2 seconds'
			from cards`,
		`alter table card_decisions drop constraint card_decisions_version_fkey`,
		`insert into card_decisions (org_id, card_id, n, verdict, group_id, staff_id, staff_name, sent_at, deadline_at, decided_at, reasons)
			select 1001 + i % 200, i, 0, case when i % 4 = 0 then 'returned' else 'published' end, (array[3, 7, 11, 13, 15, 17])[1 + i % 6], 101 + i % 4, 'X',
				now() - i % 90 * interval '1 day' - interval '2 days', now() - i % 90 * interval '1 day' + (i % 11 - 1) * interval '1 day', now() - i % 90 * interval '1 day',
				case when i % 4 = 0 then array[1 + i % 18, 0] else '{}' end
			from generate_series(1, 300000) i`,
		`vacuum analyze cards`, `vacuum analyze card_versions`, `vacuum analyze card_decisions`, `vacuum analyze organizations`,
	} {
		_, err := conn.Exec(b.Context(), sql)
		k.must(err)
	}
	return k
}

// BenchmarkDesk measures the desk with 100,000 waiting cards beside the bare
// query of its first page.
func BenchmarkDesk(b *testing.B) {
	k := crowd(b)
	ctx := b.Context()
	all, err := k.List(ctx, timur, moderation.Filter{})
	k.must(err)
	if !all.Counts[moderation.Anybody].More {
		b.Fatalf("%+v wait", all.Counts)
	}
	deep := k.deep(b, 40)
	run := func(name string, act func() error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if err := act(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	list := func(f moderation.Filter) func() error {
		return func() error { _, err := k.List(ctx, timur, f); return err }
	}
	run("bare", func() error {
		rows, err := k.db.Query(ctx, `
			select v.org_id, v.card_id, v.n, k.gtin, k.name_uz, o.name_uz, v.deadline_at
			from card_versions v join cards k on k.org_id = v.org_id and k.id = v.card_id join organizations o on o.org_id = v.org_id
			where v.status = 'moderation' order by v.deadline_at, v.org_id, v.card_id limit 26`)
		if err != nil {
			return err
		}
		for rows.Next() { //nolint:revive // only the time it takes is of interest
		}
		return rows.Err()
	})
	run("first page", list(moderation.Filter{}))
	run("page 41", list(moderation.Filter{After: deep}))
	run("free", list(moderation.Filter{Hands: moderation.Free}))
	run("mine", list(moderation.Filter{Hands: moderation.Mine}))
	run("group", list(moderation.Filter{Group: 17}))
	run("overdue", list(moderation.Filter{Due: moderation.Late}))
	run("organization", list(moderation.Filter{TIN: "301001100"}))
	run("gtin", list(moderation.Filter{Query: "4780000123452"}))
	run("name", list(moderation.Filter{Query: "вода 77778"}))
	run("common name", list(moderation.Filter{Query: "zilol"}))
	run("next", func() error { _, _, err := k.Next(ctx, timur, moderation.Filter{}, moderation.Ref{}); return err })
	run("next and publish", func() error {
		r, _, err := k.Next(ctx, timur, moderation.Filter{}, moderation.Ref{})
		if err != nil {
			return err
		}
		return k.Publish(ctx, timur, moderation.Key{Ref: r, N: 1})
	})
	run("statistics 90, nothing summed up", func() error { _, err := k.Stats(ctx, timur, 90); return err })
	k.must(moderation.SumDays(ctx, k.db))
	run("statistics 30", func() error { _, err := k.Stats(ctx, timur, 30); return err })
	run("statistics 90", func() error { _, err := k.Stats(ctx, timur, 90); return err })
}

// deep is the cursor of a page far behind the first.
func (k kit) deep(b *testing.B, pages int) (after string) {
	b.Helper()
	for range pages {
		p, err := k.List(b.Context(), timur, moderation.Filter{After: after, Size: page.Size("")})
		k.must(err)
		after = p.Next
	}
	return after
}
