package card

import (
	"context"
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
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	benchCards  = flag.Int("cards", 2_000_000, "cards of the benchmark of lists")
	benchRounds = flag.Int("rounds", 15, "interleaved rounds of a comparison")
)

// largest is how many cards the largest organization has when there are two
// million in all (performance.md 2.6); the others have fewer, the median 27.
const largest = 46_718

// BenchmarkLists prints what pages and searches of cards take beside the bare
// query of a page of the same organization, both in the same rounds, and fails on
// a plan that walks a table.
//
//	go run ./cmd/devpg -- go test -run '^$' -bench Lists -benchtime 1x ./internal/card
func BenchmarkLists(b *testing.B) {
	l := loadLists(b, *benchCards)
	for b.Loop() {
		l.compare(b)
	}
	b.ReportMetric(0, "ns/op")
}

// lists is a database with cards of organizations 1 (the largest) to orgs.
type lists struct {
	db    *pgxpool.Pool
	cards *Service
	sizes []int // by organization, from the first
}

func (l *lists) median() int64 { return int64(len(l.sizes) / 2) }

func benchReader(orgID int64) actor.Actor {
	return actor.Actor{OrgID: orgID, MemberID: 1, SessionKey: "k", Rights: perm.Of(perm.CardRead, perm.CardLookup), Scope: perm.Scope{AllGroups: true}}
}

func loadLists(b *testing.B, n int) *lists {
	b.Helper()
	db, err := pg.Open(b.Context(), pg.Config{URL: pgtest.URL(b) + "&maintenance_work_mem=1GB", MaxConns: 4, StatementTimeout: -1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	l := &lists{db: db, cards: &Service{DB: db}}
	for left := n; left > 0; {
		size := max(5, int(largest*float64(n)/2_000_000/math.Pow(float64(len(l.sizes)+1), 0.77)))
		l.sizes = append(l.sizes, min(size, left))
		left -= size
	}
	l.exec(b, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Zarafshon Sut ' || n, 'Зарафшон Сут ' || n, '', n::text::bytea, '', 'a@company.example', '', 'TK', '', '', 'uz', 'active', '', ''
		from generate_series(1, $1::int) n`, len(l.sizes))
	restore := l.withoutIndexes(b)
	l.copyCards(b)
	l.exec(b, `insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, published_at)
		select org_id, id, 1, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, changed_at
		from cards where standing = 'published' and archived_at is null`)
	restore()
	l.exec(b, `vacuum analyze cards`)
	l.exec(b, `vacuum analyze catalogue`)
	l.exec(b, `analyze organizations`)
	return l
}

func (l *lists) exec(b *testing.B, sql string, args ...any) {
	b.Helper()
	if _, err := l.db.Exec(b.Context(), sql, args...); err != nil {
		b.Fatalf("%.80s: %v", sql, err)
	}
}

// withoutIndexes drops what loading would have to keep in order, and gives back
// what makes it again.
func (l *lists) withoutIndexes(b *testing.B) (restore func()) {
	b.Helper()
	rows, err := l.db.Query(b.Context(), `
		select i.indexname, i.indexdef from pg_indexes i
		where i.tablename in ('cards', 'catalogue') and i.indexname not in (select conname from pg_constraint)`)
	if err != nil {
		b.Fatal(err)
	}
	var names, made []string
	var name, def string
	if _, err := pgx.ForEachRow(rows, []any{&name, &def}, func() error {
		names, made = append(names, name), append(made, def)
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		l.exec(b, `drop index `+name)
	}
	return func() {
		for _, def := range made {
			l.exec(b, def)
		}
	}
}

// copyCards stores the cards in the order of time: those of all organizations
// mixed, as over the years.
func (l *lists) copyCards(b *testing.B) {
	b.Helper()
	var owners []int32
	for i, size := range l.sizes {
		owners = append(owners, slices.Repeat([]int32{int32(i + 1)}, size)...)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(owners), func(i, j int) { owners[i], owners[j] = owners[j], owners[i] })
	begin := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	_, err := l.db.CopyFrom(b.Context(), pgx.Identifier{"cards"}, []string{
		"org_id", "id", "gtin", "standing", "editing", "live", "group_id", "packaging", "country", "name_uz", "name_ru", "brand", "fold", "archived_at", "changed_at",
	}, pgx.CopyFromFunc(func() ([]any, error) {
		if n == len(owners) {
			return nil, nil
		}
		n++
		return benchCard(rng, int64(owners[n-1]), n, begin.Add(time.Duration(n)*13*time.Second)), nil
	}))
	if err != nil {
		b.Fatal(err)
	}
}

var (
	benchGoods = [][2]string{
		{"Sut", "Молоко"},
		{"Qatiq", "Катык"},
		{"Smetana", "Сметана"},
		{"Mineral suv", "Вода минеральная"},
		{"Gazlangan suv", "Вода газированная"},
		{"Pivo", "Пиво"},
		{"Limonad", "Лимонад"},
		{"Sharbat", "Сок"},
		{"Sigaret", "Сигареты"},
		{"Tabletka", "Таблетки"},
		{"Krem", "Крем"},
		{"Shampun", "Шампунь"},
		{"Kir yuvish mashinasi", "Стиральная машина"},
		{"Muzlatgich", "Холодильник"},
		{"Vitamin kompleks", "Комплекс витаминный"},
		{"Yogʻ", "Масло"},
	}
	benchNames = [][2]string{
		{"Oydin", "Ойдин"}, {"Tongi", "Тонги"}, {"Yulduz", "Юлдуз"}, {"Quyosh", "Куёш"}, {"Bulut", "Булут"}, {"Tarona", "Тарона"}, {"Guliston", "Гулистан"}, {"Semurgʻ", "Семург"},
	}
	benchBrands = []string{"Zarafshon", "Oqtosh", "Nurafshon", "Bogʻishamol", "Chortoq", "Sharq", "Navbahor", "Samarqand", "Lola", "Bahor", "Buloq"}
	benchGroups = []int16{3, 7, 11, 13, 15, 17, 18, 33}
)

// benchCard is a row of a card; one of 400 has a rare word.
func benchCard(rng *rand.Rand, orgID int64, n int, at time.Time) []any {
	goods, name := benchGoods[rng.IntN(len(benchGoods))], benchNames[rng.IntN(len(benchNames))]
	size := []int{100, 200, 250, 330, 500, 700, 900, 1000}[rng.IntN(8)]
	uz := fmt.Sprintf("%s «%s» %d ml, PET idishda", goods[0], name[0], size)
	ru := fmt.Sprintf("%s «%s» %d мл, бутылка ПЭТ", goods[1], name[1], size)
	if rng.IntN(400) == 0 {
		ru += " безлактозное"
	}
	brand := benchBrands[rng.IntN(len(benchBrands))]
	number := benchGTIN(n)
	standing, editing, live := "published", "none", any(1)
	switch k := rng.IntN(20); {
	case k == 12:
		standing = "blocked"
	case k > 12:
		standing, live = "new", nil
		editing = []string{"draft", "draft", "draft", "draft", "draft", "moderation", "returned"}[k-13]
	}
	land := []string{"UZ", "UZ", "UZ", "RU", "TR", "KZ", "CN"}[rng.IntN(7)]
	if rng.IntN(50) == 0 {
		land = ""
	}
	var archived any
	if rng.IntN(25) == 0 {
		archived = at
	}
	words := fold.Words(uz, ru, brand) + " " + string(number)
	group := benchGroups[(int(orgID)+rng.IntN(10)/8)%len(benchGroups)]
	return []any{orgID, int64(n), string(number), standing, editing, live, group, "UNIT", land, uz, ru, brand, words, archived, at}
}

func benchGTIN(n int) gs1.GTIN {
	body := fmt.Sprintf("0478%09d", n)
	digit, _ := gs1.CheckDigit(body) // thirteen digits have one
	return gs1.GTIN(body + string(digit))
}

// aim is one thing that is measured; plans are the statements it sends.
type aim struct {
	name string
	org  int64 // whose bare page is the yardstick
	do   func(ctx context.Context) (rows int, err error)
}

func (l *lists) list(name string, org int64, f Filter) aim {
	if f.Size == 0 {
		f.Size = 25
	}
	return aim{name, org, func(ctx context.Context) (int, error) {
		p, err := l.cards.Find(ctx, benchReader(org), f)
		return len(p.Rows), err
	}}
}

func (l *lists) shared(name string, f CatalogueFilter) aim {
	f.Size = 25
	return aim{name, 1, func(ctx context.Context) (int, error) {
		p, err := l.cards.Catalogue(ctx, benchReader(1), f)
		return len(p.Rows), err
	}}
}

// deep is a place in a list some thousands of cards down.
func (l *lists) deep(b *testing.B, depth int) string {
	b.Helper()
	var c Card
	if err := l.db.QueryRow(b.Context(), `select`+columns+` from cards c where c.org_id = 1 order by c.changed_at desc, c.id desc offset $1 limit 1`, depth).Scan(c.targets()...); err != nil {
		b.Fatal(err)
	}
	return Filter{}.Clean().cursor(c)
}

func (l *lists) aims(b *testing.B) []aim {
	mid := l.median()
	some := string(benchGTIN(1_000))
	return []aim{
		l.list("page 1, largest", 1, Filter{}), l.list("page 1, median", mid, Filter{}),
		l.list("40,000 deep, largest", 1, Filter{After: l.deep(b, l.sizes[0]*6/7)}),
		l.list("by name, largest", 1, Filter{Order: ByName, Lang: "uz"}), l.list("by name in Russian, largest", 1, Filter{Order: ByNameZA, Lang: "ru"}),
		l.list("by GTIN, largest", 1, Filter{Order: ByGTIN}), l.list("by status, largest", 1, Filter{Order: ByStatus}),
		l.list("returned, largest", 1, Filter{Tab: TabReturned}), l.list("archive, largest", 1, Filter{Tab: TabArchive}),
		l.list("no country, largest", 1, Filter{Country: NoCountry}), l.list("group and country, largest", 1, Filter{GroupID: benchGroups[1], Country: "TR"}),
		l.list("rare word, largest", 1, Filter{Query: "безлактозное"}), l.list("common word, largest", 1, Filter{Query: "молоко"}),
		l.list("two words, largest", 1, Filter{Query: "sut yulduz"}), l.list("beginning of a word, largest", 1, Filter{Query: "смет"}),
		l.list("no hit, largest", 1, Filter{Query: "qwrtyp"}), l.list("typing error, largest", 1, Filter{Query: "smetanna"}),
		l.list("GTIN, largest", 1, Filter{Query: some[1:]}), l.list("beginning of a GTIN, largest", 1, Filter{Query: some[1:9]}),
		l.list("common word, median", mid, Filter{Query: "молоко"}), l.list("typing error, median", mid, Filter{Query: "smetanna"}), l.list("GTIN, median", mid, Filter{Query: some[1:]}),
		l.shared("catalogue", CatalogueFilter{}), l.shared("catalogue: group", CatalogueFilter{GroupID: benchGroups[2]}), l.shared("catalogue: country", CatalogueFilter{Country: "CN"}),
		l.shared("catalogue: no such country", CatalogueFilter{Country: "AR"}),
		l.shared("catalogue: rare word", CatalogueFilter{Query: "безлактозное"}), l.shared("catalogue: common word", CatalogueFilter{Query: "молоко"}),
		l.shared("catalogue: two words", CatalogueFilter{Query: "sut yulduz"}), l.shared("catalogue: beginning", CatalogueFilter{Query: "смет"}),
		l.shared("catalogue: no hit", CatalogueFilter{Query: "qwrtyp"}), l.shared("catalogue: typing error", CatalogueFilter{Query: "smetanna"}),
		l.shared("catalogue: GTIN", CatalogueFilter{Query: some[1:]}), l.shared("catalogue: beginning of a GTIN", CatalogueFilter{Query: some[1:9]}),
	}
}

// bare is the query of a page and nothing else.
func (l *lists) bare(ctx context.Context, orgID int64) (time.Duration, error) {
	start := time.Now()
	rows, err := l.db.Query(ctx, `select`+columns+` from cards c where c.org_id = $1 order by c.changed_at desc, c.id desc limit 25`, orgID)
	_, err = collectCards(rows, err, "bare")
	return time.Since(start), err
}

func (l *lists) compare(b *testing.B) {
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
			n, err := aims[i].do(b.Context())
			if err != nil {
				b.Errorf("%s: %v", aims[i].name, err)
			}
			if spent := time.Since(start); round > 0 { // the first warms up
				took[i], ratios[i], rows[i] = append(took[i], ms(spent)), append(ratios[i], float64(spent)/float64(bare)), n
			}
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "what\trows\tms\tp95 ms\tof the bare query\t")
	for i, a := range aims {
		fmt.Fprintf(out, "%s\t%d\t%.2f\t%.2f\t%.1f\t\n", a.name, rows[i], at50(took[i]), at95(took[i]), at50(ratios[i]))
	}
	_ = out.Flush()
	l.plans(b)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func at50(v []float64) float64 { return quantile(v, 0.5) }
func at95(v []float64) float64 { return quantile(v, 0.95) }

func quantile(v []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(float64(len(sorted))*q), len(sorted)-1)]
}

// plans fails on a statement of the list that walks the whole of cards.
func (l *lists) plans(b *testing.B) {
	b.Helper()
	for _, org := range []int64{1, l.median()} {
		for _, f := range []Filter{
			{},
			{Query: "безлактозное"},
			{Query: "молоко"},
			{Query: "sut yulduz"},
			{Query: "smetanna"},
			{Query: "47800001"},
			{Tab: TabReturned},
			{Order: ByName},
			{Order: ByStatus},
			{Country: NoCountry},
			{GroupID: benchGroups[1], Country: "TR"},
			{Tab: TabArchive},
			{From: "2024-01-01", Until: "2024-02-01"},
		} {
			f.Size = 25
			spy := &explainer{Querier: l.db}
			q := ask(org, perm.Scope{AllGroups: true}, f.Clean())
			_, _, err := selectPage(b.Context(), spy, q, spot{})
			if err == nil {
				_, err = selectSimilar(b.Context(), spy, ask(org, perm.Scope{AllGroups: true}, f.Clean()))
			}
			if err != nil {
				b.Fatal(err)
			}
			for _, plan := range spy.plans {
				if strings.Contains(plan, "Seq Scan on cards") {
					b.Errorf("%+v walks the table:\n%s", f, plan)
				}
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
