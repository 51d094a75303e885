package bench

import (
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// BenchmarkPages compares the portal's pages with the bare page: at full speed,
// then at the same low rate.
func BenchmarkPages(b *testing.B) {
	url := pgtest.URL(b)
	db := open(b, url)
	fill(b, db, fillBare)
	fillProduct(b, db, orgs, sessions)

	bare := start(b, "bare", url)
	sides := append([]side{{"bare", bare, bareProgram, each(bareOrgs, func(n int) []byte { return get(fmt.Sprintf("/bare/%d", n), "") })}},
		productSides(b, url)...)
	for _, s := range sides {
		drive(b, s.process.address, s.requests, *roundFor/3, atOnce) // plans, caches, connections
	}
	peak := compare(b, db, sides, atOnce)
	fmt.Fprintf(os.Stdout, "\nat full speed, %d connections, %d rounds of %s; %s\n%s", connections, *rounds, *roundFor, verdict(peak), table(sides, peak))
	for _, s := range sides[1:] {
		fmt.Fprintf(os.Stdout, "%s: %d MiB in memory after it\n", s.name, residentSet(b, s.process.pid)>>20)
	}
	rate := 0.15 * summarize(peak[0], peak[0]).perSecond
	calm := compare(b, db, sides, atRate(rate))
	fmt.Fprintf(os.Stdout, "\nat %.0f requests a second, 15 %% of bare's peak; %s\n%s", rate, verdict(calm), table(sides, calm))
	for i, s := range sides {
		b.Run(s.name, func(b *testing.B) {
			f, c := summarize(peak[0], peak[i]), summarize(calm[0], calm[i])
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(f.perSecond, "req/s")
			b.ReportMetric(f.ofBare, "of-bare")
			b.ReportMetric(f.app+f.postgres, "CPU-µs/req")
			b.ReportMetric(f.cpuOfBare, "CPU-of-bare")
			b.ReportMetric(c.p99, "calm-p99-ms")
			b.ReportMetric(c.p99OfBare, "calm-p99-of-bare")
		})
	}
}

// open connects without the time limit of pages: filling takes longer.
func open(tb testing.TB, url string) *pgxpool.Pool {
	tb.Helper()
	db, err := pg.Open(tb.Context(), pg.Config{URL: url, MaxConns: 2, AppName: "bench", StatementTimeout: -1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(db.Close)
	return db
}
