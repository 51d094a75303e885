package feed_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
)

func TestReplay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.caller("customs")
	src := b.source("customs")
	b.take(c, msg("a", 1, ``), msg("b", 1, `"fail":"x"`), msg("c", 1, `"nobody":"x"`), msg("d", 1, `"fail":"x"`))
	yesterday := time.Now().AddDate(0, 0, -1)
	b.exec(`update feed_deliveries set received_at = received_at - interval '1 day'`)
	b.take(c, msg("e", 1, `"fail":"x"`))

	t.Run("counts what is meant", func(t *testing.T) {
		for _, tt := range []struct {
			r    feed.Range
			want int
		}{
			{feed.Range{Outcome: feed.Poisoned}, 3},
			{feed.Range{Outcome: feed.Nobodys}, 1},
			{feed.Range{Outcome: feed.Conflict}, 0},
			{feed.Range{From: yesterday.Add(-time.Hour)}, 5},
			{feed.Range{From: yesterday.Add(-time.Hour), Until: yesterday.Add(time.Hour)}, 4},
			{feed.Range{Outcome: feed.Poisoned, From: yesterday.Add(time.Hour)}, 1},
			{feed.Range{From: time.Now().Add(time.Hour)}, 0},
		} {
			if n, err := b.Count(t.Context(), chief, src, tt.r); err != nil || n != tt.want {
				t.Errorf("%+v: %d, %v, want %d", tt.r, n, err, tt.want)
			}
		}
		if _, err := b.ReplayAll(t.Context(), chief, "customs", feed.Range{Outcome: feed.Conflict}); !errors.Is(err, feed.ErrNothing) {
			t.Error(err)
		}
	})
	t.Run("hands all of a kind over again, also when the job runs twice", func(t *testing.T) {
		b.Sinks[feed.Declaration] = mended // the fault of the portal is mended
		id, err := b.ReplayAll(t.Context(), chief, "customs", feed.Range{Outcome: feed.Poisoned})
		b.check(err)
		b.take(c, msg("f", 1, ``)) // what comes later is not meant
		for range 2 {
			b.check(feed.Mark(b.Service, t.Context(), id))
		}
		if a, err := b.OneReplay(t.Context(), chief, src, id); err != nil || a.Marked != 3 || a.Done() != 0 || a.Over {
			t.Errorf("%+v, %v", a, err)
		}
		b.check(feed.Hand(b.Service, t.Context(), "customs"))
		if a, err := b.OneReplay(t.Context(), chief, src, id); err != nil || a.Done() != 3 || !a.Over || a.Total != 3 {
			t.Errorf("%+v, %v", a, err)
		}
		if n := b.count(`select count(*) from things where source_id in ('b', 'd', 'e')`); n != 3 {
			t.Errorf("%d taken, want 3", n)
		}
	})
	t.Run("of everything does nothing twice", func(t *testing.T) {
		id, err := b.ReplayAll(t.Context(), chief, "customs", feed.Range{From: yesterday.Add(-time.Hour)})
		b.check(err)
		b.check(feed.Mark(b.Service, t.Context(), id))
		b.check(feed.Hand(b.Service, t.Context(), "customs"))
		if n := b.count(`select count(*) from feed_messages where outcome = 'taken'`); n != 5 {
			t.Errorf("%d are remembered as taken, want 5", n)
		}
		if n := b.count(`select count(*) from things`); n != 5 {
			t.Errorf("%d things, want 5", n)
		}
	})
	t.Run("is refused to who may only look", func(t *testing.T) {
		watcher := chief
		watcher.Rights = perm.Set{}
		if _, err := b.ReplayAll(t.Context(), watcher, "customs", feed.Range{}); err == nil {
			t.Error("done")
		}
	})
	t.Run("leaves nothing that was settled long ago, and all that was not", func(t *testing.T) {
		b.take(c, msg("g", 1, `"nobody":"x"`))
		b.exec(`update feed_messages set settled_at = now() - interval '31 days', received_at = now() - interval '31 days'`)
		b.exec(`update feed_deliveries set received_at = now() - interval '31 days'`)
		b.take(c, msg("h", 1, ``))
		b.check(feed.Clean(b.Service, t.Context()))
		if n := b.count(`select count(*) from feed_messages where state = 'settled'`); n != 1 {
			t.Errorf("%d settled ones are kept, want 1", n)
		}
		if n := b.count(`select count(*) from feed_messages where state = 'aside'`); n != 2 {
			t.Errorf("%d lie aside, want 2", n)
		}
		if n := b.count(`select count(*) from feed_deliveries d where received_at < now() - interval '30 days' and not exists (select from feed_messages m where m.delivery_id = d.id)`); n != 0 {
			t.Errorf("%d calls are kept of which nothing is left", n)
		}
		b.exec(`update feed_deliveries set received_at = now() - interval '31 days'`)
		b.exec(`delete from feed_messages`)
		b.check(feed.Clean(b.Service, t.Context()))
		if n := b.count(`select count(*) from feed_deliveries`); n != 1 {
			t.Errorf("%d calls are kept, want the one by which one knows when the source was heard", n)
		}
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := feed.Folder{Service: b.Service, Dir: t.TempDir()}
	b.check(f.Scan(t.Context()))
	src := b.source("customs")
	in := func(name string) string { return filepath.Join(f.Dir, "customs", "in", name) }
	reportOf := func(folder, name string) string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(f.Dir, "customs", folder, "*-"+name+".report.json"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%d reports of %s", len(found), name)
		}
		body, err := os.ReadFile(found[0])
		b.check(err)
		return string(body)
	}

	t.Run("are found, but nothing else in the folder is", func(t *testing.T) {
		write(t, f, "customs", "good.ndjson", msg("a", 1, ``)+"\n\n"+msg("b", 1, `"fail":"field x is missing"`)+"\n"+"{broken\n"+msg("c", 1, ``))
		for _, name := range []string{"half.ndjson.tmp", ".hidden.ndjson", "x.csv", "b\u202ed.ndjson"} {
			b.check(os.WriteFile(in(name), []byte(msg("no", 1, ``)), 0o600))
		}
		b.check(os.Mkdir(in("folder.ndjson"), 0o700))
		b.check(os.Symlink("/etc/passwd", in("link.ndjson")))
		for range 2 {
			b.check(f.Scan(t.Context()))
		}
		if n := b.count(`select count(*) from river_job where kind = 'feed.file'`); n != 1 {
			t.Errorf("%d files were asked for, want 1", n)
		}
		feed.TakeFile(t, f, src.ID, "link.ndjson")
		if n := b.count(`select count(*) from feed_messages`); n != 0 {
			t.Error("a link out of the folder was followed")
		}
	})
	t.Run("are found though the folder of another source cannot be read", func(t *testing.T) {
		b.check(os.Symlink("/etc", filepath.Join(f.Dir, "broken")))
		b.exec(`insert into feeds (code, kind, name_uz, name_ru, name_en, expected_minutes) values ('broken', 'declaration', 'B', 'B', 'B', 60)`)
		write(t, f, "customs", "late.ndjson", msg("late", 1, ``))
		if err := f.Scan(t.Context()); err == nil || !strings.Contains(err.Error(), "folder of feed broken") {
			t.Errorf("%v, want to hear of the folder", err)
		}
		if n := b.count(`select count(*) from river_job where kind = 'feed.file' and args ->> 'name' = 'late.ndjson'`); n != 1 {
			t.Errorf("%d files were asked for, want 1", n)
		}
		b.check(os.Remove(filepath.Join(f.Dir, "broken")))
		b.check(os.Remove(in("late.ndjson")))
	})
	t.Run("are stored, handed over and reported on", func(t *testing.T) {
		feed.TakeFile(t, f, src.ID, "good.ndjson")
		r := reportOf("done", "good.ndjson")
		for _, s := range []string{`"messages": 4`, `"taken": 2`, `"poison": 2`, `"message": 2`, "field x is missing", "This is not one JSON object"} {
			if !strings.Contains(r, s) {
				t.Errorf("%s is not in %s", s, r)
			}
		}
		if _, err := os.Stat(in("good.ndjson")); err == nil {
			t.Error("the file is still there")
		}
	})
	t.Run("that cannot be read to their end fail, and what was stored stays", func(t *testing.T) {
		write(t, f, "customs", "bad.ndjson.gz", "no gzip")
		feed.TakeFile(t, f, src.ID, "bad.ndjson.gz")
		if r := reportOf("failed", "bad.ndjson.gz"); !strings.Contains(r, `"state": "failed"`) || !strings.Contains(r, "reason") {
			t.Error(r)
		}
	})
	t.Run("go on where a killed process stopped", func(t *testing.T) {
		write(t, f, "customs", "cut.ndjson", msg("k1", 1, ``)+"\n"+msg("k2", 1, ``)+"\n"+msg("k3", 1, ``)+"\n")
		about, err := os.Stat(in("cut.ndjson"))
		b.check(err)
		b.exec(`insert into feed_deliveries (feed_id, way, name, file_bytes, file_time, state, messages) values ($1, 'file', 'cut.ndjson', $2, $3, 'storing', 2)`,
			src.ID, about.Size(), about.ModTime().UTC().Truncate(time.Microsecond))
		feed.TakeFile(t, f, src.ID, "cut.ndjson")
		if n := b.count(`select count(*) from feed_messages where source_id like 'k%'`); n != 1 {
			t.Errorf("%d were stored after the stop, want 1", n)
		}
	})
	t.Run("of a name that a killed process left are read anew", func(t *testing.T) {
		b.exec(`insert into feed_deliveries (feed_id, way, name, file_bytes, file_time, state, messages) values ($1, 'file', 'again.ndjson', 5, now() - interval '1 day', 'stored', 1)`, src.ID)
		write(t, f, "customs", "again.ndjson", msg("again", 1, ``))
		feed.TakeFile(t, f, src.ID, "again.ndjson")
		if n := b.count(`select count(*) from things where source_id = 'again'`); n != 1 {
			t.Error("taken for the file of yesterday")
		}
	})
	t.Run("by staff are stored whole or not at all", func(t *testing.T) {
		before := b.count(`select count(*) from feed_messages`)
		long := strings.Repeat(msg("u", 1, ``)+"\n", 1500) + strings.Repeat("a", feed.MaxMessage+2)
		if _, err := b.Upload(t.Context(), chief, "customs", "u.ndjson", strings.NewReader(long)); err == nil {
			t.Error("stored")
		}
		if n := b.count(`select count(*) from feed_messages`); n != before {
			t.Errorf("%d messages of a broken file", n-before)
		}
	})
}
