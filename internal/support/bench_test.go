package support_test

import (
	"slices"
	"testing"
	"time"

	"kabinet/internal/support"
)

// crowd fills the desk: 200 organizations with 300,000 requests of the last 90
// days, of which 3,000 wait for the operator.
func crowd(b *testing.B) kit {
	b.Helper()
	k := newKit(b)
	conn, err := k.db.Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	for _, sql := range []string{
		`set statement_timeout = 0`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Org ' || n, 'Орг ' || n, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '' from generate_series(1001, 1200) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations on conflict do nothing`,
		`insert into support_requests (org_id, id, kind, title, status, member_id, member_name, created_at, changed_at, last_id, last_text,
				first_due_at, due_at, answered_at, closes_at, closed_at, score, score_text, scored_at)
			select 1001 + i % 200, 1000000 + i, (array['card', 'document', 'payment', 'agreement', 'place', 'other'])[1 + i % 6],
				(array['Kartochka yuborilmayapti', 'Hujjat koʻrinmayapti', 'Toʻlov oʻtmadi', 'Вопрос о договоре'])[1 + i % 4] || ' ' || i, s.status, 3, 'Barno', c.at, c.at + interval '1 day',
				1000000 + i, repeat('Matn ', 20), c.at + interval '2 days',
				case when s.status = 'open' then now() + (i % 200 - 20) * interval '15 minutes' end,
				case when s.status <> 'open' then c.at + i % 60 * interval '1 hour' end,
				case when s.status in ('waiting', 'answered') then now() + interval '3 days' end,
				case when s.status = 'closed' then c.at + interval '8 days' end,
				case when s.status = 'closed' and i % 3 = 0 then 1 + i % 5 end,
				case when s.status = 'closed' and i % 30 = 0 then 'Yaxshi' else '' end,
				case when s.status = 'closed' and i % 3 = 0 then c.at + interval '2 days' end
			from generate_series(1, 300000) i,
				lateral (select now() - (i * 7919::bigint % 7776000) * interval '1 second' as at) c,
				lateral (select case when i % 100 = 0 then 'open' when c.at < now() - interval '9 days' then 'closed' when i % 10 = 1 then 'waiting' else 'answered' end as status) s`,
		`vacuum analyze support_requests`, `vacuum analyze organizations`,
	} {
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatalf("%s: %v", sql, err)
		}
	}
	return k
}

// BenchmarkDesk measures the desk with 300,000 requests of the last 90 days.
func BenchmarkDesk(b *testing.B) {
	k := crowd(b)
	ctx := b.Context()
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
	list := func(f support.Filter) func() error {
		return func() error { _, err := k.List(ctx, timur, f); return err }
	}
	run("first page", list(support.Filter{}))
	run("closed", list(support.Filter{Tab: support.Over}))
	run("rare words", list(support.Filter{Query: "77778"}))
	run("common words", list(support.Filter{Query: "kartochka"}))
	run("closed with common words", list(support.Filter{Tab: support.Over, Query: "kartochka"}))
	run("closed with rare words", list(support.Filter{Tab: support.Over, Query: "договоре 77779"}))
	run("an organization", list(support.Filter{Query: "301001100"}))
	run("next", func() error { _, _, err := k.Next(ctx, timur, support.Ref{}); return err })
	stats := func() error { _, err := k.Stats(ctx, timur, 90); return err }
	run("statistics 90, nothing summed up", stats)
	began := time.Now()
	if err := k.SumDays(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("summed up in %s", time.Since(began))
	run("statistics 90", stats)
	k.exec(`delete from support_days where day > now() - interval '8 days'`)
	run("statistics 90, a week changed", stats)
}
