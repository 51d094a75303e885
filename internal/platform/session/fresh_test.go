package session

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// known is a store that keeps sessions for seconds, with staff signed in under
// each key and their sessions read.
func known(t *testing.T, seconds int, keys ...string) (*Store, *pgxpool.Pool) {
	t.Helper()
	db, err := pg.Open(t.Context(), pg.Config{URL: pgtest.URL(t), MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s := newStore(db, Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Cache: time.Duration(seconds) * time.Second})
	for i, key := range keys {
		do(t, db, `insert into staff (id, name, pinfl_mac, roles) values ($1, 'Timur Rashidov', $2, '{op_admin}')`, i+1, key)
		do(t, db, `insert into sessions (token_hash, staff_id, data, expires_at, last_seen)
			values ($2, $1, '{"d":"2100-01-01T00:00:00Z"}', now() + interval '1 hour', now() - interval '5 minutes')`, i+1, key)
		if e, err := s.find(t.Context(), key); err != nil || !e.Staff() {
			t.Fatalf("%s: %+v %v", key, e, err)
		}
	}
	return s, db
}

func do(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// age makes what was read of a session older, and its last use.
func age(s *Store, key string, by time.Duration) {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	e := s.cache.rows[key]
	e.read = e.read.Add(-by)
	e.used.Add(-int64(by))
}

func seen(t *testing.T, db *pgxpool.Pool, key string) (ago time.Duration) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `select now() - last_seen from sessions where token_hash = $1`, key).Scan(&ago); err != nil {
		t.Fatal(err)
	}
	return ago
}

func TestRefresh(t *testing.T) {
	t.Parallel()

	t.Run("shows what nobody told this process", func(t *testing.T) {
		t.Parallel()
		s, db := known(t, 5, "role", "block", "end", "same")
		do(t, db, `update staff set roles = '{op_watcher}' where id = 1`)
		do(t, db, `update staff set status = 'blocked' where id = 2`)
		do(t, db, `delete from sessions where token_hash = 'end'`)
		for _, key := range []string{"role", "block", "end", "same"} {
			age(s, key, 4*time.Second)
		}
		if err := s.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, statements := pg.CountStatements(t.Context())
		for key, manages := range map[string]bool{"role": false, "same": true} {
			e, err := s.find(ctx, key)
			if err != nil || e.Rights.Has(perm.OpStaffManage) != manages || e.StaffID == 0 {
				t.Errorf("%s: %+v %v", key, e, err)
			}
		}
		if statements.N() > 0 {
			t.Errorf("pages asked %q, want nothing", statements.Statements())
		}
		for _, key := range []string{"block", "end"} {
			if e, err := s.find(t.Context(), key); e != nil || err != nil {
				t.Errorf("%s: still %+v (%v)", key, e, err)
			}
		}
	})

	t.Run("counts a use and not itself as the last use", func(t *testing.T) {
		t.Parallel()
		s, db := known(t, 5, "k")
		age(s, "k", 4*time.Second)
		if err := s.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if ago := seen(t, db, "k"); ago > time.Minute {
			t.Errorf("a page did not move last_seen: %s", ago)
		}
		do(t, db, `update sessions set last_seen = now() - interval '5 minutes'`)
		for range 2 { // the first one reads that it is due, the second one would move it
			age(s, "k", 4*time.Second)
			if err := s.refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if ago := seen(t, db, "k"); ago < time.Minute {
			t.Errorf("nobody asked for it and last_seen moved: %s", ago)
		}
	})

	t.Run("waits for nobody who holds a session", func(t *testing.T) {
		t.Parallel()
		s, db := known(t, 5, "k")
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
		if _, err := tx.Exec(t.Context(), `select 1 from sessions for update`); err != nil {
			t.Fatal(err)
		}
		age(s, "k", 4*time.Second)
		begin := clock.System()
		if err := s.refresh(t.Context()); err != nil || clock.Since(begin) > 4*time.Second {
			t.Errorf("%v after %s", err, clock.Since(begin))
		}
	})

	t.Run("happens by itself", func(t *testing.T) {
		t.Parallel()
		s, db := known(t, 1, "k")
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { (&Manager{store: s}).KeepFresh(ctx); close(stopped) }()
		t.Cleanup(func() { stop(); <-stopped })
		do(t, db, `update staff set roles = '{op_watcher}'`)
		deadline := time.After(time.Minute)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			if e, ok := s.cache.get("k"); ok && !e.Rights.Has(perm.OpStaffManage) {
				return
			}
			select {
			case <-deadline:
				t.Fatal("old rights after a minute")
			case <-tick.C:
			}
		}
	})
}
