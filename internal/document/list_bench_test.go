package document

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	benchDocuments = flag.Int("documents", 1_000_000, "documents of the benchmark of lists")
	benchRounds    = flag.Int("rounds", 25, "interleaved rounds of a comparison")
)

// benchOrgs is of how many organizations they are; the first has a ninth of all.
const benchOrgs = 5000

// BenchmarkLists prints what pages of the inbox take beside the bare query of a
// page of the same organization, both in the same rounds, and fails on a plan that
// walks the table.
//
//	go run ./cmd/devpg -- go test -run '^$' -bench Lists -benchtime 1x ./internal/document
func BenchmarkLists(b *testing.B) {
	l := loadInboxes(b, *benchDocuments)
	for b.Loop() {
		l.compare(b)
	}
	b.ReportMetric(0, "ns/op")
}

type inboxes struct {
	db   *pgxpool.Pool
	docs *Service
}

func benchReader(orgID int64) actor.Actor {
	return actor.Actor{OrgID: orgID, MemberID: 1, SessionKey: "k", Rights: perm.Of(perm.DocumentRead), Scope: perm.Scope{AllGroups: true}}
}

// loadInboxes stores documents of a year in the order of time, those of all
// organizations mixed, each with a line.
func loadInboxes(b *testing.B, n int) *inboxes {
	b.Helper()
	db, err := pg.Open(b.Context(), pg.Config{URL: pgtest.URL(b) + "&maintenance_work_mem=1GB", MaxConns: 4, StatementTimeout: -1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	l := &inboxes{db: db, docs: &Service{DB: db}}
	l.exec(b, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Zarafshon Sut ' || n, 'Зарафшон Сут ' || n, '', n::text::bytea, '', 'a@company.example', '', 'TK', '', '', 'uz', 'active', '', ''
		from generate_series(1, $1::int) n`, benchOrgs)
	l.exec(b, `select setseed(0.5)`)
	l.exec(b, `
		insert into documents (org_id, id, feed, source_id, version, kind, side, group_id, number, at, party_tin, party_name, amount, codes, status, answer, deadline_at, fold)
		select org, n, feed, 's' || n, 1, kind, side, (array[3, 7, 11, 13, 15, 17, 18, 33])[1 + n % 8], 'EHF-' || n, now() - (($1 - n) * interval '1 year' / $1),
			(300000000 + n % 9973)::text, party, (n % 99991) * 100, n % 500, (array['success', 'success', 'success', 'partially_processed', 'error', 'in_process'])[1 + n % 6],
			case when side = 'in' and n > $1 - $1 / 365 then 'waiting' else 'none' end, now() + interval '1 day',
			lower('ehf ' || n || ' ' || party || ' ' || (300000000 + n % 9973))
		from (
			select n, 1 + floor($2 * power(random(), 4))::int as org, k.kind, k.side, k.feed,
				(array['toshkent ulgurji', 'samarkand savdo', 'navbahor trans', 'lola market', 'buloq tabiat', 'sharq yulduzi'])[1 + (n * 7) % 6] || ' ' || n % 9973 as party
			from generate_series(1, $1::int) n
			join lateral (select * from (values
				(0, 'ORIGINAL_INVOICE', 'in', 'edo'), (1, 'ORIGINAL_INVOICE', 'in', 'edo'), (2, 'ORIGINAL_INVOICE', 'out', 'edo'), (3, 'UTILISATION', '', 'operations'),
				(4, 'AGGREGATION', '', 'operations'), (5, 'WITHDRAWAL', '', 'operations'), (6, 'ORIGINAL_CUSTOMS_DECLARATION', '', 'customs'), (7, 'CORRECTED_INVOICE', 'in', 'edo'))
				v(i, kind, side, feed) where v.i = (n * 31) % 8) k on true) x
		order by n`, n, benchOrgs)
	l.exec(b, `insert into document_lines (org_id, document_id, n, gtin, name) select org_id, id, 1, '04780101000012', 'Suv' from documents`)
	l.exec(b, `vacuum analyze documents`)
	l.exec(b, `vacuum analyze document_lines`)
	return l
}

func (l *inboxes) exec(b *testing.B, sql string, args ...any) {
	b.Helper()
	if _, err := l.db.Exec(b.Context(), sql, args...); err != nil {
		b.Fatalf("%.80s: %v", sql, err)
	}
}

// aim is one page that is measured.
type aim struct {
	name   string
	org    int64
	filter Filter
}

func (l *inboxes) aims(b *testing.B) []aim {
	b.Helper()
	const median = benchOrgs / 16 // power(1/2, 4): half of the documents are of smaller ones
	from, until := LastDays(time.Now(), UsualDays)
	month := Filter{From: from, Until: until, Size: 25}
	with := func(change func(*Filter)) Filter { f := month; change(&f); return f }
	deep := l.deep(b)
	return []aim{
		{"30 days, largest", 1, month},
		{"30 days, median", median, month},
		{"all time, largest", 1, Filter{Size: 25}},
		{"half a year deep, largest", 1, Filter{Size: 25, After: deep}},
		{"invoices of 30 days, largest", 1, with(func(f *Filter) { f.Tab = TabInvoices })},
		{"needs action, largest", 1, Filter{Action: true, Size: 25}},
		{"needs action, median", median, Filter{Action: true, Size: 25}},
		{"status, side, group, largest", 1, with(func(f *Filter) { f.Status, f.Side, f.GroupID = Failed, In, 13 })},
		{"by amount, 30 days, largest", 1, with(func(f *Filter) { f.Order = ByAmount })},
		{"common name, 30 days, largest", 1, with(func(f *Filter) { f.Query = "toshkent" })},
		{"common name, all time, largest", 1, Filter{Query: "toshkent", Size: 25}},
		{"TIN, all time, largest", 1, Filter{Query: "300000777", Size: 25}},
		{"number, all time, largest", 1, Filter{Query: "EHF-777", Size: 25}},
		{"no hit, largest", 1, Filter{Query: "qwrtyp", Size: 25}},
		{"common name, median", median, Filter{Query: "toshkent", Size: 25}},
	}
}

// deep is a place in the largest list half a year back.
func (l *inboxes) deep(b *testing.B) string {
	b.Helper()
	rows, err := l.db.Query(b.Context(), `select`+columns+` from documents d where d.org_id = 1 and d.at < now() - interval '180 days' order by d.at desc, d.id desc limit 1`)
	ds, err := collect(rows, err, "deep")
	if err != nil || len(ds) == 0 {
		b.Fatal(err)
	}
	return Filter{}.Clean().cursor(ds[0])
}

// bare is the query of a page and nothing else.
func (l *inboxes) bare(ctx context.Context, orgID int64) (time.Duration, error) {
	start := time.Now()
	rows, err := l.db.Query(ctx, `select`+columns+` from documents d where d.org_id = $1 order by d.at desc, d.id desc limit 25`, orgID)
	_, err = collect(rows, err, "bare")
	return time.Since(start), err
}

func (l *inboxes) compare(b *testing.B) {
	b.Helper()
	aims := l.aims(b)
	took, ratios, rows := make([][]float64, len(aims)), make([][]float64, len(aims)), make([]int, len(aims))
	for round := range *benchRounds + 1 {
		for _, i := range rand.Perm(len(aims)) {
			bare, err := l.bare(b.Context(), aims[i].org)
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			p, err := l.docs.Find(b.Context(), benchReader(aims[i].org), aims[i].filter)
			if err != nil {
				b.Errorf("%s: %v", aims[i].name, err)
			}
			if spent := time.Since(start); round > 0 { // the first warms up
				took[i], ratios[i], rows[i] = append(took[i], ms(spent)), append(ratios[i], float64(spent)/float64(bare)), p.Total(aims[i].filter).N
			}
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "what\tfound\tms\tp95 ms\tof the bare query\t")
	for i, a := range aims {
		fmt.Fprintf(out, "%s\t%d\t%.2f\t%.2f\t%.1f\t\n", a.name, rows[i], at(took[i], 0.5), at(took[i], 0.95), at(ratios[i], 0.5))
	}
	_ = out.Flush()
	l.plans(b, aims)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func at(v []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(float64(len(sorted))*q), len(sorted)-1)]
}

// plans fails on a statement of the list that walks the whole of documents.
func (l *inboxes) plans(b *testing.B, aims []aim) {
	b.Helper()
	for _, a := range aims {
		f := a.filter.Clean()
		f.After = ""
		spy := &explainer{Querier: l.db}
		if _, err := selectPage(b.Context(), spy, ask(a.org, perm.Scope{AllGroups: true}, f), spot{}); err != nil {
			b.Fatal(err)
		}
		for _, plan := range spy.plans {
			if strings.Contains(plan, "Seq Scan on documents") {
				b.Errorf("%s walks the table:\n%s", a.name, plan)
			}
		}
	}
}

// explainer asks for the plan of each statement before it is run.
type explainer struct {
	pg.Querier
	plans []string
}

// Query implements pg.Querier.
func (e *explainer) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := e.Querier.Query(ctx, "explain "+sql, args...)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	e.plans = append(e.plans, strings.Join(lines, "\n"))
	return e.Querier.Query(ctx, sql, args...)
}
