package legacy

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/sheet"
)

func TestAbandonedRunsAreTakenUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := stored(t, db, Apply, sheet.CSV, open(t, "organizations.csv"))
	exec(t, db, `update imports set status = 'running', staff_id = 7 where id = $1`, id)
	if err := enqueueAbandoned(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	want(t, db, 0, `select count(*) from river_job where kind = 'legacy.run'`)
	exec(t, db, `update imports set moved_at = now() - interval '61 seconds'`)
	for range 2 {
		if err := enqueueAbandoned(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	want(t, db, 1, `select count(*) from river_job where kind = 'legacy.run' and queue = 'bulk'`)
	if err := runner(t, db).work(t.Context(), RunArgs{ImportID: id}); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `delete from river_job`)
	if err := enqueueAbandoned(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	want(t, db, 0, `select count(*) from river_job where kind = 'legacy.run'`)
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := stored(t, db, Apply, sheet.CSV, open(t, "organizations.csv"))
	exec(t, db, `update imports set status = 'running' where id = $1`, id)
	for range 2 { // the second finds that it is over
		if err := runner(t, db).giveUp(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if got := importNow(t, db, id); got.Status != Failed || got.Failure != "legacy.failure" {
		t.Errorf("got %s %q", got.Status, got.Failure)
	}
}

func TestRunFile(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := &Service{DB: db, Box: box(t)}
	ctx := i18n.With(t.Context(), i18n.En)

	t.Run("checks without storing anything", func(t *testing.T) {
		var out bytes.Buffer
		got, err := RunFile(ctx, s, filepath.Join(samples, "organizations.csv"), false, &out)
		if err != nil || got.Created != 500 {
			t.Fatalf("%+v, %v", got, err)
		}
		want(t, db, 0, `select count(*) from organizations`)
		if !strings.Contains(out.String(), "To be created 500") || !strings.Contains(out.String(), "500 of 500 rows") {
			t.Errorf("said\n%s", &out)
		}
	})
	t.Run("imports and prints the first complaints", func(t *testing.T) {
		var out bytes.Buffer
		got, err := RunFile(ctx, s, filepath.Join(samples, "organizations-bad.csv"), true, &out)
		if err != nil || got.Created == 0 || got.Bad == 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, text := range []string{"14 tin: A TIN has 9 digits", "Take the TIN from the state register", "(12345)", "on the page of import"} {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%q is not in\n%s", text, &out)
			}
		}
		want(t, db, 1, `select count(*) from audit_log where action = 'import.upload' and actor_id = 'cli' and details->>'mode' = 'apply'`)
	})
	t.Run("says what is wrong with a file that is none", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := RunFile(ctx, s, name, false, &bytes.Buffer{}); !errors.Is(err, sheet.ErrEmpty) {
			t.Errorf("got %v", err)
		}
		if _, err := RunFile(ctx, s, name+".missing", false, &bytes.Buffer{}); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("leaves no run behind when it is broken off", func(t *testing.T) {
		stopped, stop := context.WithCancel(ctx)
		defer stop()
		_, err := RunFile(stopped, s, filepath.Join(samples, "organizations.csv"), true, writer(func() { stop() }))
		if err == nil {
			t.Log("the file was done before the break")
		}
		want(t, db, 0, `select count(*) from imports where status in ('queued', 'running')`)
	})
}

// writer calls a function at every write.
type writer func()

func (w writer) Write(p []byte) (int, error) {
	w()
	return len(p), nil
}

// TestEveryComplaintHasWords holds the words of all complaints complete.
func TestEveryComplaintHasWords(t *testing.T) {
	t.Parallel()
	_, told := readThrough(t, open(t, "organizations-bad.csv"))
	for _, c := range append(told, Complaint{Key: "org.draft.active"}, Complaint{Key: "gs1prefix.draft.taken"}, Complaint{Key: "legacy.row.big"},
		Complaint{Key: "gs1prefix.draft.many"}, Complaint{Key: "legacy.header.missing"}, Complaint{Key: "legacy.header.twice"},
		Complaint{Key: "legacy.note.encoding"}, Complaint{Key: "legacy.note.sheets"},
		ofFile(sheet.ErrEmpty), ofFile(sheet.ErrBinary), ofFile(sheet.ErrOldExcel), ofFile(sheet.ErrNotXLSX),
		ofFile(sheet.ErrUnpacked), ofFile(sheet.ErrManyRows), ofFile(sheet.ErrDelimiter), ofFile(ErrNoRows), ofFile(errHeader)) {
		for _, l := range i18n.Langs() {
			ctx := i18n.With(t.Context(), l)
			if reason, advice := c.Reason(ctx), c.Advice(ctx); reason == c.Key || strings.HasPrefix(advice, "legacy.advice.") {
				t.Errorf("%s: %s has no words: %q, %q", l.Code(), c.Key, reason, advice)
			}
			if c.Row > 0 && strings.Contains(c.Reason(ctx), "{") {
				t.Errorf("%s: %s is not filled: %s", l.Code(), c.Key, c.Reason(ctx))
			}
		}
	}
}
