package receipt

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	benchReceipts = flag.Int("receipts", 5_000_000, "receipts of the benchmark of lists")
	benchRounds   = flag.Int("rounds", 15, "interleaved rounds of a comparison")
)

// largest is the share of all receipts that the largest organization has; the
// others have fewer and fewer.
const largest = 0.1

// BenchmarkLists prints what pages and searches of receipts take beside the bare
// query of a page of the same organization, both in the same rounds, and what each
// index costs.
//
//	go run ./cmd/devpg -- go test -run '^$' -bench Lists -benchtime 1x ./internal/receipt
func BenchmarkLists(b *testing.B) {
	l := loadLists(b, *benchReceipts)
	for b.Loop() {
		l.compare(b)
	}
	b.ReportMetric(0, "ns/op")
}

// lists is a database with receipts of the last year.
type lists struct {
	db       *Service
	sizes    []int // by organization, from the first
	end      time.Time
	some     marking.Code // of a receipt of organization 1
	terminal string
}

func loadLists(b *testing.B, n int) *lists {
	b.Helper()
	db, err := pg.Open(b.Context(), pg.Config{URL: pgtest.URL(b) + "&maintenance_work_mem=512MB", MaxConns: 4, StatementTimeout: -1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	l := &lists{db: &Service{DB: db}, end: time.Now(), terminal: "UZ0000010"}
	for left := n; left > 0; {
		size := max(5, int(largest*float64(n)/math.Pow(float64(len(l.sizes)+1), 0.9)))
		l.sizes = append(l.sizes, min(size, left))
		left -= size
	}
	l.exec(b, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Doʻkon', 'Магазин', '', n::text::bytea, '', '', '', 'TK', '', '', 'uz', 'active', '', ''
		from generate_series(1, $1::int) n`, len(l.sizes))
	restore := l.withoutIndexes(b)
	l.copyReceipts(b, n)
	restore()
	l.exec(b, `vacuum analyze receipts`)
	return l
}

func (l *lists) exec(b *testing.B, sql string, args ...any) {
	b.Helper()
	if _, err := l.db.DB.Exec(b.Context(), sql, args...); err != nil {
		b.Fatalf("%.80s: %v", sql, err)
	}
}

// withoutIndexes drops what loading would have to keep in order, and gives back
// what makes it again, with what each takes.
func (l *lists) withoutIndexes(b *testing.B) (restore func()) {
	b.Helper()
	rows, err := l.db.DB.Query(b.Context(), `select indexname, indexdef from pg_indexes where tablename = 'receipts' and indexname not in (select conname from pg_constraint)`)
	if err != nil {
		b.Fatal(err)
	}
	made := map[string]string{}
	var name, def string
	if _, err := pgx.ForEachRow(rows, []any{&name, &def}, func() error { made[name] = def; return nil }); err != nil {
		b.Fatal(err)
	}
	for name := range made {
		l.exec(b, `drop index `+name)
	}
	return func() {
		for name, def := range made {
			start := time.Now()
			l.exec(b, def)
			var size string
			if err := l.db.DB.QueryRow(b.Context(), `select pg_size_pretty(pg_relation_size($1::text::regclass))`, name).Scan(&size); err != nil {
				b.Fatal(err)
			}
			fmt.Printf("%s\t%s\t%.1f s\n", name, size, time.Since(start).Seconds())
		}
	}
}

// copyReceipts stores the receipts in the order of time, those of all
// organizations mixed: two codes each, one of thirty a return, one of fifty with
// something unknown.
func (l *lists) copyReceipts(b *testing.B, n int) {
	b.Helper()
	var owners []int32
	for i, size := range l.sizes {
		owners = append(owners, slices.Repeat([]int32{int32(i + 1)}, size)...)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(owners), func(i, j int) { owners[i], owners[j] = owners[j], owners[i] })
	begin, step := l.end.AddDate(-1, 0, 0), 365*24*time.Hour/time.Duration(n)
	i := 0
	_, err := l.db.DB.CopyFrom(b.Context(), pgx.Identifier{"receipts"}, []string{
		"org_id", "id", "issued_at", "total", "version", "trouble", "kind", "feed", "source_id", "fiscal_sign", "terminal", "number", "digest", "groups", "codes", "lines",
	}, pgx.CopyFromFunc(func() ([]any, error) {
		if i == len(owners) {
			return nil, nil
		}
		i++
		org := int64(owners[i-1])
		line := Line{Name: "Suv «Oydin» 500 ml", GTIN: "04780101000012", Quantity: 2000, Sum: 900_000}
		for k := range 2 {
			line.Codes = append(line.Codes, marking.Code(fmt.Sprintf("010478010100001221%08d%05d\x1d93aB%02d", i, rng.IntN(100_000), k)))
		}
		c := Content{Lines: []Line{line}}
		if org == 1 {
			l.some = line.Codes[0]
		}
		kind, trouble := "sale", Trouble(0)
		if rng.IntN(30) == 0 {
			kind = "return"
		}
		if rng.IntN(50) == 0 {
			trouble = NoCard
		}
		return []any{
			org, int64(i), begin.Add(time.Duration(i) * step), int64(900_000), int64(1), trouble, kind, "fiscal", fmt.Sprintf("R-%010d", i), fmt.Sprintf("7%011d", i),
			fmt.Sprintf("UZ%07d", org*10+int64(rng.IntN(10))), fmt.Sprint(i % 100_000), []byte("0123456789abcdef0123456789abcdef"),
			[]int16{13},
			c.marks(), c.Lines,
		}, nil
	}))
	if err != nil {
		b.Fatal(err)
	}
}

// aim is one thing that is measured.
type aim struct {
	name string
	org  int64
	f    Filter
}

func (l *lists) aims() []aim {
	mid := int64(len(l.sizes) / 2)
	month, year := l.end.AddDate(0, 0, -29).Format(time.DateOnly), l.end.AddDate(-1, 0, -1).Format(time.DateOnly)
	old := l.end.AddDate(0, -11, 0).Format(time.DateOnly)
	return []aim{
		{"30 days, largest", 1, Filter{From: month}},
		{"30 days, median", mid, Filter{From: month}},
		{"a year, largest", 1, Filter{From: year}},
		{"all time, largest", 1, Filter{}},
		{"a month 11 months ago, largest", 1, Filter{From: old, Until: l.end.AddDate(0, -10, 0).Format(time.DateOnly)}},
		{"returns, largest", 1, Filter{From: month, Kind: Return}},
		{"returns, all time, largest", 1, Filter{Kind: Return}},
		{"something unknown, largest", 1, Filter{From: month, Match: Unmatched}},
		{"one reason, all time, largest", 1, Filter{Match: NoCard.Name()}},
		{"nothing of a reason, largest", 1, Filter{Match: NoSale.Name()}},
		{"a group, largest", 1, Filter{From: month, GroupID: 13}},
		{"a terminal, largest", 1, Filter{From: month, Terminal: l.terminal}},
		{"a terminal, all time, largest", 1, Filter{Terminal: l.terminal}},
		{"terminal and number, largest", 1, Filter{Terminal: l.terminal, Number: "4242"}},
		{"number, largest", 1, Filter{From: month, Number: "4242"}},
		{"fiscal sign, largest", 1, Filter{Number: "700000004242"}},
		{"code, largest", 1, Filter{Code: string(l.some)}},
		{"identification code, largest", 1, Filter{Code: l.some.Ident()}},
		{"nobody's code, largest", 1, Filter{Code: strings.Replace(string(l.some), "21", "22", 1)}},
		{"another's code, median", mid, Filter{Code: string(l.some)}},
	}
}

func (l *lists) compare(b *testing.B) {
	b.Helper()
	aims := l.aims()
	took, ratios, rows := make([][]float64, len(aims)), make([][]float64, len(aims)), make([]int, len(aims))
	for round := range *benchRounds + 1 {
		for _, i := range rand.Perm(len(aims)) {
			bare := l.bare(b, aims[i].org)
			start := time.Now()
			n := l.find(b, aims[i])
			if spent := time.Since(start); round > 0 { // the first warms up
				took[i], ratios[i], rows[i] = append(took[i], ms(spent)), append(ratios[i], float64(spent)/float64(bare)), n
			}
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "what (%d receipts, largest %d)\trows\tms\tp95 ms\tof the bare query\t\n", *benchReceipts, l.sizes[0])
	for i, a := range aims {
		fmt.Fprintf(out, "%s\t%d\t%.2f\t%.2f\t%.1f\t\n", a.name, rows[i], quantile(took[i], 0.5), quantile(took[i], 0.95), quantile(ratios[i], 0.5))
	}
	_ = out.Flush()
	l.plans(b)
}

// plans fails on a statement of the list that walks the whole table, and on one
// that looks for a code by anything but its index.
func (l *lists) plans(b *testing.B) {
	b.Helper()
	for _, a := range l.aims() {
		a.f.Size = 25
		q, _, err := ask(actor.Actor{OrgID: a.org, Scope: perm.Scope{AllGroups: true}}, a.f)
		if err != nil {
			b.Fatal(err)
		}
		with, from := q.source()
		rows, err := l.db.DB.Query(b.Context(), `explain `+with+`select`+columns+` from `+from+ordered(true)+` limit 26`, q.planned()...)
		if err != nil {
			b.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			b.Fatal(err)
		}
		plan := strings.Join(lines, "\n")
		if strings.Contains(plan, "Seq Scan on receipts") || a.f.Code != "" && !strings.Contains(plan, "receipts_codes_idx") {
			b.Errorf("%s:\n%s", a.name, plan)
		}
	}
}

func (l *lists) find(b *testing.B, a aim) int {
	b.Helper()
	a.f.Size = 25
	who := actor.Actor{OrgID: a.org, MemberID: 1, SessionKey: "k", Rights: perm.Of(perm.DocumentRead), Scope: perm.Scope{AllGroups: true}}
	p, err := l.db.Find(b.Context(), who, a.f)
	if err != nil {
		b.Fatalf("%s: %v", a.name, err)
	}
	return len(p.Rows)
}

// bare is the query of a page and nothing else.
func (l *lists) bare(b *testing.B, orgID int64) time.Duration {
	b.Helper()
	start := time.Now()
	rows, err := l.db.DB.Query(b.Context(), `select`+columns+` from receipts r where r.org_id = $1 order by r.issued_at desc, r.id desc limit 25`, orgID)
	if err == nil {
		_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receipt, err error) { return r, row.Scan(r.targets()...) })
	}
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func quantile(v []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(float64(len(sorted))*q), len(sorted)-1)]
}
