package session

import (
	"testing"
	"time"

	"kabinet/internal/core/clock"
)

// The promise: nothing read before an eviction is served after it.
func TestCache(t *testing.T) {
	t.Parallel()
	who := Identity{Key: "k", Name: "old", AccountID: 1, OrgID: 2}
	old := &entry{Identity: who, read: clock.System()}
	fresh := func() *cache { return newCache(time.Minute) }

	t.Run("serves what was read", func(t *testing.T) {
		t.Parallel()
		c := fresh()
		c.put("k", old, c.mark())
		if e, ok := c.get("k"); !ok || e.Name != "old" {
			t.Errorf("got %+v, %t", e, ok)
		}
	})

	evictions := map[string]func(*cache){
		"of this session":    func(c *cache) { c.evict("k") },
		"of another session": func(c *cache) { c.evict("other") },
		"of a person":        func(c *cache) { c.evictWhere(func(i Identity) bool { return i.AccountID == 1 }) },
		"of another person":  func(c *cache) { c.evictWhere(func(i Identity) bool { return i.AccountID == 9 }) },
		"of everything":      func(c *cache) { c.clear() },
	}
	for name, evict := range evictions {
		t.Run("refuses a reading that was under way during an eviction "+name, func(t *testing.T) {
			t.Parallel()
			c := fresh()
			mark := c.mark() // the statement leaves now
			evict(c)         // and its answer arrives after this
			c.put("k", old, mark)
			if e, ok := c.get("k"); ok {
				t.Errorf("serves %+v", e)
			}
		})
	}

	t.Run("keeps nothing when told so", func(t *testing.T) {
		t.Parallel()
		c := newCache(0)
		c.put("k", old, c.mark())
		if _, ok := c.get("k"); ok {
			t.Error("served from memory with a life of 0")
		}
	})

	t.Run("forgets with age and sweeps", func(t *testing.T) {
		t.Parallel()
		c := fresh()
		c.put("k", &entry{Identity: who, read: clock.System().Add(-time.Hour)}, c.mark())
		c.mu.Lock()
		c.swept = clock.System().Add(-time.Hour)
		c.mu.Unlock()
		if _, ok := c.get("k"); ok {
			t.Error("served an old entry")
		}
		c.put("other", old, c.mark())
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.rows) != 1 {
			t.Errorf("%d rows kept, want only the new one", len(c.rows))
		}
	})
}

// Sessions in use are read anew in time, and an eviction wins over a reading
// that was under way.
func TestCacheIsRenewed(t *testing.T) {
	t.Parallel()
	const life = 5 * time.Second
	read := func(ago time.Duration) *entry {
		e := &entry{Identity: Identity{Key: "k", AccountID: 1}, read: clock.System().Add(-ago)}
		e.use()
		return e
	}
	keep := func(e *entry) *cache {
		c := newCache(life)
		c.put("k", e, c.mark())
		return c
	}

	forgotten := read(4 * time.Second)
	forgotten.used.Store(clock.System().Add(-lingerFor).UnixNano())
	for name, tt := range map[string]struct {
		entry *entry
		due   int
	}{
		"was just read":                       {read(0), 0},
		"will soon be too old":                {read(4 * time.Second), 1},
		"was asked for by nobody for a while": {forgotten, 0},
	} {
		if got := len(keep(tt.entry).due()); got != tt.due {
			t.Errorf("a session that %s: %d due, want %d", name, got, tt.due)
		}
	}

	t.Run("the new reading is served and keeps the time of use", func(t *testing.T) {
		t.Parallel()
		old, fresh := read(4*time.Second), &entry{Identity: Identity{Key: "k", Name: "new"}, read: clock.System().Add(time.Second)}
		c := keep(old)
		c.renew(old, fresh)
		if fresh.used.Load() != old.used.Load() || fresh.usedSinceRead() {
			t.Error("being read anew counts as a use")
		}
		if e, ok := c.get("k"); !ok || e.Name != "new" {
			t.Errorf("got %+v, %t", e, ok)
		}
	})
	t.Run("a session that is no more is forgotten", func(t *testing.T) {
		t.Parallel()
		old := read(4 * time.Second)
		c := keep(old)
		c.renew(old, nil)
		if _, ok := c.get("k"); ok {
			t.Error("served")
		}
	})
	for name, evict := range map[string]func(*cache){
		"of this session": func(c *cache) { c.evict("k") },
		"of the person":   func(c *cache) { c.evictWhere(func(i Identity) bool { return i.AccountID == 1 }) },
		"of everything":   func(c *cache) { c.clear() },
	} {
		t.Run("a reading during an eviction "+name+" is dropped", func(t *testing.T) {
			t.Parallel()
			old := read(4 * time.Second)
			c := keep(old)
			evict(c)
			c.renew(old, read(0))
			if _, ok := c.get("k"); ok {
				t.Error("served")
			}
		})
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	tests := []struct {
		message string
		want    []string // keys still kept
	}{
		{"a", []string{"b", "op"}},
		{"1/0/0", []string{"op"}},
		{"1/20/0", []string{"b", "op"}},
		{"0/21/0", []string{"a", "op"}},
		{"0/0/7", []string{"a", "b"}},
		{"9/0/0", []string{"a", "b", "op"}},
		{"1/2", []string{"a", "b", "op"}},
		{"", []string{"a", "b", "op"}},
	}
	for _, tt := range tests {
		t.Run("message "+tt.message, func(t *testing.T) {
			t.Parallel()
			m := &Manager{store: &Store{cache: newCache(time.Minute)}}
			for key, i := range map[string]Identity{"a": {AccountID: 1, OrgID: 20}, "b": {AccountID: 1, OrgID: 21}, "op": {StaffID: 7}} {
				m.store.cache.put(key, &entry{Identity: i, read: clock.System()}, m.store.cache.mark())
			}
			m.forget(tt.message)
			for _, key := range tt.want {
				if _, ok := m.store.cache.get(key); !ok {
					t.Errorf("forgot %s", key)
				}
			}
			if n := len(m.store.cache.rows); n != len(tt.want) {
				t.Errorf("kept %d, want %d", n, len(tt.want))
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"d":"2026-01-01T00:00:00Z","a":1,"o":2,"t":{"x":"y"}}`))
	f.Add([]byte(`{"t":null}`))
	f.Add([]byte("\xff{"))
	f.Fuzz(func(t *testing.T, b []byte) {
		deadline, values, err := codec{}.Decode(b)
		if err != nil {
			return
		}
		again, err := codec{}.Encode(deadline, values)
		if err != nil {
			t.Skip() // a year that JSON cannot write
		}
		_, same, err := codec{}.Decode(again)
		if err != nil || len(same) != len(values) {
			t.Errorf("%q came back as %q (%v)", b, again, err)
		}
	})
}
