package org

import (
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
)

func TestCountsAreRememberedForSeconds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		count page.Count
		life  time.Duration
	}{
		"few":           {page.Count{N: many - 1}, 0},
		"many":          {page.Count{N: many}, manyFor},
		"beyond limits": {page.Count{N: countLimit, More: true}, beyondFor},
	} {
		var m counts
		m.saw(criteria{}, Active, tt.count)
		known, ask := m.of(criteria{})
		if _, ok := known[Active]; ok != (tt.life > 0) || len(known)+len(ask) != len(Statuses()) {
			t.Errorf("%s: %v known, %v to be asked", name, known, ask)
		}
		key := countKey{status: Active}
		if life := m.known[key].until.Sub(clock.System()); life > tt.life {
			t.Errorf("%s: remembered for %s, want %s", name, life, tt.life)
		}
		m.known = map[countKey]counted{key: {tt.count, clock.System()}}
		if known, _ := m.of(criteria{}); len(known) > 0 {
			t.Errorf("%s: still %v when its time is over", name, known)
		}
	}
	var m counts
	m.saw(criteria{words: []string{"sut"}}, Active, page.Count{N: many})
	if known, _ := m.of(criteria{words: []string{"sut"}}); len(known) > 0 || len(m.known) > 0 {
		t.Errorf("what was typed is remembered: %v", m.known)
	}
}
