package bench

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	rounds   = flag.Int("rounds", 5, "interleaved rounds of a comparison")
	roundFor = flag.Duration("round", 3*time.Second, "length of one side of a round")
)

// noisy is the share of the machine that other programs may take before a run
// judges nothing.
const noisy = 0.10

// side is one page under load.
type side struct {
	name     string
	process  *process
	program  string // under which it connects to the database
	requests [][]byte
}

// figures are what one side gave in one round.
type figures struct {
	load
	app, postgres time.Duration // for one request
	others        float64       // share of the machine that went to other programs
}

func (f figures) cpu() time.Duration { return f.app + f.postgres }

// measure loads one side for a round.
func measure(tb testing.TB, db *pgxpool.Pool, s side, d time.Duration, due pace) figures {
	tb.Helper()
	machine, own, app, pg := machineCPU(), ownCPU(), s.process.cpu(tb), backends(tb, db, s.program)
	l := drive(tb, s.process.address, s.requests, d, due)
	app, pgUsed := s.process.cpu(tb)-app, spent(pg, backends(tb, db, s.program))
	machine, own = machineCPU()-machine, ownCPU()-own
	n := time.Duration(max(len(l.delays), 1))
	others := float64(machine-own-app-pgUsed) / float64(l.took) / float64(runtime.NumCPU())
	return figures{load: l, app: app / n, postgres: pgUsed / n, others: max(others, 0)}
}

// compare loads the sides in turn, in another order each round. The first side
// is the yardstick.
func compare(tb testing.TB, db *pgxpool.Pool, sides []side, due pace) [][]figures {
	tb.Helper()
	all := make([][]figures, len(sides))
	for i := range all {
		all[i] = make([]figures, *rounds)
	}
	for r := range *rounds {
		for _, i := range rand.Perm(len(sides)) {
			all[i][r] = measure(tb, db, sides[i], *roundFor, due)
		}
	}
	return all
}

// median of what f gives for each round.
func median(n int, f func(round int) float64) float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = f(i)
	}
	slices.Sort(values)
	if n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[n/2]
}

// summary is what is said of one side: medians over the rounds, and medians of
// the ratios inside each round.
type summary struct {
	perSecond, app, postgres, bytes, p50, p99, others float64
	ofBare, cpuOfBare, p99OfBare                      float64
}

func summarize(yardstick, s []figures) summary {
	m := func(f func(figures) float64) float64 {
		return median(len(s), func(r int) float64 { return f(s[r]) })
	}
	ratio := func(f func(figures) float64) float64 {
		return median(len(s), func(r int) float64 { return f(s[r]) / f(yardstick[r]) })
	}
	ms := func(p float64) func(figures) float64 {
		return func(f figures) float64 { return float64(f.percentile(p).Microseconds()) / 1000 }
	}
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	return summary{
		perSecond: m(figures.perSecond), ofBare: ratio(figures.perSecond),
		app: m(func(f figures) float64 { return us(f.app) }), postgres: m(func(f figures) float64 { return us(f.postgres) }),
		cpuOfBare: ratio(func(f figures) float64 { return us(f.cpu()) }),
		p50:       m(ms(0.5)), p99: m(ms(0.99)), p99OfBare: ratio(ms(0.99)),
		bytes:  m(func(f figures) float64 { return float64(f.bytes) / float64(max(len(f.delays), 1)) }),
		others: m(func(f figures) float64 { return f.others }),
	}
}

// table writes the summaries for a terminal.
func table(sides []side, all [][]figures) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "page\treq/s\tof bare\tapp µs\tPG µs\tCPU of bare\tp50 ms\tp99 ms\tp99 of bare\tbytes\tothers\t")
	for i, s := range sides {
		f := summarize(all[0], all[i])
		fmt.Fprintf(t, "%s\t%.0f\t%.2f\t%.0f\t%.0f\t%.2f\t%.1f\t%.1f\t%.2f\t%.0f\t%.0f %%\t\n",
			s.name, f.perSecond, f.ofBare, f.app, f.postgres, f.cpuOfBare, f.p50, f.p99, f.p99OfBare, f.bytes, 100*f.others)
	}
	_ = t.Flush()
	return b.String()
}

// verdict says whether the figures may be judged.
func verdict(all [][]figures) string {
	var others float64
	for _, s := range all {
		others = max(others, summarize(all[0], s).others)
	}
	if others > noisy {
		return fmt.Sprintf("NOT JUDGED: other programs took %.0f %% of the machine (load average %.1f); only the ratios of CPU mean something", 100*others, loadAverage())
	}
	return fmt.Sprintf("quiet enough to judge: other programs took %.0f %% of the machine", 100*others)
}
