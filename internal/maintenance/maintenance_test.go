package maintenance_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/maintenance"
	"kabinet/internal/platform/pg/pgtest"
)

var chief = actor.Operator{StaffID: 4, Name: "Timur", Rights: perm.Rights([]string{"op_admin"}), SessionKey: "s"}

func desk(t *testing.T) (*pgxpool.Pool, *maintenance.Service) {
	t.Helper()
	db := pgtest.New(t)
	exec(t, db, `insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_admin}')`)
	exec(t, db, `insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 4, '', now() + interval '1 hour')`)
	return db, &maintenance.Service{DB: db, Now: clock.System}
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// in gives a draft of a window that begins in d and is announced a day ahead.
func in(d time.Duration) maintenance.Draft {
	at := clock.System().Add(d).In(clock.Tashkent())
	return maintenance.Draft{
		Mode: "read_only", Date: at.Format("02.01.2006"), Time: at.Format("15:04"), Hours: "1,5", Announce: "1", Uz: "Baza yangilanadi", Ru: "Обновление базы",
	}
}

func TestDraft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	good := maintenance.Draft{Mode: "closed", Date: "25.11.2026", Time: "22:00", Hours: "1,5", Announce: "3", Uz: "Baza", Ru: "База"}
	w, err := good.Open(now)
	from := time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)
	if err != nil || !w.From.Equal(from) || !w.Until.Equal(from.Add(90*time.Minute)) || !w.AnnounceAt.Equal(from.AddDate(0, 0, -3)) {
		t.Fatalf("%+v, %v", w, err)
	}
	for name, tt := range map[string]struct {
		edit  func(*maintenance.Draft)
		field string
	}{
		"no mode":            {func(d *maintenance.Draft) { d.Mode = "open" }, "mode"},
		"no day":             {func(d *maintenance.Draft) { d.Date = "32.11.2026" }, "date"},
		"no time":            {func(d *maintenance.Draft) { d.Time = "25:00" }, "date"},
		"a day that is over": {func(d *maintenance.Draft) { d.Date = "19.11.2026" }, "date"},
		"a day in two years": {func(d *maintenance.Draft) { d.Date = "25.11.2028" }, "date"},
		"no length":          {func(d *maintenance.Draft) { d.Hours = "" }, "hours"},
		"no number":          {func(d *maintenance.Draft) { d.Hours = "NaN" }, "hours"},
		"for ever":           {func(d *maintenance.Draft) { d.Hours = "1e300" }, "hours"},
		"backwards":          {func(d *maintenance.Draft) { d.Hours = "-1" }, "hours"},
		"half a day ahead":   {func(d *maintenance.Draft) { d.Announce = "0.5" }, "announce"},
		"no reason":          {func(d *maintenance.Draft) { d.Ru = " " }, "ru"},
		"a long reason":      {func(d *maintenance.Draft) { d.Uz = strings.Repeat("a", 301) }, "uz"},
		"control letters":    {func(d *maintenance.Draft) { d.En = "a\x00b" }, "en"},
	} {
		d := good
		tt.edit(&d)
		_, err := d.Open(now)
		complaints, ok := fault.ComplaintsOf(err)
		if _, on := complaints.On(tt.field); !ok || !on || len(complaints) != 1 {
			t.Errorf("%s: %+v", name, complaints)
		}
	}
}

func TestAWindowIsAnnouncedRunsAndEnds(t *testing.T) {
	t.Parallel()
	db, svc := desk(t)
	id, err := svc.Plan(t.Context(), chief, in(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	state := func() maintenance.Window {
		w, _ := (&maintenance.Watch{DB: db, Clock: clock.System}).Now(t.Context())
		return w
	}
	if w := state(); w.ID != id || w.State != maintenance.Planned {
		t.Errorf("announced: %+v", w)
	}
	exec(t, db, `update maintenance_windows set starts_at = now() - interval '1 minute', announce_at = now() - interval '1 day'`)
	if w := state(); w.State != maintenance.Running {
		t.Errorf("running: %+v", w)
	}
	if err := svc.End(t.Context(), chief, id); err != nil {
		t.Fatal(err)
	}
	if w := state(); w.ID != 0 {
		t.Errorf("ended: %+v", w)
	}
	if err := svc.End(t.Context(), chief, id); !errors.Is(err, maintenance.ErrOver) {
		t.Errorf("ended twice: %v", err)
	}
	id, err = svc.Plan(t.Context(), chief, in(48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if w := state(); w.ID != 0 {
		t.Errorf("two days ahead it is announced: %+v", w)
	}
	if err := svc.End(t.Context(), chief, id); err != nil {
		t.Fatal(err)
	}
	if w, err := svc.Get(t.Context(), chief, id); err != nil || w.State != maintenance.CalledOff || w.EndedBy != "Timur" {
		t.Errorf("called off: %+v, %v", w, err)
	}
	var log []string
	if err := db.QueryRow(t.Context(), `select array_agg(action order by id) from audit_log`).Scan(&log); err != nil ||
		!slices.Equal(log, []string{"maintenance.plan", "maintenance.end", "maintenance.plan", "maintenance.call_off"}) {
		t.Errorf("log: %v, %v", log, err)
	}
	if _, err := svc.Plan(t.Context(), actor.Operator{SessionKey: "s", Rights: perm.Rights([]string{"op_watcher"})}, in(time.Hour)); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("a watcher plans: %v", err)
	}
}

// TestWindowsNeverOverlap: two of the staff plan the same evening at once.
func TestWindowsNeverOverlap(t *testing.T) {
	t.Parallel()
	db, svc := desk(t)
	for range 50 {
		var made atomic.Int32
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				switch _, err := svc.Plan(context.WithoutCancel(t.Context()), chief, in(5*time.Hour)); {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, maintenance.ErrOverlaps):
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Fatalf("%d were planned", made.Load())
		}
		exec(t, db, `update maintenance_windows set called_off_at = now()`)
	}
}

func TestTheListPages(t *testing.T) {
	t.Parallel()
	db, svc := desk(t)
	for n := range 5 {
		exec(t, db, `insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
			select 'closed', t, t, t + interval '1 hour', 'a', 'b', 'Timur' from (select now() - make_interval(days => $1) as t) x`, n+1)
	}
	var seen []int64
	for after := ""; ; {
		p, err := svc.List(t.Context(), chief, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Rows {
			seen = append(seen, w.ID)
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if !slices.Equal(seen, []int64{1, 2, 3, 4, 5}) {
		t.Errorf("pages showed %v", seen)
	}
}

// TestTheWatchOutlivesTheDatabase: what was known last stays true.
func TestTheWatchOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	db, _ := desk(t)
	exec(t, db, `insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
		values ('closed', now(), now(), now() + interval '1 hour', 'a', 'b', 'Timur')`)
	now := clock.System()
	watch := &maintenance.Watch{DB: db, Clock: func() time.Time { return now }}
	if w, _ := watch.Now(t.Context()); w.State != maintenance.Running {
		t.Fatalf("%+v", w)
	}
	db.Close()
	now = now.Add(time.Minute)
	if w, _ := watch.Now(t.Context()); w.State != maintenance.Running {
		t.Errorf("without the database: %+v", w)
	}
	now = now.Add(time.Hour)
	if w, _ := watch.Now(t.Context()); w.ID != 0 {
		t.Errorf("after its end: %+v", w)
	}
}
