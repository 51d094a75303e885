package feed_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/feed"
)

// TestTwoProcesses: the same messages come by two calls at once, in opposite order,
// while a job of another process looks for work. Each thing is taken once.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.caller("customs")
	for round := range 200 {
		first, second := fmt.Sprint("a", round), fmt.Sprint("b", round)
		outcomes := make([][]feed.Outcome, 2)
		var all sync.WaitGroup
		all.Go(func() { outcomes[0] = b.take(c, msg(first, 1, ``), msg(second, 1, ``)) })
		all.Go(func() { outcomes[1] = b.take(c, msg(second, 1, ``), msg(first, 1, ``)) })
		all.Go(func() {
			b.exec(`update feed_messages set due_at = now() where state = 'waiting'`)
			if err := feed.Hand(b.Service, b.quiet(), "customs"); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	b.check(feed.Hand(b.Service, t.Context(), "customs"))
	for _, q := range []struct {
		sql  string
		want int
	}{
		{`select count(*) from things`, 400},
		{`select count(*) from feed_messages where outcome = 'taken'`, 400},
		{`select count(*) from feed_messages where outcome = 'duplicate'`, 400},
		{`select count(*) from feed_messages where state <> 'settled'`, 0},
		{`select sum(outcomes[1])::int from feed_rounds`, 400},
		{`select sum(outcomes[2])::int from feed_rounds`, 400},
	} {
		if n := b.count(q.sql); n != q.want {
			t.Errorf("%s: %d, want %d", q.sql, n, q.want)
		}
	}
}

// TestOneFileTwoProcesses: a file that two processes find at once is stored once.
func TestOneFileTwoProcesses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := feed.Folder{Service: b.Service, Dir: t.TempDir()}
	b.check(f.Scan(t.Context()))
	src := b.source("customs")
	for round := range 50 {
		name := fmt.Sprintf("f%d.ndjson", round)
		write(t, f, "customs", name, msg(fmt.Sprint(name, 1), 1, ``)+"\n"+msg(fmt.Sprint(name, 2), 1, ``)+"\n")
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { feed.TakeFile(t, f, src.ID, name) })
		}
		all.Wait()
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	if n := b.count(`select count(*) from feed_messages`); n != 100 {
		t.Errorf("%d messages, want 100", n)
	}
	if n := b.count(`select count(*) from feed_deliveries where reported_at is not null and messages = 2 and state = 'stored'`); n != 50 {
		t.Errorf("%d deliveries, want 50", n)
	}
	if in, _ := os.ReadDir(filepath.Join(f.Dir, "customs", "in")); len(in) != 0 {
		t.Errorf("%d files are left", len(in))
	}
	if done, _ := os.ReadDir(filepath.Join(f.Dir, "customs", "done")); len(done) != 100 {
		t.Errorf("%d files and reports, want 100", len(done))
	}
}

// write drops a file as sources do.
func write(t testing.TB, f feed.Folder, code, name, content string) {
	t.Helper()
	temporary := filepath.Join(f.Dir, code, "in", "."+name)
	if err := os.WriteFile(temporary, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temporary, filepath.Join(f.Dir, code, "in", name)); err != nil {
		t.Fatal(err)
	}
}

// TestALongFileNeedsLittleMemory: 10,000 messages of 2 kB are stored part by part.
func TestALongFileNeedsLittleMemory(t *testing.T) {
	b := newBench(t)
	f := feed.Folder{Service: b.Service, Dir: t.TempDir()}
	b.check(f.Scan(t.Context()))
	src := b.source("customs-aic") // nobody hands these over
	pad := `"x":"` + strings.Repeat("a", 2000) + `"`
	var text strings.Builder
	for n := range 10_000 {
		text.WriteString(msg(fmt.Sprint("m", n), 1, pad) + "\n")
	}
	write(t, f, "customs-aic", "long.ndjson", text.String())
	text.Reset()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := before.HeapInuse
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse)
			}
		}
	}()
	feed.TakeFile(t, f, src.ID, "long.ndjson")
	close(stop)
	<-stopped
	if n := b.count(`select count(*) from feed_messages`); n != 10_000 {
		t.Fatalf("%d messages, want 10,000", n)
	}
	if grown := int64(peak) - int64(before.HeapInuse); grown > 64<<20 {
		t.Errorf("took %d MB", grown>>20)
	} else {
		t.Logf("took %d MB", grown>>20)
	}
}
