package bench

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"kabinet/internal/platform/pg/pgtest"
)

// Limits of the program (performance goals of the foundation).
const (
	maxBinary = 45_000_000 // decision 0034
	maxIdle   = 60 << 20
	maxStart  = time.Second // besides the database; judged by the benchmark only
)

// shipped are the flags of `make build`. Each of them has every package compiled
// anew, so that tests do without: the program is 0.6 MB larger then.
var shipped = []string{"-trimpath", "-tags", "nethttpomithttp2"}

// build makes the program as `make build` does, but for the flags not given.
func build(tb testing.TB, flags ...string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "kabinet")
	cmd := exec.Command("go", slices.Concat([]string{"build", "-ldflags", "-s -w", "-o", path}, flags, []string{"kabinet/cmd/kabinet"})...)
	if len(flags) > 0 {
		cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// started is a running program and how long it took to be ready.
type started struct {
	cmd   *exec.Cmd
	ready time.Duration
}

// run starts the program and waits for the line of its log that says "ready".
func run(tb testing.TB, program, url string) started {
	tb.Helper()
	cmd := exec.Command(program, "serve")
	cmd.Env = append(append(cmd.Environ(), environment()...), "KABINET_DATABASE_URL="+url)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct{ Msg string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "ready" {
			return started{cmd, time.Since(begin)}
		}
	}
	tb.Fatal("the program ended before it was ready")
	return started{}
}

func (s started) stop(tb testing.TB) {
	tb.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		tb.Error("stop: ", err)
	}
}

func TestTheProgramIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	program := build(t)
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MiB on disk", float64(info.Size())/(1<<20))
	if info.Size() > maxBinary {
		t.Errorf("the program has %d bytes, more than %d", info.Size(), maxBinary)
	}
	s := run(t, program, pgtest.URL(t))
	defer s.stop(t)
	rss := residentSet(t, s.cmd.Process.Pid)
	t.Logf("%.1f MiB in memory, ready after %s", float64(rss)/(1<<20), s.ready)
	if rss > maxIdle {
		t.Errorf("the idle program takes %d bytes, more than %d", rss, maxIdle)
	}
}

// BenchmarkStart is the time from the start of the process until it answers,
// with a database that runs already.
func BenchmarkStart(b *testing.B) {
	program, url := build(b, shipped...), pgtest.URL(b)
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	run(b, program, url).stop(b) // files and plans are warm for all alike
	var times []time.Duration
	var rss int64
	for b.Loop() {
		s := run(b, program, url)
		times = append(times, s.ready)
		rss = residentSet(b, s.cmd.Process.Pid)
		s.stop(b)
	}
	ms := median(len(times), func(i int) float64 { return float64(times[i].Microseconds()) / 1000 })
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms, "ms-to-ready")
	b.ReportMetric(ms/float64(maxStart.Milliseconds()), "of-goal")
	b.ReportMetric(float64(rss)/(1<<20), "MiB-idle")
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB-binary")
}
